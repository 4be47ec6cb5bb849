"""Weights that training starts from: taken where name and sizes match, told where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from engine.errors import WeightsError
from engine.network.compiling import compiled
from engine.weights.weight_store import store
from graphs.document.document import Document
from graphs.errors import Unreadable
from graphs.files import opener
from graphs.files.saving import reason
from graphs.files.weights import MOST_BYTES, found, kept
from graphs.wording.phrases import phrase

MOST_TENSORS = 50_000
"""More than any network of a document has."""
NAMED = 3
"""So many tensors are named in a sentence."""
LONGEST = 100
"""Letters of such a name."""

Fit: TypeAlias = Literal["taken", "other sizes", "other numbers", "not there", "not used"]
"""``not there``: the network has it and the file has not; ``not used``: the other way round."""
Shape: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One tensor of the network or of the file."""

    name: str
    fit: Fit
    here: Shape | None
    """Its sizes in the network."""
    there: Shape | None
    """Its sizes in the file."""


@dataclass(frozen=True, slots=True)
class Report:
    """What of the weights a network takes, tensor by tensor."""

    rows: tuple[Row, ...]

    def of(self, *fits: Fit) -> list[Row]:
        """The tensors of which that is so."""
        return [row for row in self.rows if row.fit in fits]

    def sentences(self) -> tuple[str, ...]:
        """What was taken, and what was not and why."""
        taken, unused = self.of("taken"), self.of("not used")
        fresh = self.of("other sizes", "other numbers", "not there")
        told = [
            phrase(
                "{count} of {other_count} weights are those of the file.",
                count=len(taken),
                other_count=len(taken) + len(fresh),
            )
        ]
        if fresh:
            told.append(
                phrase("Drawn anew: {listed}.", listed=_listed([_why(row) for row in fresh]))
            )
        if unused:
            told.append(
                phrase(
                    "Not used: {listed}.",
                    listed=_listed([f"“{_short(row.name)}”" for row in unused]),
                )
            )
        return tuple(told)


_NUMBERS = dict.fromkeys(("F64", "F32", "F16", "BF16"), "float") | dict.fromkeys(
    ("I64", "I32", "I16", "I8", "U8"), "whole"
)


@dataclass(frozen=True, slots=True)
class _Header:
    shape: Shape
    numbers: str
    """Of which kind: ``float``, ``whole`` or something that no network of ours has."""


def of_tensors(tensors: Mapping[str, Tensor]) -> str:
    """Keep these weights; returns their SHA-256. Raises NotSaved."""
    plain = {name: tensor.contiguous().clone() for name, tensor in sorted(tensors.items())}
    return kept(safetensors.torch.save(plain), store())


def of_file(path: Path) -> str:
    """Keep the weights in a file of the user's; returns their SHA-256.

    Raises WeightsError for a file that holds none, and NotSaved.
    """
    with _opened(path):
        pass
    try:
        return kept(opener.read_bytes(path, MOST_BYTES), store())
    except Unreadable as error:
        raise WeightsError(str(error)) from error


def take(network: nn.Module, sha: str, folders: Iterable[Path]) -> Report:
    """Put the weights into the network, where name and sizes match, and tell what was done.

    All of them are read before the first is put in. Raises FileError when they are missing or not
    what they were, and WeightsError when the file holds none.
    """
    path = found(sha, (*folders, store()))
    state = network.state_dict()
    with _opened(path) as file:
        report = _compared(state, _headers(file))
        read = {row.name: file.get_tensor(row.name) for row in report.of("taken")}
    for name, tensor in read.items():
        if not tensor.to(state[name].dtype).isfinite().all():
            raise WeightsError(
                "The weights to start from hold values in “{short}” that are no finite "
                "numbers. Choose others, or remove the starting weights from the document.",
                short=_short(name),
            )
    with torch.no_grad():
        for name, tensor in read.items():
            state[name].copy_(tensor)
    return report


def report(document: Document, sha: str, folders: Iterable[Path], available: int) -> Report:
    """What of some weights a document would start with.

    Raises GraphProblems when it cannot be trained, also for want of ``available`` bytes of memory,
    and what ``take`` raises.
    """
    return take(compiled(document, available=available), sha, folders)


def _compared(state: Mapping[str, Tensor], there: Mapping[str, _Header]) -> Report:
    rows = [_row(name, tensor, there.get(name)) for name, tensor in state.items()]
    unused = sorted(there.keys() - state.keys())
    rows += [Row(name, "not used", None, there[name].shape) for name in unused]
    return Report(tuple(rows))


def _row(name: str, tensor: Tensor, there: _Header | None) -> Row:
    here = tuple(tensor.shape)
    if there is None:
        return Row(name, "not there", here, None)
    if there.shape != here:
        return Row(name, "other sizes", here, there.shape)
    same = there.numbers == ("float" if tensor.is_floating_point() else "whole")
    return Row(name, "taken" if same else "other numbers", here, there.shape)


def _headers(file: Any) -> dict[str, _Header]:
    """What the file says of its tensors; none of them is read."""
    slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118  # no mapping
    return {
        name: _Header(tuple(one.get_shape()), _NUMBERS.get(str(one.get_dtype()), "other"))
        for name, one in slices.items()
    }


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The file of weights at a path; raises WeightsError, also for what is read in the block."""
    try:
        opener.check(path)  # the library would wait for ever at a pipe
        with safetensors.safe_open(path, "pt") as file:
            count = len(file.keys())
            if count > MOST_TENSORS:
                raise WeightsError(
                    "“{name}” holds {count:,} tensors, more than the {most_tensors:,} allowed. "
                    "Choose another file.",
                    name=path.name,
                    count=count,
                    most_tensors=MOST_TENSORS,
                )
            yield file
    except Unreadable as error:
        raise WeightsError(str(error)) from error
    except OSError as error:
        raise WeightsError(
            "{path} cannot be read: {reason}", path=opener.shown(path), reason=reason(error)
        ) from error
    except (safetensors.SafetensorError, ValueError, OverflowError) as error:
        raise WeightsError(
            "{path} holds no whole weights in the safetensors format. Files of other "
            "formats are not opened, as some of them can run programs: convert it first.",
            path=opener.shown(path),
        ) from error


def _why(row: Row) -> str:
    match row.fit:
        case "other sizes":
            return phrase(
                "“{name}” is {sizes} here and {there} in the file",
                name=row.name,
                sizes=_sizes(row.here),
                there=_sizes(row.there),
            )
        case "other numbers":
            return phrase("“{name}” holds another kind of numbers in the file", name=row.name)
        case _:
            return phrase("“{name}” is not in the file", name=row.name)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}..."


def _listed(words: list[str]) -> str:
    more = len(words) - NAMED
    return "; ".join(words[:NAMED]) + (phrase("; and {more:,} more", more=more) if more > 0 else "")


def _sizes(shape: Shape | None) -> str:
    return " × ".join(map(str, shape or ())) or phrase("1 value")
