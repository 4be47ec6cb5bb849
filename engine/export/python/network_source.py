"""The class of a network: what it is made of, and ``forward``."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator

from engine.export.python.expressions import Arguments, constructed
from engine.export.python.layout import INDENT, Code, Group, lines
from engine.network import calls
from engine.network.compiling import Network
from engine.network.wiring import WiredNode
from graphs.layers.spec import Call, Function

MANY = 4
"""More outputs than this are not counted up in the type of what is returned."""
LONG = 56
"""Names of more letters than this in all stand on a line each."""
CHAINED = ("x", "h", "y", "z")
"""What a value is called that goes from one line to the next and nowhere else."""


class NetworkSource:
    """Lines of code for a network, as far as what it returns needs it."""

    def __init__(self, network: Network, reserved: Collection[str]) -> None:
        self._network, self._wiring = network, network.wiring
        results = self._wiring.outputs.values()
        self._steps = [step for step, _ in self._wiring.schedule(results)]
        self._made = self._needed()
        self._variables = _Variables(network, self._steps, reserved)

    def needs(self, key: str) -> bool:
        """Whether a key of the state dict belongs to a module that is made."""
        return self._wiring.owner(key) in self._made

    def targets(self) -> Iterator[str]:
        """Every class and function that the code calls."""
        for call in self._made.values():
            yield from _targets(call)
        for step in self._steps:
            if isinstance(step.use.action, Function):
                yield step.use.action.target

    def keys(self) -> dict[str, str]:
        """The keys of the state dict whose parameter stands in the place of another, by that."""
        return {
            key: home
            for key, home in self._wiring.shared.items()
            if self._wiring.owner(key) in self._made
        }

    def written(self, name: str, about: str) -> list[str]:
        """The class, with this name and docstring."""
        head = [f"class {name}(nn.Module):", f'    """{about}"""', ""]
        return [*head, *self._constructor(), *self._forward()]

    def _needed(self) -> dict[str, Call]:
        """The modules that the steps use, and those whose weights these share."""
        used = {step.name for step in self._steps}
        homes = {
            self._wiring.owner(home)
            for key, home in self._wiring.shared.items()
            if self._wiring.owner(key) in used
        }
        return {n: call for n, (_, call) in self._wiring.modules.items() if n in used | homes}

    def _constructor(self) -> list[str]:
        if not self._made:
            return []
        found = ["    def __init__(self) -> None:", "        super().__init__()"]
        blocks: dict[str, list[str]] = {}
        for name in self._made:
            blocks.setdefault(name.partition(".")[0], []).append(name)
        for own, names in blocks.items():
            found += lines(self._module(own, names), 2, before=f"self.{own} = ")
        for key, home in self.keys().items():
            found += lines(self._place(home), 2, before=f"{self._place(key)} = ")
        return [*found, ""]

    def _module(self, own: str, names: list[str]) -> Code:
        """One module, or those of a block in a dictionary of modules, as their keys say."""
        if names == [own]:
            return constructed(self._made[own])
        inner: dict[str, list[str]] = {}
        for name in names:
            head = name[len(own) + 1 :].partition(".")[0]
            inner.setdefault(f"{own}.{head}", []).append(name)
        items: list[Code] = []
        for block, several in inner.items():
            code = self._module(block, several)
            key = f'"{block.rpartition(".")[2]}": '
            items.append(
                Group(f"{key}{code.opening}", code.items, code.closing)
                if isinstance(code, Group)
                else f"{key}{code}"
            )
        return Group("nn.ModuleDict(", [Group("{", items, "}")], ")")

    def _place(self, key: str) -> str:
        """A parameter by its key."""
        owner = self._wiring.owner(key)
        return f"{_attribute(owner)}.{key.removeprefix(f'{owner}.')}"

    def _forward(self) -> list[str]:
        named = self._variables
        entering: list[Code] = ["self", *(f"{named[slot]}: Tensor" for slot in named.entering)]
        leaving = [named[slot] for slot in self._wiring.outputs.values()]
        many = "Tensor, ..." if len(leaving) > MANY else ", ".join(["Tensor"] * len(leaving))
        kind = "Tensor" if len(leaving) == 1 else f"tuple[{many}]"
        found = lines(Group("def forward(", entering, ")"), 1, after=f" -> {kind}:")
        shown = self._network.outputs
        told = shown[0] if len(shown) == 1 else f"the {len(shown)} outputs in turn"
        found.append(f'        """What {told} {"shows" if len(shown) == 1 else "show"}."""')
        for step in self._steps:
            variables = [named[slot] for slot in step.reads]
            code = Arguments(step.ports, variables).called(step.use, _attribute(step.name))
            pattern = named.pattern(step)
            if step is self._steps[-1] and [pattern] == leaving:  # nothing is done with it
                return [*found, *self._returned(code)]
            found += _assigned(pattern, code)
        several = Group("(", leaving, ")") if len(leaving) > MANY else ", ".join(leaving)
        return [*found, *lines(several, 2, before="return ")]

    def _returned(self, code: Code) -> list[str]:
        """The last lines, for one output: what modules give has no type for who checks types."""
        name = self._variables.free(self._network.outputs[0])
        return [*lines(code, 2, before=f"{name}: Tensor = "), f"        return {name}"]


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


class _Variables:
    """What each value in ``forward`` is called."""

    def __init__(self, network: Network, steps: list[WiredNode], reserved: Collection[str]) -> None:
        self._readers: dict[int, list[int]] = {}
        for at, step in enumerate(steps):
            for slot in step.reads:
                self._readers.setdefault(slot, []).append(at)
        wiring = network.wiring
        for slot in wiring.outputs.values():
            self._readers.setdefault(slot, []).append(len(steps))
        self._taken = {*reserved, *dir(builtins), "self"}
        self._names: dict[int, str] = {}
        self.entering = (
            *(wiring.inputs[name][0] for name in wiring.shown_inputs),
            *(wiring.lengths[field] for field in wiring.shown_lengths.values()),
        )
        for slot, name in zip(self.entering, network.inputs, strict=True):
            self._names[slot] = self.free(name)
        drawn = {step.name for step in steps}
        chained = next((one for one in CHAINED if one not in self._taken | drawn), "value")
        following = len(steps) - (len(wiring.outputs) > 1)  # several are returned by their names
        for at, step in enumerate(steps):
            outputs = calls.names(step.use.outputs)
            for slot, output in zip(step.writes, outputs, strict=True):
                self._names[slot] = (
                    chained
                    if len(outputs) == 1 and at < following and self._readers.get(slot) == [at + 1]
                    else self._own(step, output, slot, len(outputs))
                )

    def __getitem__(self, slot: int) -> str:
        return self._names[slot]

    def pattern(self, step: WiredNode) -> str:
        """What stands before the sign of equality."""
        return self._spelled(step.use.outputs, iter(step.writes))

    def _spelled(self, pattern: object, slots: Iterator[int], inside: bool = False) -> str:
        if not isinstance(pattern, tuple):
            return self._names[next(slots)]
        parts = [self._spelled(part, slots, inside=True) for part in pattern]
        if inside and set(parts) == {"_"}:
            return "_"
        return f"({', '.join(parts)})" if inside else ", ".join(parts)

    def _own(self, step: WiredNode, output: str, slot: int, count: int) -> str:
        if slot not in self._readers:
            return "_"
        name = step.name.replace(".", "_")
        return self.free(name if count == 1 else f"{name}_{output}")

    def free(self, wish: str) -> str:
        """The name wished for, or one like it that is not taken."""
        while wish in self._taken:
            wish += "_"
        self._taken.add(wish)
        return wish


def _attribute(name: str) -> str:
    own, *inner = name.split(".")
    return f"self.{own}" + "".join(f'["{one}"]' for one in inner)


def _targets(call: Call) -> Iterator[str]:
    yield call.target
    for value in call.arguments.values():
        if isinstance(value, Call):
            yield from _targets(value)
