"""What the heroes of several stories do."""

from pathlib import Path

from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QSpinBox, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from gui.export.export_dialog import ExportDialog
from gui.window.window import Window
from tests.gui.found_widgets import part, press, write
from tests.gui.windows import LONG, show_tab, trigger, words


def set_epochs(window: Window, epochs: int) -> None:
    """Type a number of epochs into the plan."""
    show_tab(window, "Plan")
    box = part(window.plan_form, QSpinBox, "epochs")
    box.setFocus()
    box.selectAll()
    write(part(box, QLineEdit), str(epochs))
    assert window.workspace.document.plan.epochs == epochs


def train(qtbot: QtBot, window: Window) -> None:
    """Press Train and wait until the window says that it is finished."""
    press(window, "train_button")
    wait_for(qtbot, window, "Finished")


def wait_for(qtbot: QtBot, window: Window, state: str) -> None:
    """Wait until the training view says so."""
    label = part(window.training_view, QLabel, "state")

    def reached() -> bool:
        assert state == "Failed" or label.text() != "Failed", words(window, "failure")
        return label.text() == state and not window.training.is_live

    qtbot.waitUntil(reached, timeout=LONG)


def measured(qtbot: QtBot, window: Window) -> dict[str, float]:
    """What the results say."""
    show_tab(window, "Results")
    table = part(window.results, QTableWidget, "metrics")
    qtbot.waitUntil(lambda: table.isVisible() and table.rowCount() > 0, timeout=LONG)
    return window.results.metrics()


def export_onnx(qtbot: QtBot, window: Window, path: Path) -> str:
    """Export from the menu and return what the report says."""
    trigger(window, "export")
    dialog = part(window, ExportDialog, "export_dialog")
    write(part(dialog, QLineEdit, "path"), str(path))
    press(dialog, "start")
    report = part(dialog, QWidget, "report")
    start = part(dialog, QPushButton, "start")
    qtbot.waitUntil(lambda: report.isVisible() or start.isEnabled(), timeout=2 * LONG)
    assert report.isVisible(), words(dialog, "told")
    told = "\n".join(label.text() for label in report.findChildren(QLabel))
    press(dialog, "close")
    return told
