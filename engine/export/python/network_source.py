"""The classes of a network as code: one for each block, and one for the whole."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from engine.export.model import Model
from engine.export.python.class_source import ClassSource
from engine.export.python.classes import Class, ClassPlan
from engine.export.python.layout import Code, Group, lines
from engine.export.python.parts import TO_PREDICT, GraphPlace, NodeOutput, PlaceReader
from engine.export.python.variables import Variables
from engine.network.layout import Instance
from graphs.checking.evaluation import evaluated
from graphs.data import lengths_of
from graphs.layers.spec import Call, Function
from graphs.setting_kinds import FieldName

VALUES = "values"
"""The method that gives what losses compare."""
_TOLD = 3
"""So many places are told of a class that is used at more."""


class NetworkSource:
    """Lines of code for a network, as far as what it returns needs it.

    One that ``trains`` also gives what its losses compare, where that is not returned anyway;
    where it ``draws`` numbers meanwhile, its lines come in the order in which they are computed.
    """

    def __init__(
        self,
        model: Model,
        name: str,
        reserved: Collection[str],
        trains: bool = False,
        draws: bool = False,
    ) -> None:
        self._network, self._wiring = model.network, model.network.wiring
        at, reader = Instance(evaluated(model.document.main)), PlaceReader(self._wiring, draws)
        self._shown = reader.main(at)
        self._whole = reader.training(at) if trains else self._shown
        if set(self._whole.leaving) == set(self._shown.leaving):
            self._whole = self._shown
        self._classes = ClassPlan(self._whole, name, reserved)
        self._reserved = set(reserved)
        self.comparisons = tuple(reader.comparisons(at)) if trains else ()
        self._made = {
            f"{part.name}.{own}" if part.name else own
            for part in self._whole.all()
            for own in part.modules
        }

    @property
    def classes(self) -> list[str]:
        """What the classes of the network are called."""
        return [*(one.name for one in self._classes.all), self._classes.main.name]

    @property
    def in_training(self) -> str:
        """How the network is called in training, behind its name."""
        return "" if self._whole is self._shown else f".{VALUES}"

    @property
    def leaving(self) -> list[tuple[NodeOutput, str]]:
        """What that gives in turn, each with a name for it."""
        if self._whole is self._shown:
            return list(zip(self._shown.leaving, self._network.outputs, strict=True))
        shown = dict(zip(self._shown.leaving, self._network.outputs, strict=True))
        return [(value, shown.get(value) or self._plain(*value)) for value in self._whole.leaving]

    @property
    def entering(self) -> list[str]:
        """By what name a batch holds what it takes in training, in turn."""
        nodes, inputs = self._whole.graph.nodes, self._wiring.inputs
        fields = [
            output if node == TO_PREDICT else inputs[nodes[node].name][1]  # type: ignore[index]
            for node, output in self._whole.entering
        ]
        return [*fields, *(lengths_of(field) for _, field in self._whole.lengths)]

    def makes(self, name: str) -> bool:
        """Whether the module of this name is made."""
        return name in self._made

    def needs(self, key: str) -> bool:
        """Whether a key of the state dict belongs to a module that is made."""
        return self._wiring.owner(key) in self._made

    def targets(self) -> Iterator[str]:
        """Every class and function that the code calls, its losses included."""
        for one in self.comparisons:
            if one.module is not None:
                yield from _targets(one.module)
        for part in self._whole.all():
            for call in part.modules.values():
                yield from _targets(call)
            for item in part.items:
                if isinstance(item.use.action, Function):
                    yield item.use.action.target

    def keys(self) -> dict[str, str]:
        """The keys of the state dict whose parameter stands in the place of another, by that."""
        shared = self._wiring.shared.items()
        return {key: home for key, home in shared if self._wiring.owner(key) in self._made}

    def written(self, about: str) -> list[str]:
        """The classes, that of the whole with this docstring."""
        found: list[str] = []
        for one in self._classes.all:
            named = Variables(one.part, self._reserved, returned=self._leaving(one.part))
            found += [
                *ClassSource(one, named, "Compute the output of the block.").written(_about(one)),
                "",
                "",
            ]
        main = self._classes.main
        if self._whole is self._shown:
            return [*found, *ClassSource(main, self._named(self._shown), self._told).written(about)]
        named = self._named(self._whole)
        told = "Compute what the losses compare, and what is returned."
        found += [*ClassSource(main, named, told, VALUES).written(about), ""]
        if self._wishes(self._whole) == self._network.inputs:
            return [*found, *self._of_values(named)]
        one = replace(main, part=self._shown)
        return [*found, *ClassSource(one, self._named(self._shown), self._told).computing()]

    @property
    def _told(self) -> str:
        shown = self._network.outputs
        return f"Compute {shown[0] if len(shown) == 1 else f'the {len(shown)} outputs in turn'}."

    def _plain(self, node: str, output: str) -> str:
        own = self._whole.graph.nodes[node].name  # type: ignore[index]  # lengths do not leave
        return own if output == "output" else f"{own}_{output}"

    def _wishes(self, part: GraphPlace) -> tuple[str, ...]:
        """What is to enter the whole."""
        shown = {field: name for name, field in self._wiring.shown_lengths.items()}
        entering = [
            _identifier(output) if node == TO_PREDICT else part.graph.nodes[node].name  # type: ignore[index]
            for node, output in part.entering
        ]
        lengths = [
            shown.get(FieldName(field), f"{_identifier(field)}_lengths")
            for _, field in part.lengths
        ]
        return (*entering, *lengths)

    def _named(self, part: GraphPlace) -> Variables:
        """The variables of the whole."""
        return Variables(part, self._reserved, self._wishes(part), self._network.outputs[0])

    def _of_values(self, named: Variables) -> list[str]:
        """What is returned, as a part of what training asks for."""
        places = [self._whole.leaving.index(value) for value in self._shown.leaving]
        kinds = ", ".join(["Tensor"] * len(places))
        kind = "Tensor" if len(places) == 1 else f"tuple[{kinds}]"
        taken: list[Code] = ["self", *(f"{name}: Tensor" for name in named.entering)]
        head = lines(Group("def forward(", taken, ")"), 1, after=f" -> {kind}:")
        told = f'        """{self._told}"""'
        called = Group(f"self.{VALUES}(", list(named.entering), ")")
        if len(places) == 1:
            return [*head, told, *lines(called, 2, before="return ", after=f"[{places[0]}]")]
        each = [f"values[{place}]" for place in places]
        return [
            *head,
            told,
            *lines(called, 2, before="values = "),
            *lines(
                Group("(", each, ")") if len(each) > 4 else ", ".join(each), 2, before="return "
            ),
        ]

    def _leaving(self, part: GraphPlace) -> str:
        """What a block gives, by the name of the node that it comes from."""
        return part.graph.nodes[part.leaving[0][0]].name  # type: ignore[index]


def _identifier(field: str) -> str:
    """A name for a variable that is like that of a field."""
    name = re.sub(r"\W+", "_", field).strip("_") or "value"
    return f"_{name}" if name[0].isdigit() or keyword.iskeyword(name) else name


def _about(one: Class) -> str:
    """Where a block stands in the network."""
    if len(one.places) == 1:
        return f"The block at {one.places[0]}."
    places, more = one.places[:_TOLD], len(one.places) - _TOLD
    *first, last = [*places, f"{more} more"] if more > 0 else places
    return f"The block at {', '.join(first)} and {last}."


def _targets(call: Call) -> Iterator[str]:
    yield call.target
    for value in call.arguments.values():
        if isinstance(value, Call):
            yield from _targets(value)
