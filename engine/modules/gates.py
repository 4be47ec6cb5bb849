"""Feed-forward maps of Transformers in which one linear map opens or closes another."""

from collections.abc import Callable, Mapping
from typing import Literal

from torch import Tensor, nn
from torch.nn import functional

_OPENINGS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "silu": functional.silu,
    "gelu": functional.gelu,
}


class GatedFeedForward(nn.Module):
    """``down(activation(gate(x)) * up(x))`` over the last axis, named as LLaMA names its weights.

    N × ... × features becomes N × ... × features.
    """

    def __init__(
        self, features: int, hidden_features: int, bias: bool, activation: Literal["silu", "gelu"]
    ) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(features, hidden_features, bias=bias)
        self.up_proj = nn.Linear(features, hidden_features, bias=bias)
        self.down_proj = nn.Linear(hidden_features, features, bias=bias)
        self._activate = _OPENINGS[activation]

    def forward(self, input: Tensor) -> Tensor:
        """The same sizes."""
        opened: Tensor = self._activate(self.gate_proj(input)) * self.up_proj(input)
        found: Tensor = self.down_proj(opened)
        return found
