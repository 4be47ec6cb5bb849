"""What one training step is: a procedure owns models and optimizers, and the loop calls it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from engine import precision
from engine.controls import Poll
from engine.measuring.denominators import denominators
from engine.network.compiling import Network, StepResult, added_up
from engine.network.diagnosis import first_broken
from engine.network.own_randomness import seed_step
from engine.runs.trained.checkpoints import under
from engine.training.optimization import Descent
from graphs.plan.plan import Plan

Batch = Mapping[str, Tensor]


class Procedure(ABC):
    """Base of every way to train: supervised now; adversarial, distillation and others later."""

    models: Mapping[str, nn.Module]
    descents: Mapping[str, Descent]

    @abstractmethod
    def step(self, batch: Batch, number: int, poll: Poll | None = None) -> StepResult:
        """Make training step ``number``, counted from 0; nothing of the process's state goes in.

        When ``poll`` raises something, everything is as it was before.
        """

    @property
    def stumbled(self) -> bool:
        """Whether it is known already, without waiting, that a step was left out."""
        return any(descent.left_out for descent in self.descents.values())

    def left_out(self) -> int:
        """How many of the latest steps were left out, as numbers were not finite. Waits."""
        return max(descent.ask() for descent in self.descents.values())

    @abstractmethod
    def first_broken(self, batch: Batch, number: int) -> str | None:
        """The name of the node where the numbers of a step that was left out broke first."""

    @abstractmethod
    def rate(self, number: int) -> float:
        """The learning rate at step ``number``."""

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """All that a checkpoint needs: tensors and plain values by path."""
        tensors: dict[str, Tensor] = {}
        values: dict[str, Any] = {}
        for name, model in self.models.items():
            tensors |= {f"models/{name}/{key}": t for key, t in model.state_dict().items()}
        for name, descent in self.descents.items():
            memory, plain = descent.state()
            tensors |= {f"optimizers/{name}/{path}": tensor for path, tensor in memory.items()}
            values |= {f"optimizers/{name}/{path}": value for path, value in plain.items()}
        return tensors, values

    def load(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        """Take back what ``state`` gave; raises RuntimeError when it does not fit the models."""
        for name, model in self.models.items():
            model.load_state_dict(under(tensors, f"models/{name}/"))
        for name, descent in self.descents.items():
            prefix = f"optimizers/{name}/"
            descent.load(under(tensors, prefix), under(values, prefix))


class Supervised(Procedure):
    """One network learns to make its losses small."""

    def __init__(self, network: Network, plan: Plan, steps: int, device: torch.device) -> None:
        self._network, self._seed, self._device = network, plan.seed, device
        network.compute_in(precision.shorter(plan.precision, device))
        scaler = precision.scaler(plan.precision, device)
        self._descent = Descent(network, plan, steps, device, network.wiring.rates, scaler)
        self._parts = _part_size(plan)
        self.models = {"network": network}
        self.descents = {"network": self._descent}

    def step(self, batch: Batch, number: int, poll: Poll | None = None) -> StepResult:
        seed_step(self._seed, number, self._device)
        if poll is None:
            return self._descend(batch, number)
        before = [buffer.clone() for buffer in self._network.buffers()]
        try:
            return self._descend(batch, number, poll)
        except BaseException:
            for buffer, value in zip(self._network.buffers(), before, strict=True):
                buffer.copy_(value)
            raise

    def _descend(self, batch: Batch, number: int, poll: Poll | None = None) -> StepResult:
        if self._parts is not None:
            return self._descend_in_parts(batch, self._parts, number, poll)
        ran = self._network.run(batch, (), poll)
        self._descent.descend(ran.total, number)
        return ran

    def _descend_in_parts(
        self, batch: Batch, size: int, number: int, poll: Poll | None
    ) -> StepResult:
        """One step by the gradients of all parts, each by its share of what a loss is a mean of."""
        places, done = self._network.losses, []
        whole = denominators(places, batch)
        try:
            for part in parts(batch, size):
                ran = self._network.run(part, (), poll)
                own = zip(ran.losses, denominators(places, part), whole, strict=True)
                losses = [loss * (part_of / all_of) for loss, part_of, all_of in own]
                total = added_up(places, losses)
                self._descent.add(total)
                scores = tuple([one.detach() for one in ran.scores])
                done.append(
                    StepResult(total.detach(), tuple([x.detach() for x in losses]), scores, {})
                )
            joined = _joined(done)
            self._descent.move(joined.total, number)
        finally:
            self._descent.forget()
        return joined

    def rate(self, number: int) -> float:
        """The learning rate at step ``number``."""
        return self._descent.rate(number)

    def first_broken(self, batch: Batch, number: int) -> str | None:
        """The name of the node where the numbers of a step first were not finite.

        Repeats the step, as the same seed makes possible.
        """
        seed_step(self._seed, number, self._device)
        return first_broken(self._network, batch)


def parts(batch: Batch, size: int) -> list[Batch]:
    """A batch in parts of ``size`` samples.

    A last part of one sample joins the one before it: batch normalisation cannot learn from one.
    """
    count = len(next(iter(batch.values())))
    sizes = [size] * (count // size) + [count % size] * bool(count % size)
    if len(sizes) > 1 and sizes[-1] == 1:
        sizes[-2:] = [sizes[-2] + 1]
    split = {name: torch.split(tensor, sizes) for name, tensor in batch.items()}
    return [{name: pieces[n] for name, pieces in split.items()} for n in range(len(sizes))]


def _part_size(plan: Plan) -> int | None:
    return plan.batch_size if plan.accumulate > 1 else None


def _joined(done: Sequence[StepResult]) -> StepResult:
    """What the whole batch would have given."""
    totals = torch.stack([ran.total for ran in done])
    losses = [torch.stack(each).sum() for each in zip(*(ran.losses for ran in done), strict=True)]
    scores = [torch.cat(each) for each in zip(*(ran.scores for ran in done), strict=True)]
    return StepResult(totals.sum(), tuple(losses), tuple(scores), {})
