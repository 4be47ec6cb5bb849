"""A right click: the menu is about what lies under the pointer, wherever on it that is."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from graphs.document.edits import MAIN, ChangeNote, Note, Step
from graphs.steps import operations
from gui.canvas.scene import places
from tests.graphs.drawing import classifier
from tests.gui.hand import CTRL, SHIFT, Hand, hand_on, settled

FINE = 9
"""Pixels of the screen from one place that is tried to the next."""
NOTE = Note("Numbers written by hand", (0, 300), (200, 96))


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    document = classifier()
    document.apply(Step("Note", (ChangeNote(MAIN, "n", None, NOTE),)))
    return hand_on(qtbot, document)


def right_click(
    hand: Hand,
    at: QPoint,
    reason: QContextMenuEvent.Reason = QContextMenuEvent.Reason.Mouse,
) -> set[str]:
    """Ask for the menu there and close it; what could be used in it."""
    viewport = hand.canvas.viewport()
    event = QContextMenuEvent(reason, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, event)
    (menu,) = [one for one in hand.canvas.findChildren(QMenu) if one.isVisible()]
    offered = {action.text() for action in menu.actions() if action.isEnabled()}
    menu.close()
    return offered


def spread(area: QRectF) -> Iterator[QPoint]:
    """Places all over a part of the view, up to its edges."""
    inside = area.toAlignedRect().adjusted(1, 1, -2, -2)
    across = {*range(inside.left(), inside.right(), FINE), inside.right()}
    down = {*range(inside.top(), inside.bottom(), FINE), inside.bottom()}
    yield from (QPoint(x, y) for y in sorted(down) for x in sorted(across))


@pytest.mark.parametrize("zoom", [1.0, 0.5, 0.2])
@pytest.mark.parametrize("name", ["classify", "loss"])
def test_all_over_a_card_the_menu_is_about_its_node(hand: Hand, name: str, zoom: float) -> None:
    hand.canvas.zoom_to(zoom)
    card = hand.canvas.sheet.nodes[hand.id(name)].card()
    for at in spread(hand.canvas.viewportTransform().mapRect(card)):
        for before in ([hand.id("flatten")], []):
            hand.workspace.select(before)
            assert {"Delete", "Copy", "Rename or edit words"} <= right_click(hand, at)
            assert hand.chosen() == {name}, at


def test_a_port_beyond_the_edge_of_its_card_belongs_to_its_node(hand: Hand) -> None:
    hand.workspace.select([hand.id("flatten")])
    right_click(hand, hand.output("classify") + QPoint(4, 0))
    assert hand.chosen() == {"classify"}


def test_a_card_is_meant_before_the_port_of_another_that_is_as_near(hand: Hand) -> None:
    left = hand.canvas.sheet.nodes[hand.id("flatten")]
    graph, moved = hand.workspace.graph, hand.id("digit")
    x, y = graph.positions[moved]
    by = (round(left.x()) + places.WIDTH + 4 - x, round(left.y()) - y)
    hand.workspace.history.do(operations.move(graph, [moved], by))
    right_click(hand, hand.view(left.output_place("output") + QPointF(7, 0)))
    assert hand.chosen() == {"digit"}


def test_what_is_chosen_with_others_stays_chosen_with_them(hand: Hand) -> None:
    hand.click(hand.node("flatten"))
    hand.click(hand.node("classify"), SHIFT)
    right_click(hand, hand.output("classify") - QPoint(6, 0))
    assert hand.chosen() == {"flatten", "classify"}


def test_on_a_link_the_menu_is_about_the_link(hand: Hand) -> None:
    hand.workspace.select([hand.id("image")])
    assert "Delete" in right_click(hand, hand.middle("classify", "digit"))
    assert hand.chosen() == set()
    assert hand.workspace.selected_links == {hand.link("classify", "digit")}


def test_all_over_a_note_and_a_frame_the_menu_is_about_them(hand: Hand) -> None:
    hand.workspace.select([hand.id("flatten"), hand.id("classify")])
    frame = hand.canvas.editing.put_frame("Body")
    marks = hand.canvas.sheet.annotations
    (note,) = (item.area for item in marks.notes.values())
    (room,) = (item.area for item in marks.frames.values())
    mapped = hand.canvas.viewportTransform().mapRect
    for at in spread(mapped(note)):
        hand.workspace.select([hand.id("image")])
        right_click(hand, at)
        assert not hand.chosen() and hand.workspace.selected_marks.notes == {"n"}, at
    cards = [item.card().adjusted(-12, -12, 12, 12) for item in hand.canvas.sheet.nodes.values()]
    for at in spread(mapped(room)):
        point = hand.canvas.scene_point(QPointF(at))
        if any(card.contains(point) for card in cards) or hand.canvas.link_below(point):
            continue
        hand.workspace.select([hand.id("image")])
        right_click(hand, at)
        assert not hand.chosen() and hand.workspace.selected_marks == frame, at


def test_the_key_for_the_menu_leaves_chosen_what_is(hand: Hand) -> None:
    hand.workspace.select([hand.id("flatten")])
    right_click(hand, hand.node("classify"), QContextMenuEvent.Reason.Keyboard)
    assert hand.chosen() == {"flatten"}


def test_on_empty_paper_what_is_chosen_stays_for_the_menu(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A, CTRL)
    before = hand.chosen()
    right_click(hand, hand.empty())
    settled()
    assert hand.chosen() == before
