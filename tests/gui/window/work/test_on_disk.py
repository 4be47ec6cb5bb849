"""What other programs do to the document's file is noticed, and never undone without a word."""

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from graphs import files
from graphs.keeping import backups
from graphs.keeping.keeper import Keeper
from graphs.steps import operations
from gui.window.window import Window
from gui.workspace import Workspace
from tests.gui.finished_runs import template
from tests.gui.windows import answer, opened, question, trigger
from tests.quickly import some_of


@pytest.fixture
def document(window: Window, tmp_path: Path) -> Path:
    """A document that is open in the window."""
    path = tmp_path / "xor.loom"
    files.write(template("xor"), path)
    window.open(path)
    return path


def edit(window: Window, layer: str = "relu") -> bytes:
    workspace = window.workspace
    workspace.history.do(operations.add(workspace.document.main, layer, (0, 0)))
    return files.encoded(workspace.document)


def write_elsewhere(path: Path, *, atomically: bool) -> bytes:
    """Another program writes the file."""
    data = files.encoded(template("digits-cnn"))
    if atomically:
        files.write(template("digits-cnn"), path)
    else:
        path.write_bytes(data)
    return data


def questions() -> list[QMessageBox]:
    every = QApplication.topLevelWidgets()
    return [one for one in every if isinstance(one, QMessageBox) and one.isVisible()]


def save_in_dialog(path: Path) -> None:
    """Choose a place in the dialog that is open, and agree to what it asks of an existing one."""
    every = QApplication.topLevelWidgets()
    (dialog,) = [one for one in every if isinstance(one, QFileDialog) and one.isVisible()]
    dialog.fileSelected.emit(str(path))
    dialog.reject()


@pytest.mark.parametrize("atomically", [True, False])
def test_a_change_is_noticed_by_itself_and_can_be_loaded(
    window: Window, document: Path, qtbot: QtBot, atomically: bool
) -> None:
    data = write_elsewhere(document, atomically=atomically)
    answer(question(qtbot, "changed_on_disk"), "Reload")
    assert files.encoded(window.workspace.document) == data
    assert window.workspace.is_saved
    again = files.encoded(template("digits-mlp"))
    document.write_bytes(again)  # the file that has come in its place is watched as well
    answer(question(qtbot, "changed_on_disk"), "Reload")
    assert files.encoded(window.workspace.document) == again


