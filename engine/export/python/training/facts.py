"""What a file needs to know that trains, and why some models leave as a network alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.parametrizations import _SpectralNorm

from engine.data.batching.batches import ordered_batches
from engine.data.prepare import Prepared
from engine.data.preprocessing import Preprocessing
from engine.data.samples import bytes_as_tensors
from engine.export.model import Model
from engine.network.compiling import compiled
from engine.procedures.supervised import Supervised
from graphs.data import Domain, Field
from graphs.files.opener import amount
from graphs.plan.plan import Plan
from graphs.wording.phrases import phrase

MOST_BYTES = 2**30
"""More data than this does not come with a file."""


@dataclass(frozen=True)
class TrainingFacts:
    """A model that a file can train, and what decides how that is written."""

    model: Model
    prepared: Prepared
    draws: bool
    """Whether random numbers are drawn in a step, as dropout does."""

    @property
    def plan(self) -> Plan:
        """How it is trained."""
        return self.model.document.plan

    @property
    def preprocessing(self) -> Preprocessing:
        """What was fitted."""
        return self.prepared.preprocessing

    @property
    def fields(self) -> Mapping[str, Field]:
        """The fields that training reads, by name."""
        wiring, known = self.model.network.wiring, self.preprocessing.fields
        used = {field for _, field in wiring.inputs.values()} | set(wiring.targets)
        return {name: known[name] for name in sorted(used)}

    @property
    def entering(self) -> list[str]:
        """The fields without which the network cannot be asked."""
        wiring = self.model.network.wiring
        asked = {wiring.inputs[name][1] for name in wiring.shown_inputs}
        return [name for name in self.fields if name in asked]

    @property
    def has_targets(self) -> bool:
        """Whether training reads more than these."""
        return len(self.entering) < len(self.fields)

    @property
    def ragged(self) -> dict[str, list[str]]:
        """The fields whose samples differ in their steps, by the name of that size."""
        found: dict[str, list[str]] = {}
        for name, field in self.fields.items():
            if field.ragged:
                found.setdefault(str(field.sizes[0]), []).append(name)
        return found

    def domain(self, size: str) -> Domain:
        """How many steps there can be."""
        return self.preprocessing.domains[size]

    @property
    def needs_two(self) -> bool:
        """Whether a batch of one sample cannot be learned from."""
        return any(isinstance(module, _BatchNorm) for module in self.model.network.modules())


def facts(model: Model) -> TrainingFacts | str:
    """What a file needs to know that trains the model; a sentence where none can."""
    if model.prepared is None:
        return phrase("The data cannot be read.")
    if (reason := _reason_against(model, model.prepared)) is not None:
        return reason
    return TrainingFacts(model, model.prepared, _draws(model, model.prepared))


def _reason_against(model: Model, prepared: Prepared) -> str | None:
    plan, network = model.document.plan, model.network
    if plan.procedure.id != Supervised.id:
        return phrase("It is trained in another way than by its losses alone.")
    if not network.losses:
        return phrase("No loss says what is to be learned.")
    if plan.folds is not None and plan.fold is None:
        return phrase("The plan trains one network for each fold. Choose one fold.")
    if plan.precision == "fp16-mixed":
        return phrase("fp16-mixed cannot be checked without a GPU. Choose another precision.")
    has_spectral = any(isinstance(module, _SpectralNorm) for module in network.modules())
    if plan.accumulate > 1 and has_spectral:
        return phrase("Spectral norms that see a batch in parts are not written as code yet.")
    if network.wiring.rates and network.wiring.shared:
        return phrase("Shared weights with rates of their own are not written as code yet.")
    targets = set(network.wiring.targets.values())
    if any(len(step.path) > 1 and targets & {*step.reads} for step in network.wiring.steps):
        return phrase("What is to be predicted enters a block of its network.")
    needed = bytes_as_tensors(prepared.samples)
    if needed > MOST_BYTES:
        return phrase(
            "Its data takes {needed}, which is too much to be put beside a file.",
            needed=amount(needed),
        )
    return None


def _draws(model: Model, prepared: Prepared) -> bool:
    """Whether a step draws random numbers, as one step on a copy of the network shows."""
    network = compiled(model.document).train()
    batch = next(ordered_batches(prepared.train, 2))
    with torch.random.fork_rng(devices=()), torch.no_grad():
        before = torch.get_rng_state()
        network.run(batch)
        return not torch.equal(before, torch.get_rng_state())
