"""Somebody without a mouse chooses data, draws a network, trains it and exports it."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.export.export_dialog import ExportDialog
from gui.window.window import Window
from tests.gui.found_widgets import part
from tests.gui.windows import LONG, words
from tests.journeys.steps import wait_for

CTRL = Qt.KeyboardModifier.ControlModifier


def key(which: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(focused(), which, keys)
    QApplication.processEvents()


def write(text: str) -> None:
    QTest.keyClicks(focused(), text)
    QApplication.processEvents()


def focused() -> QWidget:
    widget = QApplication.focusWidget() or QApplication.activeWindow()
    assert widget is not None
    return widget


def tab_to(name: str) -> None:
    """Press Tab until something of that name has the focus."""
    for _ in range(30):
        if focused().objectName() == name:
            return
        key(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not lead to {name}")


def add(layer: str) -> None:
    """Search for a layer on the canvas and add it behind the chosen node."""
    key(Qt.Key.Key_Tab)
    write(layer)
    key(Qt.Key.Key_Return)


def choose_data(qtbot: QtBot, window: Window) -> None:
    key(Qt.Key.Key_4, CTRL)
    write("Two moons")
    use = part(window.data_view, QPushButton, "use_data")
    qtbot.waitUntil(use.isVisible, timeout=LONG)
    tab_to("use_data")
    key(Qt.Key.Key_Space)
    assert window.workspace.document.data.source == "two_moons"
    key(Qt.Key.Key_Escape)


def draw(window: Window) -> None:
    key(Qt.Key.Key_Right)  # the Input that the data brought
    add("linear")
    key(Qt.Key.Key_Return)
    assert focused().objectName() == "out_features"
    key(Qt.Key.Key_A, CTRL)
    write("16")
    key(Qt.Key.Key_Escape)
    add("relu")
    add("linear")
    key(Qt.Key.Key_Return)
    key(Qt.Key.Key_A, CTRL)
    write("2")
    key(Qt.Key.Key_Escape)
    add("output")
    add("cross entropy")  # nothing comes out of an output, so the loss stands alone
    key(Qt.Key.Key_W)
    write("linear2")
    key(Qt.Key.Key_Return)
    assert window.workspace.problems == ()


def export(qtbot: QtBot, window: Window, path: Path) -> None:
    key(Qt.Key.Key_E, CTRL)
    dialog = part(window, ExportDialog, "export_dialog")
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    key(Qt.Key.Key_A, CTRL)
    write(str(path))
    key(Qt.Key.Key_Return)
    report, start = part(dialog, QWidget, "report"), part(dialog, QPushButton, "start")
    qtbot.waitUntil(lambda: report.isVisible() or start.isEnabled(), timeout=2 * LONG)
    assert report.isVisible(), words(dialog, "told")
    key(Qt.Key.Key_Escape)


@pytest.mark.proof
def test_a_model_is_built_trained_and_exported_with_the_keyboard_alone(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    window.activateWindow()
    key(Qt.Key.Key_1, CTRL)
    choose_data(qtbot, window)
    draw(window)
    key(Qt.Key.Key_5, CTRL)
    tab_to("epochs")
    key(Qt.Key.Key_A, CTRL)
    write("3")
    assert window.workspace.document.plan.epochs == 3
    key(Qt.Key.Key_Escape)
    key(Qt.Key.Key_K, CTRL)
    write("train")
    key(Qt.Key.Key_Return)
    wait_for(qtbot, window, "Finished")
    export(qtbot, window, tmp_path / "moons.onnx")
    workspace = onnxruntime.InferenceSession(tmp_path / "moons.onnx")
    (given,) = workspace.get_inputs()
    (scores,) = workspace.run(None, {given.name: np.zeros((5, 2), np.float32)})
    assert scores.shape == (5, 2)