def test_saving_over_a_change_asks_and_keeps_what_is_replaced(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    mine = edit(window)
    theirs = write_elsewhere(document, atomically=False)
    trigger(window, "save")
    assert document.read_bytes() == theirs
    answer(question(qtbot, "changed_on_disk"), "Save mine over it")
    assert document.read_bytes() == mine
    assert window.workspace.is_saved
    assert window.place.folder is not None
    kept = backups.of(document, window.place.folder)
    assert kept[0].path.read_bytes() == theirs


def test_a_document_whose_file_was_changed_is_unsaved_until_the_user_has_chosen(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    mine = files.encoded(window.workspace.document)
    assert window.workspace.is_saved
    theirs = write_elsewhere(document, atomically=True)
    answer(question(qtbot, "changed_on_disk"), "Cancel")
    assert window.isWindowModified()

    window.close()
    answer(question(qtbot, "unsaved"), "Cancel")
    assert window.isVisible()
    assert files.encoded(window.workspace.document) == mine
    assert document.read_bytes() == theirs


@pytest.mark.parametrize("does", some_of(["close", "new", "template_xor"], 2))
@pytest.mark.parametrize("gone", [None, False, True])
def test_each_question_about_saving_says_what_became_of_the_file(
    window: Window, document: Path, qtbot: QtBot, does: str, gone: bool | None
) -> None:
    window.on_disk.stop()
    edit(window)
    if gone:
        document.unlink()
    elif gone is False:
        write_elsewhere(document, atomically=True)
    if does == "close":
        window.close()
    else:
        trigger(window, does)
    box = question(qtbot, "unsaved")
    told = box.informativeText()
    assert told.startswith("Without saving they are lost.")
    assert ("changed the file" in told) == (gone is False)
    assert ("removed the file" in told) == (gone is True)
    answer(box, "Cancel")


@pytest.mark.parametrize("gone", [False, True])
def test_closing_sees_for_itself_whether_the_file_still_holds_the_document(
    window: Window, document: Path, qtbot: QtBot, gone: bool
) -> None:
    window.on_disk.stop()  # as where the system tells nothing of changes
    if gone:
        document.unlink()
    else:
        write_elsewhere(document, atomically=True)
    window.close()
    answer(question(qtbot, "unsaved"), "Cancel")
    assert window.isVisible()


def test_what_a_broken_file_held_before_is_offered_and_saved_in_its_place(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    before = document.read_bytes()
    edit(window)
    trigger(window, "save")
    trigger(window, "new")
    document.write_bytes(b"{broken")

    window.open(document)
    answer(question(qtbot, "unopened"), "Open the version before")

    assert window.workspace.path == document
    assert files.encoded(window.workspace.document) == before
    assert window.isWindowModified()
    assert document.read_bytes() == b"{broken"
    trigger(window, "save")
    assert document.read_bytes() == before
    assert window.workspace.is_saved


def test_where_the_version_before_is_broken_too_the_one_before_that_is_offered(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    first = document.read_bytes()
    for _ in range(2):
        edit(window)
        trigger(window, "save")
    trigger(window, "new")
    assert window.place.folder is not None
    newest, _ = backups.of(document, window.place.folder)
    newest.path.write_bytes(b"{broken")
    document.write_bytes(b"{broken")
    window.open(document)
    for _ in range(2):
        answer(question(qtbot, "unopened"), "Open the version before")
    assert files.encoded(window.workspace.document) == first
    assert window.workspace.path == document and window.isWindowModified()


def test_a_broken_file_without_a_version_before_is_told(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "other.loom"
    path.write_bytes(b"{broken")
    window.open(path)
    answer(question(qtbot, "told"), "OK")


def test_keeping_mine_leaves_it_unsaved_until_it_is_saved(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    mine = files.encoded(window.workspace.document)
    theirs = write_elsewhere(document, atomically=True)
    answer(question(qtbot, "changed_on_disk"), "Keep mine")
    assert window.isWindowModified()
    assert document.read_bytes() == theirs
    trigger(window, "save")
    assert questions() == []
    assert document.read_bytes() == mine
    assert not window.isWindowModified()


def test_mine_can_be_saved_elsewhere(
    window: Window, document: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    mine = edit(window)
    theirs = write_elsewhere(document, atomically=True)
    answer(question(qtbot, "changed_on_disk"), "Save mine as")
    save_in_dialog(tmp_path / "other.loom")
    assert (tmp_path / "other.loom").read_bytes() == mine
    assert document.read_bytes() == theirs


def test_what_reloading_replaces_is_an_earlier_version(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    mine = edit(window)
    write_elsewhere(document, atomically=True)
    answer(question(qtbot, "changed_on_disk"), "Reload")
    assert window.place.folder is not None
    assert backups.of(document, window.place.folder)[0].path.read_bytes() == mine


def test_a_file_that_is_touched_or_written_alike_is_no_change(
    window: Window, document: Path
) -> None:
    document.write_bytes(document.read_bytes())
    os.utime(document, (1, 1))
    window.on_disk.look()
    assert questions() == []
    edit(window)
    trigger(window, "save")
    assert questions() == []
    assert window.workspace.is_saved


def test_a_change_that_leaves_time_and_size_as_they_were_is_found_by_saving(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    before, data = document.stat(), document.read_bytes()
    document.write_bytes(data.replace(b"3", b"4"))
    os.utime(document, ns=(before.st_atime_ns, before.st_mtime_ns))
    edit(window)
    trigger(window, "save")
    answer(question(qtbot, "changed_on_disk"), "Cancel")
    assert document.read_bytes() != data
    window.workspace.undo()
    assert window.isWindowModified(), "what was opened is in no file any more"


def test_a_file_that_is_gone_leaves_the_document_unsaved(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    document.unlink()
    answer(question(qtbot, "told"), "OK")
    assert window.isWindowModified()
    trigger(window, "save")
    assert document.exists()
    assert not window.isWindowModified()


def test_a_document_that_is_open_in_another_window_is_opened_as_a_copy(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    with opened(qtbot) as second:
        second.open(document)
        answer(question(qtbot, "in_use"), "Open a copy")
        assert second.workspace.path is None
        assert second.workspace.title == "xor (copy)"
        assert files.encoded(second.workspace.document) == document.read_bytes()
        before = document.read_bytes()
        edit(second)
        trigger(second, "save_as")
        save_in_dialog(document)
        assert "is open in another window" in question(qtbot, "told").informativeText()
        assert document.read_bytes() == before


def test_a_document_can_be_opened_once_the_other_window_has_let_it_go(
    window: Window, document: Path, qtbot: QtBot
) -> None:
    trigger(window, "new")
    with opened(qtbot) as second:
        second.open(document)
        assert second.workspace.path == document


def test_a_session_that_saves_elsewhere_takes_that_place(
    window: Window, document: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.loom"
    window.workspace.save(other)
    second = Workspace(keeper=Keeper(window.place.folder))
    assert second.open(document) == ()
    second.close(keep=False)
