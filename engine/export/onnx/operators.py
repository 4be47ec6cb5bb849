"""LSTM, GRU and RNN as operators of our own, which stand in for torch's in an ONNX file.

Left to itself, the exporter takes ``nn.LSTM`` and ``nn.GRU`` apart, which works once per process,
and keeps the length of what an ``nn.RNN`` was traced with. The operators here compute one layer in
ONNX's own layout: each translation is one line, right at all sizes.

An operator takes steps × N × features, D × gates·hidden × features, D × gates·hidden × hidden,
D × 2·gates·hidden, the states as D × N × hidden for D directions, and the lengths of the N samples
where not all of their steps are real; it gives steps × D × N × hidden and the last states.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from onnx import TensorProto
from onnxscript import opset20
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

LSTM_OF_ONNX: tuple[int, ...] = (0, 3, 1, 2)
"""ONNX keeps the gates as input, output, forget, cell; torch as input, forget, cell, output."""
LSTM_OF_TORCH: tuple[int, ...] = (0, 2, 3, 1)
GRU_ORDER: tuple[int, ...] = (1, 0, 2)
"""ONNX keeps the gates as update, reset, new; torch as reset, update, new."""
RNN_ORDER: tuple[int, ...] = (0,)
INT32 = int(TensorProto.INT32)


@torch.library.custom_op("layerloom::lstm", mutates_args=())
def lstm(
    x: Tensor,
    weight: Tensor,
    recurrence: Tensor,
    bias: Tensor | None,
    hidden: Tensor | None,
    cell: Tensor | None,
    lengths: Tensor | None,
    hidden_size: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """One layer of an LSTM, in one or two directions."""
    states = [_or_zeros(state, x, weight, hidden_size) for state in (hidden, cell)]
    weights = _weights(weight, recurrence, bias, LSTM_OF_TORCH)
    how = (weights, bias is not None, 1, 0.0, False, len(weight) == 2)
    if lengths is None:
        y, *lasts = torch.ops.aten.lstm.input(x, states, *how, False)
    else:
        packed, states = _packed(x, lengths, states)
        y, *lasts = torch.ops.aten.lstm.data(packed.data, packed.batch_sizes, states, *how)
        y, lasts = _unpacked(packed._replace(data=y), x, lasts, lengths)
    return _by_direction(y, hidden_size), lasts[0], lasts[1]


@torch.library.custom_op("layerloom::gru", mutates_args=())
def gru(
    x: Tensor,
    weight: Tensor,
    recurrence: Tensor,
    bias: Tensor | None,
    hidden: Tensor | None,
    lengths: Tensor | None,
    hidden_size: int,
) -> tuple[Tensor, Tensor]:
    """One layer of a GRU, in one or two directions."""
    weights = _weights(weight, recurrence, bias, GRU_ORDER)
    return _with_one_state(torch.ops.aten.gru, x, weight, weights, hidden, lengths, hidden_size)


@torch.library.custom_op("layerloom::rnn", mutates_args=())
def rnn(
    x: Tensor,
    weight: Tensor,
    recurrence: Tensor,
    bias: Tensor | None,
    hidden: Tensor | None,
    lengths: Tensor | None,
    hidden_size: int,
    activation: str,
) -> tuple[Tensor, Tensor]:
    """One layer of an RNN with the activation Tanh or Relu, in one or two directions."""
    compute = {"Tanh": torch.ops.aten.rnn_tanh, "Relu": torch.ops.aten.rnn_relu}[activation]
    weights = _weights(weight, recurrence, bias, RNN_ORDER)
    return _with_one_state(compute, x, weight, weights, hidden, lengths, hidden_size)


def _with_one_state(
    compute: Any,
    x: Tensor,
    weight: Tensor,
    weights: list[Tensor],
    hidden: Tensor | None,
    lengths: Tensor | None,
    hidden_size: int,
) -> tuple[Tensor, Tensor]:
    """One layer by torch's own operators, which take whole or packed series."""
    state = _or_zeros(hidden, x, weight, hidden_size)
    has_bias = len(weights) == 4 * len(weight)
    how = (weights, has_bias, 1, 0.0, False, len(weight) == 2)
    if lengths is None:
        y, last = compute.input(x, state, *how, False)
    else:
        packed, (state,) = _packed(x, lengths, [state])
        y, last = compute.data(packed.data, packed.batch_sizes, state, *how)
        y, (last,) = _unpacked(packed._replace(data=y), x, [last], lengths)
    return _by_direction(y, hidden_size), last


