"""Arrays that numpy has saved: several by name, each an input or to be predicted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from engine.data.array_fields import Found, as_input, as_numbers, as_target, as_tokens
from engine.data.array_files import Header, headers, read_arrays
from engine.data.paths import located
from engine.data.samples import Array, Poll, Samples, go_on
from engine.data.sources.spec import Proposal, Source
from engine.errors import DataError
from graphs.describe import FilePath, param

USUAL_TARGETS = ("y", "target", "label", "class")
"""How the names of arrays begin that are to be predicted, unless the user says otherwise."""


class Arrays(
    Source, id="arrays", title="Arrays (npz, npy)", group="From files", search="numpy tensor"
):
    """A file of arrays with a row per sample: one array, or several by name.

    Bytes of two or three axes per sample are pictures, numbers of two axes are steps of a series,
    numbers of one axis a table. Whole numbers to predict are classes, other numbers are numbers.
    """

    path: FilePath = param(default=FilePath(""), help="A .npz or .npy file.")
    inputs: tuple[str, ...] | None = param(
        default=None, help="The arrays to learn from; none takes all that are not predicted."
    )
    targets: tuple[str, ...] | None = param(
        default=None, help="The arrays to predict; none goes by their names, such as y or label."
    )
    tokens: tuple[str, ...] = param(
        default=(), help="Arrays of whole numbers to read as tokens, such as words."
    )
    numbers: tuple[str, ...] = param(
        default=(), help="Arrays of whole numbers to predict as numbers rather than as classes."
    )

    def read(self, poll: Poll = go_on) -> Samples:
        path = self._path()
        return self._samples(path, headers(path), poll)

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path and the roles of arrays settled, whatever the file becomes."""
        path = self._path()
        samples = self._samples(path, headers(path), poll)
        targets = tuple(name for name, field in samples.fields.items() if field.target)
        inputs = tuple(name for name in samples.fields if name not in targets)
        settled = replace(self, path=FilePath(str(path.absolute())), inputs=inputs, targets=targets)
        return Proposal.of(settled, samples)

    def _path(self) -> Path:
        path = located(self.path)
        if path == Path():
            raise DataError("Choose a .npz or .npy file.")
        if path.is_dir():
            raise DataError(f"{path} is a folder. Choose a .npz or .npy file in it.")
        return path

    def _samples(self, path: Path, known: Mapping[str, Header], poll: Poll) -> Samples:
        inputs, targets, notices = self._roles(path, known)
        chosen = {name: known[name] for name in (*inputs, *targets)}
        for name, header in chosen.items():
            if 0 in header.shape:
                sizes = " × ".join(map(str, header.shape))
                raise DataError(
                    f"“{name}” in {path.name} has no values: its sizes are {sizes}. Choose other "
                    "arrays."
                )
        arrays = read_arrays(path, chosen, poll)
        found = {name: self._input(name, arrays[name]) for name in inputs}
        found |= {name: self._target(name, arrays[name]) for name in targets}
        return Samples(
            fields={name: one.field for name, one in found.items()},
            domains={},
            values={name: one.values for name, one in found.items()},
            notices=tuple(notices),
        )

    def _input(self, name: str, array: Array) -> Found:
        return as_tokens(name, array) if name in self.tokens else as_input(name, array)

    def _target(self, name: str, array: Array) -> Found:
        return as_numbers(name, array) if name in self.numbers else as_target(name, array)

    def _roles(
        self, path: Path, known: Mapping[str, Header]
    ) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
        """The names of the inputs and of the targets, and why others are left out."""
        self._check_names(path, known)
        named = [*(self.inputs or ()), *(self.targets or ())]
        usable, notices = _usable(path, known, named)
        targets = self.targets
        if targets is None:
            free = [name for name in usable if name not in (self.inputs or ())]
            likely = [name for name in free if name.lower().startswith(USUAL_TARGETS)]
            targets = tuple(name for name in likely if len(likely) < len(usable))
        inputs = self.inputs
        if inputs is None:
            inputs = tuple(name for name in usable if name not in targets)
        if not inputs:
            raise DataError(f"No array of {path.name} is left to learn from. Predict fewer arrays.")
        if both := set(inputs) & set(targets):
            raise DataError(
                f"The array “{min(both)}” is to be learned from and to be predicted. Choose one."
            )
        return inputs, targets, notices

    def _check_names(self, path: Path, known: Mapping[str, Header]) -> None:
        named = (*(self.inputs or ()), *(self.targets or ()), *self.tokens, *self.numbers)
        for name in named:
            if name not in known:
                there = ", ".join(f"“{one}”" for one in list(known)[:20])
                raise DataError(f"{path.name} has no array “{name}”. Choose one of: {there}.")


def _usable(
    path: Path, known: Mapping[str, Header], named: list[str]
) -> tuple[list[str], list[str]]:
    """The arrays with as many samples as those that are named, or as most have; and the rest."""
    counts = {name: header.shape[0] if header.shape else 0 for name, header in known.items()}
    wanted = {counts[name] for name in named}
    if len(wanted) > 1:
        told = ", ".join(f"“{name}” has {counts[name]:,}" for name in named)
        raise DataError(
            f"The arrays differ in their number of samples: {told}. Choose those that are alike."
        )
    tally = Counter(counts.values())
    count = wanted.pop() if wanted else max(tally, key=lambda n: (n > 0, tally[n], n))
    if count < 1:
        raise DataError(f"{path.name} has no samples. Choose another file.")
    notices = [
        f"“{name}” has {counts[name]:,} samples rather than {count:,}; it is left out."
        for name in known
        if counts[name] != count
    ]
    return [name for name in known if counts[name] == count], notices
