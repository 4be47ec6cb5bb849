"""The export dialog: what it asks, how it waits, and what it reports."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import ExportError
from engine.export import Checked, Exported
from engine.export.stages import Stage
from gui.export.export_dialog import Exportable, ExportDialog
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import choose, part, press, write
from tests.gui.windows import LONG, words

CHECKED = (Checked(1, {"T": 16}), Checked(7, {"T": 40}))


class Prepared:
    """Stands for the other process: not done for a while, then what is given."""

    def __init__(self, looks: int, result: Exported | ExportError) -> None:
        self._looks, self._result = looks, result
        self.cancelled = False
        self.stage: Stage | None = None

    def poll(self) -> Exported | None:
        self._looks -= 1
        if self._looks > 0:
            return None
        if isinstance(self._result, ExportError):
            raise self._result
        return self._result

    def cancel(self) -> None:
        self.cancelled = True


def begin(prepared: Prepared) -> Callable[[Path, str, Path], Prepared]:
    return lambda run, to, path: prepared


def shown(qtbot: QtBot, prepared: Prepared, folder: Path) -> ExportDialog:
    choices = [Exportable("run 7", lambda: Path("/runs/7"))]
    dialog = ExportDialog(choices, "onnx", "digits", folder, begin=begin(prepared))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_it_proposes_a_name_in_the_folder_of_the_document(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = shown(qtbot, Prepared(1, ExportError("")), tmp_path)
    assert part(dialog, QLineEdit, "path").text() == str(tmp_path / "digits.onnx")
    assert not part(dialog, QWidget, "report").isVisible()


def test_the_report_says_sizes_difference_and_checksum(qtbot: QtBot, tmp_path: Path) -> None:
    place, gaps = str(tmp_path / "digits.onnx"), {"digit": 2.4e-7, "style": 1e-9}
    done = Exported(place, 2.4e-7, CHECKED, "ab12", ("Untrained.",), gaps)
    dialog = shown(qtbot, Prepared(3, done), tmp_path)
    press(dialog, "start")
    assert part(dialog, QProgressBar, "export_progress").isVisible()
    report = part(dialog, QWidget, "report")
    with qtbot.waitSignal(dialog.exported) as told:
        pass
    assert told.args == [tmp_path / "digits.onnx"]
    assert report.isVisible()
    texts = [label.text() for label in report.findChildren(QLabel)]
    assert "batch 1, T = 16\nbatch 7, T = 40" in texts
    assert {"2.4e-07", "ab12", "Untrained.", place, "digit  2.4e-07\nstyle  1e-09"} <= set(texts)
    press(dialog, "copy_report")
    copied = QGuiApplication.clipboard().text().splitlines()
    assert f"File: {place}" in copied and "SHA-256: ab12" in copied
    assert "Compared with torch at: batch 1, T = 16; batch 7, T = 40" in copied
    assert not part(dialog, QPushButton, "start").isVisible()


def test_a_failure_is_a_sentence_and_can_be_tried_again(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = shown(qtbot, Prepared(2, ExportError("“conv1” cannot be exported.")), tmp_path)
    press(dialog, "start")
    qtbot.waitUntil(lambda: words(dialog, "told") == "“conv1” cannot be exported.")
    assert part(dialog, QPushButton, "start").isEnabled()
    assert not part(dialog, QWidget, "report").isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert part(dialog, QProgressBar, "export_progress").isVisible(), "Enter tries again"
    qtbot.waitUntil(lambda: words(dialog, "told") != "")


def test_another_format_has_its_own_ending_and_words(qtbot: QtBot, tmp_path: Path) -> None:
    asked: list[tuple[Path, str, Path]] = []
    prepared = Prepared(10_000, ExportError(""))

    def begun(place: Path, to: str, path: Path) -> Prepared:
        asked.append((place, to, path))
        return prepared

    choices = [
        Exportable("run 7", lambda: Path("/runs/7")),
        Exportable("as drawn", lambda: Path("/drawn")),
    ]
    dialog = ExportDialog(choices, "onnx", "digits", tmp_path, begin=begun)
    qtbot.addWidget(dialog)
    dialog.show()
    before = words(dialog, "about_format")
    choose(part(dialog, QComboBox, "format"), "Weights (safetensors)")
    choose(part(dialog, QComboBox, "what"), "as drawn")
    assert words(dialog, "about_format") != before
    press(dialog, "start")
    assert asked == [(Path("/drawn"), "safetensors", tmp_path / "digits.safetensors")]
    press(dialog, "close")


def test_a_place_that_cannot_be_written_is_refused_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog([Exportable("run", lambda: tmp_path)], "onnx", "digits", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    write(part(dialog, QLineEdit, "path"), str(tmp_path / "nowhere" / "digits.onnx"))
    press(dialog, "start")
    assert "There is no folder" in words(dialog, "told")


def test_it_says_what_is_being_done_and_for_how_long(qtbot: QtBot, tmp_path: Path) -> None:
    prepared = Prepared(10_000, ExportError(""))
    dialog = shown(qtbot, prepared, tmp_path)
    press(dialog, "start")
    qtbot.waitUntil(lambda: words(dialog, "told") == "Reading the network…")
    prepared.stage = Stage("tracing", 40)
    qtbot.waitUntil(lambda: words(dialog, "told") == "Writing the network down…")
    prepared.stage = Stage("tracing", 10_000)
    qtbot.waitUntil(lambda: "10,000 nodes down, which takes about 2 min" in words(dialog, "told"))
    prepared.stage = Stage("checking", 10_000)
    qtbot.waitUntil(lambda: "Checking the file" in words(dialog, "told"))
    dialog.close()
    assert prepared.cancelled


def test_closing_stops_the_other_process(qtbot: QtBot, tmp_path: Path) -> None:
    prepared = Prepared(10_000, ExportError(""))
    dialog = shown(qtbot, prepared, tmp_path)
    press(dialog, "start")
    press(dialog, "close")
    assert prepared.cancelled
    assert not dialog.isVisible()


def test_a_trained_run_becomes_a_file_of_weights(qtbot: QtBot, tmp_path: Path) -> None:
    run = trained(template("xor", epochs=2), tmp_path)
    dialog = ExportDialog([Exportable("run", lambda: run)], "safetensors", "xor", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.exported, timeout=LONG):
        press(dialog, "start")
    assert (tmp_path / "xor.safetensors").is_file()
