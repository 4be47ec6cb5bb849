"""A trained run with its samples and networks, each read and compiled once for all who ask."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from engine.data.array import Array
from engine.data.batching.splits import Split
from engine.data.memory import memory_told
from engine.data.prepare import Prepared, prepare_samples
from engine.data.reading import read
from engine.data.samples import Samples
from engine.measuring.evaluation import check_data
from engine.runs.folder import Run
from engine.runs.trained import checkpoints
from engine.runs.trained.trained_network import Loaded, loaded

MeasuredPart: TypeAlias = Literal["test", "valid"]
"""Of the samples: those kept for the end, or those that chose the best weights."""


class ReadRun:
    """Nothing is read before it is asked for; then it is kept as long as this is."""

    def __init__(self, folder: Path | str) -> None:
        """Raise RunError when there is no run."""
        self.run = Run.open(folder)
        self.document = self.run.document
        self._splits: dict[MeasuredPart, Split] = {}

    @cached_property
    def loaded(self) -> Loaded:
        """Every network with its best weights. Raises RunError, GraphProblems and DataError."""
        return loaded(self.run.folder, whole=True)

    @cached_property
    def samples(self) -> Samples:
        """All samples, as their source gives them. Raises DataError."""
        with memory_told(self.document.data):
            return read(self.document.data)

    @cached_property
    def _prepared(self) -> Prepared:
        data, plan = self.document.data, self.document.plan
        known = self.loaded.preprocessing
        with memory_told(data):
            prepared = prepare_samples(self.samples, data, plan, "cpu", known)
        checkpoint = checkpoints.newest(self.run)
        if checkpoint is not None:
            check_data(checkpoint.position.fingerprint, prepared)
        return prepared

    def sizes(self) -> dict[str, int]:
        """How far each size known only by name goes in the samples."""
        return self._prepared.sizes()

    def rows(self, part: MeasuredPart) -> Array:
        """The numbers of the samples of a part."""
        indices = self._prepared.indices
        return indices.test if part == "test" else indices.valid

    def learned_from(self, part: MeasuredPart) -> bool:
        """Whether these are the training samples, as a share of 0 takes them for a part."""
        return self.rows(part) is self._prepared.indices.train

    def split(self, part: MeasuredPart) -> Split:
        """The samples of a part as tensors.

        Raises DataError where they cannot be had, and RunError where they are not those that the
        run was trained with.
        """
        if part not in self._splits:
            prepared = self._prepared
            self._splits[part] = prepared.test() if part == "test" else prepared.valid
        return self._splits[part]
