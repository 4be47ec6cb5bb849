"""What a layer says about itself, once: settings, ports, type rule, costs and torch call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any, ClassVar, NamedTuple, Self, TypeAlias

from graphs.describe import Described
from graphs.problems import Problem, Recipe, Severity, problem
from graphs.sizes import Size
from graphs.types import TensorType


@dataclass(frozen=True, slots=True)
class Port:
    """A place where a link enters. A variadic port takes any number of links, in order."""

    name: str
    optional: bool = False
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Ports:
    """What a layer takes and gives."""

    inputs: tuple[Port, ...] = (Port("input"),)
    outputs: tuple[str, ...] = ("output",)

    def input(self, name: str) -> Port | None:
        """The input called ``name``."""
        return next((port for port in self.inputs if port.name == name), None)

    def takes(self, name: str, slot: int = 0) -> bool:
        """Whether a link may enter the input ``name`` in that slot."""
        port = self.input(name)
        return port is not None and (port.variadic or slot == 0)


class Referred(NamedTuple):
    """What a type rule may know of a node that a setting refers to."""

    name: str
    layer: Layer
    weights: Mapping[str, tuple[int, ...]]
    """Shapes by name, those included that it takes from a further node."""
    given: Reaching
    """What reaches it, which decides how its module is made."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What a block may know of the graph that it computes, with what reaches it there."""

    outputs: Mapping[str, TensorType]
    """Types by the name of the block output."""
    weights: Mapping[str, tuple[int, ...]]
    """Shapes of the trained parameters, by their name in the state dict of the block's module."""
    flops: Size
    parameters: frozenset[str] = frozenset()
    """What its definition lets each block say for itself."""


@dataclass(frozen=True, slots=True)
class Reaching:
    """What reaches a layer: for each wired input port one type per link, and the data's fields."""

    types: Mapping[str, tuple[TensorType, ...]]
    fields: Mapping[str, TensorType] = field(default_factory=dict)
    refs: Mapping[str, Referred] = field(default_factory=dict)
    """By setting, the node that it refers to."""
    targets: tuple[str, ...] = ()
    """The fields that are to be predicted."""
    inside: Mapping[str, Inside] = field(default_factory=dict)
    """By setting, what the graph that it refers to makes of what reaches the node."""

    def __getitem__(self, port: str) -> TensorType:
        return self.types[port][0]

    def get(self, port: str) -> TensorType | None:
        """The type at ``port``, or None when an optional port is not wired."""
        return self.types[port][0] if self.types.get(port) else None

    def all(self, port: str) -> tuple[TensorType, ...]:
        """All types at a variadic port, in the order of their links."""
        return self.types.get(port, ())

    def first(self) -> TensorType:
        """The only type, for layers with one input."""
        return next(iter(self.types.values()))[0]


# ---- how torch is called: named here, made in engine/, printed by the code exporter ----


@dataclass(frozen=True, slots=True)
class Call:
    """A constructor or function, named but not imported. Arguments may be calls."""

    target: str
    arguments: Mapping[str, Any]

    @classmethod
    def of(cls, target: str, **arguments: Any) -> Self:
        """``Call.of("torch.nn.Linear", in_features=8, out_features=2)``."""
        return cls(target, arguments)


@dataclass(frozen=True, slots=True)
class In:
    """The tensor at an input port; None when the port is optional and not wired."""

    port: str = "input"


@dataclass(frozen=True, slots=True)
class All:
    """Every tensor at a variadic port, as a list."""

    port: str


@dataclass(frozen=True, slots=True)
class SizeOf:
    """The size of one axis of the tensor at a port, read while running."""

    axis: int
    port: str = "input"


@dataclass(frozen=True, slots=True)
class LengthsOf:
    """How many steps of each sample at a port are real, as N integers; None when all of them are.

    They are there at run time when the type at the port is padded; where several links enter it,
    they are those of the first that is.
    """

    port: str = "input"


