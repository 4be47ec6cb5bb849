"""From a wish in the window to a file: what can be exported, and when."""

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from gui.export.export_dialog import ExportDialog
from gui.export.export_report import ExportReport
from gui.window.window import Window
from tests.gui.found_widgets import part, press, write
from tests.gui.windows import LONG, can_use, trigger


def test_what_is_drawn_is_exported_without_a_training(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    assert not can_use(window, "export_weights"), "nothing is drawn yet"
    trigger(window, "template_xor")
    qtbot.waitUntil(lambda: can_use(window, "export_weights"))
    trigger(window, "export_weights")
    dialog = part(window, ExportDialog, "export_dialog")
    assert part(dialog, QComboBox, "what").currentText() == "“xor” as it is drawn, untrained"
    write(part(dialog, QLineEdit, "path"), str(tmp_path / "xor.safetensors"))
    press(dialog, "start")
    report = part(dialog, ExportReport, "report")
    qtbot.waitUntil(report.isVisible, timeout=LONG)
    assert (tmp_path / "xor.safetensors").is_file()
    press(dialog, "close")
    assert not list(tmp_path.glob("**/*.loom"))
