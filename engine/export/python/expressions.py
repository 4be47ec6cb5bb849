"""Values, constructors and calls as a person would write them in Python."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import EllipsisType
from typing import Any

import torch

from engine.export.python.layout import Code, Group
from engine.network import calls
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
    Same,
    SizeOf,
    Use,
)

OURS = "engine.modules."
_SHORT = {"torch.nn.functional.": "functional.", "torch.nn.": "nn."}


class Expression(str):
    """A value that stands in the code by this expression."""

    __slots__ = ()


def spelled(target: str) -> str:
    """A class or function as the file calls it: ``nn.Linear``."""
    if target.startswith(OURS):
        return target.rpartition(".")[2]
    for long, short in _SHORT.items():
        if target.startswith(long):
            return short + target.removeprefix(long)
    return target


def constructed(call: Call) -> Group:
    """The call of a constructor, without the arguments that are usual."""
    required, usual = _signature(call.target)
    by_place = [name for name in required if name in call.arguments]
    items: list[Code] = [literal(call.arguments[name]) for name in by_place]
    for name, value in call.arguments.items():
        if name not in by_place and not _is_usual(value, usual.get(name, inspect.Parameter.empty)):
            items.append(_named(name, literal(value)))
    return Group(f"{spelled(call.target)}(", items, ")")


def literal(value: object) -> Code:
    """A value as Python writes it."""
    match value:
        case Call():
            return constructed(value)
        case Expression():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case float() if not math.isfinite(value):
            return f'float("{value}")'
        case tuple() | list():
            return _tuple([literal(one) for one in value])
        case _:
            return repr(value)


class Arguments:
    """What enters one node: the variables by port, in the order of the links."""

    def __init__(self, ports: Sequence[str], variables: Sequence[str]) -> None:
        self._given = tuple(zip(ports, variables, strict=True))

    def called(self, use: Use, module: str) -> Code:
        """The expression that computes a node; ``module`` is what its own module is called."""
        match use.action:
            case Module(arguments, named):
                return Group(f"{module}(", self._entering(arguments, named), ")")
            case Function(target, arguments, named):
                usual = _signature(target)[1]
                fitting = {
                    name: value
                    for name, value in named.items()
                    if not _is_usual(value, usual.get(name, inspect.Parameter.empty))
                }
                return Group(f"{spelled(target)}(", self._entering(arguments, fitting), ")")
            case Method(name, (first, *rest), named):
                return Group(f"{self.code(first)}.{name}(", self._entering(rest, named), ")")
            case Operator(sign, arguments):
                return f" {sign} ".join(str(one) for one in self._flat(arguments))
            case Index(index, argument):
                return f"{self.code(argument)}[{', '.join(map(_entry, index))}]"
            case Same(argument):
                return self.code(argument)
            case other:
                raise TypeError(f"no way to write {other}")

    def code(self, argument: Any) -> Code:
        """One argument of a call."""
        match argument:
            case In(port):
                return next(iter(self._of(port)), "None")
            case All(port):
                return Group("[", self._of(port), "]")
            case SizeOf(axis, port):
                return f"{self._of(port)[0]}.shape[{axis}]"
            case LengthsOf(port):
                return next(iter(self._of(calls.lengths_port(port))), "None")
            case tuple() | list():
                return _tuple([self.code(one) for one in argument])
            case _:
                return literal(argument)

    def _of(self, port: str) -> list[str]:
        return [variable for name, variable in self._given if name == port]

    def _entering(self, arguments: Iterable[Any], named: Mapping[str, Any]) -> list[Code]:
        items = [self.code(one) for one in arguments]
        while items and items[-1] == "None":  # what is not wired at the end is not mentioned
            items.pop()
        known = {name: self.code(value) for name, value in named.items()}
        return [*items, *(_named(name, code) for name, code in known.items() if code != "None")]

    def _flat(self, arguments: Iterable[Any]) -> Iterable[Code]:
        for argument in arguments:
            yield from (
                self._of(argument.port) if isinstance(argument, All) else [self.code(argument)]
            )


def _named(name: str, code: Code) -> Code:
    if isinstance(code, Group):
        return Group(f"{name}={code.opening}", code.items, code.closing)
    return f"{name}={code}"


def _tuple(items: Sequence[Code]) -> Group:
    return Group("(", items, ",)" if len(items) == 1 else ")")


def _entry(entry: int | slice | EllipsisType) -> str:
    match entry:
        case slice():
            first, last, step = ("" if one is None else str(one) for one in _limits(entry))
            return f"{first}:{last}" + (f":{step}" if step else "")
        case EllipsisType():
            return "..."
        case _:
            return str(entry)


def _limits(entry: slice) -> tuple[Any, Any, Any]:
    return entry.start, entry.stop, entry.step


def _is_usual(value: object, usual: object) -> bool:
    return type(value) is type(usual) and value == usual


@cache
def _signature(target: str) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    """The arguments without a default, and the defaults of the others.

    A class that passes on what it is given takes what its bases say.
    """
    found = calls.resolve(target)
    if inspect.isbuiltin(found):
        return (), _built_in_defaults(target.rpartition(".")[2])
    kinds = inspect.getmro(found) if inspect.isclass(found) else (found,)
    required: list[str] = []
    usual: dict[str, Any] = {}
    for kind in kinds:
        asked: Any = kind.__init__ if inspect.isclass(kind) else kind
        try:
            parameters = inspect.signature(asked).parameters.values()
        except (TypeError, ValueError):
            break
        for one in parameters:
            if one.name == "self" or one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL):
                continue
            if one.name not in usual and one.name not in required:
                if one.default is inspect.Parameter.empty:
                    required.append(one.name)
                else:
                    usual[one.name] = one.default
        if not any(one.kind is one.VAR_KEYWORD for one in parameters):
            break
    return tuple(required), usual


def _built_in_defaults(name: str) -> Mapping[str, Any]:
    """The defaults of what is built into torch, which says them of itself by its schemas alone.

    Of what is defined in several ways, those in which all agree that have such an argument.
    """
    values: dict[str, list[Any]] = {}
    for schema in torch._C._jit_get_schemas_for_operator(f"aten::{name}"):
        for argument in schema.arguments:
            known = argument.default_value if argument.has_default_value() else ...
            values.setdefault(argument.name, []).append(known)
    alike = {key: each[0] for key, each in values.items() if all(e == each[0] for e in each)}
    return {key: value for key, value in alike.items() if value is not ...}
