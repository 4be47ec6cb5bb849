"""A trained run, ready to be asked: about its test split, sample by sample, and about new files.

Made and asked on a thread: torch is imported here, and reading the data may take long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

from gui.preview import Table, Tile, can_be_drawn, table_of, tile_of

if TYPE_CHECKING:
    from torch import Tensor

    from engine.data.samples import Samples
    from engine.evaluation import Evaluated
    from engine.prediction import Prediction
    from graphs.data import DataSection

MOST_SORTED = 20_000
"""Test samples beyond this many are not sorted into the cells of the confusion matrix."""
CHUNK = 256
Cell = tuple[str, str]
"""The right class and the one that was said."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One sample with what was said about it; the truth is empty where it is not known."""

    predictions: tuple[Prediction, ...]
    truth: str = ""
    tile: Tile | None = None
    table: Table = field(default_factory=Table)


@dataclass(frozen=True, slots=True)
class AskedFile:
    """The new samples of a file with what was said about them."""

    name: str
    samples: tuple[Asked, ...]
    notices: tuple[str, ...]


class Trial:
    """A run's network with its test split."""

    def __init__(self, folder: Path, evaluated: Evaluated) -> None:
        from engine.data.prepare import prepare_samples
        from engine.data.samples import read
        from engine.prediction import Predictor
        from engine.runs import Run

        document = Run.open(folder).document
        self.folder, self.evaluated = folder, evaluated
        self._section: DataSection = document.data
        self._samples: Samples = read(document.data)
        self._predictor = Predictor(folder)
        known = self._predictor.preprocessing
        prepared = prepare_samples(self._samples, document.data, document.plan, "cpu", known)
        self._rows = prepared.indices.test
        self._tensors: Mapping[str, Tensor] = prepared.test().tensors
        self.cells = self._sorted_into_cells()

    def __len__(self) -> int:
        return len(self._rows)

    def ask(self, at: int) -> Asked:
        """The test sample number ``at`` and what the network says about it."""
        from engine.data.preview import preview as look
        from engine.data.samples import Samples

        row = self._rows[at : at + 1]
        values = {name: whole[row] for name, whole in self._samples.values.items()}
        one = Samples(self._samples.fields, self._samples.domains, values)
        first: Any = look(self._section, 1, one).first
        drawn = [n for n in self._section.inputs() if can_be_drawn(self._section.fields[n])]
        table = table_of(self._section, first)
        truth = ", ".join(table.rows[0][column] for column in sorted(table.targets))
        tile = tile_of(self._section.fields[drawn[0]], first[drawn[0]][0]) if drawn else None
        return Asked(tuple(self._said(at, at + 1)[0]), truth, tile, Table() if drawn else table)

    def ask_file(self, path: Path) -> AskedFile:
        """What the network says about the new samples in a file. Raises DataError."""
        from engine.devices import threads

        with threads(1):
            predicted = self._predictor.predict(path)
        image = QImage(str(path))
        tile = None if image.isNull() else Tile(image=image)
        samples = tuple(Asked(tuple(row), tile=tile) for row in predicted.samples)
        return AskedFile(path.name, samples, predicted.notices)

    def _said(self, first: int, end: int) -> list[list[Prediction]]:
        from engine.devices import threads
        from engine.prediction import predicted

        part = {name: tensor[first:end] for name, tensor in self._tensors.items()}
        with threads(1):
            return predicted(self._predictor.network, self._predictor.preprocessing, part)

    def _sorted_into_cells(self) -> Mapping[Cell, tuple[int, ...]]:
        """The test samples of each cell of the confusion matrix."""
        if not self.evaluated.classes:
            return {}
        import numpy as np

        target = next(p.target for p in self._predictor.network.losses if p.task != "number")
        classes = self.evaluated.classes
        labels = np.asarray(self._samples.values[target])
        cells: dict[Cell, list[int]] = {}
        for first in range(0, min(len(self), MOST_SORTED), CHUNK):
            for at, said in enumerate(self._said(first, first + CHUNK), first):
                guess = next((p.class_ for p in said if p.class_ is not None), None)
                if guess is not None:
                    right = classes[int(labels[int(self._rows[at])])]
                    cells.setdefault((right, guess), []).append(at)
        return {cell: tuple(members) for cell, members in cells.items()}


def opened(folder: Path) -> Trial:
    """Measure the run on its test split, and make it ready to be asked."""
    from engine.evaluation import evaluate

    return Trial(folder, evaluate(folder))
