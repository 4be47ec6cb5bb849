"""From gradients to the next weights: optimizer, schedule, clipping, no step on broken numbers."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from engine import calls
from engine.errors import GraphProblems
from engine.stepping import QuickStep, quick_step
from graphs.plan import Plan
from graphs.problems import problem


class Descent:
    """One optimizer at work on the trained parameters of a model.

    ``steps`` is how many there will be in all, which the schedule needs. A step on a loss or
    gradient that is not finite is not made. On the CPU this is known at once. On a GPU asking
    would make the CPU wait, so the optimizer leaves it out by itself, with every later one, and
    ``ask`` is called a few times a second.
    """

    def __init__(self, model: nn.Module, plan: Plan, steps: int, device: torch.device) -> None:
        described = plan.find_optimizer()
        self._schedule, self._steps, self._clip = plan.find_schedule(), steps, plan.clip_norm
        self._rate = described.lr
        self.names = {p: name for name, p in model.named_parameters() if p.requires_grad}
        self._parameters = list(self.names)
        if not self._parameters:
            raise GraphProblems([problem("No layer here has weights to learn. Add one: Linear.")])
        call = described.torch()
        self._fused = described.fused
        make = calls.resolve(call.target)
        try:
            self.optimizer: torch.optim.Optimizer = make(
                self._parameters, **call.arguments, **({"fused": True} if self._fused else {})
            )
        except ValueError as error:  # settings that do not go together
            raise GraphProblems([problem("Optimizer: {error}.", error=error)]) from None
        self._quick: QuickStep | None = None
        self._waits = device.type != "cpu" and described.fused
        self._found = torch.zeros((), device=device)
        self._flags: list[Tensor] = []
        self.left_out = 0
        """How many of the latest steps are known not to have been made."""

    def rate(self, step: int) -> float:
        """The learning rate at ``step``, counted from 0."""
        return self._rate * self._schedule.factor(step, self._steps)

    def descend(self, loss: Tensor, step: int) -> None:
        """Make one step down from ``loss``."""
        try:
            loss.backward()  # type: ignore[no-untyped-call]  # torch's is untyped
            gradients = [p.grad for p in self._parameters if p.grad is not None]
            if self._waits or self.left_out or not _finite(loss, gradients):
                self._watch(loss, gradients)
            if not self.left_out:
                if self._clip is not None:
                    nn.utils.clip_grad_norm_(self._parameters, self._clip)
                self._move(gradients, self.rate(step))
        finally:
            for parameter in self._parameters:
                parameter.grad = None

    def _move(self, gradients: list[Tensor], rate: float) -> None:
        """Let the optimizer make its step, from the second on in the quick way if there is one."""
        found_inf = self._found if self._waits else None
        if self._quick is not None and len(gradients) == len(self._parameters):
            with torch.no_grad():
                self._quick(gradients, rate, found_inf)
            return
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        if found_inf is not None:
            # What torch's GradScaler sets too: a fused step with found_inf = 1 changes nothing.
            optimizer: Any = self.optimizer
            optimizer.grad_scale, optimizer.found_inf = None, found_inf
        self.optimizer.step()
        if len(gradients) == len(self._parameters):
            self._quick = quick_step(self.optimizer, self._parameters)

    def ask(self) -> int:
        """How many of the steps since the last time were not made. Waits for a GPU."""
        if self._flags:
            flags, self._flags = torch.stack(self._flags).tolist(), []
            self.left_out = sum(map(int, flags))
        return self.left_out

    def _watch(self, loss: Tensor, gradients: Sequence[Tensor]) -> None:
        """Take note of broken numbers, on a GPU in a way that the optimizer sees by itself."""
        if not self._waits:
            self.left_out += 1
            return
        norms = torch._foreach_norm([loss.detach(), *gradients])
        broken = 1.0 - torch.stack(norms).isfinite().all().float()
        self._found = torch.maximum(self._found, broken)
        self._flags.append(self._found)

    # ---- for checkpoints ----

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The optimizer's memory: tensors and plain values by ``parameter/key``."""
        tensors: dict[str, Tensor] = {}
        values: dict[str, Any] = {}
        for parameter, name in self.names.items():
            for key, value in self.optimizer.state.get(parameter, {}).items():
                kept = tensors if isinstance(value, Tensor) else values
                kept[f"{name}/{key}"] = value
        return tensors, values

    def load(self, tensors: dict[str, Tensor], values: dict[str, Any]) -> None:
        """Take back what ``state`` gave."""
        self.optimizer.state.clear()
        self._quick = None
        by_name = {name: parameter for parameter, name in self.names.items()}
        for path, value in (*tensors.items(), *values.items()):
            name, _, key = path.rpartition("/")
            parameter = by_name[name]
            if isinstance(value, Tensor):  # torch counts on the CPU unless it is fused
                counts = key in {"step", "mu_product"} and not self._fused
                value = value.to("cpu" if counts else parameter.device, copy=True)
            self.optimizer.state[parameter][key] = value


def _finite(loss: Tensor, gradients: Sequence[Tensor]) -> bool:
    """Whether all numbers are finite. Sums tell, at a twentieth of the exact question's cost."""
    # Huge finite numbers may add up to infinity: only then is each one looked at.
    total = loss.item() + sum([gradient.sum().item() for gradient in gradients])
    if math.isfinite(total):
        return True
    return bool(loss.isfinite()) and all(bool(g.isfinite().all()) for g in gradients)
