"""Modules of our own operators that stand in for LSTM, GRU and RNN while a file is written."""

from collections.abc import Sequence
from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from engine.export.onnx.operators import GRU_ORDER, LSTM_OF_ONNX, RNN_ORDER, gates, gru, lstm, rnn

WrittenStates = tuple[Tensor, ...]


class WrittenRecurrent(nn.Module):
    """Computes what a recurrent module of torch computes when it does not train, layer by layer.

    The weights are copied in ONNX's order once, so that the file holds them as they are used.
    """

    order: ClassVar[tuple[int, ...]]
    """Where torch keeps each gate of ONNX."""
    parts: tuple[str, ...] = ("weight", "recurrence", "bias")
    """What a layer is made of; each is a buffer by that name and the layer's number."""

    def __init__(self, of: nn.RNNBase) -> None:
        super().__init__()
        self.layers, self.hidden_size = of.num_layers, of.hidden_size
        self.directions, self.batch_first = 1 + of.bidirectional, of.batch_first
        for layer in range(of.num_layers):
            ends = [f"l{layer}", f"l{layer}_reverse"][: self.directions]
            weight = [gates(getattr(of, f"weight_ih_{end}"), self.order) for end in ends]
            recurrence = [gates(getattr(of, f"weight_hh_{end}"), self.order) for end in ends]
            self.register_buffer(f"weight{layer}", torch.stack(weight))
            self.register_buffer(f"recurrence{layer}", torch.stack(recurrence))
            bias = torch.stack([self._biases(of, end) for end in ends]) if of.bias else None
            self.register_buffer(f"bias{layer}", bias)

    def _biases(self, of: nn.RNNBase, end: str) -> Tensor:
        halves = (getattr(of, f"bias_{part}_{end}") for part in ("ih", "hh"))
        return torch.cat([gates(cast("Tensor", half), self.order) for half in halves])

    def step(
        self,
        x: Tensor,
        weights: Sequence[Tensor],
        states: Sequence[Tensor] | None,
        lengths: Tensor | None,
    ) -> tuple[Tensor, ...]:
        """One layer: its output by direction, then its last states."""
        raise NotImplementedError

    def through(
        self, x: Tensor, states: WrittenStates | None, lengths: Tensor | None = None
    ) -> tuple[Tensor, WrittenStates]:
        """All layers: the output, and the last states of all."""
        x = x.transpose(0, 1) if self.batch_first else x
        lasts: list[WrittenStates] = []
        for layer in range(self.layers):
            part = slice(layer * self.directions, (layer + 1) * self.directions)
            before = None if states is None else [state[part] for state in states]
            weights = [cast("Tensor", getattr(self, f"{name}{layer}")) for name in self.parts]
            y, *last = self.step(x, weights, before, lengths)
            x = y.transpose(1, 2).flatten(2)
            lasts.append(tuple(last))
        x = x.transpose(0, 1) if self.batch_first else x
        return x, tuple(torch.cat(each) for each in zip(*lasts, strict=True))


class WrittenLSTM(WrittenRecurrent):
    """Stands in for ``nn.LSTM`` with a batch: N × steps × features when ``batch_first``.

    ONNX knows no projection. A step reads the projected output of the step before through one map,
    which is that of both; the hidden state that a series begins with enters beside its first step.
    """

    order = LSTM_OF_ONNX

    def __init__(self, of: nn.RNNBase) -> None:
        super().__init__(of)
        if not of.proj_size:
            return
        self.parts = (*self.parts, "projection", "first")
        for layer in range(of.num_layers):
            ends = [f"l{layer}", f"l{layer}_reverse"][: self.directions]
            projection = torch.stack([getattr(of, f"weight_hr_{end}").detach() for end in ends])
            recurrence = cast("Tensor", getattr(self, f"recurrence{layer}"))
            both = (recurrence.double() @ projection.double()).to(recurrence.dtype)
            every = torch.block_diag(*recurrence)  # type: ignore[no-untyped-call]
            first = every.unflatten(0, recurrence.shape[:2])
            self.register_buffer(f"projection{layer}", projection)
            self.register_buffer(f"first{layer}", first)
            self.register_buffer(f"recurrence{layer}", both)

    def step(
        self,
        x: Tensor,
        weights: Sequence[Tensor],
        states: Sequence[Tensor] | None,
        lengths: Tensor | None,
    ) -> tuple[Tensor, ...]:
        weight, recurrence, bias, *projected = weights
        hidden, cell = states or (None, None)
        if projected and hidden is not None:
            x = torch.cat([x, _at_first_steps(hidden, x, lengths)], 2)
            weight, hidden = torch.cat([weight, projected[1]], 2), None
        found = lstm(x, weight, recurrence, bias, hidden, cell, lengths, self.hidden_size)
        if not projected:
            return cast("WrittenStates", found)
        y, last, cell = found
        back = projected[0].transpose(1, 2)
        return y @ back, last @ back, cast("Tensor", cell)

    def forward(
        self, x: Tensor, states: WrittenStates | None = None
    ) -> tuple[Tensor, WrittenStates]:
        """As ``nn.LSTM``: N × T × F to N × T × (directions · hidden), and the last states.

        States are two of (layers · directions) × N × hidden: hidden and cell.
        """
        return self.through(x, states)