@dataclass(frozen=True, slots=True)
class Module:
    """``self.name(*arguments, **named)``."""

    arguments: tuple[Any, ...] = (In(),)
    named: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """``target(*arguments, **named)``, such as ``torch.cat(tensors, dim=1)``."""

    target: str
    arguments: tuple[Any, ...] = (In(),)
    named: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Method:
    """``first.name(*rest, **named)``, such as ``x.sum(1, keepdim=True)``."""

    name: str
    arguments: tuple[Any, ...] = (In(),)
    named: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operator:
    """All arguments joined by a binary operator from left to right: ``a + b + c``."""

    sign: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """``argument[index]``; a slice stands for ``:`` with its limits, an ellipsis for any axes."""

    index: tuple[int | slice | EllipsisType, ...]
    argument: In = In()


@dataclass(frozen=True, slots=True)
class Same:
    """The input itself, passed on."""

    argument: In = In()


Action: TypeAlias = Module | Function | Method | Operator | Index | Same
Pattern: TypeAlias = "str | tuple[Pattern, ...]"
"""Names of output ports as the result is taken apart: ``("output", ("hidden", "cell"))``."""


@dataclass(frozen=True, slots=True)
class Use:
    """How a layer is called in ``forward``."""

    action: Action = Module()
    outputs: Pattern = "output"

    def lengths_asked(self) -> tuple[str, ...]:
        """The ports whose lengths are needed where they are padded."""
        match self.action:
            case Index() | Same():
                return ()
            case Operator(_, arguments):
                return tuple(_asked(arguments))
            case Module() | Function() | Method():
                return tuple(_asked((*self.action.arguments, *self.action.named.values())))


def _asked(argument: Any) -> Iterator[str]:
    match argument:
        case LengthsOf(port):
            yield port
        case tuple() | list():
            for part in argument:
                yield from _asked(part)
        case _:
            pass


@dataclass(frozen=True, slots=True)
class Shared:
    """The parameter ``name`` of the node that ``setting`` refers to."""

    setting: str
    name: str


@dataclass(frozen=True, slots=True)
class Torch:
    """What a layer is in torch: the module it makes, if it makes one, and how it is used."""

    module: Call | None = None
    use: Use = Use()
    shared: Mapping[str, Shared] = field(default_factory=dict)
    """Parameters of the module, by name, in whose place another node's own stands."""


PADDING_COUNTS = (
    "Short samples are filled up with padding, which counts as real from this layer on. "
    "Put a layer that knows the real steps before it, such as Mean, Max, Last step or LSTM, or "
    "MaskPadding, behind which padding is 0, as a convolution wants it."
)

Outputs: TypeAlias = tuple[TensorType, ...]
"""Types in the order of the output ports."""


