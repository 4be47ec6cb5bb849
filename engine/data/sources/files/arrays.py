"""Reads arrays that numpy has saved, and decides what each of them is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.arrays.array_files import Header, headers, read_arrays
from engine.data.arrays.fields import ArrayField, as_input, as_target, as_tokens
from engine.data.arrays.kinds import (
    COLOURS,
    Channels,
    InputKind,
    TargetKind,
    about_input,
    about_target,
    channels,
    input_kind,
    target_kind,
)
from engine.data.arrays.roles import (
    NOTHING_PREDICTED,
    check_parts,
    may_be_classes,
    only_classes,
    usable,
    usual_targets,
)
from engine.data.arrays.roles import told as target_told
from engine.data.arrays.split import ArrayParts, in_parts, joined
from engine.data.paths import located
from engine.data.samples import Samples
from engine.data.sources.spec import Proposal, SourceReader, in_full
from engine.data.splitting.given_split import told
from engine.errors import DataError
from graphs.data.sources.files.arrays import ALTERNATIVES, Arrays
from graphs.wording.phrases import phrase


class ArraysReader(SourceReader[Arrays], of=Arrays):
    """The arrays of the file, each as the settings or its numbers say."""

    def read(self, poll: Poll = go_on) -> Samples:
        return self._look(poll).samples

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path and what each array is settled, whatever the file becomes."""
        looked = self._look(poll, anew=True)
        settled = self.having(**looked.settled)
        return Proposal.of(in_full(settled.source), looked.samples)

    def _path(self) -> Path:
        path = located(self.source.path)
        if path == Path():
            raise DataError("Choose a .npz or .npy file.")
        if path.is_dir():
            raise DataError("{path} is a folder. Choose a .npz or .npy file in it.", path=path)
        return path

    def _look(self, poll: Poll, *, anew: bool = False) -> _Looked:
        """The samples, and what was decided; ``anew`` for a file that the user is choosing."""
        path = self._path()
        known = headers(path)
        named = (*(self.source.inputs or ()), *(self.source.targets or ()))
        pieces = in_parts(known, named)
        whole = known if pieces is None else joined(known, pieces)
        some = partial(_read_whole, path, known, pieces, poll=poll)
        inputs, targets, notices = self._roles(path, whole, some)
        _refuse_empty(path, {name: whole[name] for name in (*inputs, *targets)})
        arrays = some((*inputs, *targets))
        settled: dict[str, tuple[str, ...]] = {"inputs": inputs, "targets": targets}
        old = self.source.inputs is not None and self.source.targets is not None and not anew
        found: dict[str, ArrayField] = {}
        for name in inputs:
            found[name], lists = self._input(name, arrays[name], old=old)
            settled |= {one: (*settled.get(one, ()), name) for one in lists}
        steps = {arrays[n].shape[1] for n in inputs if found[n].field.kind.in_steps}
        for name in targets:
            found[name], lists = self._target(name, arrays[name], steps, old=old)
            settled |= {one: (*settled.get(one, ()), name) for one in lists}
        parts = _parts(pieces, known, (*inputs, *targets)) if self.source.split == "given" else None
        if parts is not None:
            notices.append(told(parts, phrase("The names of the arrays say")))
        samples = Samples(
            fields={name: one.field for name, one in found.items()},
            domains={},
            values={name: one.values for name, one in found.items()},
            notices=(*notices, *(notice for one in found.values() for notice in one.notices)),
            parts=parts,
        )
        return _Looked(samples, {name: settled.get(name, ()) for name in _SETTLED})

    def _input(self, name: str, array: Array, *, old: bool) -> tuple[ArrayField, list[str]]:
        """What an array to learn from becomes, and the settings that say so."""
        if name in self.source.tokens:
            return as_tokens(name, array), ["tokens"]
        kinds: tuple[InputKind, ...] = ("pictures", "series", "tables")
        chosen = [kind for kind in kinds if name in getattr(self.source, kind)]
        kind = chosen[0] if chosen else _kind_of_old(array) if old else input_kind(array)
        guess = _channels_of_old if old else channels
        where, sure = guess(array.shape) if kind == "pictures" else ("none", True)
        if where != "none":
            sides: tuple[Channels, ...] = ("first", "last")
            said = [side for side in sides if name in getattr(self.source, f"channels_{side}")]
            where, sure = (said[0], True) if said else (where, sure)
        found = as_input(name, array, kind, where)
        about = about_input(name, array, kind, where, sure)
        lists = [kind, *([f"channels_{where}"] if where != "none" else [])]
        return replace(found, notices=(*((about,) if about else ()), *found.notices)), lists

    def _target(
        self, name: str, array: Array, steps: Collection[int], *, old: bool
    ) -> tuple[ArrayField, list[str]]:
        """What an array to predict becomes, and the settings that say so.

        Where inputs have ``steps``, as many columns are one class for each of them.
        """
        kinds: tuple[TargetKind, ...] = ("numbers", "classes", "one_hot", "labels")
        chosen = [kind for kind in kinds if name in getattr(self.source, kind)]
        kind = chosen[0] if chosen else target_kind(array)
        per_step = kind == "labels" and array.shape[1] in steps
        if not chosen and (per_step or (old and (kind in _NEWER or array.dtype.kind == "f"))):
            kind = "numbers" if array.dtype.kind == "f" else "classes"
        found = as_target(name, array, kind)
        about = about_target(name, array, kind)
        return replace(found, notices=(*((about,) if about else ()), *found.notices)), [kind]

    def _roles(
        self, path: Path, known: Mapping[str, Header], some: ReadSome
    ) -> tuple[tuple[str, ...], tuple[str, ...], list[str]]:
        """The names of the inputs and of the targets, and why others are left out."""
        self._check_names(path, known)
        there, notices = usable(
            path, known, [*(self.source.inputs or ()), *(self.source.targets or ())]
        )
        targets = self.source.targets
        if targets is None:
            targets, said = self._likely_targets(known, there, some)
            notices += said
        inputs = self.source.inputs
        if inputs is None:
            inputs = tuple(name for name in there if name not in targets)
        if not inputs:
            raise DataError(
                "No array of {name} is left to learn from. Predict fewer arrays.", name=path.name
            )
        if both := set(inputs) & set(targets):
            raise DataError(
                "The array “{least}” is to be learned from and to be predicted. Choose one.",
                least=min(both),
            )
        return inputs, targets, notices

    def _likely_targets(
        self, known: Mapping[str, Header], there: list[str], some: ReadSome
    ) -> tuple[tuple[str, ...], list[str]]:
        """What is predicted by the names, or as the only classes; and what to say of it."""
        named = usual_targets([name for name in there if name not in (self.source.inputs or ())])
        if named or self.source.inputs is not None or len(there) < 2:
            return tuple(named if len(named) < len(there) else ()), []
        of_inputs = {
            *self.source.tokens,
            *self.source.pictures,
            *self.source.series,
            *self.source.tables,
        }
        open_ones = [n for n in there if n not in of_inputs and may_be_classes(known[n])]
        found = only_classes(some(tuple(open_ones)))
        return ((), [NOTHING_PREDICTED]) if found is None else ((found,), [target_told(found)])

    def _check_names(self, path: Path, known: Mapping[str, Header]) -> None:
        named = (name for one in _SETTLED for name in getattr(self.source, one) or ())
        for name in named:
            if name not in known:
                there = ", ".join(f"“{one}”" for one in list(known)[:20])
                raise DataError(
                    "{name} has no array “{other_name}”. Choose one of: {there}.",
                    name=path.name,
                    other_name=name,
                    there=there,
                )