def _at_first_steps(hidden: Tensor, x: Tensor, lengths: Tensor | None) -> Tensor:
    """Steps × N × (directions · width): a state at the step that is read first, else zeros.

    ``hidden`` is directions × N × width; backwards, the last of the real steps is read first.
    """
    steps = torch.arange(x.shape[0], device=x.device)[:, None]
    last = x.shape[0] - 1 if lengths is None else lengths - 1
    places = (steps == 0, steps == last)
    each = [torch.where(at[..., None], one, 0.0) for at, one in zip(places, hidden, strict=False)]
    return torch.cat(each, 2)


class WrittenGRU(WrittenRecurrent):
    """Stands in for ``nn.GRU`` with a batch: N × steps × features when ``batch_first``."""

    order = GRU_ORDER

    def step(
        self,
        x: Tensor,
        weights: Sequence[Tensor],
        states: Sequence[Tensor] | None,
        lengths: Tensor | None,
    ) -> tuple[Tensor, ...]:
        hidden = states[0] if states else None
        return cast("WrittenStates", gru(x, *weights, hidden, lengths, self.hidden_size))

    def forward(self, x: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """As ``nn.GRU``: N × T × F to N × T × (directions · hidden), and the last state.

        A state is (layers · directions) × N × hidden.
        """
        x, (last,) = self.through(x, None if hidden is None else (hidden,))
        return x, last


class WrittenRNN(WrittenGRU):
    """Stands in for ``nn.RNN``, which is called as ``nn.GRU`` is."""

    order = RNN_ORDER

    def __init__(self, of: nn.RNN) -> None:
        super().__init__(of)
        self.activation = cast("str", of.nonlinearity).capitalize()

    def step(
        self,
        x: Tensor,
        weights: Sequence[Tensor],
        states: Sequence[Tensor] | None,
        lengths: Tensor | None,
    ) -> tuple[Tensor, ...]:
        hidden = states[0] if states else None
        return cast(
            "WrittenStates", rnn(x, *weights, hidden, lengths, self.hidden_size, self.activation)
        )


class WrittenPaddedLSTM(WrittenLSTM):
    """Stands in for ``PaddedLSTM``, which takes the lengths of the samples too."""

    def forward(  # type: ignore[override]
        self, x: Tensor, lengths: Tensor, states: WrittenStates | None = None
    ) -> tuple[Tensor, WrittenStates]:
        """As ``WrittenLSTM``, with the N real lengths of the samples; the rest is padding."""
        return self.through(x, states, lengths)


class WrittenPaddedGRU(WrittenGRU):
    """Stands in for ``PaddedGRU``."""

    def forward(  # type: ignore[override]
        self, x: Tensor, lengths: Tensor, hidden: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """As ``WrittenGRU``, with the N real lengths of the samples; the rest is padding."""
        x, (last,) = self.through(x, None if hidden is None else (hidden,), lengths)
        return x, last


class WrittenPaddedRNN(WrittenRNN):
    """Stands in for ``PaddedRNN``."""

    def forward(  # type: ignore[override]
        self, x: Tensor, lengths: Tensor, hidden: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """As ``WrittenGRU``, with the N real lengths of the samples; the rest is padding."""
        x, (last,) = self.through(x, None if hidden is None else (hidden,), lengths)
        return x, last
