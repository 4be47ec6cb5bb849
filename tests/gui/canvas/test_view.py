"""Zoom, pan, and what is seen from near and from far."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QNativeGestureEvent,
    QPointingDevice,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graphs.steps import operations
from gui.canvas.scene.card_text import facts
from gui.look import icons, theme, tokens
from tests.graphs.drawing import classifier
from tests.gui.hand import CTRL, MIDDLE, Hand, hand_on


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, classifier())


def test_the_wheel_zooms_at_the_pointer(hand: Hand) -> None:
    spot = hand.node("image")
    before = hand.canvas.scene_point(QPointF(spot))
    hand.wheel(spot, 3)
    assert hand.canvas.zoom == pytest.approx(1.2**3)
    after = hand.canvas.scene_point(QPointF(spot))
    assert abs(after.x() - before.x()) <= 1
    assert abs(after.y() - before.y()) <= 1
    hand.wheel(spot, -100)
    assert hand.canvas.zoom == pytest.approx(0.05)


@pytest.mark.parametrize("with_space", [False, True])
def test_the_middle_button_and_space_with_the_left_one_pan(hand: Hand, with_space: bool) -> None:
    before = hand.node("image")
    start = hand.empty()
    if with_space:
        hand.canvas.setFocus()
        QTest.keyPress(hand.canvas, Qt.Key.Key_Space)
        hand.drag(start, start + QPoint(50, -30))
        QTest.keyRelease(hand.canvas, Qt.Key.Key_Space)
    else:
        hand.drag(start, start + QPoint(50, -30), button=MIDDLE)
    assert hand.node("image") - before == QPoint(50, -30)
    assert hand.chosen() == set()


def test_f_frames_what_is_chosen_and_home_frames_everything(hand: Hand) -> None:
    hand.canvas.pan(QPoint(5000, 5000))
    hand.key(Qt.Key.Key_Home)
    view = hand.canvas.viewport().rect()
    assert all(view.contains(hand.node(name)) for name in hand.names())
    hand.click(hand.node("image"))
    hand.canvas.zoom_to(0.1)
    hand.key(Qt.Key.Key_F)
    assert hand.canvas.zoom == 1.0
    middle = view.center() - hand.node("image")
    assert middle.manhattanLength() <= 3


def test_the_whole_graph_stays_in_view_when_the_window_changes_its_size(hand: Hand) -> None:
    hand.key(Qt.Key.Key_Home)
    for width, height in ((2400, 1300), (700, 450)):
        hand.canvas.resize(width, height)
        view = hand.canvas.viewport().rect()
        assert all(view.contains(hand.node(name)) for name in hand.names())
    assert hand.canvas.zoom < 1.0


@pytest.mark.parametrize("by", ["panning", "an edit"])
def test_what_the_user_has_moved_or_changed_stays_at_its_size(hand: Hand, by: str) -> None:
    hand.key(Qt.Key.Key_Home)
    if by == "panning":
        hand.canvas.pan(QPoint(10, 10))
    else:
        hand.workspace.history.do(operations.add(hand.workspace.document.main, "relu", (0, 400)))
    before = hand.canvas.zoom
    hand.canvas.resize(500, 300)
    assert hand.canvas.zoom == before


def test_ctrl_0_shows_actual_size(hand: Hand) -> None:
    hand.wheel(hand.empty(), -4)
    hand.key(Qt.Key.Key_0, CTRL)
    assert hand.canvas.zoom == 1.0


def test_a_pinch_zooms_at_the_fingers(hand: Hand) -> None:
    viewport = hand.canvas.viewport()
    spot = QPointF(hand.node("image"))
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        spot,
        spot,
        QPointF(viewport.mapToGlobal(spot.toPoint())),
        0.5,
        QPointF(),
    )
    QApplication.sendEvent(viewport, pinch)
    assert hand.canvas.zoom == pytest.approx(1.5)
    assert (hand.node("image") - spot.toPoint()).manhattanLength() <= 2


def test_from_afar_names_and_then_colours_remain(hand: Hand, qapp: QApplication) -> None:
    theme.use(qapp, theme.Scheme.DARK)
    for zoom, inside in ((0.3, QPoint(-22, 0)), (0.12, QPoint(0, 0))):
        hand.canvas.zoom_to(zoom)
        spot = hand.node("classify") + inside
        color = hand.canvas.grab().toImage().pixelColor(spot)
        assert color == icons.family_color("linear"), zoom
    hand.canvas.zoom_to(1.0)
    raised = hand.canvas.grab().toImage().pixelColor(hand.node("classify") + QPoint(0, 12))
    assert raised == theme.color("raised")


def test_the_canvas_follows_a_switch_of_the_scheme(hand: Hand, qapp: QApplication) -> None:
    spot = hand.empty()
    card = hand.node("classify") + QPoint(0, 12)
    for scheme, look in ((theme.Scheme.LIGHT, tokens.LIGHT), (theme.Scheme.DARK, tokens.DARK)):
        theme.use(qapp, scheme)
        picture = hand.canvas.grab().toImage()
        assert picture.pixelColor(spot).name() in (look.background, look.dots)
        assert picture.pixelColor(card).name() == look.raised


def test_cards_out_of_view_are_not_asked_what_they_say(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(*arguments: Any) -> Any:
        asked.append(arguments[1].name)
        return facts(*arguments)

    monkeypatch.setattr("gui.canvas.scene.scene.facts", counted)
    hand.canvas.pan(QPoint(0, 9000))
    step = operations.set_setting(hand.workspace.document.main, hand.id("flatten"), "start_dim", 2)
    hand.workspace.history.do(step)
    hand.canvas.grab()
    assert set(asked) == {"flatten"}
    hand.canvas.pan(QPoint(0, -9000))
    hand.canvas.grab()
    assert {"flatten", "classify", "digit"} <= set(asked)
    assert hand.canvas.sheet.nodes[hand.id("classify")].facts.shape == "1 × 10"
