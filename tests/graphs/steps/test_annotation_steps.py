"""Frames and notes as values: what lies in a frame, and how rectangles are pulled."""

import pytest

from graphs import files
from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    ChangeFrame,
    ChangeNote,
    Frame,
    MoveNodes,
    NodeId,
    Note,
    Step,
)
from graphs.files import limits
from graphs.steps import annotation_steps
from graphs.steps.annotation_steps import LEAST, Cargo, Marks
from tests.graphs.drawing import classifier, put

A, B = NodeId("a"), NodeId("b")
SIZES = {A: (100, 50), B: (100, 50)}


@pytest.fixture
def document() -> Document:
    made = Document()
    put(made, "relu", "a")
    put(made, "relu", "b")
    edits = (
        MoveNodes(MAIN, frozenset({B}), (500, 0)),
        ChangeFrame(MAIN, "f", None, Frame("Part", (-20, -40, 200, 200))),
        ChangeFrame(MAIN, "small", None, Frame("Inner", (0, 0, 50, 50))),
        ChangeNote(MAIN, "n", None, Note("words", (100, 100), (60, 40))),
    )
    positions = dict(made.main.positions)
    back = tuple(MoveNodes(MAIN, frozenset({node}), (-x, -y)) for node, (x, y) in positions.items())
    made.apply(Step("Draw", (*back, *edits)))
    return made


def test_a_frame_holds_nodes_and_notes_by_their_middle_and_whole_frames(document: Document) -> None:
    held = annotation_steps.inside(document.main, "f", SIZES)
    assert held == Cargo(frozenset({A}), Marks(frozenset({"small"}), frozenset({"n"})))
    assert annotation_steps.inside(document.main, "small", SIZES) == Cargo(frozenset({A}))


def test_two_equal_frames_do_not_hold_each_other(document: Document) -> None:
    twin = Frame("Twin", document.main.frames["f"].rectangle)
    document.apply(Step("Frame", (ChangeFrame(MAIN, "twin", None, twin),)))
    assert annotation_steps.inside(document.main, "f", SIZES).marks.frames == {"small"}


def test_moving_a_frame_moves_each_thing_in_it_once(document: Document) -> None:
    whole = annotation_steps.load(document.main, {A}, Marks(frozenset({"f", "small"})), SIZES)
    document.apply(annotation_steps.moved(document.main, whole, (8, 16)))
    assert document.main.positions[A] == (8, 16)
    assert document.main.positions[B] == (500, 0)
    assert document.main.frames["f"].rectangle == (-12, -24, 200, 200)
    assert document.main.notes["n"].position == (108, 116)


def test_a_frame_around_things_leaves_room_for_its_title(document: Document) -> None:
    step, id = annotation_steps.framed(document.main, Cargo(frozenset({A, B})), SIZES, "All")
    document.apply(step)
    left, top, width, height = document.main.frames[id].rectangle
    assert (left, top) == (
        -annotation_steps.PADDING,
        -annotation_steps.PADDING - annotation_steps.TITLE,
    )
    assert (left + width, top + height) == (
        600 + annotation_steps.PADDING,
        50 + annotation_steps.PADDING,
    )


@pytest.mark.parametrize(
    ("sides", "by", "expected"),
    [
        ((1, 1), (10, 20), (0, 0, 110, 120)),
        ((-1, -1), (10, 20), (10, 20, 90, 80)),
        ((1, 0), (10, 999), (0, 0, 110, 100)),
        ((-1, 0), (900, 0), (52, 0, 48, 100)),
        ((0, 1), (0, -900), (0, 0, 100, 48)),
    ],
)
def test_the_side_that_is_not_pulled_stays(
    sides: tuple[int, int], by: tuple[int, int], expected: tuple[int, int, int, int]
) -> None:
    assert annotation_steps.resized((0, 0, 100, 100), sides, by) == expected


def test_a_note_whose_words_are_cleared_goes(document: Document) -> None:
    document.apply(annotation_steps.reworded(document.main, "n", "  \n"))
    assert document.main.notes == {}


def test_what_is_too_small_to_be_grasped_is_widened_when_a_file_is_opened() -> None:
    document = classifier()
    edits = (
        ChangeNote(MAIN, "n", None, Note("hi", (5, 6), (0, -50))),
        ChangeFrame(MAIN, "f", None, Frame("all", (1, 2, -300, 300))),
    )
    document.apply(Step("Mark", edits))
    opened = files.decoded(files.encoded(document))
    assert opened.document.main.notes["n"].size == (LEAST, LEAST)
    assert opened.document.main.frames["f"].rectangle == (1, 2, LEAST, 300)
    assert [notice.split(" was ")[0] for notice in opened.notices] == [
        "The frame “all”",
        "The note “hi”",
    ]


def test_what_was_moved_too_far_away_can_be_opened_again() -> None:
    document = classifier()
    node = next(iter(document.main.nodes))
    far = (2**40, -(2**40))
    edits = (
        MoveNodes(MAIN, frozenset({node}), far),
        ChangeNote(MAIN, "n", None, Note("hi", far, (100, 100))),
        ChangeFrame(MAIN, "f", None, Frame("all", (*far, 100, 100))),
    )
    document.apply(Step("Mark", edits))
    again = files.decoded(files.encoded(document)).document.main
    furthest = (limits.FURTHEST, -limits.FURTHEST)
    assert again.positions[node] == furthest == again.notes["n"].position
    assert again.frames["f"].rectangle == (*furthest, 100, 100)
