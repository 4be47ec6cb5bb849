"""Arranging: what lies in no frame keeps clear of frames with their titles, and of notes."""

import random
from itertools import combinations

import pytest
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.document.edits import MAIN, ChangeNote, NodeId, Note, Step
from graphs.steps import annotation_steps, operations
from graphs.steps.annotation_steps import TITLE, Cargo, overlap
from tests.graphs.documents import snapshot
from tests.graphs.drawing import drawn, put, wire
from tests.gui.hand import Hand, hand_on


def branched() -> Document:
    """Two branches from one picture, side by side until they are added."""
    document = drawn(("input", "image", {"field": "image"}), ("flatten", "flat", {}))
    for branch in "ab":
        names = [f"{branch}{at}" for at in range(3)]
        for source, name in zip(["flat", *names], names, strict=False):
            put(document, "linear", name, out_features=8)
            wire(document, source, name)
    put(document, "add", "sum")
    wire(document, "a2", "sum")
    wire(document, "b2", "sum")
    return document


def put_frame(hand: Hand, *names: str) -> None:
    graph, sizes = hand.workspace.graph, hand.canvas.sheet.sizes
    what = Cargo(frozenset(hand.id(name) for name in names))
    step, _ = annotation_steps.framed(graph, what, sizes, "head")
    hand.workspace.history.do(step)


def check_clear(hand: Hand, held: dict[str, frozenset[NodeId]]) -> None:
    graph, sizes = hand.workspace.graph, hand.canvas.sheet.sizes
    cards = {node: (*graph.positions[node], *size) for node, size in sizes.items()}
    for id, frame in graph.frames.items():
        assert annotation_steps.inside(graph, id, sizes).nodes == held[id]
        for node, card in cards.items():
            assert node in held[id] or not overlap(card, frame.rectangle), graph.nodes[node].name
    assert not any(overlap(one, other) for one, other in combinations(cards.values(), 2))
    for note in graph.notes.values():
        assert not any(overlap((*note.position, *note.size), card) for card in cards.values())


def arrange(hand: Hand) -> None:
    """Arrange by the command, and look what has become of frames."""
    graph, sizes = hand.workspace.graph, hand.canvas.sheet.sizes
    held = {id: annotation_steps.inside(graph, id, sizes).nodes for id in graph.frames}
    before = snapshot(hand.workspace.document)
    hand.workspace.history.end_gesture()
    hand.canvas.arrange()
    check_clear(hand, held)
    if snapshot(hand.workspace.document) == before:  # it lay so already
        return
    hand.workspace.history.undo()
    assert snapshot(hand.workspace.document) == before
    hand.workspace.history.redo()


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, branched())


@pytest.mark.parametrize("branch", ["a", "b"])
def test_a_branch_beside_a_framed_one_keeps_off_its_title_and_in_its_row(
    hand: Hand, branch: str
) -> None:
    put_frame(hand, *(f"{branch}{at}" for at in range(3)))
    arrange(hand)
    graph = hand.workspace.graph
    other = "b" if branch == "a" else "a"
    assert len({graph.positions[hand.id(f"{other}{at}")][1] for at in range(3)}) == 1


def test_a_node_amid_what_a_frame_holds_goes_out_of_it(hand: Hand) -> None:
    graph = hand.workspace.graph
    at = graph.positions[hand.id("a1")]
    away = operations.move(graph, [hand.id("a1")], (0, 900))
    hand.workspace.history.do(away)
    put_frame(hand, "a0", "a2", "b0", "b2")
    assert at != graph.positions[hand.id("a1")]
    if (
        hand.id("b1")
        in annotation_steps.inside(graph, next(iter(graph.frames)), hand.canvas.sheet.sizes).nodes
    ):
        hand.workspace.history.do(operations.move(graph, [hand.id("b1")], (0, 900)))
    arrange(hand)


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_framed_and_chosen_nothing_else_lies_on_it(hand: Hand, seed: int) -> None:
    drawing = random.Random(seed)
    graph = hand.workspace.graph
    names = sorted(hand.names())
    for name in names:
        by = (drawing.randrange(-300, 300), drawing.randrange(-300, 300))
        hand.workspace.history.do(operations.move(graph, [hand.id(name)], by))
    hand.canvas.arrange()
    hand.workspace.history.end_gesture()
    framed = drawing.sample(names, drawing.randrange(1, 4))
    outside = [name for name in names if name not in framed]
    for at, name in enumerate(outside):  # so that the frame holds what it is put around alone
        x, y = graph.positions[hand.id(name)]
        hand.workspace.history.do(operations.move(graph, [hand.id(name)], (0, 2000 + 200 * at)))
    put_frame(hand, *framed)
    x, y = graph.positions[hand.id(drawing.choice(names))]
    paper = Note("Words", (x + 40, y - 110), (160, 96))
    hand.workspace.history.do(Step("Note", (ChangeNote(MAIN, "n", None, paper),)))
    if seed % 2:
        hand.workspace.select([hand.id(name) for name in outside])
    arrange(hand)


def test_a_note_is_moved_off_the_title_of_a_frame_that_comes_there(hand: Hand) -> None:
    put_frame(hand, "b0", "b1", "b2")
    (frame,) = hand.workspace.graph.frames.values()
    x, y, _, height = frame.rectangle
    paper = Note("Words", (x + 40, y + height + 8), (160, 96))
    hand.workspace.history.do(Step("Note", (ChangeNote(MAIN, "n", None, paper),)))
    arrange(hand)
    (frame,), (note,) = hand.workspace.graph.frames.values(), hand.workspace.graph.notes.values()
    assert not overlap((*note.position, *note.size), (*frame.rectangle[:3], TITLE))


def test_arranging_what_lies_right_makes_no_step_and_says_so(hand: Hand) -> None:
    hand.canvas.arrange()
    hand.canvas.hint.hide()
    latest = hand.workspace.history.latest

    hand.canvas.arrange()

    assert hand.workspace.history.latest is latest
    assert hand.canvas.hint.isVisible()
    assert "no node would lie anywhere else" in hand.canvas.hint.text()


def test_arranging_what_lies_elsewhere_says_nothing(hand: Hand) -> None:
    graph = hand.workspace.graph
    hand.workspace.history.do(operations.move(graph, [hand.id("flat")], (40, 300)))

    hand.canvas.arrange()

    assert not hand.canvas.hint.isVisible()
