"""Choosing and moving: what a hand does to nodes on the canvas."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gui.canvas.scene import places
from tests.graphs.drawing import classifier
from tests.gui.hand import CTRL, LEFT, MIDDLE, SHIFT, Hand, hand_on


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, classifier())


def test_a_click_chooses_a_node_and_a_click_beside_it_chooses_nothing(hand: Hand) -> None:
    hand.click(hand.node("flatten"))
    assert hand.chosen() == {"flatten"}
    hand.click(hand.node("classify"))
    assert hand.chosen() == {"classify"}
    hand.click(hand.empty())
    assert hand.chosen() == set()


@pytest.mark.parametrize("key", [SHIFT, CTRL])
def test_a_click_with_shift_or_ctrl_adds_and_takes_away(
    hand: Hand, key: Qt.KeyboardModifier
) -> None:
    hand.click(hand.node("flatten"))
    hand.click(hand.node("classify"), key)
    assert hand.chosen() == {"flatten", "classify"}
    hand.click(hand.node("flatten"), key)
    assert hand.chosen() == {"classify"}


def test_a_rubber_band_chooses_what_it_touches(hand: Hand) -> None:
    corner = hand.node("flatten") - QPoint(100, 80)
    hand.drag(corner, hand.node("classify"))
    assert hand.chosen() == {"flatten", "classify"}
    hand.drag(hand.empty(), hand.empty() + QPoint(4, 4))
    assert hand.chosen() == set()


def test_a_rubber_band_with_shift_adds_to_what_is_chosen(hand: Hand) -> None:
    hand.click(hand.node("digit"))
    hand.drag(hand.node("flatten") - QPoint(100, 80), hand.node("flatten"), SHIFT)
    assert hand.chosen() == {"digit", "flatten"}


def test_escape_during_a_rubber_band_brings_the_old_choice_back(hand: Hand) -> None:
    hand.click(hand.node("digit"))
    start = hand.node("flatten") - QPoint(100, 80)
    hand.press(start)
    hand.move(hand.node("flatten"))
    assert hand.chosen() == {"flatten"}
    hand.key(Qt.Key.Key_Escape, on=hand.canvas)
    assert hand.chosen() == {"digit"}
    hand.release(hand.node("flatten"))
    assert hand.chosen() == {"digit"}


def test_dragging_a_node_moves_it_on_the_grid_as_one_step(hand: Hand) -> None:
    node = hand.id("flatten")
    before = hand.workspace.document.main.positions[node]
    hand.drag(hand.node("flatten"), hand.node("flatten") + QPoint(43, 61))
    after = hand.workspace.document.main.positions[node]
    assert (after[0] - before[0], after[1] - before[1]) == (40, 64)
    assert hand.canvas.sheet.nodes[node].pos() == QPointF(*after)
    hand.undo()
    assert hand.workspace.document.main.positions[node] == before
    assert hand.canvas.sheet.nodes[node].pos() == QPointF(*before)


def test_links_follow_a_node_while_it_is_dragged(hand: Hand) -> None:
    hand.press(hand.node("flatten"))
    hand.move(hand.node("flatten") + QPoint(0, 80))
    end = hand.canvas.sheet.links[hand.link("image", "flatten")].curve[-1]
    port = hand.canvas.sheet.nodes[hand.id("flatten")].input_place("input")
    assert end == port - QPointF(places.PORT, 0)
    hand.release(hand.node("flatten"))


def test_dragging_one_of_several_chosen_nodes_moves_them_all_as_one_step(hand: Hand) -> None:
    before = dict(hand.workspace.document.main.positions)
    hand.click(hand.node("flatten"))
    hand.click(hand.node("classify"), SHIFT)
    hand.drag(hand.node("classify"), hand.node("classify") + QPoint(0, 96))
    moved = {
        name
        for name in hand.names()
        if hand.workspace.document.main.positions[hand.id(name)] != before[hand.id(name)]
    }
    assert moved == {"flatten", "classify"}
    hand.undo()
    assert hand.workspace.document.main.positions == before


def test_escape_puts_dragged_nodes_back_and_leaves_no_step(hand: Hand) -> None:
    undo = hand.workspace.history.undo_name
    place = hand.canvas.sheet.nodes[hand.id("flatten")].pos()
    hand.press(hand.node("flatten"))
    hand.move(hand.node("flatten") + QPoint(0, 120))
    hand.key(Qt.Key.Key_Escape, on=hand.canvas)
    assert hand.canvas.sheet.nodes[hand.id("flatten")].pos() == place
    hand.release(hand.node("flatten") + QPoint(0, 120))
    assert hand.workspace.history.undo_name == undo


def test_a_drag_that_ends_where_it_began_leaves_no_step(hand: Hand) -> None:
    undo = hand.workspace.history.undo_name
    start = hand.node("flatten")
    hand.press(start)
    hand.move(start + QPoint(60, 60))
    hand.move(start)
    hand.release(start)
    assert hand.workspace.history.undo_name == undo


def test_a_click_on_one_of_several_chosen_nodes_chooses_it_alone(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A, CTRL)
    assert hand.chosen() == hand.names()
    hand.click(hand.node("classify"))
    assert hand.chosen() == {"classify"}


def test_arrows_with_ctrl_move_what_is_chosen_as_one_step(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    before = hand.workspace.document.main.positions[hand.id("classify")]
    for _ in range(3):
        hand.key(Qt.Key.Key_Right, CTRL)
    hand.key(Qt.Key.Key_Down, CTRL | SHIFT)
    x, y = hand.workspace.document.main.positions[hand.id("classify")]
    assert (x - before[0], y - before[1]) == (24, 64)
    hand.undo()
    assert hand.workspace.document.main.positions[hand.id("classify")] == before


def test_arranging_is_one_step_that_keeps_the_other_nodes(hand: Hand) -> None:
    hand.drag(hand.node("classify"), hand.node("classify") + QPoint(-90, 240))
    scattered = dict(hand.workspace.document.main.positions)
    hand.canvas.commands.arrange.trigger()
    assert hand.workspace.document.main.positions != scattered
    hand.undo()
    assert hand.workspace.document.main.positions == scattered
    assert hand.canvas.sheet.nodes[hand.id("classify")].pos() == QPointF(
        *scattered[hand.id("classify")]
    )


def test_undo_while_a_node_is_dragged_gives_the_drag_up(hand: Hand) -> None:
    hand.canvas.editing.add("relu", (0, 400))
    hand.canvas.frame_all()
    hand.press(hand.node("relu"))
    hand.move(hand.node("relu") + QPoint(80, 0))
    hand.undo()
    assert "relu" not in hand.names()
    hand.move(QPoint(300, 300))
    hand.release(QPoint(300, 300))
    assert hand.workspace.history.redo_name == "Add ReLU"


# ---- several buttons at once ----

RIGHT = Qt.MouseButton.RightButton


def state(hand: Hand) -> tuple[object, ...]:
    """All that a gesture can leave behind."""
    graph, canvas = hand.workspace.document.main, hand.canvas
    return (
        dict(graph.positions),
        hand.links(),
        {id: item.pos() for id, item in canvas.sheet.nodes.items()},
        hand.workspace.history.undo_name,
        len(canvas.sheet.items()),
        canvas.search.isVisible(),
        canvas.hint.isVisible(),
    )


@pytest.mark.parametrize("other", [RIGHT, MIDDLE])
def test_a_drag_of_nodes_goes_on_until_its_own_button_goes_up(
    hand: Hand, other: Qt.MouseButton
) -> None:
    node = hand.id("flatten")
    before, start = hand.workspace.document.main.positions[node], hand.node("flatten")
    hand.press(start)
    hand.move(start + QPoint(0, 40))
    hand.press(start + QPoint(0, 40), button=other)
    hand.move(start + QPoint(0, 60), LEFT | other)
    hand.release(start + QPoint(0, 60), other)
    assert hand.workspace.document.main.positions[node] == before, "the left button is down"
    hand.move(start + QPoint(0, 96))
    hand.release(start + QPoint(0, 96))
    after = hand.workspace.document.main.positions[node]
    assert (after[0] - before[0], after[1] - before[1]) == (0, 96)


@pytest.mark.parametrize("other", [RIGHT, MIDDLE])
def test_a_link_is_pulled_until_its_own_button_goes_up(hand: Hand, other: Qt.MouseButton) -> None:
    before, links = state(hand), hand.links()
    hand.press(hand.input("classify"))
    hand.move(hand.empty())
    hand.press(hand.empty(), button=other)
    hand.release(hand.empty(), other)
    assert hand.links() == links, "it would have been let go over nothing"
    hand.move(hand.input("classify"))
    hand.release(hand.input("classify"))
    assert hand.links() == links and state(hand)[0] == before[0]
    hand.drag(hand.input("classify"), hand.empty())
    assert len(hand.links()) == len(links) - 1


@pytest.mark.parametrize("other", [RIGHT, MIDDLE])
def test_a_rubber_band_is_drawn_until_its_own_button_goes_up(
    hand: Hand, other: Qt.MouseButton
) -> None:
    start = hand.node("flatten") - QPoint(100, 80)
    hand.press(start)
    hand.move(hand.node("flatten"))
    hand.press(hand.node("flatten"), button=other)
    hand.release(hand.node("flatten"), other)
    hand.move(hand.node("classify"))
    assert hand.chosen() == {"flatten", "classify"}
    hand.release(hand.node("classify"))


@pytest.mark.parametrize("other", [RIGHT, LEFT])
def test_the_paper_is_dragged_until_its_own_button_goes_up(
    hand: Hand, other: Qt.MouseButton
) -> None:
    start, chosen = hand.empty(), hand.chosen()
    before = hand.canvas.scene_point(QPointF(start))
    hand.press(start, button=MIDDLE)
    hand.move(start - QPoint(10, 10), MIDDLE)
    hand.press(start - QPoint(10, 10), button=other)
    hand.release(start - QPoint(10, 10), other)
    hand.move(start - QPoint(30, 20), MIDDLE)
    hand.release(start - QPoint(30, 20), MIDDLE)
    assert hand.canvas.scene_point(QPointF(start - QPoint(30, 20))) == before
    assert hand.chosen() == chosen


def test_two_presses_of_another_button_open_nothing_amid_a_drag(hand: Hand) -> None:
    start = hand.empty()
    hand.press(start, button=MIDDLE)
    hand.double_click(start)
    assert not hand.canvas.search.isVisible()
    hand.release(start, MIDDLE)


def test_two_fast_presses_with_the_wheel_drag_the_paper(hand: Hand) -> None:
    start = hand.empty()
    before = hand.canvas.scene_point(QPointF(start))
    hand.press(start, button=MIDDLE)
    hand.release(start, MIDDLE)
    hand.press_again(start, MIDDLE)
    hand.move(start - QPoint(30, 20), MIDDLE)
    hand.release(start - QPoint(30, 20), MIDDLE)
    assert hand.canvas.scene_point(QPointF(start - QPoint(30, 20))) == before


def test_no_menu_comes_up_amid_a_drag(hand: Hand) -> None:
    hand.press(hand.node("flatten"))
    hand.move(hand.node("flatten") + QPoint(0, 60))
    at = hand.node("classify")
    reason = QContextMenuEvent.Reason.Mouse
    asked = QContextMenuEvent(reason, at, hand.canvas.viewport().mapToGlobal(at))
    QApplication.sendEvent(hand.canvas.viewport(), asked)
    assert not hand.canvas.findChildren(QMenu)
    assert hand.chosen() == {"flatten"}
    hand.release(hand.node("flatten"))


STARTS: dict[str, tuple[Qt.MouseButton, Callable[[Hand], QPoint]]] = {
    "nodes": (LEFT, lambda hand: hand.node("flatten")),
    "a link": (LEFT, lambda hand: hand.input("classify")),
    "a new link": (LEFT, lambda hand: hand.output("flatten")),
    "the box": (LEFT, lambda hand: hand.empty()),
    "the paper": (MIDDLE, lambda hand: hand.empty()),
}


@pytest.mark.parametrize("what", STARTS)
@pytest.mark.parametrize("how", ["escape", "the focus", "no button"])
def test_what_is_given_up_midway_leaves_nothing_and_its_release_does_nothing(
    hand: Hand, what: str, how: str
) -> None:
    hand.canvas.setFocus()
    button, place = STARTS[what]
    start = place(hand)
    hand.press(start, button=button)
    hand.release(start, button)
    before, chosen = state(hand), hand.chosen()
    hand.press(start, button=button)
    hand.move(start + QPoint(40, 50), button)
    if how == "escape":
        hand.key(Qt.Key.Key_Escape, on=hand.canvas)
    elif how == "the focus":
        lost = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason)
        QApplication.sendEvent(hand.canvas, lost)
    else:
        hand.hover(start + QPoint(41, 51))
        hand.hover(hand.empty())
    assert state(hand)[:6] == before[:6]
    assert hand.chosen() == chosen
    hand.move(start + QPoint(80, 90), button)
    hand.release(start + QPoint(80, 90), button)
    assert state(hand)[:6] == before[:6]
    assert hand.chosen() == chosen
