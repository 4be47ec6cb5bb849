"""Which classes a network is written as: one for each block, and what each place gives to it."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.export import refusals
from engine.export.python.expressions import Expression
from engine.export.python.naming import class_name
from engine.export.python.parts import GraphPlace, Item
from graphs import names
from graphs.layers.spec import Call
from graphs.setting_kinds import Promoted

COPIES, GROWING, OURS = "copies", "growing", "class "
"""What stands in a call for what is no constructor of torch."""
COUNTER = "i"
"""What counts the copies of a block where they are made."""
GROWS_BY = ("start", "step", "factor")
"""What a number that grows from copy to copy is told by."""
_PLAIN = 16
"""Numbers from here on are sizes, so that equal ones are most likely meant to be the same."""
Hole: TypeAlias = tuple[str, ...]
"""The way to one value: the name of a node, and of an argument in what makes its module."""


@dataclass(slots=True)
class Class:
    """A class to be written, for all places that differ in numbers alone."""

    name: str
    part: GraphPlace
    """One of these places."""
    made: Mapping[str, Call]
    """By the name of a node what makes its module, with expressions where places differ."""
    parameters: Mapping[str, str]
    """What its constructor takes, and of which type that is."""
    places: list[str] = field(default_factory=list)


class ClassPlan:
    """The classes of a network, each behind those that it needs."""

    def __init__(self, main: GraphPlace, name: str, reserved: Iterable[str]) -> None:
        self.all: list[Class] = []
        self._taken = {*reserved, name}
        self._given: dict[int, Call] = {}
        parts = list({id(part): part for part in main.all()}.values())
        for level in range(1, main.level()):
            groups: dict[str, list[GraphPlace]] = {}
            for part in parts:
                if part.level() == level:
                    groups.setdefault(repr(self._form(part)), []).append(part)
            for several in groups.values():
                self._add(several)
        self.main = Class(name, main, self._made(main), {})

    def _add(self, parts: Sequence[GraphPlace]) -> None:
        """One class for parts of one form."""
        made = [self._made(part) for part in parts]
        parameters = _Parameters(parts[0], made, self._taken)
        name = self._named(parts[0])
        self.all.append(
            Class(
                name,
                parts[0],
                {key: parameters.applied(call, (key,)) for key, call in made[0].items()},
                parameters.types(),
                list(dict.fromkeys(part.name for part in parts)),
            )
        )
        for at, part in enumerate(parts):
            self._given[id(part)] = Call(f"{OURS}{name}", parameters.given(at))

    def _named(self, part: GraphPlace) -> str:
        """The title of the block; of one that is written in several ways, with the place."""
        places = [one for one in part.name.split(".") if not one.isdigit()]
        title = class_name(part.graph.definition.title or places[-1])
        wishes = (title, *(class_name(f"{title} {one}") for one in reversed(places)))
        name = next((one for one in wishes if one not in self._taken), title)
        number = 2
        while name in self._taken:
            name, number = f"{title}{number}", number + 1
        self._taken.add(name)
        return name

    def _made(self, part: GraphPlace) -> dict[str, Call]:
        """What makes the modules of a part, in the order in which they are called."""
        found: dict[str, Call | None] = {}
        for item in part.items:
            made = self._module(part, item)
            if not _same(found.setdefault(item.module, made), made):
                raise refusals.differing_copies(item.module)
        lending = {name: call for name, call in part.modules.items() if name not in found}
        return {**lending, **{name: call for name, call in found.items() if call is not None}}

    def _module(self, part: GraphPlace, item: Item) -> Call | None:
        if not item.copies:
            return part.modules.get(item.module)
        copies = [self._given[id(copy)] for copy in item.copies]
        if item.shares and len({copy.target for copy in copies}) > 1:
            raise refusals.differing_copies(item.node.name)
        if len(copies) == 1 or item.shares:
            return copies[0]
        arguments: dict[str, Any] = {}
        for number, (call, count) in enumerate(_runs(copies)):
            arguments |= {f"run{number}": call, f"repeat{number}": count}
        return Call(COPIES, arguments)

    def _form(self, part: GraphPlace) -> object:
        """What places of one class have in common."""
        items = [
            (
                *(item.node.name, item.module, item.use, item.ports, item.reads, item.writes),
                *(len(item.copies) * item.shares, item.is_looped),
            )
            for item in part.items
        ]
        modules = [(name, _shape(call)) for name, call in self._made(part).items()]
        return part.graph.id, items, modules, part.leaving, part.lengths, part.shared


class _Parameters:
    """What the constructor of a class takes, so that it can make all of these."""

    def __init__(
        self, part: GraphPlace, made: Sequence[Mapping[str, Call]], classes: Collection[str]
    ) -> None:
        self._part = part
        self._reserved = {*classes, *dir(builtins), COUNTER}
        several = [dict(_values(one)) for one in made]
        self._values = {hole: [one[hole] for one in several] for hole in several[0]}
        self._known: dict[str, list[Any]] = {}
        self._expressions: dict[Hole, str] = {}
        for hole, values in self._values.items():
            wish = self._promoted(hole)
            if wish is not None and _same(self._known.setdefault(wish, values), values):
                self._expressions[hole] = wish
        for hole, values in self._values.items():
            if hole not in self._expressions and (text := self._expressed(hole, values)):
                self._expressions[hole] = text
        words = [text.rpartition(" ")[2] for text in self._by_place()]
        self._known = {name: self._known[name] for name in dict.fromkeys(words)}

    def types(self) -> dict[str, str]:
        """The type of each, by its name."""
        return {name: _type(values) for name, values in self._known.items()}

    def given(self, at: int) -> dict[str, Any]:
        """What is given at one place."""
        return {name: values[at] for name, values in self._known.items()}

    def applied(self, call: Call, at: Hole) -> Call:
        """A call with the expressions in the place of values."""
        return Call(
            call.target,
            {
                name: self.applied(value, (*at, name))
                if isinstance(value, Call)
                else Expression(self._expressions[*at, name])
                if (*at, name) in self._expressions
                else value
                for name, value in call.arguments.items()
            },
        )

    def _by_place(self) -> Iterator[str]:
        return (self._expressions[hole] for hole in self._values if hole in self._expressions)

    def _promoted(self, hole: Hole) -> str | None:
        """The block's parameter that a value is set by."""
        node = self._part.graph.named(hole[0])
        assert node is not None, "modules are named by nodes"
        setting = "repeat" if hole[1] == "repeat0" and len(hole) == 2 else hole[-1]
        held = node.settings.get(setting)
        if node.blocks and setting != "repeat":
            held = (node.settings.get("values") or {}).get(setting)
        return self._allowed(held.parameter) if isinstance(held, Promoted) else None

    def _allowed(self, wish: str) -> str:
        """A parameter's name as code can hold it; a file may call one by any text."""
        name = names.free(wish, ())
        while name in self._reserved:
            name += "_"
        return name

    def _expressed(self, hole: Hole, values: list[Any]) -> str | None:
        if _same(values, values[:1] * len(values)):
            is_size = type(values[0]) is int and values[0] >= _PLAIN
            return self._like(values) if is_size else None
        if (found := self._like(values) or self._multiple(values)) is not None:
            return found
        name = f"{hole[-2]}_{hole[-1]}" if hole[-1] in GROWS_BY else hole[-1]
        name = "repeat" if name.startswith("repeat") else name
        if name in self._known:
            name = f"{hole[0]}_{name}"
        while name in self._known or name in self._reserved:
            name += "_"
        self._known[name] = values
        return name

    def _like(self, values: list[Any]) -> str | None:
        return next((name for name, one in self._known.items() if _same(one, values)), None)

    def _multiple(self, values: list[Any]) -> str | None:
        if any(type(value) is not int for value in values):
            return None
        for name, one in self._known.items():
            if all(type(value) is int and value > 0 for value in one):
                factor = values[0] // one[0]
                if factor > 1 and [factor * value for value in one] == values:
                    return f"{factor} * {name}"
        return None


