"""One step of a fused optimizer by torch's functions, without the Python that its classes add.

On small models that is a twentieth of a whole training step.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.optim.adam import adam
from torch.optim.sgd import sgd

QuickStep: TypeAlias = Callable[[list[Tensor], float, Tensor | None], None]
"""Takes the gradients, the learning rate, and on a GPU what says that a number is not finite."""


def quick_step(optimizer: torch.optim.Optimizer, factors: Sequence[float]) -> QuickStep | None:
    """The next steps of an optimizer that has made one; None for those that have no such function.

    ``factors`` multiply the rate in each of its groups; gradients come in the groups' order. The
    optimizer's memory goes on to be its own: what is kept here are the same tensors.
    """
    groups = optimizer.param_groups
    steps = [quick for group in groups if (quick := _of_group(optimizer, group)) is not None]
    if len(steps) < len(groups):
        return None
    if list(factors) == [1.0]:
        return steps[0]
    sizes = [len(group["params"]) for group in groups]

    def step(gradients: list[Tensor], rate: float, found_inf: Tensor | None) -> None:
        start = 0
        for one, factor, size in zip(steps, factors, sizes, strict=True):
            one(gradients[start : start + size], rate * factor, found_inf)
            start += size

    return step


def _of_group(optimizer: torch.optim.Optimizer, group: dict[str, Any]) -> QuickStep | None:
    parameters = group["params"]
    memory = [optimizer.state[parameter] for parameter in parameters]
    if not group.get("fused"):
        return None
    if isinstance(optimizer, torch.optim.Adam):  # AdamW too
        return _adam(list(parameters), group, memory)
    if isinstance(optimizer, torch.optim.SGD):
        return _sgd(list(parameters), group, memory)
    return None


def _adam(
    parameters: list[Tensor], group: dict[str, Any], memory: list[dict[str, Any]]
) -> QuickStep:
    means, squares, counts = (
        [kept[key] for kept in memory] for key in ("exp_avg", "exp_avg_sq", "step")
    )
    beta1, beta2 = group["betas"]

    def step(gradients: list[Tensor], rate: float, found_inf: Tensor | None) -> None:
        adam(
            parameters,
            gradients,
            means,
            squares,
            [],
            counts,
            fused=True,
            found_inf=found_inf,
            decoupled_weight_decay=group["decoupled_weight_decay"],
            amsgrad=False,
            beta1=beta1,
            beta2=beta2,
            lr=rate,
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            maximize=False,
        )

    return step


def _sgd(
    parameters: list[Tensor], group: dict[str, Any], memory: list[dict[str, Any]]
) -> QuickStep:
    momentums = [kept.get("momentum_buffer") for kept in memory]

    def step(gradients: list[Tensor], rate: float, found_inf: Tensor | None) -> None:
        sgd(
            parameters,
            gradients,
            momentums,
            fused=True,
            found_inf=found_inf,
            weight_decay=group["weight_decay"],
            momentum=group["momentum"],
            lr=rate,
            dampening=group["dampening"],
            nesterov=group["nesterov"],
            maximize=False,
        )

    return step
