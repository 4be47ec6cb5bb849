"""Layers that learn weights and may have those of another node, and when these fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from graphs.describe import in_words, param
from graphs.layers.spec import Call, Layer, Referred
from graphs.problems import Problem, Set, problem
from graphs.setting_kinds import NodeRef

WEIGHTS_OF = "weights_of"
"""The setting that names whose weights a node has."""

PARAMETRIZATION = "parametrization"
"""The setting that says what the weight of a layer is computed from."""

Modules: TypeAlias = Mapping[str, Call]
"""What makes the modules of a node, by their names inside; a layer's own has the empty name."""

OTHER_KIND = "Has the weights of another {kind}, but “{name}” is of the kind {layer}."
OTHER_BLOCK = "Has the weights of “{name}”, but the two blocks do not compute the same."
OTHER_SETTING = (
    "Has the weights of “{name}”, so both are made alike, but {argument} is {mine} here and "
    "{theirs} there."
)
OTHER_INSIDE = (
    "Has the weights of “{name}”, so both are made alike, but {argument} of “{inside}” is {mine} "
    "here and {theirs} there."
)


class Weighted(Layer):
    """Base of what learns weights: its own, or those of another node of its kind.

    Two nodes of the same weights are one module that is called twice, as the halves of a siamese
    network are; also what a norm remembers of its inputs is one.
    """

    weights_of: NodeRef | None = param(
        default=None,
        title="weights of",
        help="Another node of this kind whose weights it has, as both halves of a siamese network "
        "have the same.",
    )

    @property
    def may_differ(self) -> frozenset[str]:
        """Arguments of the module that say nothing of its weights, so that both may have theirs."""
        return frozenset()


def lending_fault(
    layer: Weighted, made: Modules, lender: Referred, theirs: Modules
) -> Problem | None:
    """Why a node cannot have the weights of another, from what makes the modules of both."""
    if lender.layer.id != layer.id:
        return _refused(OTHER_KIND, lender, kind=layer.title, layer=lender.layer.title)
    made, theirs = unwrapped(made), unwrapped(theirs)
    if _targets(made) != _targets(theirs):
        return _refused(OTHER_BLOCK, lender)
    for inside, call in made.items():
        there = theirs[inside].arguments
        for argument in {**call.arguments, **there}:
            mine, other = call.arguments.get(argument), there.get(argument)
            if mine != other and argument not in layer.may_differ:
                values = {"argument": argument, "mine": in_words(mine), "theirs": in_words(other)}
                if inside:
                    return _refused(OTHER_INSIDE, lender, inside=inside, **values)
                return _mended(layer, lender, argument, _refused(OTHER_SETTING, lender, **values))
    return None


def is_one_module(made: Modules, theirs: Modules) -> bool:
    """Whether both nodes are one module; if not, each has one, with the same weights."""
    return made == theirs


def unwrapped(made: Modules) -> Modules:
    """The same with what is computed from other numbers told as one more argument."""
    return {
        name: Call(inner.target, {**inner.arguments, PARAMETRIZATION: call.target.split(".")[-1]})
        if isinstance(inner := call.arguments.get("module"), Call)
        else Call(call.target, {**call.arguments, PARAMETRIZATION: "none"})
        for name, call in made.items()
    }


def _targets(made: Modules) -> dict[str, str]:
    return {name: call.target for name, call in made.items()}


def _refused(template: str, lender: Referred, **values: str) -> Problem:
    found = problem(template, setting=WEIGHTS_OF, fix=Set(WEIGHTS_OF, None), name=lender.name)
    return replace(found, values={**found.values, **values})


def _mended(layer: Layer, lender: Referred, argument: str, found: Problem) -> Problem:
    """With the way out: to set here what is set there, if that is what differs."""
    there = lender.layer.settings.get(argument)
    if argument not in layer.settings or there == layer.settings[argument]:
        return found
    return replace(found, setting=argument, fix=Set(argument, there))
