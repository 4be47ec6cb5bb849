"""Weights that training starts from: taken where name and sizes match, told where they do not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from engine.errors import WeightsError
from engine.network.compiling import compiled
from engine.weights import origins
from engine.weights.by_order import Shape
from engine.weights.fitting import LONGEST, Fit, OtherName, Report, Row, meant_by
from engine.weights.origins import Origin
from engine.weights.weight_store import store
from graphs.document.document import Document
from graphs.errors import Unreadable
from graphs.files import opener
from graphs.files.saving import reason
from graphs.files.weights import MOST_BYTES, found, kept

MOST_TENSORS = 50_000
"""More than any network of a document has."""
_NUMBERS = dict.fromkeys(("F64", "F32", "F16", "BF16"), "float") | dict.fromkeys(
    ("I64", "I32", "I16", "I8", "U8"), "whole"
)


@dataclass(frozen=True, slots=True)
class _Header:
    shape: Shape
    numbers: str
    """Of which kind: ``float``, ``whole`` or something that no network of ours has."""


def of_tensors(tensors: Mapping[str, Tensor], origin: Origin) -> str:
    """Keep these weights and where they come from; returns their SHA-256. Raises NotSaved."""
    plain = {name: tensor.contiguous().clone() for name, tensor in sorted(tensors.items())}
    return kept(origins.marked(safetensors.torch.save(plain), origin), store())


def of_file(path: Path) -> str:
    """Keep the weights in a file of the user's, and its name; returns their SHA-256.

    Raises WeightsError for a file that holds none, and NotSaved.
    """
    with _opened(path):
        pass
    try:
        data = opener.read_bytes(path, MOST_BYTES)
    except Unreadable as error:
        raise WeightsError(str(error)) from error
    return kept(origins.marked(data, Origin(file=path.name)), store())


def take(
    network: nn.Module, sha: str, folders: Iterable[Path], document: Document | None = None
) -> Report:
    """Put the weights into the network, where name and sizes match, and tell what was done.

    With the ``document`` that it is made of, also what another program calls otherwise. All of them
    are read before the first is put in. Raises FileError when they are missing or not what they
    were, and WeightsError when the file holds none.
    """
    path = found(sha, (*folders, store()))
    state = network.state_dict()
    with _opened(path) as file:
        learn = {name for name, _ in network.named_parameters()}
        origin = origins.told(file.metadata())
        rows, in_the_way = _compared(state, _headers(file), learn, origin, document)
        report = Report(rows, sha, origin, in_the_way)
        read = {row.name: file.get_tensor(row.source or row.name) for row in report.of("taken")}
    for name, tensor in read.items():
        if not tensor.to(state[name].dtype).isfinite().all():
            raise WeightsError(
                "The weights to start from hold values in “{short}” that are no finite "
                "numbers. Choose others, or remove the starting weights from the document.",
                short=name[:LONGEST],
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
    return take(compiled(document, available=available), sha, folders, document)


def _compared(
    state: Mapping[str, Tensor],
    there: Mapping[str, _Header],
    learn: Collection[str],
    origin: Origin,
    document: Document | None,
) -> tuple[tuple[Row, ...], str]:
    meant, in_the_way = meant_by(
        {name: tuple(tensor.shape) for name, tensor in state.items()},
        {name: header.shape for name, header in there.items()},
        origin,
        document,
    )
    rows = [
        _row(name, tensor, there, name in learn, meant.get(name)) for name, tensor in state.items()
    ]
    taken = {source.name for source in meant.values()}
    unused = sorted(there.keys() - state.keys() - taken)
    rows += [Row(name, "not used", None, there[name].shape) for name in unused]
    return tuple(rows), in_the_way


def _row(
    name: str, tensor: Tensor, file: Mapping[str, _Header], learns: bool, source: OtherName | None
) -> Row:
    here, there = tuple(tensor.shape), file.get(name if source is None else source.name)
    if there is None:
        return Row(name, "not there", here, None, learns)
    if there.shape != here:
        return Row(name, "other sizes", here, there.shape, learns)
    same = there.numbers == ("float" if tensor.is_floating_point() else "whole")
    fit: Fit = "taken" if same else "other numbers"
    other, how = ("", None) if source is None else source
    return Row(name, fit, here, there.shape, learns, other, how)


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
