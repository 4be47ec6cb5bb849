"""The export dialog: what it asks, how it waits, and what it reports."""

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.errors import ExportError
from engine.export import Checked, Exported
from engine.export.ends import ends
from engine.export.exported import WrittenFile
from engine.export.stages import Stage
from gui.export.export_dialog import Exportable, ExportDialog
from gui.widgets import on_screen
from gui.widgets.path_dialog import FileDialog
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import choose, part, press, write
from tests.gui.windows import LONG, choose_file, words

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


class Beginning:
    """Stands for what begins an export, and keeps what it was asked for."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self.asked: list[tuple[Path, str, Path, bool]] = []

    def __call__(self, source: Path, to: str, path: Path, *, replace: bool) -> Prepared:
        self.asked.append((source, to, path, replace))
        return self._prepared


def shown(
    qtbot: QtBot, prepared: Prepared, folder: Path, begin: Beginning | None = None
) -> ExportDialog:
    choices = [Exportable("run 7", "digits", lambda: Path("/runs/7"))]
    begin = begin or Beginning(prepared)
    dialog = ExportDialog(choices, "onnx", folder, begin=begin)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_it_proposes_a_name_in_the_folder_of_the_document(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = shown(qtbot, Prepared(1, ExportError("")), tmp_path)
    assert part(dialog, QLineEdit, "path").text() == str(tmp_path / "digits.onnx")
    assert not part(dialog, QWidget, "report").isVisible()


def test_the_report_says_sizes_difference_and_checksum(qtbot: QtBot, tmp_path: Path) -> None:
    place, gaps = str(tmp_path / "digits.onnx"), {"digit": 2.4e-7, "style": 1e-9}
    weights = (WrittenFile(str(tmp_path / "digits_weights.safetensors"), "cd34"),)
    done = Exported(place, 2.4e-7, CHECKED, "ab12", ("Untrained.",), gaps, weights, "seven", 12)
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
    assert {"run 7, after epoch 12", weights[0].path, "cd34"} <= set(texts)
    assert {"2.4e-07", "ab12", "Untrained.", place, "digit  2.4e-07\nstyle  1e-09"} <= set(texts)
    press(dialog, "copy_report")
    copied = QGuiApplication.clipboard().text().splitlines()
    assert f"File: {place}" in copied and "SHA-256: ab12" in copied
    assert "What: run 7, after epoch 12" in copied
    assert f"Needs beside it: {weights[0].path}" in copied and "SHA-256: cd34" in copied
    assert "Compared with torch at: batch 1, T = 16; batch 7, T = 40" in copied
    assert not part(dialog, QPushButton, "start").isVisible()


@pytest.mark.parametrize("outputs", [1, 200])
def test_the_report_stays_on_the_screen_with_its_buttons(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outputs: int
) -> None:
    room = QRect(0, 0, 800, 500)
    monkeypatch.setattr(on_screen, "room_for", lambda window: room)
    gaps = {f"out{n}": 1e-7 for n in range(outputs)}
    done = Exported(str(tmp_path / "digits.onnx"), 2.4e-7, CHECKED, "ab12", ("Note.",), gaps)
    dialog = shown(qtbot, Prepared(1, done), tmp_path)
    dialog.move(0, 480)
    with qtbot.waitSignal(dialog.exported):
        press(dialog, "start")
    assert room.contains(dialog.frameGeometry())
    assert part(dialog, QWidget, "report").isVisible()
    for name in ("open_folder", "close"):
        one = part(dialog, QPushButton, name)
        assert dialog.rect().contains(QRect(one.mapTo(dialog, QPoint()), one.size()))


def test_each_fact_of_the_report_begins_beside_what_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    notes = ("The network has not been trained: its first weights were exported.", "so " * 90)
    done = Exported(str(tmp_path / "digits.onnx"), 2.4e-7, CHECKED, "ab12" * 16, notes)
    dialog = shown(qtbot, Prepared(1, done), tmp_path)
    with qtbot.waitSignal(dialog.exported):
        press(dialog, "start")
    facts = part(dialog, QWidget, "report").findChildren(QLabel)
    assert len(facts) == 2 * 7
    for what, value in zip(facts[::2], facts[1::2], strict=True):
        assert value.y() == what.y(), what.text()
        assert value.alignment() & Qt.AlignmentFlag.AlignTop, what.text()


class FolderProgram(QObject):
    """What the desktop shows folders with."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Path] = []

    @Slot(QUrl)
    def show_folder(self, folder: QUrl) -> None:
        self.asked.append(Path(folder.toLocalFile()))