class Layer(Described, family="layers"):
    """Base of every layer. Subclassing it with an id registers the layer.

    The rules below are plain Python. ``infer`` says what comes out or why nothing can; the others
    are asked only after ``infer`` has accepted the same inputs.
    """

    named_as_in_torch = True

    is_input: ClassVar[bool] = False
    """Whether it brings a field of the data into the graph."""
    is_target: ClassVar[bool] = False
    """Whether it brings in what is to be predicted, which only losses may depend on."""
    is_output: ClassVar[bool] = False
    """Whether what reaches it is what the model returns."""
    runs_in_training_only: ClassVar[bool] = False
    """True for losses: they are no part of what the model returns."""
    makes_rows: ClassVar[bool] = False
    """Whether it makes a row of features of what has a form, such as a picture or a series."""
    is_reading: ClassVar[bool] = False
    """Whether it turns what a loss takes into what a user reads; readings are called by its id."""
    is_block_input: ClassVar[bool] = False
    """Whether it brings in what enters the block whose graph it stands in."""
    is_block_output: ClassVar[bool] = False
    """Whether what reaches it leaves the block whose graph it stands in."""
    is_offered: ClassVar[bool] = True
    """Whether users can add it by itself."""
    keeps_zeros: ClassVar[bool] = False
    """Whether zeros come out where zeros enter, at their place or moved."""
    stops_gradients: ClassVar[bool] = False
    """Whether no gradient comes back through it although floats go in and out."""

    @classmethod
    def members(cls) -> tuple[type[Self], ...]:
        """Every layer that users can add, by group and title."""
        return tuple(kind for kind in cls.registered() if kind.is_offered)

    @classmethod
    def belongs_outside(cls) -> bool:
        """Whether it is for the network as a whole, and not for the graph of a block."""
        return cls.is_input or cls.is_target or cls.is_output or cls.runs_in_training_only

    @classmethod
    def ids(cls, fits: Callable[[type[Layer]], bool]) -> set[str]:
        """The ids of those that users can add and that fit. Asked in every edit, so not sorted."""
        kinds = cls._members.items()
        return {id for id, kind in kinds if kind.is_offered and fits(kind)}

    def around(self, inner: Mapping[str, Ports]) -> Self:
        """The layer with the ports of the graphs that its settings refer to, by setting."""
        return self

    @property
    def own_settings(self) -> dict[str, object]:
        """Its settings as torch takes them: without those that refer to another node."""
        return {p.name: getattr(self, p.name) for p in self.parameters() if not p.is_reference}

    def ports(self) -> Ports:
        """The inputs and outputs, which may depend on settings."""
        return Ports()

    def infer(self, given: Reaching) -> Outputs | Problem:
        """The types that come out, one per output port, or the problem."""
        raise NotImplementedError

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        """Shapes of the trained parameters, by their name in torch's state dict.

        Without those that it shares, which count where they are at home.
        """
        return {}

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        """Multiply-adds per sample: half of what ``torch.utils.flop_counter`` counts."""
        return 0

    def caution(self, given: Reaching, outputs: Outputs) -> Problem | None:
        """What deserves a look although it can be computed.

        That is a layer which neither leaves steps apart nor asks which of them are real.
        """
        padded = [p for p, types in given.types.items() if any(map(self._is_unmasked, types))]
        if not padded or not outputs or any(tensor.padded for tensor in outputs):
            return None
        unknowing = set(padded).difference(self.torch(given).use.lengths_asked())
        if not unknowing:
            return None
        fix = self.padding_fix(given)
        port = next(port for port in padded if port in unknowing)
        return problem(PADDING_COUNTS, port=port, fix=fix, severity=Severity.WARNING)

    def _is_unmasked(self, tensor: TensorType) -> bool:
        """Whether it is padded, and not by zeros that stay such."""
        stays = self.keeps_zeros and tensor.masked is not None and tensor.masked.is_zero
        return tensor.padded is not None and not stays

    def along(self, given: Reaching) -> tuple[Size, ...]:
        """The sizes of the axes along which entries meet, change places or are left out."""
        return ()

    def minds_padding(self, *, is_zero: bool) -> bool:
        """Whether what comes out for real steps is another where more padding stands behind them.

        Asked where it works along the steps and padding is taken for such.
        """
        return True

    def domain(self) -> str:
        """Which numbers it breaks at and what helps, in sentences; empty where it takes all."""
        return ""

    def padding_fix(self, given: Reaching) -> Recipe | None:
        """How the same is computed from real steps alone."""
        return None

    def torch(self, given: Reaching) -> Torch:
        """The torch module and how ``forward`` calls it."""
        raise NotImplementedError

    def brief(self) -> str:
        """The settings that differ from usual, as the second line of a node shows them."""
        usual = self.defaults()
        told = [v for k, v in self.own_settings.items() if usual.get(k) != v]
        return " · ".join(_brief(v) for v in told)


def _brief(value: Any) -> str:
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    return (
        {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )
