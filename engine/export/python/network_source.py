"""The classes of a network as code: one for each block, and one for the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.export.model import Model
from engine.export.python.class_source import ClassSource
from engine.export.python.classes import Class, ClassPlan
from engine.export.python.parts import GraphPlace, PlaceReader
from engine.export.python.variables import Variables
from engine.network.layout import Instance
from graphs.checking.evaluation import evaluated
from graphs.layers.spec import Call, Function

_TOLD = 3
"""So many places are told of a class that is used at more."""


class NetworkSource:
    """Lines of code for a network, as far as what it returns needs it."""

    def __init__(self, model: Model, name: str, reserved: Collection[str]) -> None:
        self._network, self._wiring = model.network, model.network.wiring
        self._part = PlaceReader(self._wiring).main(Instance(evaluated(model.document.main)))
        self._classes = ClassPlan(self._part, name, reserved)
        self._reserved = {*reserved, name, *(one.name for one in self._classes.all)}
        self._made = {
            f"{part.name}.{own}" if part.name else own
            for part in self._part.all()
            for own in part.modules
        }

    def needs(self, key: str) -> bool:
        """Whether a key of the state dict belongs to a module that is made."""
        return self._wiring.owner(key) in self._made

    def targets(self) -> Iterator[str]:
        """Every class and function that the code calls."""
        for part in self._part.all():
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
            found += [*ClassSource(one, named, "What leaves it.").written(_about(one)), "", ""]
        shown = self._network.outputs
        told = shown[0] if len(shown) == 1 else f"the {len(shown)} outputs in turn"
        told = f"What {told} {'shows' if len(shown) == 1 else 'show'}."
        named = Variables(self._part, self._reserved, self._network.inputs, shown[0])
        return [*found, *ClassSource(self._classes.main, named, told).written(about)]

    def _leaving(self, part: GraphPlace) -> str:
        """What a block gives, by the name of the node that it comes from."""
        return part.graph.nodes[part.leaving[0][0]].name  # type: ignore[index]


def _about(one: Class) -> str:
    """Where a block stands in the network."""
    if len(one.places) == 1:
        return f"What {one.places[0]} computes."
    places, more = one.places[:_TOLD], len(one.places) - _TOLD
    *first, last = [*places, f"{more} more"] if more > 0 else places
    return f"What {', '.join(first)} and {last} compute."


def _targets(call: Call) -> Iterator[str]:
    yield call.target
    for value in call.arguments.values():
        if isinstance(value, Call):
            yield from _targets(value)
