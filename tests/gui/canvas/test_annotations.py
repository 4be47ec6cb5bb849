"""Frames and notes on the canvas: written, moved, resized, copied and removed by a hand."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.document.edits import MAIN, ChangeFrame, ChangeNote, Frame, Note, Step
from graphs.steps import annotation_steps, operations, placing
from graphs.steps.annotation_steps import Marks
from gui.canvas.scene import places
from gui.canvas.scene.annotation_items import MOST_LETTERS, FrameItem, NoteItem
from gui.look import theme
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier
from tests.gui.hand import CTRL, SHIFT, Hand, hand_on

NOTE = Note("Numbers written by hand", (0, 300), (200, 96))


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    document = classifier()
    document.apply(Step("Note", (ChangeNote(MAIN, "n", None, NOTE),)))
    return hand_on(qtbot, document)


def note(hand: Hand, id: str = "n") -> Note:
    return hand.workspace.document.main.notes[id]


def only_frame(hand: Hand) -> tuple[str, Frame]:
    ((id, frame),) = hand.workspace.document.main.frames.items()
    return id, frame


def corner(hand: Hand, place: tuple[int, ...]) -> QPoint:
    return hand.view(QPointF(place[0], place[1]))


def put_frame(hand: Hand, *names: str, title: str = "") -> Frame:
    """Put a frame around nodes, by keys, and give it a title."""
    for name in names:
        hand.click(hand.node(name), SHIFT)
    hand.key(Qt.Key.Key_J, CTRL)
    if title:
        hand.write(title)
    hand.key(Qt.Key.Key_Return)
    return only_frame(hand)[1]


def on_title(hand: Hand, frame: Frame) -> QPoint:
    return corner(hand, frame.rectangle) + QPoint(60, 14)


def positions(hand: Hand) -> dict[str, tuple[int, int]]:
    graph = hand.workspace.document.main
    return {graph.nodes[id].name: place for id, place in graph.positions.items()}


def test_an_endless_note_or_title_is_laid_out_only_as_far_as_it_is_seen(qtbot: QtBot) -> None:
    """A million lines take Qt six seconds at each zoom, in which the window stands still."""
    document = classifier()
    endless = Note("a\n" * 499_999, (0, 300), (200, 96))
    frame = Frame("t\n" * 499_999, (0, 0, 300, 300))
    edits = (ChangeNote(MAIN, "n", None, endless), ChangeFrame(MAIN, "f", None, frame))
    document.apply(Step("Mark", edits))
    hand = hand_on(qtbot, document)
    items = hand.canvas.sheet.items()
    (paper,) = [item for item in items if isinstance(item, NoteItem)]
    (outline,) = [item for item in items if isinstance(item, FrameItem)]
    assert 5 <= paper.text.count("\n") < 50
    assert len(outline.title) <= MOST_LETTERS
    assert note(hand).text == endless.text


def test_n_writes_a_note_that_one_undo_takes_away(hand: Hand) -> None:
    before = snapshot(hand.workspace.document)
    hand.key(Qt.Key.Key_N)
    hand.write("Scores of ten classes")
    hand.key(Qt.Key.Key_Escape)
    texts = {one.text for one in hand.workspace.document.main.notes.values()}
    assert texts == {"Numbers written by hand", "Scores of ten classes"}
    assert {item.text for item in hand.canvas.sheet.annotations.notes.values()} == texts
    assert hand.canvas.hasFocus()
    hand.undo()
    assert snapshot(hand.workspace.document) == before
    assert len(hand.canvas.sheet.annotations.notes) == 1


def test_no_card_lies_on_a_new_note(hand: Hand) -> None:
    middle = hand.canvas.scene_point(QPointF(hand.canvas.pointer_place()))
    beside = places.snapped(middle.x() - 40, middle.y() - 20)
    hand.workspace.history.do(operations.add(hand.workspace.document.main, "relu", beside))
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_N)
    hand.write("apart")
    hand.canvas.setFocus()
    items = hand.canvas.sheet.annotations.notes.values()
    (made,) = (item for item in items if item.text == "apart")
    for card in hand.canvas.sheet.nodes.values():
        assert not made.area.intersects(QRectF(card.pos(), QSizeF(places.WIDTH, places.HEIGHT)))


def test_a_note_that_has_no_room_where_the_pointer_is_comes_into_view(hand: Hand) -> None:
    hand.canvas.zoom_to(1.0)
    graph = hand.workspace.document.main
    middle = hand.canvas.scene_point(QPointF(hand.canvas.pointer_place()))
    x, y = places.snapped(middle.x() - 40, middle.y() - 20)
    for step in range(10):  # to the lower edge of what is seen
        hand.workspace.history.do(operations.add(graph, "relu", (x, y + 84 * step)))
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_N)
    hand.write("far down")
    hand.canvas.setFocus()
    (made,) = (n for n in hand.canvas.sheet.annotations.notes.values() if n.text == "far down")
    assert hand.canvas.seen().contains(made.area)


def test_a_note_without_words_is_none(hand: Hand) -> None:
    undo = hand.workspace.history.undo_name
    hand.key(Qt.Key.Key_N)
    hand.write("  ")
    hand.click(hand.empty())
    assert hand.workspace.history.undo_name == undo


def test_the_search_for_layers_offers_a_note(hand: Hand) -> None:
    hand.key(Qt.Key.Key_Tab)
    hand.write("comment")
    hand.key(Qt.Key.Key_Return)
    hand.write("found")
    hand.key(Qt.Key.Key_Return, CTRL)
    assert "found" in {one.text for one in hand.workspace.document.main.notes.values()}


def test_a_note_is_dropped_from_the_palette_where_it_is_let_go(hand: Hand) -> None:
    at = hand.empty()
    hand.drop("note", at)
    hand.write("here")
    hand.key(Qt.Key.Key_Escape)
    (made,) = (one for one in hand.workspace.document.main.notes.values() if one.text == "here")
    assert (corner(hand, made.position) - at).manhattanLength() <= 8


def test_a_double_click_edits_a_note_in_place(hand: Hand) -> None:
    hand.double_click(corner(hand, NOTE.position) + QPoint(80, 40))
    hand.write("Other words")
    hand.canvas.setFocus()
    assert note(hand).text == "Other words"
    assert (note(hand).position, note(hand).size) == (NOTE.position, NOTE.size)
    hand.undo()
    assert note(hand) == NOTE


def test_f2_edits_the_words_and_clearing_them_removes_the_note(hand: Hand) -> None:
    hand.click(corner(hand, NOTE.position) + QPoint(80, 40))
    hand.key(Qt.Key.Key_F2)
    hand.key(Qt.Key.Key_Delete)
    hand.key(Qt.Key.Key_Escape)
    assert hand.workspace.document.main.notes == {}


def test_a_note_is_moved_on_the_grid_as_one_step(hand: Hand) -> None:
    start = corner(hand, NOTE.position) + QPoint(80, 40)
    hand.drag(start, start + QPoint(43, 61))
    assert note(hand).position == (40, 360)
    hand.undo()
    assert note(hand) == NOTE


def test_a_note_is_resized_at_its_corner_and_escape_gives_it_up(hand: Hand) -> None:
    low = corner(hand, (200, 396)) - QPoint(1, 1)
    hand.press(low)
    hand.move(low + QPoint(80, 80))
    hand.key(Qt.Key.Key_Escape, on=hand.canvas)
    hand.release(low)
    assert note(hand) == NOTE
    assert hand.canvas.sheet.annotations.notes["n"].area.width() == 200
    hand.drag(low, low + QPoint(64, 40))
    assert note(hand).size == (264, 136)
    assert note(hand).position == NOTE.position
    hand.undo()
    assert note(hand) == NOTE


def test_nothing_is_pulled_smaller_than_it_can_be_read(hand: Hand) -> None:
    left = corner(hand, (0, 340)) + QPoint(1, 0)
    hand.drag(left, left + QPoint(500, 0))
    assert note(hand).size == (48, 96)
    assert note(hand).position == (152, 300)


def test_ctrl_j_puts_a_frame_around_what_is_chosen_with_its_title_as_one_step(hand: Hand) -> None:
    before = snapshot(hand.workspace.document)
    frame = put_frame(hand, "flatten", "classify", title="Head")
    assert frame.title == "Head"
    area = hand.canvas.sheet.annotations.frames[only_frame(hand)[0]].area
    for name in ("flatten", "classify"):
        assert area.contains(hand.canvas.sheet.nodes[hand.id(name)].card())
    assert not area.intersects(hand.canvas.sheet.nodes[hand.id("image")].card())
    hand.undo()
    assert snapshot(hand.workspace.document) == before


def test_a_frame_carries_what_lies_in_it_as_one_step(hand: Hand) -> None:
    frame = put_frame(hand, "flatten", "classify")
    before, places = snapshot(hand.workspace.document), positions(hand)
    start = on_title(hand, frame)
    hand.drag(start, start + QPoint(0, 400))
    after = positions(hand)
    moved = {name: after[name][1] - places[name][1] for name in after}
    assert moved == {"image": 0, "flatten": 400, "classify": 400, "digit": 0, "loss": 0}
    assert only_frame(hand)[1].rectangle[1] == frame.rectangle[1] + 400
    hand.undo()
    assert snapshot(hand.workspace.document) == before
    drawn = hand.canvas.sheet.annotations.frames[only_frame(hand)[0]].area
    assert drawn.topLeft() == QPointF(*frame.rectangle[:2])


def test_a_frame_in_a_frame_and_a_note_in_it_are_carried_too(hand: Hand) -> None:
    hand.click(corner(hand, NOTE.position) + QPoint(80, 40))
    inner = put_frame(hand, "flatten")
    hand.workspace.select((), (), Marks(frozenset(hand.workspace.document.main.frames)))
    hand.key(Qt.Key.Key_J, CTRL)
    hand.key(Qt.Key.Key_Return)
    outer = max(hand.workspace.document.main.frames.values(), key=lambda f: f.rectangle[3])
    start = on_title(hand, outer)
    hand.drag(start, start + QPoint(80, 0))
    lefts = {frame.rectangle[0] for frame in hand.workspace.document.main.frames.values()}
    assert lefts == {inner.rectangle[0] + 80, outer.rectangle[0] + 80}
    assert note(hand).position[0] == 80


def test_the_room_within_a_frame_takes_a_rubber_band(hand: Hand) -> None:
    frame = put_frame(hand, "flatten", "classify")
    hand.click(hand.empty())
    inside = corner(hand, frame.rectangle) + QPoint(10, 40)
    hand.drag(inside, hand.node("flatten"))
    assert hand.chosen() == {"flatten"}


def test_delete_removes_a_frame_and_leaves_what_lies_in_it(hand: Hand) -> None:
    frame = put_frame(hand, "flatten", "classify")
    hand.click(on_title(hand, frame))
    hand.key(Qt.Key.Key_Delete)
    assert hand.workspace.document.main.frames == {}
    assert len(hand.names()) == 5
    assert not hand.canvas.sheet.annotations.frames


def test_a_copied_frame_brings_what_lies_in_it(hand: Hand) -> None:
    frame = put_frame(hand, "flatten", "classify", title="Head")
    hand.click(on_title(hand, frame))
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    assert {"flatten2", "classify2"} <= hand.names()
    assert "flatten2.output > classify2.input" in hand.links()
    titles = [one.title for one in hand.workspace.document.main.frames.values()]
    assert titles == ["Head", "Head"]
    assert len(hand.workspace.selected_marks.frames) == 1


@pytest.mark.parametrize("keys", [(Qt.Key.Key_D,), (Qt.Key.Key_X, Qt.Key.Key_V)])
def test_a_note_can_be_duplicated_and_cut(hand: Hand, keys: tuple[Qt.Key, ...]) -> None:
    hand.click(corner(hand, NOTE.position) + QPoint(80, 40))
    for key in keys:
        hand.key(key, CTRL)
    texts = [one.text for one in hand.workspace.document.main.notes.values()]
    assert texts == [NOTE.text] * (3 - len(keys))


def test_ctrl_a_chooses_frames_and_notes_too(hand: Hand) -> None:
    put_frame(hand, "flatten")
    hand.key(Qt.Key.Key_A, CTRL)
    frame, _ = only_frame(hand)
    assert hand.workspace.selected_marks == Marks(frozenset({frame}), frozenset({"n"}))
    assert hand.canvas.sheet.annotations.notes["n"].selected


def test_an_undo_while_a_title_is_written_closes_the_field(hand: Hand) -> None:
    hand.click(hand.node("flatten"))
    hand.key(Qt.Key.Key_J, CTRL)
    assert hand.canvas.writing.field.isVisible()
    hand.undo()
    assert not hand.canvas.writing.field.isVisible()
    assert hand.workspace.document.main.frames == {}


def test_another_document_shows_its_own_frames_and_notes(hand: Hand) -> None:
    other = Document()
    step = Step("Frame", (ChangeFrame(MAIN, "f", None, Frame("Alone", (0, 0, 300, 200))),))
    other.apply(step)
    hand.workspace.new(other)
    assert set(hand.canvas.sheet.annotations.frames) == {"f"}
    assert not hand.canvas.sheet.annotations.notes
    assert not hand.canvas.empty.isVisible()


@pytest.mark.parametrize("scheme", [theme.Scheme.DARK, theme.Scheme.LIGHT])
def test_from_afar_a_note_keeps_its_colour_and_a_frame_its_title(
    hand: Hand, qapp: QApplication, scheme: theme.Scheme
) -> None:
    theme.use(qapp, scheme)
    frame = put_frame(hand, "flatten", "classify", title="Head")
    hand.click(hand.empty())
    for zoom in (1.0, 0.4, 0.15):
        hand.canvas.zoom_to(zoom)
        picture = hand.canvas.grab().toImage()
        paper = corner(hand, NOTE.position) + QPoint(round(150 * zoom), round(80 * zoom))
        assert picture.pixelColor(paper) == theme.color("panel"), zoom
        left, top = corner(hand, frame.rectangle).toTuple()
        band = range(top, top + 28) if zoom >= 0.5 else range(top - 20, top)
        row = [picture.pixelColor(x, y) for y in band for x in range(left + 2, left + 60)]
        ink = theme.color("muted").lightness()
        assert any(abs(color.lightness() - ink) < 25 for color in row), zoom


@pytest.mark.parametrize("chosen", [(), ("flatten", "classify")])
def test_frames_and_notes_go_with_what_is_arranged(hand: Hand, chosen: tuple[str, ...]) -> None:
    workspace = hand.workspace
    graph, sizes = workspace.graph, hand.canvas.sheet.sizes
    held = {id for id, node in graph.nodes.items() if node.name in {"flatten", "classify"}}
    for at, node in enumerate(sorted(held)):
        workspace.history.do(operations.move(graph, [node], (1200 + 300 * at, 700 + 90 * at)))
    around = annotation_steps.Cargo(frozenset(held))
    step, id = annotation_steps.framed(graph, around, sizes, "Body")
    workspace.history.do(step)
    assert annotation_steps.inside(graph, id, sizes).nodes == held
    before = snapshot(workspace.document)
    workspace.select([node for node in held if graph.nodes[node].name in chosen])
    hand.canvas.arrange()
    held_now = annotation_steps.inside(graph, id, sizes).nodes
    assert held <= held_now
    paper = note(hand)
    place = QRectF(*paper.position, *paper.size)
    for node, size in sizes.items():
        assert not place.intersects(QRectF(*graph.positions[node], *size))
    workspace.history.undo()
    assert snapshot(workspace.document) == before


@pytest.mark.parametrize("keys", [Qt.Key.Key_D, Qt.Key.Key_V])
@pytest.mark.parametrize("copied", ["note", "node"])
def test_a_copy_lies_on_no_note(hand: Hand, copied: str, keys: Qt.Key) -> None:
    graph, node = hand.workspace.graph, hand.id("classify")
    x, y = graph.positions[node]
    below = replace(NOTE, position=(x, y + 100))
    hand.workspace.history.do(Step("Note", (ChangeNote(MAIN, "n", NOTE, below),)))
    on_note = hand.view(QPointF(x + 20, y + 120))
    hand.click(on_note if copied == "note" else hand.node("classify"))
    hand.key(Qt.Key.Key_C, CTRL)
    hand.hover(on_note)
    hand.key(keys, CTRL)
    nodes, notes = hand.workspace.selection - {node}, hand.workspace.selected_marks.notes - {"n"}
    copies = placing.boxes([graph.positions[one] for one in nodes], [graph.notes[n] for n in notes])
    assert len(copies) == 1
    assert placing.are_clear(copies, placing.boxes((), [below]))