ReadSome: TypeAlias = Callable[[tuple[str, ...]], dict[str, Array]]
"""Reads the arrays of these names."""
_SETTLED = ("inputs", "targets", *(kind for kinds in ALTERNATIVES for kind in kinds))


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a file holds, and the settings that say how it was read."""

    samples: Samples
    settled: Mapping[str, tuple[str, ...]]


_NEWER: tuple[TargetKind, ...] = ("one_hot", "labels")
"""Kinds that older documents do not know."""


def _kind_of_old(array: Array) -> InputKind:
    """How documents read an array that do not say it: they stay as they were drawn."""
    if array.ndim == 3:
        return "pictures" if array.dtype == np.uint8 else "series"
    return "pictures" if array.ndim == 4 else "tables"


def _channels_of_old(shape: tuple[int, ...]) -> tuple[Channels, bool]:
    """Where such documents take the channels of pictures to lie."""
    if len(shape) != 4:
        return "none", True
    return ("last" if shape[-1] in COLOURS and shape[1] > shape[-1] else "first"), True


def _refuse_empty(path: Path, chosen: Mapping[str, Header]) -> None:
    for name, header in chosen.items():
        if 0 in header.shape:
            sizes = " × ".join(map(str, header.shape))
            raise DataError(
                "“{name}” in {path_name} has no values: its sizes are {sizes}. Choose other "
                "arrays.",
                name=name,
                path_name=path.name,
                sizes=sizes,
            )


def _read_whole(
    path: Path,
    known: Mapping[str, Header],
    pieces: ArrayParts | None,
    names: tuple[str, ...],
    poll: Poll,
) -> dict[str, Array]:
    """The arrays of these names, those in parts put together in the order of the parts."""
    split = {name: list(pieces[name].values()) for name in names if pieces and name in pieces}
    wanted = [piece for name in names for piece in split.get(name, [name])]
    read = read_arrays(path, {name: known[name] for name in wanted}, poll)
    return {
        name: np.concatenate([read[piece] for piece in split[name]])
        if name in split
        else read[name]
        for name in names
    }


def _parts(
    pieces: ArrayParts | None, known: Mapping[str, Header], names: tuple[str, ...]
) -> Array | None:
    """The part of each sample, where all arrays that are used come in parts."""
    if pieces is None or any(name not in pieces for name in names):
        return None
    check_parts(known, {name: pieces[name] for name in names})
    one = pieces[names[0]]
    return np.repeat(list(one), [known[name].shape[0] for name in one.values()])
