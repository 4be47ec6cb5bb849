"""New nodes lie where they are wished for, or further down, and never on another."""

import math

from hypothesis import given
from hypothesis import strategies as st

from graphs.document.document import Document
from graphs.document.edits import MAIN, NOTE_SIZE, ChangeFrame, Frame, MoveNodes, Note, Step
from graphs.steps.placing import (
    BESIDE,
    CARD,
    boxes,
    free_beside,
    free_in_row,
    free_place,
    free_shift,
)
from tests.graphs.drawing import put

places = st.tuples(st.integers(-400, 400), st.integers(-400, 400))


def apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return abs(one[0] - other[0]) >= CARD[0] or abs(one[1] - other[1]) >= CARD[1]


def document(taken: list[tuple[int, int]]) -> Document:
    made = Document()
    for number, place in enumerate(taken):
        node = put(made, "relu", f"relu{number}")
        made.apply(Step("Move", (MoveNodes(MAIN, frozenset({node}), place),)))
    return made


def test_a_free_place_is_taken_as_it_is() -> None:
    assert free_place(document([(0, 0)]).main, (400, 8)) == (400, 8)
    assert free_shift(Document().main, [(0, 0, 10, 10)]) == (0, 0)


@given(st.lists(places, max_size=12), places)
def test_a_node_is_put_straight_below_where_nothing_lies(
    taken: list[tuple[int, int]], wish: tuple[int, int]
) -> None:
    found = free_place(document(taken).main, wish)
    assert found[0] == wish[0] and found[1] >= wish[1]
    assert all(apart(found, other) for other in taken)


@given(st.lists(places, max_size=8), st.lists(places, min_size=1, max_size=4))
def test_several_keep_their_places_to_each_other(
    taken: list[tuple[int, int]], wished: list[tuple[int, int]]
) -> None:
    note = Note("words", wished[0], NOTE_SIZE)
    across, down = free_shift(document(taken).main, boxes(wished, [note]))
    assert across == 0
    for x, y in wished:
        assert all(apart((x, y + down), other) for other in taken)


@given(st.lists(places, max_size=8), places)
def test_beside_what_is_there_a_node_lies_free_and_near(
    taken: list[tuple[int, int]], wish: tuple[int, int]
) -> None:
    graph = document(taken).main
    found = free_beside(graph, wish)
    assert all(apart(found, other) for other in taken)
    assert math.dist(found, wish) <= math.dist(free_place(graph, wish), wish)


@given(st.lists(places, max_size=8), places, st.integers(2, 5))
def test_what_is_added_at_one_place_lies_free_and_further_right_each_time(
    taken: list[tuple[int, int]], wish: tuple[int, int], count: int
) -> None:
    made, last = document(taken), -math.inf
    for number in range(count):
        found = free_in_row(made.main, wish)
        assert all(apart(found, other) for other in made.main.positions.values())
        assert found[0] >= wish[0] and found[0] > last
        last = found[0]
        node = put(made, "relu", f"new{number}")
        (x, y), by = made.main.positions[node], found
        made.apply(Step("Move", (MoveNodes(MAIN, frozenset({node}), (by[0] - x, by[1] - y)),)))


def test_one_by_one_a_row_comes_of_it() -> None:
    graph = document([(0, 0), (BESIDE, 0)]).main
    assert free_in_row(graph, (8, 24)) == (2 * BESIDE, 0)
    assert free_in_row(graph, (0, 200)) == (0, 200)


def test_over_one_node_the_nearest_side_is_taken() -> None:
    graph = document([(0, 0)]).main
    assert free_beside(graph, (0, 0)) == (0, CARD[1] + 16)
    assert free_beside(graph, (0, -40))[1] < -CARD[1]
    assert free_beside(graph, (168, 0))[0] > CARD[0]


def test_a_frame_that_is_put_lies_on_no_node_and_across_no_other_frame() -> None:
    made = document([(0, 0)])
    made.apply(Step("", (ChangeFrame(MAIN, "f", None, Frame("", (-24, -40, 224, 142))),)))
    _, down = free_shift(made.main, [(0, 0, *CARD)], frames=[(-24, -40, 224, 142)])
    assert down - 40 >= 102
    assert free_shift(made.main, [], frames=[(-8, 90, 40, 8)]) == (0, 0)
