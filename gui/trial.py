"""A trained run, ready to be asked: about its test split, sample by sample, and about new ones.

Made and asked on a thread: torch is imported here, and reading the data may take long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gui.preview import Tile, tile_of

if TYPE_CHECKING:
    from torch import Tensor

    from engine.data.raw import Given
    from engine.data.samples import Samples
    from engine.evaluation import Evaluated
    from engine.prediction import Prediction
    from graphs.data import Field

MOST_SORTED = 20_000
"""Test samples beyond this many are neither sorted into cells nor drawn as points."""
CHUNK = 256
FEWEST_STEPS = 3
"""As many numbers of one output are drawn as a curve."""
Cell = tuple[str, str]
"""The right class and the one that was said."""
Points = tuple[tuple[float, float], ...]
"""The right number and the one that was said, of one sample after the other."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one input of a sample holds: as it is given to the network, and to look at."""

    given: Given
    tile: Tile | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one output says of a sample, and what is right where that is known."""

    prediction: Prediction
    truth: str = ""
    said: str = ""
    """The classes of several steps as one text."""
    said_tile: Tile | None = None
    """Many numbers as a picture or a curve."""
    true_tile: Tile | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One sample with what was said of it."""

    held: Mapping[str, Held]
    answers: tuple[Answer, ...]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedFile:
    """The new samples of a file with what was said of them."""

    name: str
    samples: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Swept:
    """What was said of the whole test split: samples by cell, and points by output."""

    cells: Mapping[Cell, tuple[int, ...]] = field(default_factory=dict)
    points: Mapping[str, Points] = field(default_factory=dict)


