"""A class of the file: what it is made of, and ``forward``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.export.python.classes import COPIES, COUNTER, GROWING, OURS, Class
from engine.export.python.expressions import Arguments, constructed, literal
from engine.export.python.layout import INDENT, Code, Group, lines
from engine.export.python.parts import Item
from engine.export.python.variables import Variables
from graphs.layers.spec import Call

MANY = 4
"""More outputs than this are not counted up in the type of what is returned."""
LONG = 56
"""Names of more letters than this in all stand on a line each."""


class ClassSource:
    """Lines of code for a class; ``told`` is what its ``method`` says of itself."""

    def __init__(self, one: Class, named: Variables, told: str, method: str = "forward") -> None:
        self._class, self._part, self._named = one, one.part, named
        self._told, self._method = told, method

    def written(self, about: str) -> list[str]:
        """The class, with this docstring."""
        head = [f"class {self._class.name}(nn.Module):", f'    """{about}"""', ""]
        return [*head, *self._constructor(), *self.computing()]

    def _constructor(self) -> list[str]:
        if not self._class.made:
            return []
        taken = [f"{name}: {kind}" for name, kind in self._class.parameters.items()]
        found = lines(Group("def __init__(", ["self", *taken], ")"), 1, after=" -> None:")
        found.append("        super().__init__()")
        looped = {item.module for item in self._part.items if item.is_looped}
        for name, call in self._class.made.items():
            found += lines(_module(call, name in looped), 2, before=f"self.{name} = ")
        for key, home in self._part.shared.items():
            found += lines(f"self.{home}", 2, before=f"self.{key} = ")
        return [*found, ""]

    def computing(self) -> list[str]:
        """The method that computes it."""
        named, part = self._named, self._part
        entering: list[Code] = ["self", *(f"{name}: Tensor" for name in named.entering)]
        leaving = [named[value] for value in part.leaving]
        many = "Tensor, ..." if len(leaving) > MANY else ", ".join(["Tensor"] * len(leaving))
        kind = "Tensor" if len(leaving) == 1 else f"tuple[{many}]"
        found = lines(Group(f"def {self._method}(", entering, ")"), 1, after=f" -> {kind}:")
        found.append(f'        """{self._told}"""')
        for item in part.items:
            if item.is_looped:
                found += self._loop(item)
                continue
            variables = [named[value] for value in item.reads]
            code = Arguments(item.ports, variables).called(item.use, f"self.{item.module}")
            pattern = named.pattern(item)
            if item is part.items[-1] and [pattern] == leaving:  # nothing is done with it
                return [*found, *self._returned(code)]
            found += _assigned(pattern, code)
        several = Group("(", leaving, ")") if len(leaving) > MANY else ", ".join(leaving)
        return [*found, *lines(several, 2, before="return ")]

    def _loop(self, item: Item) -> Iterator[str]:
        """What leaves one copy enters the next."""
        named, module = self._named, f"self.{item.module}"
        carried = [named[value] for value in item.writes[: item.handed]]
        for name, value in zip(carried, item.reads, strict=False):
            if name != named[value]:
                yield f"        {name} = {named[value]}"
        copy = "_" if item.shares else named.free("copy")
        over = f"range({len(item.copies)})" if item.shares else module
        yield f"        for {copy} in {over}:"
        variables = [*carried, *(named[value] for value in item.reads[item.handed :])]
        called = Arguments(item.ports, variables).called(item.use, module if item.shares else copy)
        for line in _assigned(named.pattern(item), called):
            yield f"{INDENT}{line}"

    def _returned(self, code: Code) -> list[str]:
        """The last lines, for one output: what modules give has no type for who checks types."""
        name = self._named.returned
        return [*lines(code, 2, before=f"{name}: Tensor = "), f"        return {name}"]


def _module(call: Call, looped: bool = False) -> Code:
    """What makes a module; copies that are called one by one are a list of modules."""
    if call.target.startswith(OURS):
        return _ours(call)
    if call.target != COPIES:
        return constructed(call)
    given = call.arguments
    runs = [(given[f"run{at}"], given[f"repeat{at}"]) for at in range(len(given) // 2)]
    if not looped:
        return Group("nn.Sequential(", [_run(*run) for run in runs], ")")
    if len(runs) == 1:
        return Group("nn.ModuleList(", [_run(*runs[0], starred=False)], ")", ends="")
    return Group("nn.ModuleList(", [Group("[", [_run(*run) for run in runs], "]")], ")")


def _run(call: Call, count: object, starred: bool = True) -> Code:
    if type(count) is int and count == 1:
        return _ours(call)
    counted = COUNTER if any(map(_is_growing, call.arguments.values())) else "_"
    made = _ours(call)
    opening, closing = ("*(", ")") if starred else ("", "")
    loop = f" for {counted} in range({literal(count)})"
    return Group(f"{opening}{made.opening}", made.items, f"{made.closing}{loop}{closing}")


def _ours(call: Call) -> Group:
    """A block; what it takes is named where that is more than one thing."""
    values = {name: _value(value) for name, value in call.arguments.items()}
    items: Sequence[Code] = [
        Group(f"{name}={code.opening}", code.items, code.closing)
        if isinstance(code, Group)
        else f"{name}={code}"
        for name, code in values.items()
    ]
    only = list(values.values())
    return Group(f"{call.target.removeprefix(OURS)}(", only if len(only) == 1 else items, ")")


def _is_growing(value: object) -> bool:
    return isinstance(value, Call) and value.target == GROWING


def _value(value: Any) -> Code:
    if not _is_growing(value):
        return literal(value)
    if (factor := value.arguments.get("factor")) is not None:
        by, first = literal(factor), literal(value.arguments["start"])
        power = f"{by}**i" if factor >= 0 else f"({by})**i"  # -2**i is -(2**i)
        return power if first == "1" else f"{first} * {power}"
    start, step = (literal(value.arguments[name]) for name in ("start", "step"))
    by = "i" if step == "1" else f"{step} * i" if " " not in str(step) else f"({step}) * i"
    return by if start in ("0", "0.0") else f"{start} + {by}"


def _assigned(pattern: str, code: Code) -> list[str]:
    """The lines that give a value its name; several long names get a line each."""
    if len(pattern) <= LONG or ", " not in pattern:
        return lines(code, 2, before=f"{pattern} = ")
    first, *rest = lines(code, 2)
    start = INDENT * 2
    names = pattern.replace(", (", ",|(").split("|")
    parts = [part for name in names for part in _names_of(name)]
    inner = [f"{start}{INDENT}{part.strip().rstrip(',')}," for part in parts]
    return [f"{start}(", *inner, f"{start}) = {first.strip()}", *rest]


def _names_of(part: str) -> list[str]:
    return [part] if part.startswith("(") else part.strip(",").split(", ")