def _packed(
    x: Tensor, lengths: Tensor, states: Sequence[Tensor]
) -> tuple[PackedSequence, list[Tensor]]:
    """The real steps alone, and the states in the order of the samples there."""
    packed = pack_padded_sequence(x, lengths.clamp(min=1).cpu(), enforce_sorted=False)
    assert packed.sorted_indices is not None  # the samples were not sorted before
    return packed, [state.index_select(1, packed.sorted_indices) for state in states]


def _unpacked(
    packed: PackedSequence, x: Tensor, lasts: Sequence[Tensor], lengths: Tensor
) -> tuple[Tensor, list[Tensor]]:
    """Steps with zeros for padding, and the last states, all in the order that ``x`` had.

    A sample without steps has zeros for both.
    """
    assert packed.unsorted_indices is not None  # the samples were not sorted before
    y, _ = pad_packed_sequence(packed, total_length=x.shape[0])
    empty = (lengths < 1)[:, None]
    ordered = [last.index_select(1, packed.unsorted_indices) for last in lasts]
    return y.masked_fill(empty, 0.0), [last.masked_fill(empty, 0.0) for last in ordered]


def _or_zeros(state: Tensor | None, x: Tensor, weight: Tensor, hidden_size: int) -> Tensor:
    return x.new_zeros(len(weight), x.shape[1], hidden_size) if state is None else state


def _weights(
    weight: Tensor, recurrence: Tensor, bias: Tensor | None, order: tuple[int, ...]
) -> list[Tensor]:
    """The weights of all directions as torch lays them out."""
    weights: list[Tensor] = []
    for d in range(len(weight)):
        weights += [gates(weight[d], order), gates(recurrence[d], order)]
        if bias is not None:
            weights += [gates(half, order) for half in bias[d].chunk(2)]
    return weights


def _by_direction(y: Tensor, hidden_size: int) -> Tensor:
    steps, batch, _ = y.shape
    return y.view(steps, batch, -1, hidden_size).transpose(1, 2).contiguous()


@gru.register_fake
@rnn.register_fake
def _empty(x: Tensor, weight: Tensor, recurrence: Tensor, *rest: object) -> tuple[Tensor, Tensor]:
    """What comes out, with sizes only."""
    steps, batch, _ = x.shape
    state = (weight.shape[0], batch, recurrence.shape[2])
    return x.new_empty(steps, *state), x.new_empty(state)


@lstm.register_fake
def _(x: Tensor, weight: Tensor, recurrence: Tensor, *rest: object) -> tuple[Tensor, ...]:
    y, state = _empty(x, weight, recurrence)
    return y, state, torch.empty_like(state)


def _translated_lstm(
    x: Any,
    weight: Any,
    recurrence: Any,
    bias: Any,
    hidden: Any,
    cell: Any,
    lengths: Any,
    hidden_size: int,
) -> Any:
    given = (x, weight, recurrence, bias, _short(lengths), hidden, cell)
    return opset20.LSTM(*given, hidden_size=hidden_size, direction=_direction(weight))


def _translated_gru(
    x: Any, weight: Any, recurrence: Any, bias: Any, hidden: Any, lengths: Any, hidden_size: int
) -> Any:
    given = (x, weight, recurrence, bias, _short(lengths), hidden)
    direction = _direction(weight)
    return opset20.GRU(*given, hidden_size=hidden_size, direction=direction, linear_before_reset=1)


def _translated_rnn(
    x: Any,
    weight: Any,
    recurrence: Any,
    bias: Any,
    hidden: Any,
    lengths: Any,
    hidden_size: int,
    activation: str,
) -> Any:
    given = (x, weight, recurrence, bias, _short(lengths), hidden)
    direction, activations = _direction(weight), [activation] * weight.shape[0]
    return opset20.RNN(
        *given, hidden_size=hidden_size, direction=direction, activations=activations
    )


def _short(lengths: Any) -> Any:
    """Lengths in the form that ONNX wants."""
    return None if lengths is None else opset20.Cast(lengths, to=INT32)


def _direction(weight: Any) -> str:
    return "bidirectional" if weight.shape[0] == 2 else "forward"


TRANSLATIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    torch.ops.layerloom.lstm.default: _translated_lstm,
    torch.ops.layerloom.gru.default: _translated_gru,
    torch.ops.layerloom.rnn.default: _translated_rnn,
}
"""What ``torch.onnx.export`` needs to know about the operators here."""


def gates(rows: Tensor, order: tuple[int, ...]) -> Tensor:
    """The rows of all gates in another order."""
    chunks = rows.detach().chunk(len(order))
    return torch.cat([chunks[gate] for gate in order])
