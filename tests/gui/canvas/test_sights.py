"""Each place is seen again as it was when the user was there last."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from graphs.document.edits import NodeId
from tests.graphs.blocks import blocks, stacked
from tests.gui.hand import Hand, hand_on, settled

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, blocks())


def by_mouse(hand: Hand) -> None:
    hand.double_click(hand.node("second"))


def by_keys(hand: Hand) -> None:
    hand.click(hand.node("second"))
    hand.key(Qt.Key.Key_Down, ALT)


def by_escape(hand: Hand) -> None:
    while hand.workspace.inside:
        hand.key(Qt.Key.Key_Escape)


def by_crumb(hand: Hand) -> None:
    crumbs = hand.canvas.breadcrumbs.findChildren(QPushButton)
    next(crumb for crumb in crumbs if crumb.isVisible()).click()


def look_closer(hand: Hand, notches: int, by: QPoint) -> tuple[float, QPointF]:
    """Zoom with the wheel and pan with the middle button; what is seen then."""
    middle = hand.canvas.viewport().rect().center()
    hand.wheel(middle, notches)
    hand.drag(middle, middle + by, button=Qt.MouseButton.MiddleButton)
    return seen(hand)


def seen(hand: Hand) -> tuple[float, QPointF]:
    """How near the view is, and what lies in its middle, to the pixel."""
    settled()
    at = hand.canvas.middle() * hand.canvas.zoom
    return round(hand.canvas.zoom, 6), QPointF(round(at.x()), round(at.y()))


@pytest.mark.parametrize("enter", [by_mouse, by_keys])
@pytest.mark.parametrize("leave", [by_escape, by_crumb])
def test_who_comes_back_sees_what_was_seen(
    hand: Hand, enter: Callable[[Hand], None], leave: Callable[[Hand], None]
) -> None:
    outside = look_closer(hand, -2, QPoint(37, -21))
    enter(hand)
    inside = look_closer(hand, 1, QPoint(-13, 8))
    for _ in range(3):
        leave(hand)
        assert seen(hand) == outside
        enter(hand)
        assert seen(hand) == inside


def test_each_place_has_a_view_of_its_own(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, stacked(3))
    views = {}
    for depth in range(3):
        views[hand.workspace.inside] = look_closer(hand, -1 - depth, QPoint(10 * depth, 5))
        hand.workspace.enter(NodeId("block0"))
    for inside in reversed(list(views)):
        hand.workspace.go(inside)
        assert seen(hand) == views[inside]


def test_what_was_in_the_middle_stays_there_when_the_window_changed_meanwhile(hand: Hand) -> None:
    zoom, middle = look_closer(hand, -2, QPoint(37, -21))
    by_mouse(hand)
    hand.canvas.resize(900, 700)
    by_escape(hand)
    assert seen(hand)[0] == zoom
    apart = seen(hand)[1] - middle
    assert abs(apart.x()) <= 1 and abs(apart.y()) <= 1


def test_a_place_where_nothing_is_seen_any_more_is_seen_whole(hand: Hand) -> None:
    by_mouse(hand)
    look_closer(hand, 3, QPoint(0, 0))
    hand.canvas.pan(QPoint(4000, 4000))
    by_escape(hand)
    by_mouse(hand)
    assert hand.canvas.seen().contains(hand.canvas.sheet.bounds())


def test_another_document_is_seen_whole(hand: Hand) -> None:
    look_closer(hand, 3, QPoint(400, 0))
    hand.workspace.new(blocks())
    assert hand.canvas.seen().contains(hand.canvas.sheet.bounds())
