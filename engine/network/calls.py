"""Makes the torch module of a layer and the function that calls it, from its description."""

import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from pkgutil import resolve_name
from typing import Any, TypeAlias, assert_never

from torch import Tensor, nn

from graphs.layers.spec import (
    All,
    Call,
    Function,
    In,
    Index,
    LengthsOf,
    Method,
    Module,
    Operator,
    Pattern,
    Same,
    SizeOf,
    Use,
)

Tensors: TypeAlias = tuple[Tensor, ...]
"""What enters a layer: one tensor per link, in the order of its ports and slots."""
Getter: TypeAlias = Callable[[Tensors], Any]
"""Reads one argument from the tensors that enter."""

# That torch copies what it pads on one side alone costs little, and nothing can be done about it.
warnings.filterwarnings("ignore", "Using padding='same' with even kernel lengths", UserWarning)
# Nor about an LSTM's projection, which torch computes in its plainer way.
warnings.filterwarnings("ignore", "LSTM with projections is not supported", UserWarning)

FOUND_IN = ("torch.", "engine.modules.")
"""Where constructors and functions may live; resolving would find ``os.system`` too."""

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "@": operator.matmul,
}


def resolve(target: str) -> Any:
    """The class or function that a layer names; raises ValueError outside of FOUND_IN."""
    if not target.startswith(FOUND_IN):
        raise ValueError(f"{target} is neither of torch nor of engine.modules")
    return resolve_name(target)


def made(call: Call) -> Any:
    """What the constructor makes; arguments that are calls themselves are made first."""
    arguments = {
        name: made(value) if isinstance(value, Call) else value
        for name, value in call.arguments.items()
    }
    return resolve(call.target)(**arguments)


def names(pattern: Pattern) -> tuple[str, ...]:
    """The output ports of a pattern, from left to right."""
    if isinstance(pattern, str):
        return (pattern,)
    return tuple(name for part in pattern for name in names(part))


def lengths_port(port: str) -> str:
    """The name under which the lengths of what is padded at a port enter a function."""
    return f"{port}.lengths"


def function(use: Use, ports: Sequence[str], module: nn.Module | None = None) -> Callable[..., Any]:
    """A use as a plain function of tensors by position, where ``ports[i]`` is the port of the i-th.

    A variadic port is named once per link, and ``lengths_port`` names what ``LengthsOf`` takes.
    Returns the tensor itself when the use has one output, otherwise one flat tuple in the order of
    ``names(use.outputs)``. As nothing stands between the caller and torch in the usual cases, a
    layer costs what it costs when called by hand.
    """
    called = _called(use, tuple(ports), module)
    match use.outputs:
        case str():
            return called
        case ():
            return lambda *tensors: ()
        case pattern if all(isinstance(part, str) for part in pattern):
            return called
        case pattern:
            return lambda *tensors: tuple(_flat(pattern, called(*tensors)))


def _flat(pattern: Pattern, result: Any) -> list[Tensor]:
    """The tensors of a nested result; raises ValueError when its form is not the pattern's."""
    if isinstance(pattern, str):
        return [result]
    parts = zip(pattern, result, strict=True)
    return [tensor for part, inner in parts for tensor in _flat(part, inner)]


def _called(use: Use, ports: tuple[str, ...], module: nn.Module | None) -> Callable[..., Any]:
    match use.action:
        case Module(arguments, named):
            if module is None:
                raise ValueError("a layer that calls its module needs one")
            return _with(module, arguments, named, ports)
        case Function(target, arguments, named):
            return _with(resolve(target), arguments, named, ports)
        case Method(name, arguments, named):
            return _with(
                lambda first, *rest, **more: getattr(first, name)(*rest, **more),
                arguments,
                named,
                ports,
            )
        case Operator(sign, arguments):
            return _joined(_SIGNS[sign], arguments, ports)
        case Index(index, argument):
            get, at = _getter(argument, ports), index if len(index) > 1 else index[0]
            return lambda *tensors: get(tensors)[at]
        case Same(argument):
            get = _getter(argument, ports)
            return lambda *tensors: get(tensors)
        case _:
            assert_never(use.action)


def _with(
    call: Callable[..., Any],
    arguments: tuple[Any, ...],
    named: Mapping[str, Any],
    ports: tuple[str, ...],
) -> Callable[..., Any]:
    """``call`` with its arguments picked from the tensors; itself when they fit one to one."""
    entering = {name: value for name, value in named.items() if _enters(value)}
    if fixed := {name: value for name, value in named.items() if name not in entering}:
        call = partial(call, **fixed)
    if entering:
        by_place = [_getter(argument, ports) for argument in arguments]
        by_name = {name: _getter(value, ports) for name, value in entering.items()}
        return lambda *tensors: call(
            *[get(tensors) for get in by_place],
            **{name: get(tensors) for name, get in by_name.items()},
        )
    if arguments == tuple(In(port) for port in ports) and len(set(ports)) == len(ports):
        return call
    if arguments == tuple(All(port) for port in set(ports)):
        return lambda *tensors: call(tensors)
    getters = [_getter(argument, ports) for argument in arguments]
    if len(getters) == 1:
        only = getters[0]
        return lambda *tensors: call(only(tensors))
    return lambda *tensors: call(*[get(tensors) for get in getters])


def _enters(argument: Any) -> bool:
    """Whether an argument is read from the tensors that enter."""
    match argument:
        case tuple() | list():
            return any(map(_enters, argument))
        case _:
            return isinstance(argument, In | All | SizeOf | LengthsOf)


def _joined(
    join: Callable[[Any, Any], Any], arguments: tuple[Any, ...], ports: tuple[str, ...]
) -> Callable[..., Any]:
    """All arguments joined by an operator from left to right; a variadic port gives all it has."""
    getters = [
        getter
        for argument in arguments
        for getter in (
            [_at(place) for place in _places(argument.port, ports)]
            if isinstance(argument, All)
            else [_getter(argument, ports)]
        )
    ]
    if len(ports) == 2 and arguments in ((All(ports[0]),), (In(ports[0]), In(ports[1]))):
        return join
    return lambda *tensors: reduce(join, [get(tensors) for get in getters])


def _getter(argument: Any, ports: tuple[str, ...]) -> Getter:
    """How an argument is read; tuples hold further ones, everything else stands for itself."""
    match argument:
        case In(port):
            places = _places(port, ports)
            return _at(places[0]) if places else lambda tensors: None
        case All(port):
            several = _places(port, ports)
            return lambda tensors: [tensors[place] for place in several]
        case SizeOf(axis, port):
            place = _places(port, ports)[0]
            return lambda tensors: tensors[place].shape[axis]
        case LengthsOf(port):
            known = _places(lengths_port(port), ports)
            return _at(known[0]) if known else lambda tensors: None
        case tuple() | list():
            inner = [_getter(part, ports) for part in argument]
            return lambda tensors: tuple(get(tensors) for get in inner)
        case _:
            return lambda tensors: argument


def _at(place: int) -> Getter:
    return lambda tensors: tensors[place]


def _places(port: str, ports: tuple[str, ...]) -> list[int]:
    return [place for place, name in enumerate(ports) if name == port]
