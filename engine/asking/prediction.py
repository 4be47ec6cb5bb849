"""What a trained run says about new samples, which come raw, as a user has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.asking.user_input import Encoded, UserInput, encode_input
from engine.controls import Poll, go_on
from engine.data.batching.splits import aligned
from engine.data.paths import located
from engine.data.preprocessing import Preprocessing
from engine.data.sources import SourceReader, reader_of
from engine.data.sources.spec import Newest
from engine.data.tables.files.content import holds_rows
from engine.data.tables.files.new_files import read_new
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.new_rows.reading import unfilled
from engine.data.tables.remarks import notes_of
from engine.errors import DataError
from engine.measuring import metrics, sequences
from engine.network.compiling import Network
from engine.network.wiring import OutputPlace
from engine.runs import PREPROCESSING, Run
from engine.runs.trained.trained_network import Loaded, loaded
from engine.runs.trained.trained_weights import trained
from graphs.data import DataSection, lengths_of
from graphs.data.sources import Source
from graphs.data.sources.files.table_source import TableFile
from graphs.data.sources.table_layout import AUTO
from graphs.wording.phrases import phrase


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one output says about one sample: a class, labels or classes in a row, or values."""

    output: str
    class_: str | None = None
    probabilities: Mapping[str, float] | None = None
    """By class or label; with a class per step there are too many to tell, and some losses, such as
    those that ask for a margin, make none."""
    labels: tuple[str, ...] | None = None
    """Those that hold, where several can."""
    steps: tuple[str, ...] | None = None
    """The class of each step, or of each place in a picture, row by row."""
    sequence: tuple[str, ...] | None = None
    """The classes in their order, where nothing says at which step each of them is."""
    value: float | tuple[float, ...] | None = None
    """In the user's units, when a loss on numbers learned it."""
    problem: str = ""
    """Why nothing can be said, as a sentence; then all else is None."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """For each sample one prediction per output, and what the user should know about the input."""

    samples: tuple[tuple[Prediction, ...], ...]
    notices: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    """For the rows of a file, the line or row that each sample begins in."""
    notes: tuple[tuple[str, ...], ...] = ()
    """For each sample what was taken in place of what it lacks, and what else is odd about it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Samples as the network takes them, and what the user should know of them."""

    tensors: Mapping[str, Tensor]
    notices: tuple[str, ...]
    lines: tuple[int, ...]
    notes: tuple[tuple[str, ...], ...]
    """Of each sample."""


def check(folder: Path | str) -> None:
    """Raise RunError or DataError when the files of a run are not as they were written."""
    run = Run.open(folder)
    _ = run.preprocessing
    run.check_preprocessing(trained(run).preprocessing)


class Predictor:
    """A run's network, loaded once and asked any number of times."""

    def __init__(self, run: Path | str | Loaded) -> None:
        """The run in a folder, or one that is loaded already."""
        found = run if isinstance(run, Loaded) else loaded(run)
        self.document = found.document
        self.network, self.preprocessing = found.network, found.preprocessing
        self.epoch, self.step = found.weights.epoch, found.weights.step
        """After which epoch the weights were, or, where that is 0, after which step."""
        self.unchecked = "" if found.weights.preprocessing else _unchecked()
        """What cannot be checked of the run, as a sentence; empty where all is."""
        self._reader = _reader_of(self.document.data)
        self.fields = tuple(
            field
            for name, field in self.network.input_fields.items()
            if name in self.network.inputs and name not in self.network.lengths_inputs
        )
        """The fields that a sample consists of, in the order of the network's inputs."""

    def predict(self, given: UserInput) -> Predicted:
        """What the network says about one or many samples, raw as a user has them.

        With several inputs ``given`` maps each field to its raw values. Raises DataError.
        """
        return self._predicted(self.encode(given))

    def predict_rows(self, sheet: Sheet) -> Predicted:
        """What the network says about the rows of a sheet, which may be a part of a file's.

        Raises DataError, with the place.
        """
        parts = {
            name: encode_input(self.preprocessing, name, sheet.path, lambda _: sheet)
            for name in self.fields
        }
        return self._predicted(self._joined(parts))

    def unfilled(self, sheet: Sheet) -> list[bool]:
        """Whether each row of a sheet holds nothing of what the network takes."""
        fields = (self.preprocessing.fields[name] for name in self.fields)
        described = {one.name: one for field in fields for one in field.columns}
        return unfilled(sheet, {name: described.get(name) for name in self.columns})

    def _predicted(self, taken: Taken) -> Predicted:
        rows = predicted(self.network, self.preprocessing, taken.tensors)
        return Predicted(tuple(map(tuple, rows)), taken.notices, taken.lines, taken.notes)

    def sheet(self, path: Path | str, poll: Poll = go_on) -> Sheet:
        """The rows of a file, read as the data was that the run was trained with.

        Raises DataError where the file contradicts that, and whatever ``poll`` raises.
        """
        fields = self.preprocessing.fields
        columns = {column.name for field in fields.values() for column in field.columns}
        source = None if self._reader is None else self._reader.source
        if not isinstance(source, TableFile):
            return read_new(located(path), AUTO, poll=poll)
        targets = {name for name, field in fields.items() if field.target}
        ignored = source.settings.get("ignored") or ()
        known = {*fields, *columns, *ignored}
        return read_new(located(path), source.layout, known, targets, poll)

    def encode_field(self, name: str, given: UserInput) -> Encoded:
        """What is given for one field as the network takes it. Raises DataError."""
        return encode_input(self.preprocessing, name, given, self.sheet)

    def encode(self, given: UserInput, newest: Newest | None = None) -> Taken:
        """What is given as the network takes it.

        ``newest`` is the end of the table given, where it is known already. Raises DataError.
        """
        newest = newest or self.newest(given)
        parts = self._split(given) if newest is None else list(newest.values.items())
        encoded = {
            name: encode_input(self.preprocessing, name, raw, self.sheet) for name, raw in parts
        }
        taken = self._joined(encoded)
        if newest is None:
            return taken
        return replace(taken, notices=(*taken.notices, *newest.notices))

    def _joined(self, encoded: Mapping[str, Encoded]) -> Taken:
        """The encoded inputs side by side."""
        counts = {len(one.tensor) for one in encoded.values()}
        if len(counts) > 1:
            raise DataError("Every input needs the same number of samples.")
        known = self.preprocessing.fields
        tensors = aligned({name: one.tensor for name, one in encoded.items()}, known)
        for name, one in encoded.items():
            if one.lengths is not None:
                tensors[lengths_of(name)] = one.lengths
        told = [notice for one in encoded.values() for notice in one.notices]
        once = dict.fromkeys([*([self.unchecked] if self.unchecked else []), *told])
        lines = next((one.lines for one in encoded.values() if one.lines), ())
        return Taken(tensors, tuple(once), lines, tuple(notes_of(told, max(counts, default=0))))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that name each sample, where a file holds the ends of several series."""
        return () if self._reader is None else self._reader.names()

    @property
    def has_moments(self) -> bool:
        """Whether it is known when the series of a file end."""
        return self._reader is not None and self._reader.has_moments()

    def newest(self, given: UserInput) -> Newest | None:
        """The end of a table whose lines follow each other, where the data is such a table.

        Raises DataError.
        """
        if self._reader is None or not isinstance(given, str | Path):
            return None
        if not holds_rows(given):
            return None
        return self._reader.newest(located(given))

    def _split(self, given: UserInput) -> list[tuple[str, UserInput]]:
        """What is given for each field."""
        if len(self.fields) == 1:
            return [(self.fields[0], given)]
        if isinstance(given, str) and given.lstrip().startswith(("{", "[")):
            with suppress(ValueError):
                given = json.loads(given)
        if isinstance(given, Mapping) and not set(self.fields) - set(given):
            return [(name, given[name]) for name in self.fields]
        if self._share(given):
            return [(name, given) for name in self.fields]
        raise DataError(
            "This model has several inputs. Give a JSON object with, or a .npz file of: {fields}.",
            fields=", ".join(self.fields),
        )

    def _share(self, given: UserInput) -> bool:
        """Whether every field finds its part in what is given: arrays by name, or whole rows."""
        if isinstance(given, str | Path):
            is_archive = Path(given).suffix.lower() == ".npz"
            return is_archive or (holds_rows(given) and self.takes_rows)
        rows = [given] if isinstance(given, Mapping) else given
        is_rows = isinstance(rows, list | tuple) and all(isinstance(row, Mapping) for row in rows)
        return is_rows and bool(rows) and self.takes_rows

    @property
    def takes_pictures(self) -> bool:
        """Whether a picture alone is a sample."""
        return [self.preprocessing.fields[name].kind.is_picture for name in self.fields] == [True]

    @property
    def takes_rows(self) -> bool:
        """Whether all inputs are columns of one table: its numbers, its categories, its texts.

        And whether every row is a sample by itself.
        """
        fields = [self.preprocessing.fields[name] for name in self.fields]
        return all(field.kind.has_columns or field.words for field in fields)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a table whose rows are samples: those of each field, or its texts."""
        fields = {name: self.preprocessing.fields[name] for name in self.fields}
        return tuple(
            column
            for name, field in fields.items()
            for column in ([one.name for one in field.columns] or [name])
        )


def _unchecked() -> str:
    return phrase(
        "Whether “{preprocessing}” is as the training left it cannot be checked: the run is of "
        "before a checksum of it was kept. Train it anew to have one.",
        preprocessing=PREPROCESSING,
    )


def _reader_of(section: DataSection) -> SourceReader[Any] | None:
    """What reads the data of a run; None when this version does not know it."""
    kind = Source.find(section.source)
    if kind is None or kind.faults(section.settings):
        return None
    return reader_of(kind.made(section.settings))


def predict(folder: Path | str, given: UserInput) -> list[Prediction]:
    """What a run says about new samples: for each, one prediction per output."""
    return [one for row in Predictor(folder).predict(given).samples for one in row]


def predicted(
    network: Network, preprocessing: Preprocessing, fields: Mapping[str, Tensor]
) -> list[list[Prediction]]:
    """For each sample what every output says.

    ``fields`` are encoded, the samples first; those that are ragged come with their lengths.
    """
    with torch.no_grad():
        outputs = network(*(fields[network.input_fields[name]] for name in network.inputs))
    columns = [
        _told(network, preprocessing, place, tensor, _lengths(fields, place))
        for place, tensor in zip(network.output_places, outputs, strict=True)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _lengths(fields: Mapping[str, Tensor], place: OutputPlace) -> list[int] | None:
    """How many steps of each sample an output says something about; None for all of them."""
    return None if place.padded is None else fields[lengths_of(place.padded)].tolist()


def _rows(tensor: Tensor, lengths: list[int] | None) -> list[Tensor]:
    """What belongs to each sample, padding left out."""
    if lengths is None:
        return list(tensor)
    return [row[:length] for row, length in zip(tensor, lengths, strict=True)]


def _told(
    network: Network,
    preprocessing: Preprocessing,
    place: OutputPlace,
    tensor: Tensor,
    lengths: list[int] | None,
) -> list[Prediction]:
    said = _as_trained(network, preprocessing, place, tensor, lengths)
    sound = [bool(row.isfinite().all()) for row in _rows(tensor, lengths)]
    return [
        one if is_sound else Prediction(place.name, problem=_no_number(place.name))
        for one, is_sound in zip(said, sound, strict=True)
    ]


def _no_number(output: str) -> str:
    return phrase(
        "The network gives no finite number for “{output}” here, such as for the logarithm of what "
        "is not above zero, or beyond the largest number. Give values like those of the training.",
        output=output,
    )


def _as_trained(
    network: Network,
    preprocessing: Preprocessing,
    place: OutputPlace,
    tensor: Tensor,
    lengths: list[int] | None,
) -> list[Prediction]:
    """What an output says by the loss that it learned from, whatever its numbers are."""
    loss = next((one for one in network.losses if one.name == place.loss), None)
    if loss is None:
        return [Prediction(place.name, value=_plain(row)) for row in _rows(tensor, lengths)]
    if loss.task == "number":
        restored = preprocessing.restore(loss.target, tensor)
        return [Prediction(place.name, value=_plain(row)) for row in _rows(restored, lengths)]
    classes = preprocessing.fields[loss.target].classes
    if loss.task == "sequence":
        steps = None if lengths is None else torch.tensor(lengths, device=tensor.device)
        said = sequences.decided(loss, tensor, steps).rows()
        return [Prediction(place.name, sequence=tuple(classes[c] for c in row)) for row in said]
    if loss.steps:
        return [
            Prediction(place.name, steps=tuple(classes[c] for c in row.flatten().tolist()))
            for row in _rows(tensor.argmax(loss.axis), lengths)
        ]
    shares = metrics.probabilities(loss, tensor, place.reading)
    if loss.task == "labels":
        return [_labelled(place, classes, row) for row in shares]
    return [_chosen(place, classes, row) for row in shares]


def _chosen(place: OutputPlace, classes: tuple[str, ...], shares: Tensor) -> Prediction:
    return Prediction(
        place.name,
        class_=classes[int(shares.argmax())],
        probabilities=_probabilities(place, classes, shares),
    )


def _probabilities(
    place: OutputPlace, classes: tuple[str, ...], shares: Tensor
) -> dict[str, float] | None:
    """By class or label; None where the loss makes no probabilities."""
    if place.reading == "scores":
        return None
    numbers = [round(share, 6) for share in shares.tolist()]
    return dict(zip(classes, numbers, strict=True))


def _labelled(place: OutputPlace, labels: tuple[str, ...], shares: Tensor) -> Prediction:
    return Prediction(
        place.name,
        probabilities=_probabilities(place, labels, shares),
        labels=tuple(compress(labels, metrics.holds(shares, place.reading).tolist())),
    )


def _plain(row: Tensor) -> float | tuple[float, ...]:
    numbers = tuple(row.double().flatten().tolist())
    return numbers[0] if len(numbers) == 1 else numbers
