"""What the fields of the data call for: weights for rare classes, to be used, to stay in sight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graphs.data import Field
from graphs.document.document import Document, Graph
from graphs.document.edits import Node
from graphs.layers import Layer
from graphs.layers.ends import input_layers, target_inputs
from graphs.layers.losses.binary import BCEWithLogitsLoss
from graphs.layers.losses.cross_entropy import CrossEntropyLoss
from graphs.layers.losses.losses import losses
from graphs.plan.augmentations import RandomShift
from graphs.problems import Problem, Set, Severity, problem
from graphs.wording.phrases import by_count, phrase

RARE = (
    "Of {total} samples of “{field}” only {count} are “{name}”, so it may never be learned. Let "
    "each class count by how seldom it is, or add samples of it."
)
ALONE = (
    "Of {total} samples of “{field}” only {count} is “{name}”, so it may never be learned. Let "
    "each class count by how seldom it is, or add samples of it."
)
UNUSED = (
    "“{field}” is in the data, but no Input takes it, so nothing is learned from it. Add an Input "
    "for it, or leave the column out of the data."
)
SHIFTED_OUT = (
    "Random shift moves pictures by up to {pixels} pixels, but the shorter side of “{field}” "
    "is {side} pixels, so a picture may be moved out of sight. Set fewer pixels in the plan, such "
    "as {fewer}."
)
LEFT_BEHIND = (
    "“{title}” moves what the pictures “{field}” show, but not the values of “{target}”, of which "
    "each belongs to a pixel. Training would learn them at wrong places. Take it out of the plan."
)
DIGITS = 3
"""Of a weight; the rest would say nothing."""
LITTLE = 8
"""A shift of this part of a picture is one that leaves what it shows in it."""


def hints(document: Document) -> list[Problem]:
    """Warnings about losses on uneven classes, unused fields, and pictures moved out of place.

    Of the main graph, as Inputs and losses lie there alone.
    """
    return [
        *_rare_classes(document),
        *_unused(document),
        *_shifted_out(document),
        *_left_behind(document),
    ]


def _rare_classes(document: Document) -> list[Problem]:
    found = []
    graph = document.main
    for node in (graph.nodes[id] for id in graph.of_layers(losses())):
        field = document.data.fields.get(str(node.settings.get("target", "")))
        if field is None or not field.counts or len(field.counts) != len(field.classes):
            continue
        setting, weights = _weights(node, field)
        if setting and not node.settings.get(setting):
            found.append(_rare(node, field, setting, weights))
    return found


def _weights(node: Node, field: Field) -> tuple[str, tuple[float, ...]]:
    """The setting of a loss that weighs classes, and how much each would count."""
    if any(count < 1 for count in field.counts):
        return "", ()
    total = sum(field.counts)
    kind = Layer.find(node.layer)
    if kind is CrossEntropyLoss:
        share = total / len(field.counts)
        return "class_weights", tuple(_short(share / count) for count in field.counts)
    if kind is BCEWithLogitsLoss and len(field.counts) == 2:
        return "pos_weight", (_short(field.counts[0] / field.counts[1]),)
    return "", ()


def _short(weight: float) -> float:
    return float(f"{weight:.{DIGITS}g}")


def _rare(node: Node, field: Field, setting: str, weights: tuple[float, ...]) -> Problem:
    count = min(field.counts)
    found = problem(
        by_count(count, ALONE, RARE),
        setting=setting,
        fix=Set(setting, weights, words=_words(field, weights)),
        severity=Severity.WARNING,
        total=f"{sum(field.counts):,}",
        count=count,
        name=field.classes[field.counts.index(count)],
        field=node.settings["target"],
    )
    return replace(found, path=(node.id,))


def _words(field: Field, weights: tuple[float, ...]) -> str:
    """What the fix does, as its button says it."""
    if len(weights) == len(field.classes):
        return phrase("Weigh each class by how seldom it is")
    return phrase("Weigh “{name}” {times} times", name=field.classes[1], times=f"{weights[0]:g}")


def _unused(document: Document) -> list[Problem]:
    """Fields of the user's own data that no Input takes, where there are Inputs at all."""
    if not document.data.settings.get("path"):
        return []
    graph = document.main
    taken, targets = _named(graph, "field", input_layers()), _targets(graph)
    inputs = document.data.inputs()
    if not taken & set(inputs):
        return []
    return [
        problem(UNUSED, severity=Severity.WARNING, field=name)
        for name in inputs
        if name not in taken and name not in targets
    ]


def _shifted_out(document: Document) -> list[Problem]:
    """Pictures that a random shift may move as far as they reach."""
    shifts = (one for one in document.plan.find_augmentations() if isinstance(one, RandomShift))
    pixels = max((shift.pixels for shift in shifts), default=0)
    found = []
    for name in document.data.pictures():
        sides = [one for one in document.data.fields[name].sizes[-2:] if isinstance(one, int)]
        side = min(sides, default=pixels + 1)
        if pixels >= side:
            found.append(
                problem(
                    SHIFTED_OUT,
                    severity=Severity.WARNING,
                    pixels=pixels,
                    field=name,
                    side=side,
                    fewer=max(1, side // LITTLE),
                )
            )
    return found


def _left_behind(document: Document) -> list[Problem]:
    """Targets with a value for each pixel of a picture that an augmentation moves without them."""
    graph, fields = document.main, document.data.fields
    moving = [one.title for one in document.plan.find_augmentations() if one.moves]
    taken, targets = _named(graph, "field", input_layers()), _targets(graph)
    pictures = [name for name in document.data.pictures() if name in taken]
    return [
        problem(LEFT_BEHIND, severity=Severity.WARNING, title=title, field=name, target=target)
        for title in moving
        for name in pictures
        for target, field in sorted(fields.items())
        if target in targets - {name} and field.sizes[-2:] == fields[name].sizes[-2:]
    ]


def _targets(graph: Graph) -> set[str]:
    """The fields that a loss compares something with, or that are brought in for one."""
    return _named(graph, "target", losses() | target_inputs())


def _named(graph: Graph, setting: str, layers: Iterable[str]) -> set[str]:
    """The fields that nodes of these layers name; a file may hold anything there."""
    return {str(graph.nodes[id].settings.get(setting)) for id in graph.of_layers(layers)}