@pytest.mark.parametrize("typed", ["{folder}/digits.onnx", "~/digits.onnx", "digits.onnx"])
def test_the_folder_of_the_file_is_shown_however_it_was_typed(
    typed: str, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    shows, method = FolderProgram(), cast("bytes", "show_folder")  # a str, whatever the stubs say
    QDesktopServices.setUrlHandler("file", shows, method)
    try:
        dialog = exported_to(qtbot, typed, tmp_path)
        press(dialog, "open_folder")
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert shows.asked == [tmp_path]
    assert words(dialog, "told") == "Written and checked."


@pytest.mark.qt_log_ignore("openDocument")  # no program shows folders on the offscreen screen
def test_where_nothing_shows_folders_the_place_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = exported_to(qtbot, "{folder}/digits.onnx", tmp_path)
    press(dialog, "open_folder")
    assert str(tmp_path) in words(dialog, "told") and "folders" in words(dialog, "told")


def exported_to(qtbot: QtBot, typed: str, folder: Path) -> ExportDialog:
    """A dialog whose file is written, of which that name was typed."""
    done = Exported(str(folder / "digits.onnx"), 0.0, CHECKED)
    dialog = shown(qtbot, Prepared(1, done), folder)
    part(dialog, QLineEdit, "path").setText(typed.format(folder=folder))
    with qtbot.waitSignal(dialog.exported):
        press(dialog, "start")
    return dialog


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
    begun = Beginning(Prepared(10_000, ExportError("")))
    choices = [
        Exportable("run 7", "digits", lambda: Path("/runs/7")),
        Exportable("as drawn", "digits", lambda: Path("/drawn")),
    ]
    dialog = ExportDialog(choices, "onnx", tmp_path, begin=begun)
    qtbot.addWidget(dialog)
    dialog.show()
    before = words(dialog, "about_format")
    choose(part(dialog, QComboBox, "format"), "Weights (safetensors)")
    choose(part(dialog, QComboBox, "what"), "as drawn")
    assert words(dialog, "about_format") != before
    press(dialog, "start")
    place = tmp_path / "digits.safetensors"
    assert begun.asked == [(Path("/drawn"), "safetensors", place, False)]
    press(dialog, "close")


def test_a_file_that_is_there_is_named_at_once_and_replaced_only_by_that_word(
    qtbot: QtBot, tmp_path: Path
) -> None:
    begun = Beginning(Prepared(10_000, ExportError("")))
    dialog = shown(qtbot, Prepared(1, ExportError("")), tmp_path, begun)
    start, path = part(dialog, QPushButton, "start"), part(dialog, QLineEdit, "path")
    notes = tmp_path / "precious.onnx"
    notes.write_text("my notes")
    assert (start.text(), words(dialog, "told")) == ("Export", "")
    write(path, str(notes))
    assert words(dialog, "told").startswith("“precious.onnx” is there already.")
    assert start.text() == "Replace"
    QTest.keyClick(path, Qt.Key.Key_Return)
    assert begun.asked == [], "Enter may be pressed before the sentence is read"
    assert dialog.focusWidget() is start
    write(path, str(tmp_path / "fresh.onnx"))
    assert (start.text(), words(dialog, "told")) == ("Export", "")
    write(path, str(notes))
    start.setFocus()
    QTest.keyClick(start, Qt.Key.Key_Return)
    assert begun.asked == [(Path("/runs/7"), "onnx", notes, True)]
    press(dialog, "close")


def test_every_file_that_would_be_written_counts(qtbot: QtBot, tmp_path: Path) -> None:
    begun = Beginning(Prepared(10_000, ExportError("")))
    dialog = shown(qtbot, Prepared(1, ExportError("")), tmp_path, begun)
    (tmp_path / "digits_weights.safetensors").write_text("mine")
    choose(part(dialog, QComboBox, "format"), "Python (PyTorch)")
    assert words(dialog, "told").startswith("“digits_weights.safetensors” is there already.")
    (tmp_path / "digits.py").write_text("mine")
    choose(part(dialog, QComboBox, "format"), "ONNX")
    assert words(dialog, "told") == ""
    choose(part(dialog, QComboBox, "format"), "Python (PyTorch)")
    both = "“digits.py”, “digits_weights.safetensors” are there already."
    assert words(dialog, "told").startswith(both)
    press(dialog, "browse")
    choose_file(qtbot, tmp_path / "digits.py", replace=True)
    qtbot.waitUntil(lambda: "digits.py" not in words(dialog, "told"))
    assert words(dialog, "told").startswith("“digits_weights.safetensors” is there already.")
    assert part(dialog, QPushButton, "start").text() == "Replace", "nobody has asked about it"


def test_what_the_dialog_for_files_has_asked_about_is_not_asked_again(
    qtbot: QtBot, tmp_path: Path
) -> None:
    begun = Beginning(Prepared(10_000, ExportError("")))
    dialog = shown(qtbot, Prepared(1, ExportError("")), tmp_path, begun)
    chosen = tmp_path / "mine.onnx"
    chosen.write_text("mine")
    press(dialog, "browse")
    choose_file(qtbot, chosen, replace=True)
    path, start = part(dialog, QLineEdit, "path"), part(dialog, QPushButton, "start")
    qtbot.waitUntil(lambda: path.text() == str(chosen))
    assert (start.text(), words(dialog, "told")) == ("Export", "")
    press(dialog, "start")
    assert begun.asked == [(Path("/runs/7"), "onnx", chosen, True)]
    press(dialog, "close")


def test_a_file_that_came_since_the_name_was_typed_is_asked_about(
    qtbot: QtBot, tmp_path: Path
) -> None:
    begun = Beginning(Prepared(10_000, ExportError("")))
    dialog = shown(qtbot, Prepared(1, ExportError("")), tmp_path, begun)
    (tmp_path / "digits.onnx").write_text("mine")
    press(dialog, "start")
    assert begun.asked == []
    assert part(dialog, QPushButton, "start").text() == "Replace"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("net.loom", "“net.loom” would be the name of a document of Layerloom."),
        ("net.safetensors", "Files that end in .safetensors are of the format “Weights"),
    ],
)
def test_a_name_that_stands_for_something_else_is_refused_at_once(
    name: str, told: str, qtbot: QtBot, tmp_path: Path
) -> None:
    document = tmp_path / name
    document.write_text("mine")
    dialog = ExportDialog([Exportable("run", "digits", lambda: tmp_path)], "onnx", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    write(part(dialog, QLineEdit, "path"), str(document))
    assert words(dialog, "told").startswith(told)
    press(dialog, "start")
    assert words(dialog, "told").startswith(told)
    assert document.read_text() == "mine"


def test_a_name_typed_without_the_ending_gets_it_and_what_is_there_under_it_is_named(
    qtbot: QtBot, tmp_path: Path
) -> None:
    begun = Beginning(Prepared(10_000, ExportError("")))
    dialog = shown(qtbot, Prepared(1, ExportError("")), tmp_path, begun)
    (tmp_path / "net v1.2.onnx").write_text("mine")
    path = part(dialog, QLineEdit, "path")
    write(path, str(tmp_path / "net v1.2"))
    assert words(dialog, "told").startswith("“net v1.2.onnx” is there already.")
    write(path, str(tmp_path / "net v1.3"))
    press(dialog, "start")
    assert begun.asked == [(Path("/runs/7"), "onnx", tmp_path / "net v1.3.onnx", False)]
    dialog.close()


def test_the_name_is_that_of_what_is_chosen_until_another_is_typed(
    qtbot: QtBot, tmp_path: Path
) -> None:
    choices = [Exportable(name, name, lambda: tmp_path) for name in ("wine", "digits", "iris")]
    dialog = ExportDialog(choices, "onnx", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    path, what = part(dialog, QLineEdit, "path"), part(dialog, QComboBox, "what")
    (tmp_path / "wine.onnx").write_bytes(b"an older file")
    choose(what, "digits")
    assert path.text() == str(tmp_path / "digits.onnx")
    choose(part(dialog, QComboBox, "format"), "Python (PyTorch)")
    choose(what, "iris")
    assert path.text() == str(tmp_path / "iris.py")
    write(path, str(tmp_path / "mine.py"))
    choose(what, "digits")
    assert path.text() == str(tmp_path / "mine.py")


def test_what_goes_in_and_comes_out_is_told_of_the_choice(qtbot: QtBot, tmp_path: Path) -> None:
    choices = [Exportable(name, "digits", lambda: tmp_path) for name in ("run 7", "as drawn")]
    dialog = ExportDialog(choices, "onnx", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_ends(1, ends(template("digits-cnn")))
    assert words(dialog, "ends") == ""
    choose(part(dialog, QComboBox, "what"), "as drawn")
    told = "In: image [N, 1, 28, 28]. Out: digit [N, 10]. N is any number of samples."
    assert words(dialog, "ends") == told


def test_an_error_is_gone_with_what_it_was_about(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = shown(qtbot, Prepared(1, ExportError("“digits.onnx” is too large.")), tmp_path)
    press(dialog, "start")
    qtbot.waitUntil(lambda: "too large" in words(dialog, "told"))
    choose(part(dialog, QComboBox, "format"), "Python (PyTorch)")
    assert words(dialog, "told") == ""


@pytest.mark.parametrize("typed", ["~nobody-of-that-name/x.py", "/", "."])
def test_whatever_is_typed_is_no_reason_to_fail(typed: str, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog([Exportable("run", "digits", lambda: tmp_path)], "python", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    write(part(dialog, QLineEdit, "path"), typed)
    press(dialog, "start")
    assert "folder" in words(dialog, "told")


def test_a_place_that_cannot_be_written_is_refused_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog([Exportable("run", "digits", lambda: tmp_path)], "onnx", tmp_path)
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
    dialog = ExportDialog([Exportable("run", "xor", lambda: run)], "safetensors", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.exported, timeout=LONG):
        press(dialog, "start")
    assert (tmp_path / "xor.safetensors").is_file()
    assert FileDialog.last_folder() == tmp_path, "the next dialog begins there"
