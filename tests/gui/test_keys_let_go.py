"""No test finds a key held that another one pressed."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def test_shift_is_held(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, shift)
    assert QGuiApplication.keyboardModifiers() == shift


def test_and_is_let_go_of_before_the_next_test() -> None:
    assert QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier
