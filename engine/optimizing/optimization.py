"""From gradients to the next weights: optimizer, schedule, clipping, no step on broken numbers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.amp import GradScaler

from engine.errors import GraphProblems
from engine.modules import FreeParameter
from engine.network import calls
from engine.optimizing.fused_steps import QuickStep, quick_step
from graphs.describe import Chosen
from graphs.plan.optimizers import Optimizer
from graphs.plan.plan import Plan
from graphs.problems import problem
from graphs.wording.phrases import phrase

SCALER = "scaler"
"""Where a checkpoint keeps the scale of the loss; names of parameters have a point in them."""
_NO_WEIGHTS = (
    *(nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.RMSNorm),
    *(nn.PReLU, FreeParameter),
)
"""Modules whose parameters may have two axes and yet are no weights."""
LEAST = 2.0**-14
"""A loss that must be scaled down further than this is no matter of short numbers."""


class Watch:
    """Whether a number was not finite yet, as all optimizers of a procedure need to know."""

    def __init__(self, device: torch.device) -> None:
        self.broken = False
        """Known on the CPU at once."""
        self.found = torch.zeros((), device=device)
        """More than 0 from the first broken number on; what a GPU's optimizers look at."""


class Descent:
    """One optimizer at work on the trained parameters of a model.

    ``steps`` is how many there will be in all, which the schedule needs; ``rates`` multiply the
    rate of a child of the model, by its name. A step on a loss or gradient that is not finite is
    not made. On the CPU this is known at once. On a GPU asking would make the CPU wait, so the
    optimizer leaves it out by itself, with every later one, and ``ask`` is called a few times a
    second. With a ``scaler``, gradients that leave the range of short numbers are no fault: that
    step is left out and the loss is scaled less from then on. Optimizers that share a ``watch`` all
    make no more steps once one of them has left one out.
    """

    def __init__(
        self,
        model: nn.Module,
        plan: Plan,
        steps: int,
        device: torch.device,
        rates: Mapping[str, float] | None = None,
        scaler: GradScaler | None = None,
        watch: Watch | None = None,
    ) -> None:
        described = plan.find_optimizer()
        self._schedule, self._steps, self._clip = plan.find_schedule(), steps, plan.clip_norm
        self._rate = described.lr
        self.names = {p: name for name, p in model.named_parameters() if p.requires_grad}
        if not self.names:
            raise GraphProblems([problem("No layer here has weights to learn. Add one: Linear.")])
        groups = self._grouped(rates or {})
        self._factors = tuple(groups)
        self._parameters = [p for group in groups.values() for p in group]
        self._l1, self._penalized = plan.l1, penalized(model) if plan.l1 else []
        self._fused, self._scaler = described.fused, scaler
        self.optimizer = _made(described, list(groups.values()))
        self._quick: QuickStep | None = None
        self._waits = device.type != "cpu" and described.fused
        self._shared = watch or Watch(device)
        self._flags: list[Tensor] = []
        self.left_out = 0
        """How many of the latest steps are known not to have been made."""

    def _grouped(self, rates: Mapping[str, float]) -> dict[float, list[Tensor]]:
        """The parameters by what multiplies their rate."""
        groups: dict[float, list[Tensor]] = {}
        for parameter, name in self.names.items():
            groups.setdefault(_rate_of(name, rates), []).append(parameter)
        return groups

    def rate(self, step: int) -> float:
        """The learning rate at ``step``, counted from 0."""
        return self._rate * self._schedule.factor(step, self._steps)

    def descend(self, loss: Tensor, step: int) -> None:
        """Make one step down from ``loss``."""
        try:
            self.add(loss)
            self.move(loss, step)
        finally:
            self.forget()

    def add(self, loss: Tensor) -> None:
        """Add the gradients of ``loss`` to those that are there."""
        if self._scaler is not None:
            loss = self._scaler.scale(self._spoilt(loss))
        loss.backward()  # type: ignore[no-untyped-call]  # torch's is untyped

    def move(self, loss: Tensor, step: int) -> None:
        """Make one step by the gradients that were added; ``loss`` is what they come from."""
        if self._scaler is not None:
            self._move_scaled(self._scaler, loss, step)
            return
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        if self._waits or self.left_out or self._shared.broken or not _finite(loss, gradients):
            self._watch([loss.detach(), *gradients])
        if not self.left_out:
            if self._penalized:
                self._penalize()
            if self._clip is not None:
                nn.utils.clip_grad_norm_(self._parameters, self._clip)
            self._move(gradients, self.rate(step))

    def forget(self) -> None:
        """Drop all gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    def _penalize(self) -> None:
        """Add the gradient of the L1 penalty, which is the sign of each weight."""
        pairs = [(p.detach(), p.grad) for p in self._penalized if p.grad is not None]
        signs = torch._foreach_sign([weight for weight, _ in pairs])
        torch._foreach_add_([gradient for _, gradient in pairs], signs, alpha=self._l1)

    def _move(self, gradients: list[Tensor], rate: float) -> None:
        """Let the optimizer make its step, from the second on in the quick way if there is one."""
        found_inf = self._shared.found if self._waits else None
        if self._quick is not None and len(gradients) == len(self._parameters):
            with torch.no_grad():
                self._quick(gradients, rate, found_inf)
            return
        self._set_rate(rate)
        if found_inf is not None:
            # What torch's GradScaler sets too: a fused step with found_inf = 1 changes nothing.
            optimizer: Any = self.optimizer
            optimizer.grad_scale, optimizer.found_inf = None, found_inf
        self.optimizer.step()
        if len(gradients) == len(self._parameters):
            self._quick = quick_step(self.optimizer, self._factors)

    def _set_rate(self, rate: float) -> None:
        for group, factor in zip(self.optimizer.param_groups, self._factors, strict=True):
            group["lr"] = rate * factor

    # ---- short numbers ----

    def _spoilt(self, loss: Tensor) -> Tensor:
        """A GPU's loss after one that was not finite: its gradients leave that step out too."""
        if not self._waits:
            return loss
        return loss * torch.where(self._shared.found > 0, torch.nan, 1.0)

    def _move_scaled(self, scaler: GradScaler, loss: Tensor, step: int) -> None:
        if self._waits or self.left_out or self._shared.broken or not math.isfinite(loss.item()):
            self._watch([loss.detach()])
        if self.left_out:
            return
        scaler.unscale_(self.optimizer)
        if self._penalized:
            with torch.no_grad():
                self._penalize()
        if self._clip is not None:
            nn.utils.clip_grad_norm_(self._parameters, self._clip)
        self._set_rate(self.rate(step))
        scaler.step(self.optimizer)
        scaler.update()

    def ask(self) -> int:
        """How many of the steps since the last time were not made. Waits for a GPU."""
        if self._flags:
            flags, self._flags = torch.stack(self._flags).tolist(), []
            self.left_out = sum(map(int, flags))
        if self._scaler is not None and not self.left_out and self._scaler.get_scale() < LEAST:
            self.left_out = 1
        return self.left_out

    def _watch(self, numbers: Sequence[Tensor]) -> None:
        """Take note of broken numbers, on a GPU in a way that the optimizer sees by itself."""
        if not self._waits:
            self.left_out += 1
            self._shared.broken = True
            return
        norms = torch._foreach_norm(list(numbers))
        broken = 1.0 - torch.stack(norms).isfinite().all().float()
        self._shared.found = torch.maximum(self._shared.found, broken)
        self._flags.append(self._shared.found)

    # ---- for checkpoints ----

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """The optimizer's memory: tensors and plain values by ``parameter/key``."""
        tensors: dict[str, Tensor] = {}
        values: dict[str, Any] = {}
        for parameter, name in self.names.items():
            for key, value in self.optimizer.state.get(parameter, {}).items():
                kept = tensors if isinstance(value, Tensor) else values
                kept[f"{name}/{key}"] = value
        if self._scaler is not None:
            values |= {f"{SCALER}/{key}": v for key, v in self._scaler.state_dict().items()}
        return tensors, values

    def load(self, tensors: dict[str, Tensor], values: dict[str, Any]) -> None:
        """Take back what ``state`` gave."""
        self.optimizer.state.clear()
        self._quick = None
        by_name = {name: parameter for parameter, name in self.names.items()}
        scale = {k: values[k] for k in values if k.startswith(f"{SCALER}/")}
        if self._scaler is not None:
            self._scaler.load_state_dict({k.rpartition("/")[2]: v for k, v in scale.items()})
        for path, value in (*tensors.items(), *values.items()):
            if path in scale:
                continue
            name, _, key = path.rpartition("/")
            parameter = by_name[name]
            if isinstance(value, Tensor):  # torch counts on the CPU unless it is fused
                counts = key in {"step", "mu_product"} and not self._fused
                value = value.to("cpu" if counts else parameter.device, copy=True)
            self.optimizer.state[parameter][key] = value


def penalized(model: nn.Module) -> list[nn.Parameter]:
    """The trained parameters that the L1 penalty counts: weights that multiply what comes in."""
    return [
        parameter
        for module in model.modules()
        if not isinstance(module, _NO_WEIGHTS)
        for parameter in module.parameters(recurse=False)
        if parameter.requires_grad and parameter.dim() > 1
    ]


def _made(described: Optimizer, groups: list[list[Tensor]]) -> torch.optim.Optimizer:
    call = described.torch()
    fused = {"fused": True} if described.fused else {}
    parameters = groups[0] if len(groups) == 1 else [{"params": group} for group in groups]
    try:
        made: torch.optim.Optimizer = calls.resolve(call.target)(
            parameters, **call.arguments, **fused
        )
    except ValueError:  # settings that do not go together
        faults = type(described).conflicts(Chosen.of(described).settings)
        told = "; ".join(f"{name} {fault}" for name, fault in faults.items())
        why = told or phrase("its settings do not go together")
        sentence = phrase("Optimizer: {why}. Change that in the training plan.")
        raise GraphProblems([problem(sentence, why=why)]) from None
    return made


def _finite(loss: Tensor, gradients: Sequence[Tensor]) -> bool:
    """Whether all numbers are finite. Sums tell, at a twentieth of the exact question's cost."""
    # Huge finite numbers may add up to infinity: only then is each one looked at.
    total = loss.item() + sum([gradient.sum().item() for gradient in gradients])
    if math.isfinite(total):
        return True
    return bool(loss.isfinite()) and all(bool(g.isfinite().all()) for g in gradients)


def _rate_of(key: str, rates: Mapping[str, float]) -> float:
    """What multiplies the rate of a parameter, by the name of the node that has it."""
    parts = key.split(".")
    names = (".".join(parts[:end]) for end in range(1, len(parts)))
    return next((rates[name] for name in names if name in rates), 1.0)
