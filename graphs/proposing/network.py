"""A whole network for the fields of a data set, and the step that puts it on the canvas."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, partial

from graphs.data import DataSection
from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    AddNode,
    ChangeData,
    ChangeFrame,
    ChangePlan,
    Connect,
    Edit,
    Step,
)
from graphs.errors import NothingToLearn
from graphs.plan.plan import Plan
from graphs.proposing.again import drawn_again
from graphs.proposing.forecasting import forecast
from graphs.proposing.heads import Ground, Head
from graphs.proposing.planning import planned
from graphs.proposing.readers import Reader
from graphs.proposing.sketch import Sketch, Spot
from graphs.sizes import bounds
from graphs.steps.layout import layout
from graphs.steps.operations import delete
from graphs.types import Kind
from graphs.wording.phrases import phrase

ROOM = (1000, 560)
"""Width and height of a view in which the nodes are to be read, in pixels."""
MANY_SAMPLES = 1000
"""From so many on, a table gets a second hidden layer."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document with data, a network and a plan, and what of the data has no part in it."""

    document: Document
    notices: tuple[str, ...] = ()


def drafted(
    section: DataSection,
    samples: int | None = None,
    plan: Plan | None = None,
    kept: Collection[str] = (),
) -> Draft:
    """A network for the fields of ``section``, of which there are so many ``samples``.

    Its plan is ``plan`` with another pace, but for the settings that are ``kept``.

    Raises NothingToLearn where no field can be learned from, or none can be predicted.
    """
    sketch = Sketch(section, samples)
    if not section.inputs():
        raise NothingToLearn("This data has no field to learn from. Choose other data.")
    missed = _drawn(sketch)
    document = sketch.document
    places = layout(document.main, room=ROOM)
    made = Document()
    edits: list[Edit] = [
        ChangeData(made.data, section),
        ChangePlan(made.plan, planned(plan or made.plan, sketch, kept)),
        *(AddNode(MAIN, node, places[node.id]) for node in document.main.nodes.values()),
        *(Connect(MAIN, link) for link in document.main.links()),
    ]
    made.apply(Step(phrase("Propose"), tuple(edits)))
    used = {node.settings.get("field") for node in made.main.nodes.values()}
    unread = [name for name in section.inputs() if name not in used]
    told = [
        phrase("The field “{name}” has no part in the proposed network.", name=name)
        for name in unread
    ]
    told += [
        phrase("No layers that are proposed lead to the target “{name}”.", name=name)
        for name in missed
    ]
    return Draft(made, tuple(told))


def _drawn(sketch: Sketch) -> list[str]:
    """Draw the network; returns the targets to which nothing leads."""
    targets = sketch.section.targets()
    if not targets:
        if drawn_again(sketch):
            return []
        raise NothingToLearn(
            "Nothing in this data is to be predicted. Choose what is, then ask for a network again."
        )
    if forecast(sketch):
        return []
    row = cache(partial(_row, sketch))
    missed = []
    for name in targets:
        head = Head.of(sketch.field(name).kind)
        ground = Ground(
            row,
            partial(_steps, sketch, name),
            partial(_maps, sketch, name),
            partial(_unaligned, sketch, name),
        )
        if not head.draw(sketch, name, ground):
            missed.append(name)
    if len(missed) == len(targets):
        raise NothingToLearn(
            "No network can be proposed for what is to be predicted here: {value}. Draw "
            "one, or choose another target.",
            value=", ".join(f"“{name}”" for name in missed),
        )
    return missed


def _row(sketch: Sketch) -> Spot | None:
    """One row of features per sample, of all inputs that can be read, on which heads may stand."""
    every = (
        Reader.of(sketch.field(name).kind).features(sketch, name)
        for name in sketch.section.inputs()
    )
    read = [features for features in every if features is not None]
    if not read:
        return None
    if len(read) == 1 and read[0].learned:
        return sketch.dropped(read[0].spot)
    spots = [one.spot for one in read]
    spot = spots[0] if len(spots) == 1 else sketch.add("concatenate", *spots)
    for _ in range(2 if sketch.samples >= MANY_SAMPLES else 1):
        spot = sketch.hidden(spot)
    return spot


def _steps(sketch: Sketch, target: str) -> Spot | None:
    """A row of features per step of the first input that has the steps of ``target``."""
    section = sketch.section
    wanted, types = section.fields[target], section.types()
    if wanted.sizes[:1] in ((), (1,)):
        return None
    for name in section.inputs():
        field = section.fields[name]
        alike = field.sizes[:1] == wanted.sizes[:1] and field.ragged == wanted.ragged
        if not alike:
            continue
        follows = types[name].values is not None and types[name].values == types[target].values
        causal = follows or types[target].kind is not Kind.INDEX
        spot = Reader.of(field.kind).steps(sketch, name, causal)
        if spot is not None:
            return spot
    return None


def _maps(sketch: Sketch, target: str) -> Spot | None:
    """Maps of the first picture that is as large as ``target``."""
    section = sketch.section
    for name in section.pictures():
        if section.fields[name].sizes[-2:] == section.fields[target].sizes[-2:]:
            return Reader.of(section.fields[name].kind).maps(sketch, name)
    return None


def _unaligned(sketch: Sketch, target: str) -> Spot | None:
    """A row of features per step of the first input in which any series of ``target`` fits."""
    most = bounds(sketch.section.types()[target].sizes[1])[1]
    for name in sketch.section.inputs():
        spot = Reader.of(sketch.field(name).kind).in_its_steps(sketch, name, 2 * most - 1)
        if spot is not None:
            return spot
    return None


def propose_network(
    document: Document,
    section: DataSection,
    samples: int | None = None,
    kept: Collection[str] = (),
) -> tuple[Step, tuple[str, ...]]:
    """The step that puts a proposed network in the place of what is drawn, and its notices.

    Notes stay where they are, and of the plan the settings that are ``kept``. Raises
    NothingToLearn.
    """
    draft = drafted(section, samples, document.plan, kept)
    made, graph = draft.document, document.main
    edits: list[Edit] = [*delete(graph, list(graph.nodes)).edits]
    edits += [ChangeFrame(MAIN, id, frame, None) for id, frame in graph.frames.items()]
    if document.data != section:
        edits.append(ChangeData(document.data, section))
    if document.plan != made.plan:
        edits.append(ChangePlan(document.plan, made.plan))
    edits += [AddNode(MAIN, n, made.main.positions[n.id]) for n in made.main.nodes.values()]
    edits += [Connect(MAIN, link) for link in made.main.links()]
    return Step(phrase("Propose a network"), tuple(edits)), draft.notices
