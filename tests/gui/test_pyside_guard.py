"""Holds PySide6 to giving back what it borrows.

PySide6 6.12.0 loses a reference to None or True on every call that returns one. After enough
calls Python aborts with "deallocating None", far from the cause; here it shows at once.
"""

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsScene,
    QLabel,
    QStyleOptionGraphicsItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

# Other work in the process may drop a few references of its own while the calls run.
SLACK = 50


class Emitter(QObject):
    happened = Signal(int)


class Box(QGraphicsItem):
    painted = 0

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, 20, 20)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        Box.painted += 1
        painter.setOpacity(1.0)
        painter.fillRect(self.boundingRect(), QColor("black"))


def lost(calls: Callable[[], None]) -> int:
    """How many references to None or True are gone after `calls`; never any where immortal."""
    none, true = sys.getrefcount(None), sys.getrefcount(True)
    calls()
    return max(none - sys.getrefcount(None), true - sys.getrefcount(True))


def test_emitting_a_signal_5000_times_loses_no_reference(qtbot: QtBot) -> None:
    emitter = Emitter()
    received: list[int] = []
    emitter.happened.connect(received.append)

    def emit() -> None:
        for number in range(5_000):
            emitter.happened.emit(number)

    assert lost(emit) < SLACK
    assert len(received) == 5_000


def test_setting_a_text_1000_times_loses_no_reference(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)

    def set_text() -> None:
        for number in range(1_000):
            label.setText(str(number))
            label.isVisible()

    assert lost(set_text) < SLACK
    assert label.text() == "999"


def test_painting_an_item_300_times_loses_no_reference(qtbot: QtBot) -> None:
    scene = QGraphicsScene()
    scene.addItem(Box())
    image = QImage(20, 20, QImage.Format.Format_ARGB32_Premultiplied)
    Box.painted = 0

    def paint() -> None:
        for _ in range(300):
            painter = QPainter(image)
            scene.render(painter)
            painter.end()

    assert lost(paint) < SLACK
    assert Box.painted == 300