class Trial:
    """A run's network with its test split."""

    def __init__(self, folder: Path, evaluated: Evaluated) -> None:
        from engine.data.prepare import prepare_samples
        from engine.data.samples import read
        from engine.prediction import Predictor
        from engine.runs import Run

        document = Run.open(folder).document
        self.folder, self.evaluated = folder, evaluated
        self._samples: Samples = read(document.data)
        self._predictor = Predictor(folder)
        self._known = document.data.fields
        self.fields: Mapping[str, Field] = {
            name: self._known[name] for name in sorted(set(self._predictor.fields))
        }
        """The fields that a sample consists of."""
        known = self._predictor.preprocessing
        prepared = prepare_samples(self._samples, document.data, document.plan, "cpu", known)
        self._rows = prepared.indices.test
        self._tensors: Mapping[str, Tensor] = prepared.test().tensors
        self._targets = {
            place.name: loss.target
            for place in self._predictor.network.output_places
            for loss in self._predictor.network.losses
            if loss.name == place.loss
        }
        self.swept = self._sweep()

    def __len__(self) -> int:
        return len(self._rows)

    # ---- asking ----

    def ask(self, at: int) -> Asked:
        """The test sample number ``at`` and what the network says about it."""
        held = {name: self._held(name, self._value(name, at)) for name in self.fields}
        (said,) = self._said(at, at + 1)
        return Asked(held, tuple(self._answer(one, held, at) for one in said))

    def ask_new(self, held: Mapping[str, Held]) -> Asked:
        """What the network says about one new sample. Raises DataError."""
        from engine.devices import threads

        given = {name: one.given for name, one in held.items()}
        with threads(1):
            found = self._predictor.predict(given if len(given) > 1 else next(iter(given.values())))
        answers = tuple(self._answer(one, held) for one in found.samples[0])
        return Asked(held, answers, found.notices)

    def ask_file(self, path: Path) -> AskedFile:
        """What the network says about the new samples in a file. Raises DataError."""
        from engine.devices import threads

        with threads(1):
            found = self._predictor.predict(path)
        (name,) = self.fields
        samples = []
        for one, said in zip(
            self._rows_of(path, name, len(found.samples)), found.samples, strict=True
        ):
            held = {name: one}
            answers = tuple(self._answer(each, held) for each in said)
            samples.append(Asked(held, answers, found.notices))
        return AskedFile(path.name, tuple(samples))

    def held_in(self, name: str, path: Path) -> Held:
        """A file as what one input holds. Raises DataError when it cannot be."""
        self._predictor.preprocessing.raw(name, path)
        return Held(path, _picture_of(path))

    # ---- samples ----

    def _value(self, name: str, at: int) -> Any:
        """What the source gave for a field of the test sample number ``at``."""
        import polars

        from engine.data.ragged import Ragged

        values, row = self._samples.values[name], int(self._rows[at])
        if isinstance(values, Ragged):
            return values.sample(row)
        return values.row(row, named=True) if isinstance(values, polars.DataFrame) else values[row]

    def _held(self, name: str, value: Any) -> Held:
        return Held(value, tile_of(self._known[name], value))

    def _rows_of(self, path: Path, name: str, count: int) -> list[Held]:
        """The samples of a file, to look at; a table shows its rows."""
        from engine.data.sheet import read_sheet
        from graphs.data import Content

        if self._known[name].content is not Content.TABLE or path.suffix.lower() in {".json"}:
            return [Held(path, _picture_of(path))] * count
        sheet = read_sheet(path)
        names = [column.name for column in self._known[name].columns]
        columns = [sheet.column(one).to_list() for one in names]
        return [Held(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]

    # ---- answers ----

    def _said(self, first: int, end: int) -> list[list[Prediction]]:
        from engine.devices import threads
        from engine.prediction import predicted

        part = {name: tensor[first:end] for name, tensor in self._tensors.items()}
        with threads(1):
            return predicted(self._predictor.network, self._predictor.preprocessing, part)

    def _answer(self, said: Prediction, held: Mapping[str, Held], at: int | None = None) -> Answer:
        """What is said, with what is true of the test sample number ``at``."""
        target = self._targets.get(said.output)
        field = self._known[target] if target is not None else None
        numbers = said.value if isinstance(said.value, tuple) else ()
        true = self._value(target, at) if target is not None and at is not None else None
        past = self._past(held)
        if field is not None and past is not None and _is_series(field) and numbers:
            return Answer(said, said_tile=_continued(past, field, numbers, true))
        tile = _tile_of_numbers(field, numbers)
        if field is None:
            return Answer(said, said_tile=tile)
        if true is None:
            return Answer(said, said=self._joint(field).join(said.steps or ()), said_tile=tile)
        if tile is not None:
            return Answer(said, said_tile=tile, true_tile=tile_of(field, true))
        return Answer(
            said, self._true_words(field, true), self._joint(field).join(said.steps or ())
        )

    def _true_words(self, field: Field, value: Any) -> str:
        """What is right, as short as what is said."""
        from graphs.data import Content

        if field.content is Content.LABELS:
            return ", ".join(compress(field.classes, value))
        if field.content is Content.CLASS:
            each = [field.classes[int(label)] for label in value.reshape(-1)]
            return self._joint(field).join(each)
        return ", ".join(f"{float(number):.4g}" for number in value.reshape(-1)[:8])

    def _joint(self, target: Field) -> str:
        """What stands between classes of steps: what stands between tokens of that spelling."""
        fields = self._known.values()
        return next((one.joint for one in fields if one.words == target.classes), " ")

    def _past(self, held: Mapping[str, Held]) -> Tile | None:
        """The one series that a sample holds, which another may continue."""
        found = [held[name].tile for name, field in self.fields.items() if _is_series(field)]
        return found[0] if len(found) == 1 else None

    def _sweep(self) -> Swept:
        """Ask about every test sample once, for the cells of the matrix and for the points."""
        cells: dict[Cell, list[int]] = {}
        points: dict[str, list[tuple[float, float]]] = {}
        classes = next((name for name in self._targets if self._is_class(name)), None)
        numbers = [name for name in self._targets if self._is_number(name)]
        wanted = len(self) if numbers or (classes and self.evaluated.classes) else 0
        for first in range(0, min(wanted, MOST_SORTED), CHUNK):
            for at, row in enumerate(self._said(first, first + CHUNK), first):
                for said in row:
                    if said.output == classes and said.class_ is not None:
                        target = self._known[self._targets[classes]]
                        right = target.classes[int(self._true(classes, at))]
                        cells.setdefault((right, said.class_), []).append(at)
                    elif said.output in numbers and isinstance(said.value, float):
                        right_number = float(self._true(said.output, at).reshape(-1)[0])
                        points.setdefault(said.output, []).append((right_number, said.value))
        return Swept(
            {cell: tuple(members) for cell, members in cells.items()},
            {name: tuple(pairs) for name, pairs in points.items()},
        )

    def _true(self, output: str, at: int) -> Any:
        return self._value(self._targets[output], at)

    def _is_class(self, output: str) -> bool:
        from graphs.data import Content

        field = self._known[self._targets[output]]
        alone = field.content is Content.CLASS and not field.sizes
        return alone and field.classes == self.evaluated.classes

    def _is_number(self, output: str) -> bool:
        from graphs.data import Content

        return self._known[self._targets[output]].content is Content.NUMBER


def opened(folder: Path) -> Trial:
    """Measure the run on its test split, and make it ready to be asked."""
    from engine.evaluation import evaluate

    return Trial(folder, evaluate(folder))


def _picture_of(path: Path) -> Tile | None:
    from PySide6.QtGui import QImage

    image = QImage(str(path))
    return None if image.isNull() else Tile(image=image)


def _is_series(field: Field) -> bool:
    from graphs.data import Content

    return field.content is Content.SERIES


def _continued(past: Tile, field: Field, numbers: tuple[float, ...], true: Any) -> Tile:
    """A series with what comes after it; of several values per step, the first."""
    import numpy as np

    steps = int(field.sizes[0]) if isinstance(field.sizes[0], int) else len(numbers)
    said = np.array(numbers).reshape(steps, -1)[:, 0]
    right = () if true is None else tuple(map(float, true.reshape(steps, -1)[:, 0]))
    return Tile(curve=past.curve, forecast=tuple(map(float, said)), ahead=right)


def _tile_of_numbers(field: Field | None, numbers: tuple[float, ...]) -> Tile | None:
    """What an output with many numbers says, to look at; None for too few to see anything."""
    import numpy as np

    from graphs.data import Content

    if field is not None and field.content is Content.IMAGE and numbers:
        sizes = tuple(int(size) for size in field.sizes)
        return tile_of(field, np.array(numbers, dtype=np.float32).reshape(sizes))
    return Tile(curve=numbers) if len(numbers) >= FEWEST_STEPS else None