def _values(made: Mapping[str, Any], at: Hole = ()) -> Iterator[tuple[Hole, Any]]:
    for name, value in made.items():
        if isinstance(value, Call):
            yield from _values(value.arguments, (*at, name))
        else:
            yield (*at, name), value


def _shape(call: Call) -> object:
    inner = ((k, _shape(v) if isinstance(v, Call) else None) for k, v in call.arguments.items())
    return call.target, tuple(inner)


def _same(first: object, second: object) -> bool:
    return repr(first) == repr(second)  # 1, 1.0 and True are not the same


def _runs(copies: Sequence[Call]) -> Iterator[tuple[Call, int]]:
    """Copies that follow each other and are made alike, or by numbers that grow alike."""
    at = 0
    while at < len(copies):
        rest = copies[at:]
        same = next((n for n, one in enumerate(rest) if not _same(one, rest[0])), len(rest))
        growing, count = _growing(rest) if same == 1 else (rest[0], same)
        yield growing, count
        at += count


def _growing(copies: Sequence[Call]) -> tuple[Call, int]:
    """The longest beginning in which numbers grow alike, from three on."""
    first = copies[0]
    if len(copies) < 3 or {one.target for one in copies[:3]} != {first.target}:
        return first, 1
    arguments: dict[str, Any] = {}
    for name, start in first.arguments.items():
        after = copies[1].arguments[name]
        if _same(start, after):
            arguments[name] = start
        elif type(start) is type(after) and type(start) in (int, float):
            arguments[name] = _grown(start, after, copies[2].arguments[name])
        else:
            return first, 1
    count = next(
        (
            n
            for n, one in enumerate(copies)
            if one.target != first.target
            or not all(_same(_at(v, n), one.arguments[k]) for k, v in arguments.items())
        ),
        len(copies),
    )
    return (Call(first.target, arguments), count) if count > 2 else (first, 1)


def _at(value: Any, number: int) -> Any:
    if not isinstance(value, Call):
        return value
    start = value.arguments["start"]
    if (factor := value.arguments.get("factor")) is not None:
        return start * factor**number
    return start + value.arguments["step"] * number


def _grown(start: Any, after: Any, third: Any) -> Call:
    """What grows from one number to the next two: by as much each time, or by as many times."""
    step = after - start
    if start and after and not _same(third, after + step):
        factor = after // start if type(start) is int and not after % start else after / start
        return Call(GROWING, {"start": start, "factor": factor})
    return Call(GROWING, {"start": start, "step": step})


def _type(values: Iterable[Any]) -> str:
    kinds = dict.fromkeys(
        f"tuple[{', '.join(type(one).__name__ for one in value)}]"
        if isinstance(value, tuple)
        else type(value).__name__
        for value in values
    )
    if "float" in kinds:
        kinds.pop("int", None)
    names = [name for name in kinds if name != "NoneType"]
    return " | ".join([*names, *(["None"] if "NoneType" in kinds else [])])
