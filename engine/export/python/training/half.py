"""The half of a file that trains, put together; and what lies beside it."""

from __future__ import annotations

import io

import safetensors.torch

from engine.export.python.layout import DATA, FIRST, TRAINED, WEIGHTS
from engine.export.python.network_source import NetworkSource
from engine.export.python.own_code import taken_along_names
from engine.export.python.training.answering import AnsweringSource
from engine.export.python.training.augmenting import AugmentingSource
from engine.export.python.training.constants import Constants
from engine.export.python.training.criterion import CriterionSource
from engine.export.python.training.data_source import DataSource, arrays
from engine.export.python.training.descent import DescentSource
from engine.export.python.training.facts import TrainingFacts
from engine.export.python.training.first_weights import FirstWeightsSource
from engine.export.python.training.judging import JudgingSource
from engine.export.python.training.names import PATHS
from engine.export.python.training.taken_along.array_files import save_arrays
from engine.export.python.training.training_source import TrainingSource

TYPES = (
    "Array: TypeAlias = NDArray[Any]",
    "Raw: TypeAlias = dict[str, Array]",
    "Batch: TypeAlias = dict[str, Tensor]",
)
DEVICES = {
    "auto": '"cuda" if torch.cuda.is_available() else "cpu"',
}


class TrainingHalf:
    """Lines of code by which a network of this name trains, measures and answers."""

    def __init__(self, facts: TrainingFacts, source: NetworkSource, network: str) -> None:
        plan = facts.plan
        self._facts, self._network = facts, network
        self._constants = Constants({"DEVICE", *PATHS, *taken_along_names(), *source.classes})
        for name, value in (
            ("seed", plan.seed),
            ("epochs", plan.epochs),
            ("batch size", plan.batch_size),
        ):
            self._constants.named(name, value)
        self._criterion = CriterionSource(facts, source, self._constants)
        self._descent = DescentSource(facts, network, self._criterion, self._constants)
        self._data = DataSource(facts, self._constants)
        self._augmenting = AugmentingSource(facts, self._constants)
        self._training = TrainingSource(facts, self._augmenting, self._constants)
        self._judging = JudgingSource(facts, network, self._criterion, self._constants)
        self._answering = AnsweringSource(
            facts, network, self._data, self._judging, self._constants
        )
        self._first = FirstWeightsSource(facts, source, self._constants)

    def functions(self) -> list[str]:
        """The class of the losses, and all functions but ``load``."""
        written = (
            self._first.written(self._network),
            self._data.reading(),
            self._data.encoding(),
            self._data.splits(),
            self._data.batching(),
            self._augmenting.written(),
            self._criterion.written(),
            self._criterion.counting(),
            self._descent.rate(),
            self._descent.optimizer(),
            self._descent.micro_batches(),
            self._descent.step(),
            self._judging.measuring(),
            self._training.written(),
            self._answering.answers(),
            self._answering.telling(),
            self._answering.done(),
            self._answering.commands(),
        )
        known = (list(each) for each in written)
        return [line for each in known if each for line in ("", "", *each)][2:]

    def constants(self) -> list[str]:
        """The values that stand at the beginning; known when the functions are written."""
        chosen = DEVICES.get(self._facts.plan.device, f'"{self._facts.plan.device}"')
        device = f"DEVICE = torch.device({chosen})"
        return [*TYPES, "", *self._files(), "", *self._constants.written(called=False), device]

    def _files(self) -> list[str]:
        """The paths of what lies beside the file."""
        names = {"WEIGHTS_FILE": WEIGHTS, "TRAINED_FILE": TRAINED, "DATA_FILE": DATA}
        if self._first.beside() is not None:
            names["INITIAL_FILE"] = FIRST
        return [
            "HERE = Path(__file__)",
            *(f'{name} = HERE.with_name(f"{{HERE.stem}}{end}")' for name, end in names.items()),
        ]

    def tables(self) -> list[str]:
        """The values that need classes of the file."""
        return list(self._constants.written(called=True))

    def about(self) -> list[str]:
        """What the file says of it."""
        return [
            "As a program, it trains this network anew by the plan that it was drawn with",
            "(``train``), measures it (``evaluate``), and answers new samples (``predict``).",
            f"The raw samples lie beside it, under its name with ``{DATA}``; ``inputs`` makes of",
            "them what the network takes, and ``predictions`` gives what people read.",
        ]

    def beside(self) -> dict[str, bytes]:
        """The files that lie beside it, by how their names end."""
        data = io.BytesIO()
        save_arrays(data, arrays(self._facts))
        found = {DATA: data.getvalue()}
        if (first := self._first.beside()) is not None:
            found[FIRST] = safetensors.torch.save(first)
        return found
