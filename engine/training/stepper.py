"""Runs a procedure step by step; a step that is repeated has the same random numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from engine.controls import Poll
from engine.data.batching.splits import Batch
from engine.measuring.stepped import Stepped
from engine.network.own_randomness import seed_step
from engine.optimizing.learner import Learner
from engine.procedures import Procedure


class Stepper:
    """Makes the steps of a procedure; nothing of the process's state goes into one."""

    def __init__(
        self, procedure: Procedure, learner: Learner, device: torch.device | str = "cpu"
    ) -> None:
        self.procedure, self.learner = procedure, learner
        self._seed, self._device = learner.plan.seed, torch.device(device)

    def step(self, batch: Batch, number: int, poll: Poll | None = None) -> Stepped:
        """Make training step ``number``, counted from 0.

        When ``poll`` raises something, everything is as it was before.
        """
        seed_step(self._seed, number, self._device)
        if poll is None:
            return self.procedure.training_step(self.learner, batch, number)
        with self._undone():
            return self.procedure.training_step(self.learner, batch, number, poll)

    def measured(self, batch: Batch, poll: Poll | None = None) -> Stepped:
        """Measure a batch without learning from it."""
        with torch.no_grad():
            return self.procedure.validation_step(self.learner.networks, batch, poll)

    def first_broken(self, batch: Batch, number: int | None = None) -> str | None:
        """The name of the node where the numbers of a batch first were not finite.

        Repeats training step ``number``, as the same seed makes possible; without one, measuring.
        """
        if number is not None:
            seed_step(self._seed, number, self._device)
        return self.procedure.first_broken(self.learner.networks, batch)

    @contextmanager
    def _undone(self) -> Iterator[None]:
        """Give the running statistics back when something is raised."""
        before = [buffer.clone() for buffer in self.learner.buffers()]
        try:
            yield
        except BaseException:
            for buffer, value in zip(self.learner.buffers(), before, strict=True):
                buffer.copy_(value)
            raise
