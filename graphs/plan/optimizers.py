"""Optimizers, each a description of torch's class of that name."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graphs.describe import Described, param
from graphs.layers.spec import Call
from graphs.wording.phrases import phrase

CLOSEST = 0.999999
"""How close to 1 a memory may come where torch multiplies it in float32: 1 would divide by zero."""


class Optimizer(Described, family="optimizers"):
    """Base of every optimizer. Its settings are torch's arguments."""

    named_as_in_torch = True

    fused: ClassVar[bool] = True
    """Whether torch has one fused step for it, which is faster and skips non-finite gradients."""

    lr: float = param(default=1e-3, above=0, help="Learning rate: how far each step goes.")
    weight_decay: float = param(default=0.0, low=0, help="Pull of all weights towards zero.")

    def torch(self) -> Call:
        """The constructor; the parameters and ``fused`` are added by the engine."""
        return Call(f"torch.optim.{type(self).__name__}", self.settings)


class SGD(Optimizer, id="sgd", search="gradient descent momentum"):
    """Follows the gradient, with momentum when set."""

    lr: float = param(default=0.1, above=0, help="Learning rate: how far each step goes.")
    momentum: float = param(default=0.9, low=0, high=1, help="How much of the last step is kept.")
    nesterov: bool = param(default=False, help="Look ahead along the momentum; needs momentum.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        chosen = {**cls.defaults(), **settings}
        if chosen["nesterov"] and not chosen["momentum"]:
            return {"nesterov": phrase("needs a momentum of more than 0, or must be off")}
        return {}


class Adam(Optimizer, id="adam"):
    """Adapts the step of every weight to the size of its recent gradients."""

    betas: tuple[float, float] = param(
        default=(0.9, 0.999), low=0, below=1, help="Memory of gradients and squares."
    )
    eps: float = param(default=1e-8, above=0, help="Keeps the division finite.")


class AdamW(Optimizer, id="adamw"):
    """Adam with weight decay kept apart from the gradient; a good first choice."""

    weight_decay: float = param(default=0.01, low=0, help="Pull of all weights towards zero.")
    betas: tuple[float, float] = param(
        default=(0.9, 0.999), low=0, below=1, help="Memory of gradients and squares."
    )
    eps: float = param(default=1e-8, above=0, help="Keeps the division finite.")


class RMSprop(Optimizer, id="rmsprop", search="root mean square"):
    """Divides the step of every weight by the size of its recent gradients."""

    fused = False

    lr: float = param(default=1e-2, above=0, help="Learning rate: how far each step goes.")
    alpha: float = param(default=0.99, low=0, high=1, help="Memory of squared gradients.")
    eps: float = param(default=1e-8, above=0, help="Keeps the division finite.")
    momentum: float = param(default=0.0, low=0, high=1, help="How much of the last step is kept.")
    centered: bool = param(
        default=False, help="Divide by the spread of the gradients instead of their size."
    )


class NAdam(Optimizer, id="nadam", search="nesterov adam"):
    """Adam that looks ahead along its momentum."""

    fused = False

    lr: float = param(default=2e-3, above=0, help="Learning rate: how far each step goes.")
    betas: tuple[float, float] = param(
        default=(0.9, 0.999), low=0, high=CLOSEST, help="Memory of gradients and squares."
    )
    eps: float = param(default=1e-8, above=0, help="Keeps the division finite.")
    momentum_decay: float = param(default=4e-3, low=0, help="How fast the momentum is weakened.")
