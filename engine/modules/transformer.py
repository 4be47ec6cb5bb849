"""The layers of a Transformer, with torch's parameters, names and results, aware of padding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Literal

from torch import Tensor, nn
from torch.nn import functional

from engine.modules.attention import MultiheadAttention

_ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "relu": functional.relu,
    "gelu": functional.gelu,
}


class TransformerLayer(nn.Module):
    """Base of the two. What is drawn for the weights comes in torch's order, so it is the same."""

    remembers: ClassVar[bool]
    """Whether steps look at a memory too."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Literal["relu", "gelu"] = "relu",
        layer_norm_eps: float = 1e-5,
        norm_first: bool = False,
        bias: bool = True,
        is_causal: bool = False,
    ) -> None:
        super().__init__()
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, is_causal=is_causal)
        if self.remembers:
            self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias)
        self.linear1 = nn.Linear(d_model, dim_feedforward, bias=bias)
        self.dropout = nn.Dropout(dropout)
        self.linear2 = nn.Linear(dim_feedforward, d_model, bias=bias)
        self.norm1 = nn.LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = nn.LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.dropout1 = nn.Dropout(dropout)
        self.dropout2 = nn.Dropout(dropout)
        if self.remembers:
            self.norm3 = nn.LayerNorm(d_model, layer_norm_eps, bias=bias)
            self.dropout3 = nn.Dropout(dropout)
        self.norm_first, self._activate = norm_first, _ACTIVATIONS[activation]

    def _looked(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        found: Tensor = self.dropout1(self.self_attn(x, lengths=lengths))
        return found

    def _computed(self, x: Tensor) -> Tensor:
        """The two linear maps; the dropout behind them has the last number in torch."""
        hidden = self.dropout(self._activate(self.linear1(x)))
        last = self.dropout3 if self.remembers else self.dropout2
        found: Tensor = last(self.linear2(hidden))
        return found


class TransformerEncoderLayer(TransformerLayer):
    """Each step of N × steps × d_model looks at the others and is then computed by itself.

    torch's TransformerEncoderLayer with batch_first, for the same weights.
    """

    remembers = False

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """N × steps × features to the same; keys behind ``lengths`` are not looked at."""
        if self.norm_first:
            x = x + self._looked(self.norm1(x), lengths)
            return x + self._computed(self.norm2(x))
        x = self.norm1(x + self._looked(x, lengths))
        normal: Tensor = self.norm2(x + self._computed(x))
        return normal


class TransformerDecoderLayer(TransformerLayer):
    """Each step looks at the others and at a memory, and is then computed by itself.

    N × steps × d_model and N × others × d_model. torch's TransformerDecoderLayer with batch_first,
    for the same weights.
    """

    remembers = True

    def forward(
        self,
        x: Tensor,
        memory: Tensor,
        lengths: Tensor | None = None,
        memory_lengths: Tensor | None = None,
    ) -> Tensor:
        """``x`` and ``memory``, N × steps × features each, to the form of ``x``."""
        if self.norm_first:
            x = x + self._looked(self.norm1(x), lengths)
            x = x + self._remembered(self.norm2(x), memory, memory_lengths)
            return x + self._computed(self.norm3(x))
        x = self.norm1(x + self._looked(x, lengths))
        x = self.norm2(x + self._remembered(x, memory, memory_lengths))
        normal: Tensor = self.norm3(x + self._computed(x))
        return normal

    def _remembered(self, x: Tensor, memory: Tensor, lengths: Tensor | None) -> Tensor:
        found: Tensor = self.dropout2(self.multihead_attn(x, memory, lengths=lengths))
        return found
