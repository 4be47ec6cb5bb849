"""LSTM as one operator of our own, which stands in for torch's while an ONNX file is written.

Left to itself, the exporter takes ``nn.LSTM`` apart, which works once per process. The operator
here computes one layer in ONNX's own layout: its translation is one line, right at all sizes.
"""

from collections.abc import Callable
from typing import Any, cast

import torch
from onnxscript import opset20
from torch import Tensor, nn

States = tuple[Tensor, Tensor]

GATES_OF_ONNX = (0, 3, 1, 2)
"""ONNX keeps the gates as input, output, forget, cell; torch as input, forget, cell, output."""
GATES_OF_TORCH = (0, 2, 3, 1)


@torch.library.custom_op("layerloom::lstm", mutates_args=())
def lstm(
    x: Tensor,
    weight: Tensor,
    recurrence: Tensor,
    bias: Tensor | None,
    hidden: Tensor | None,
    cell: Tensor | None,
    hidden_size: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """One layer of an LSTM, in one or two directions D, as ONNX lays it out.

    Takes steps × N × features, D × 4·hidden × features, D × 4·hidden × hidden, D × 8·hidden and the
    states as D × N × hidden; gives steps × D × N × hidden and the last states.
    """
    directions = len(weight)
    weights: list[Tensor] = []
    for d in range(directions):
        weights += [_gates(weight[d], GATES_OF_TORCH), _gates(recurrence[d], GATES_OF_TORCH)]
        if bias is not None:
            weights += [_gates(half, GATES_OF_TORCH) for half in bias[d].chunk(2)]
    zeros = x.new_zeros(directions, x.shape[1], hidden_size)
    states = [zeros if state is None else state for state in (hidden, cell)]
    y, last_hidden, last_cell = torch.ops.aten.lstm.input(
        x, states, weights, bias is not None, 1, 0.0, False, directions == 2, False
    )
    return (
        y.unflatten(2, (directions, hidden_size)).transpose(1, 2).contiguous(),
        last_hidden,
        last_cell,
    )


@lstm.register_fake
def _(
    x: Tensor,
    weight: Tensor,
    recurrence: Tensor,
    bias: Tensor | None,
    hidden: Tensor | None,
    cell: Tensor | None,
    hidden_size: int,
) -> tuple[Tensor, Tensor, Tensor]:
    steps, batch, _ = x.shape
    state = (weight.shape[0], batch, hidden_size)
    return x.new_empty(steps, *state), x.new_empty(state), x.new_empty(state)


def _translated(
    x: Any, weight: Any, recurrence: Any, bias: Any, hidden: Any, cell: Any, hidden_size: int
) -> Any:
    direction = "bidirectional" if weight.shape[0] == 2 else "forward"
    given = (x, weight, recurrence, bias, None, hidden, cell)
    return opset20.LSTM(*given, hidden_size=hidden_size, direction=direction)


TRANSLATIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    torch.ops.layerloom.lstm.default: _translated
}
"""What ``torch.onnx.export`` needs to know about the operators here."""


class WrittenLSTM(nn.Module):
    """Computes what an ``nn.LSTM`` computes when it does not train, layer by layer.

    The weights are copied in ONNX's order once, so that the file holds them as they are used.
    """

    def __init__(self, of: nn.LSTM) -> None:
        super().__init__()
        if of.proj_size:
            raise ValueError("an LSTM with projection has no form in ONNX")
        self.layers, self.hidden_size = of.num_layers, of.hidden_size
        self.directions, self.batch_first = 1 + of.bidirectional, of.batch_first
        for layer in range(of.num_layers):
            ends = [f"l{layer}", f"l{layer}_reverse"][: self.directions]
            weight = [_gates(getattr(of, f"weight_ih_{end}"), GATES_OF_ONNX) for end in ends]
            recurrence = [_gates(getattr(of, f"weight_hh_{end}"), GATES_OF_ONNX) for end in ends]
            self.register_buffer(f"weight{layer}", torch.stack(weight))
            self.register_buffer(f"recurrence{layer}", torch.stack(recurrence))
            bias = torch.stack([_biases(of, end) for end in ends]) if of.bias else None
            self.register_buffer(f"bias{layer}", bias)

    def forward(self, x: Tensor, states: States | None = None) -> tuple[Tensor, States]:
        """As ``nn.LSTM`` with a batch: N × steps × features when ``batch_first``."""
        x = x.transpose(0, 1) if self.batch_first else x
        hiddens, cells = [], []
        for layer in range(self.layers):
            part = slice(layer * self.directions, (layer + 1) * self.directions)
            before = (None, None) if states is None else (states[0][part], states[1][part])
            weights = (getattr(self, f"{name}{layer}") for name in ("weight", "recurrence", "bias"))
            y, hidden, cell = lstm(x, *weights, *before, self.hidden_size)
            x = y.transpose(1, 2).flatten(2)
            hiddens.append(hidden)
            cells.append(cell)
        x = x.transpose(0, 1) if self.batch_first else x
        return x, (torch.cat(hiddens), torch.cat(cells))


def _gates(rows: Tensor, order: tuple[int, ...]) -> Tensor:
    chunks = rows.detach().chunk(4)
    return torch.cat([chunks[gate] for gate in order])


def _biases(of: nn.LSTM, end: str) -> Tensor:
    halves = (getattr(of, f"bias_{part}_{end}") for part in ("ih", "hh"))
    return torch.cat([_gates(cast("Tensor", half), GATES_OF_ONNX) for half in halves])
