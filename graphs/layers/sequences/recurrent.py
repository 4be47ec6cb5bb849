"""Recurrent layers: they read a series step by step and remember."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from graphs.describe import param
from graphs.layers.checks import empty, not_fixed, not_floats, not_rank
from graphs.layers.spec import (
    Call,
    In,
    LengthsOf,
    Module,
    Outputs,
    Pattern,
    Port,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.layers.weighted import Weighted
from graphs.problems import Bypass, Insert, Problem, Recipe, Set, Unlink, problem
from graphs.sizes import Size, alike, same
from graphs.types import TensorType
from graphs.wording.phrases import phrase


class Recurrent(Weighted):
    """Base of layers that read a series step by step, keeping one state or several."""

    states: ClassVar[tuple[str, ...]] = ("hidden",)
    """The names of the states, as ports."""
    gates: ClassVar[int]
    """How many maps of the input and of the last step each step computes."""

    hidden_size: int = param(default=64, low=1, help="How many numbers each state holds.")
    num_layers: int = param(
        default=1, low=1, high=1000, help="How many are stacked on top of each other."
    )
    bias: bool = param(default=True, help="Add learned offsets.")
    dropout: float = param(
        default=0.0,
        low=0,
        high=1,
        help="The share of values set to zero between stacked layers while training.",
    )
    bidirectional: bool = param(
        default=False, help="Read the series backwards as well, with weights of its own."
    )

    def ports(self) -> Ports:
        states = (Port(name, optional=True) for name in self.states)
        return Ports((Port("input"), *states), ("output", *self.states))

    def infer(self, given: Reaching) -> Outputs | Problem:
        series = given["input"]
        wrong = not_floats(series) or not_rank(
            series, (3,), "steps × features", self._as_series(series)
        )
        if wrong:
            return wrong
        batch, steps, features = series.sizes
        layers = self._directions * self.num_layers
        widths = (self.output_size, *[self.hidden_size] * (len(self.states) - 1))
        states = tuple(series.of(layers, batch, width) for width in widths)
        wrong = (
            not_fixed(features, "input_size") or empty((steps,)) or self._state_fault(given, states)
        )
        output = series.of(batch, steps, self._directions * self.output_size).stepwise(series)
        return wrong or (output, *states)

    @property
    def output_size(self) -> int:
        """How many numbers each step gives in one direction, and hands to the next."""
        return self.hidden_size

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _as_series(self, tensor: TensorType) -> Recipe | None:
        """One number per step for plain rows; the rows of a picture as steps."""
        if tensor.before is not None and self._reads(tensor.before):
            return Bypass()
        if tensor.rank == 2:
            return Insert("reshape", settings={"sizes": (-1, 1)})
        if tensor.rank == 4 and same(tensor.sizes[1], 1) and isinstance(tensor.sizes[3], int):
            return Insert("reshape", settings={"sizes": (-1, tensor.sizes[3])})
        return None

    def _reads(self, tensor: TensorType) -> bool:
        return tensor.rank == 3 and isinstance(tensor.sizes[2], int)

    def _state_fault(self, given: Reaching, states: tuple[TensorType, ...]) -> Problem | None:
        wired = [name for name in self.states if given.get(name) is not None]
        if 0 < len(wired) < len(self.states):
            missing = next(name for name in self.states if name not in wired)
            return problem(
                "Wire both hidden and cell, or neither; {missing} is not wired.",
                port=wired[0],
                fix=Unlink(wired[0]),
                missing=missing,
            )
        for name, wanted in zip(self.states, states, strict=True):
            state = given.get(name)
            if state is None:
                continue
            if wrong := not_floats(state, name):
                return wrong
            if not alike(state.sizes, wanted.sizes):
                return problem(
                    "{name} must be layers × N × {size}, {wanted} here, but is {got}.",
                    port=name,
                    fix=self._fitting(given, wanted),
                    name=name,
                    size=self._size_of(name),
                    wanted=wanted,
                    got=state,
                )
        return None

    def _size_of(self, state: str) -> str:
        """The setting that says how many numbers a state holds."""
        return "hidden_size"

    def _fitting(self, given: Reaching, wanted: TensorType) -> Set | None:
        """The one setting that makes all states fit."""
        hidden, *others = (given[name].sizes for name in self.states)
        if len(hidden) != 3 or not all(alike(hidden, other) for other in others):
            return None
        layers, batch, width = hidden
        if not same(batch, wanted.sizes[1]) or not isinstance(layers, int):
            return None
        if layers == wanted.sizes[0] and isinstance(width, int) and width > 0:
            return Set("hidden_size", width)
        if width == self.hidden_size and layers > 0 and layers % self._directions == 0:
            return Set("num_layers", layers // self._directions)
        return None

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        gates = self.gates * self.hidden_size
        for layer, width in enumerate(self._widths(given)):
            for way in ("", "_reverse")[: self._directions]:
                found[f"weight_ih_l{layer}{way}"] = (gates, width)
                found[f"weight_hh_l{layer}{way}"] = (gates, self.output_size)
                if self.bias:
                    found[f"bias_ih_l{layer}{way}"] = found[f"bias_hh_l{layer}{way}"] = (gates,)
                if self.output_size != self.hidden_size:
                    projection = (self.output_size, self.hidden_size)
                    found[f"weight_hr_l{layer}{way}"] = projection
        return found

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        steps = given["input"].of(*given["input"].sizes[:2]).elements()
        widths = sum(width + self.output_size for width in self._widths(given))
        each = self.gates * self.hidden_size * widths
        if self.output_size != self.hidden_size:
            each += self.num_layers * self.hidden_size * self.output_size
        return steps * (self._directions * each)

    def _widths(self, given: Reaching) -> Iterator[int]:
        """How many features each of the stacked layers reads."""
        features = given["input"].sizes[-1]
        assert isinstance(features, int)  # infer has refused anything else
        yield features
        yield from [self._directions * self.output_size] * (self.num_layers - 1)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:2]

    def torch(self, given: Reaching) -> Torch:
        between = self.dropout if self.num_layers > 1 else 0.0  # torch warns of any other
        arguments = {
            "input_size": next(self._widths(given)),
            **self.own_settings,
            "dropout": between,
        }
        stated = any(given.get(name) is not None for name in self.states)
        names: Pattern = self.states[0] if len(self.states) == 1 else self.states
        entering = tuple(In(name) for name in self.states)
        first = entering if len(entering) > 1 else entering[0]
        padded = given["input"].padded is not None
        kind = ("engine.modules.steps.Padded" if padded else "torch.nn.") + type(self).__name__
        taken = (In(), *((LengthsOf(),) if padded else ()), *((first,) if stated else ()))
        return Torch(
            Call(kind, {**arguments, "batch_first": True}), Use(Module(taken), ("output", names))
        )

    def brief(self) -> str:
        told = str(self.hidden_size)
        if self.num_layers > 1:
            told = phrase("{size} × {count} layers", size=told, count=self.num_layers)
        return " · ".join((told, *((phrase("both ways"),) if self.bidirectional else ())))


class RNN(
    Recurrent,
    id="rnn",
    group="Recurrent",
    search=(
        "information read order simplernn elman recurrent sequence memory remember past "
        "network simple plain text"
    ),
):
    """Reads a series step by step, keeping one memory that each step rewrites.

    With the step x and the state h: h' = tanh(A x + B h + bias), or relu of it.
    N × T × features becomes N × T × hidden_size (twice that in both directions). The state after
    the last step, layers × N × hidden_size, is an output too; wired to another RNN's input, that
    one goes on from there. Of a padded series only the real steps are read. Always batch_first.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html
    """

    gates = 1

    nonlinearity: Literal["tanh", "relu"] = param(
        default="tanh", help="What each step applies; relu does not level off, but may blow up."
    )


class GRU(
    Recurrent,
    id="gru",
    group="Recurrent",
    search=(
        "information long time dependencies recurrent read order gated unit rnn sequence "
        "memory remember past forecast text network lighter summarize"
    ),
):
    """Reads a series step by step, deciding what of its memory to keep.

    With the step x and the state h: r = sigmoid(A x + B h), z = sigmoid(C x + D h), n = tanh(E x +
    r · (F h + c)), each with a bias, and h' = (1 - z) · n + z · h. From
    https://arxiv.org/abs/1406.1078.
    N × T × features becomes N × T × hidden_size (twice that in both directions). The state after
    the last step, layers × N × hidden_size, is an output too; wired to another GRU's input, that
    one goes on from there. Of a padded series only the real steps are read. Always batch_first.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html
    """

    gates = 3


class LSTM(
    Recurrent,
    id="lstm",
    group="Recurrent",
    search=(
        "information long time dependencies recurrent read order short-term memory rnn "
        "sequence remember past history forecast text series network summarize stock "
        "weather understand projection lstmp"
    ),
):
    """Reads a series step by step, keeping a long and a short memory.

    With the step x, the state h and the cell c: i, f and o = sigmoid(A x + B h), g = tanh(C x + D
    h), each with weights and a bias of its own; c' = f · c + i · g and h' = o · tanh(c'), or with
    a projection P to proj_size numbers, h' = P (o · tanh(c')). From Hochreiter and Schmidhuber,
    1997, and https://arxiv.org/abs/1402.1128.
    N × T × features becomes N × T × hidden_size (twice that in both directions). The states after
    the last step, layers × N × hidden_size, are outputs too; wired to another LSTM's inputs, that
    one goes on from there. With a projection the output and the state hidden are proj_size wide. Of
    a padded series only the real steps are read. Always batch_first.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
    """

    states = ("hidden", "cell")
    gates = 4

    proj_size: int = param(
        default=0,
        low=0,
        help="To how many numbers each output is mapped before the next step reads it, with "
        "weights that are learned too; 0 leaves all hidden_size of them.",
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        if self.proj_size < self.hidden_size:
            return super().infer(given)
        return problem(
            "proj_size must be smaller than hidden_size, {hidden_size}, but is {proj_size}.",
            setting="proj_size",
            fix=Set("proj_size", 0),
            hidden_size=self.hidden_size,
            proj_size=self.proj_size,
        )

    @property
    def output_size(self) -> int:
        return self.proj_size or self.hidden_size

    def _fitting(self, given: Reaching, wanted: TensorType) -> Set | None:
        """With a projection the states are not alike: that of hidden is the narrower one."""
        hidden, cell = (given[name].sizes for name in self.states)
        if len(hidden) == len(cell) == 3 and cell[2] == self.hidden_size:
            width = 0 if hidden[2] == cell[2] else hidden[2]
            alone = alike(hidden[:2], wanted.sizes[:2]) and alike(cell[:2], wanted.sizes[:2])
            if alone and isinstance(width, int) and 0 <= width < self.hidden_size:
                return Set("proj_size", width)
        return super()._fitting(given, wanted) if not self.proj_size else None

    def _size_of(self, state: str) -> str:
        return "proj_size" if self.proj_size and state == "hidden" else super()._size_of(state)

    def brief(self) -> str:
        told = super().brief()
        return (
            phrase("{told} · to {size}", told=told, size=self.proj_size) if self.proj_size else told
        )
