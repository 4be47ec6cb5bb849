"""What stands where a block is opened makes room, and its frames hold what was in it."""

import itertools
from random import Random

import pytest

from graphs.document.document import Document, Graph
from graphs.document.edits import ChangeFrame, Frame, GraphId, NodeId, Step, undone
from graphs.steps import annotation_steps, operations, placing
from graphs.steps.annotation_steps import Rectangle, overlap
from graphs.steps.blocks import grouping, ungrouping
from graphs.steps.layout import layout
from graphs.steps.placing import BESIDE, CARD
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier, put, wire
from tests.graphs.random_graphs import random_document
from tests.graphs.steps.blocks.test_grouping import chosen


def cards(graph: Graph) -> dict[NodeId, Rectangle]:
    return {node: (*place, *CARD) for node, place in graph.positions.items()}


def arrange(document: Document, graph: Graph) -> None:
    for node, place in layout(graph).items():
        was = graph.positions[node]
        by = (place[0] - was[0], place[1] - was[1])
        document.apply(operations.move(graph, [node], by))


def grown(document: Document, block: NodeId, random: Random) -> None:
    """Draw more into a block, and lay it out anew."""
    inside = document.graphs[GraphId(document.main.nodes[block].blocks["graph"])]
    for number in range(random.randrange(1, 5)):
        put(document, "relu", f"more{number}", at=inside.id)
        source = random.choice(sorted(inside.nodes))
        if inside.nodes[source].layer != "block_output" and source != f"more{number}":
            wire(document, source, f"more{number}", at=inside.id)
    arrange(document, inside)


@pytest.mark.parametrize("seed", range(30))
def test_what_a_block_held_lies_on_nothing(seed: int) -> None:
    document, random = random_document(seed), Random(seed)
    arrange(document, document.main)
    step, block = grouping.group(document.main, chosen(document, random), "Part")
    document.apply(step)
    grown(document, block, random)
    held = annotation_steps.framed(
        document.main,
        annotation_steps.Cargo(frozenset({block})),
        dict.fromkeys(document.main.nodes, CARD),
        "Kept",
    )
    document.apply(held[0])
    step, nodes = ungrouping.ungroup(document.main, block)
    document.apply(step)
    there = cards(document.main)
    for one, other in itertools.combinations(there.values(), 2):
        assert not overlap(one, other)
    frame = document.main.frames[held[1]].rectangle
    for node in nodes:
        x, y, width, height = there[node]
        assert frame[0] < x and x + width < frame[0] + frame[2]
        assert frame[1] < y and y + height < frame[1] + frame[3]


def row(document: Document) -> list[str]:
    """The names from the left to the right, for nodes that stand in one row."""
    graph = document.main
    assert len({y for _, y in graph.positions.values()}) == 1
    return [graph.nodes[n].name for n in sorted(graph.nodes, key=graph.positions.__getitem__)]


def test_a_row_stays_a_row_whose_end_moves_on() -> None:
    document = Document()
    names = ("image", "a", "b", "c", "d")
    for column, name in enumerate(names):
        node = put(document, "input" if name == "image" else "relu", name)
        document.apply(operations.move(document.main, [node], (column * BESIDE, 0)))
    for one, other in itertools.pairwise(names):
        wire(document, one, other)
    frame = Frame("Held", (2 * BESIDE - 24, -56, 2 * BESIDE, 158))
    document.apply(Step("", (ChangeFrame(document.main.id, "frame", None, frame),)))
    step, block = grouping.group(document.main, {NodeId("b")}, "Part")
    document.apply(step)
    unchanged = document.main.positions[NodeId("image")]
    inside = document.graphs[GraphId(document.main.nodes[block].blocks["graph"])]
    put(document, "relu", "more", at=inside.id)
    document.apply(operations.move(inside, [NodeId("more")], (3 * BESIDE, 0)))
    before = snapshot(document)
    step, _ = ungrouping.ungroup(document.main, block)
    document.apply(step)
    assert row(document) == ["image", "a", "b", "more", "c", "d"]
    assert document.main.positions[NodeId("image")] == unchanged
    x, _, width, _ = document.main.frames["frame"].rectangle
    for name in ("b", "more", "c"):
        assert x < document.main.positions[NodeId(name)][0] < x + width - CARD[0]
    assert x + width < document.main.positions[NodeId("d")][0]
    document.apply(undone(step))
    assert snapshot(document) == before


def test_nothing_moves_where_there_is_room() -> None:
    document = classifier()
    arrange(document, document.main)
    places = dict(document.main.positions)
    for node in places:
        document.apply(operations.move(document.main, [node], (3 * places[node][0], 0)))
    places = dict(document.main.positions)
    names = document.main.names
    step, block = grouping.group(document.main, {names["flatten"]}, "Part")
    document.apply(step)
    inside = document.graphs[GraphId(document.main.nodes[block].blocks["graph"])]
    put(document, "relu", "more", at=inside.id)
    document.apply(operations.move(inside, [NodeId("more")], (0, placing.DOWN)))
    document.apply(ungrouping.ungroup(document.main, block)[0])
    for node in places.keys() - {names["flatten"]}:
        assert document.main.positions[node] == places[node]
