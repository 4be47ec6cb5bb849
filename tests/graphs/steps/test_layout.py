"""Laying nodes out: from left to right along the links, apart from each other, at once."""

import time
from collections.abc import Iterable

import pytest

from graphs.document.document import Document
from graphs.document.edits import NodeId, Position
from graphs.steps.layout import COLUMN, ROW, layout
from graphs.templates import find
from tests.graphs.drawing import classifier, put, wire
from tests.graphs.random_graphs import random_document


def chain(count: int) -> Document:
    document = Document()
    for number in range(count):
        put(document, "relu", f"relu{number}")
        if number:
            wire(document, f"relu{number - 1}", f"relu{number}")
    return document


def test_every_link_leads_to_the_right() -> None:
    for id in ("digits-cnn", "sine-lstm", "xor"):
        template = find(id)
        assert template is not None
        graph = template.document().main
        places = layout(graph)
        assert places.keys() == graph.nodes.keys()
        assert all(places[k.source][0] < places[k.target][0] for k in graph.links())


def test_a_chain_is_a_straight_row() -> None:
    places = layout(chain(6).main)
    assert sorted(places.values()) == [(number * COLUMN, 0) for number in range(6)]


ROOM = (1200, 700)
"""A view, in pixels."""


def size(places: Iterable[Position]) -> Position:
    places = list(places)
    return max(x for x, _ in places) + COLUMN, max(y for _, y in places) + ROW


def test_what_can_be_read_in_one_row_stays_in_one() -> None:
    graph = chain(5).main
    assert layout(graph, room=ROOM) == layout(graph)


@pytest.mark.parametrize("count", [10, 40, 300])
def test_a_long_chain_is_broken_into_rows_that_fill_the_view(count: int) -> None:
    graph = chain(count).main
    wrapped, row = layout(graph, room=ROOM), layout(graph)
    width, height = size(wrapped.values())
    assert min(ROOM[0] / width, ROOM[1] / height) > 1.5 * ROOM[0] / size(row.values())[0]
    back = [k for k in graph.links() if wrapped[k.source][0] >= wrapped[k.target][0]]
    lines = {y for _, y in wrapped.values()}
    assert len(back) == len(lines) - 1
    assert len(set(wrapped.values())) == count


@pytest.mark.parametrize("seed", range(40))
def test_nothing_lies_on_anything_in_rows_either(seed: int) -> None:
    graph = random_document(seed).main
    places = list(layout(graph, room=(700, 500)).values())
    for place, (x, y) in enumerate(places):
        assert all(abs(x - a) >= COLUMN or abs(y - b) >= ROW for a, b in places[place + 1 :])


def test_no_two_nodes_lie_on_one_another() -> None:
    document = classifier()
    for number in range(8):
        put(document, "relu", f"extra{number}")
        wire(document, "flatten", f"extra{number}")
    places = list(layout(document.main).values())
    for place, (x, y) in enumerate(places):
        assert all(abs(x - a) >= COLUMN or abs(y - b) >= ROW for a, b in places[place + 1 :])


def test_branches_stand_around_what_they_come_from() -> None:
    document = Document()
    for name in ("start", "a", "b", "c"):
        put(document, "relu", name)
    for name in ("a", "b", "c"):
        wire(document, "start", name)
    places = layout(document.main)
    rows = sorted(places[NodeId(name)][1] for name in ("a", "b", "c"))
    assert abs(places[NodeId("start")][1] - rows[1]) <= 8


def test_only_the_chosen_nodes_are_laid_out() -> None:
    graph = classifier().main
    chosen = sorted(graph.nodes)[:2]
    assert layout(graph, chosen).keys() == set(chosen)


def test_a_circle_is_laid_out_too() -> None:
    document = chain(3)
    wire(document, "relu2", "relu0")
    assert len(set(layout(document.main).values())) == 3


def test_nothing_needs_no_places() -> None:
    assert layout(Document().main) == {}


def test_two_hundred_nodes_take_less_than_a_third_of_a_second() -> None:
    graph = chain(200).main
    start = time.process_time()
    layout(graph)
    assert time.process_time() - start < 0.3
