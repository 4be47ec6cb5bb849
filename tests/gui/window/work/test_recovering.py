"""What a program that ended early left unsaved is offered at the next start, and comes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from graphs import files
from graphs.document.document import Document
from graphs.document.edits import ChangeData, Step
from graphs.files import owners
from graphs.files.owners import Owner
from graphs.keeping import log, lost, starts
from graphs.keeping.keeper import Keeper
from graphs.keeping.place import place
from graphs.steps import operations
from gui.window.window import Window
from gui.window.work.recovery_dialog import RecoveryDialog
from gui.workspace import Workspace
from tests.gui.finished_runs import template
from tests.gui.found_widgets import click, part
from tests.gui.windows import answer, opened, question, trigger

DEAD = Owner("", 2**22 + 5, "never")


def state() -> Path:
    folder = place().folder
    assert folder is not None
    return folder


def logs() -> list[Path]:
    return sorted((state() / log.FOLDER).glob("*"))


@contextmanager
def of_a_dead_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sessions within this belong to a process that is no more."""
    me = Owner(owners.me().machine, DEAD.process, DEAD.began)
    with monkeypatch.context() as patch:
        patch.setattr(owners, "me", lambda: me)
        yield


def leave_unsaved(monkeypatch: pytest.MonkeyPatch, path: Path | None, *layers: str) -> Document:
    """A process edits a document, whose file ``path`` is, and is killed."""
    with of_a_dead_process(monkeypatch):
        workspace = Workspace(keeper=Keeper(state(), "test"))
        if path is not None:
            workspace.open(path)
        for layer in layers:
            workspace.history.do(operations.add(workspace.document.main, layer, (0, 0)))
    return workspace.document


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "xor.loom"
    files.write(template("xor"), path)
    return path


def dialog(qtbot: QtBot) -> RecoveryDialog:
    found: list[RecoveryDialog] = []

    def look() -> bool:
        every = QApplication.topLevelWidgets()
        found[:] = [one for one in every if isinstance(one, RecoveryDialog) and one.isVisible()]
        return bool(found)

    qtbot.waitUntil(look)
    return found[0]


def rows(of: RecoveryDialog) -> list[str]:
    shown = part(of, QListWidget, "recovery_list")
    return [shown.item(row).text() for row in range(shown.count())]


def test_unsaved_changes_are_offered_and_come_back_unsaved_with_their_path(
    qtbot: QtBot, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = leave_unsaved(monkeypatch, document, "relu", "linear")
    with opened(qtbot) as window:
        window.recovering.look()
        shown = dialog(qtbot)
        (row,) = rows(shown)
        assert row.startswith(f"xor.loom\n{document.parent}\n2 changes, the last ")
        (old,) = logs()
        click(part(shown, QPushButton, "recover"))
        workspace = window.workspace
        assert files.encoded(workspace.document) == files.encoded(left)
        assert workspace.path == document
        assert window.isWindowModified()
        (new,) = logs()
        assert new != old
        trigger(window, "save")
        assert workspace.is_saved
        assert logs() == []
        assert files.encoded(files.read(document).document) == files.encoded(left)


def test_what_was_never_saved_comes_back_without_a_path(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = leave_unsaved(monkeypatch, None, "relu")
    with opened(qtbot) as window:
        window.recovering.look()
        shown = dialog(qtbot)
        assert rows(shown)[0].startswith("Untitled\n1 change, made ")
        click(part(shown, QPushButton, "recover"))
        assert files.encoded(window.workspace.document) == files.encoded(left)
        assert window.workspace.path is None
        assert not window.workspace.is_saved


def test_what_was_never_saved_is_called_as_its_window_called_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with of_a_dead_process(monkeypatch):
        workspace = Workspace(keeper=Keeper(state(), "test"))
        data = template("xor").data
        section = replace(data, settings={**data.settings, "path": str(tmp_path / "homes.csv")})
        workspace.history.do(Step("Choose", (ChangeData(workspace.document.data, section),)))
    assert workspace.title == "homes"
    with opened(qtbot) as window:
        window.recovering.look()
        shown = dialog(qtbot)
        assert rows(shown)[0].startswith("homes\n1 change, made ")
        click(part(shown, QPushButton, "recover"))
        assert window.workspace.title == "homes"


def test_what_is_discarded_is_not_offered_again_and_what_is_left_for_later_is(
    qtbot: QtBot, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_unsaved(monkeypatch, document, "relu")
    leave_unsaved(monkeypatch, None, "linear")
    with opened(qtbot) as window:
        window.recovering.look()
        shown = dialog(qtbot)
        assert len(rows(shown)) == 2
        click(part(shown, QPushButton, "discard"))
        answer(question(qtbot, "discard_question"), "Discard")
        assert len(rows(shown)) == 1
        click(part(shown, QPushButton, "later"))
    with opened(qtbot) as window:
        window.recovering.look()
        shown = dialog(qtbot)
        assert rows(shown)[0].startswith("xor.loom")
        click(part(shown, QPushButton, "later"))


def test_the_work_of_a_living_process_is_not_offered(qtbot: QtBot, document: Path) -> None:
    other = Workspace(keeper=Keeper(state(), "test"))
    other.open(document)
    other.history.do(operations.add(other.document.main, "relu", (0, 0)))
    assert len(logs()) == 1
    assert lost.lost(state()) == []
    other.close(keep=False)


def test_what_was_saved_before_the_end_is_not_offered(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = leave_unsaved(monkeypatch, document, "relu")
    files.write(left, document)  # and killed before the log was removed
    assert lost.lost(state()) == []
    assert logs() == []


def test_a_change_of_the_file_since_is_said(
    qtbot: QtBot, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_unsaved(monkeypatch, document, "relu")
    files.write(template("digits-cnn"), document)
    with opened(qtbot) as window:
        window.recovering.look()
        shown = dialog(qtbot)
        assert "changed by another program since" in rows(shown)[0]
        click(part(shown, QPushButton, "recover"))
        answer(question(qtbot, "changed_on_disk"), "Cancel")
        trigger(window, "save")
        answer(question(qtbot, "changed_on_disk"), "Cancel")
        assert not window.workspace.is_saved


def test_a_log_that_cannot_be_read_is_listed_with_the_reason(qtbot: QtBot) -> None:
    (state() / log.FOLDER).mkdir()
    (state() / log.FOLDER / "1.jsonl").write_bytes(b"nonsense\n")
    with opened(qtbot) as window:
        window.recovering.look()
        shown = dialog(qtbot)
        assert "breaks in line 1" in rows(shown)[0]
        assert not part(shown, QPushButton, "recover").isEnabled()
        click(part(shown, QPushButton, "later"))


def fail_a_start(file: str = "", kept: str = "") -> None:
    folder = state() / starts.FOLDER
    folder.mkdir(exist_ok=True)
    attempt = starts.Attempt(Owner(owners.me().machine, DEAD.process, DEAD.began), file, kept)
    number = len(list(folder.iterdir()))
    (folder / f"{number}.json").write_bytes(msgspec.json.encode(attempt))


def test_after_two_failed_starts_nothing_is_opened_and_the_files_are_listed(
    qtbot: QtBot, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_unsaved(monkeypatch, document, "relu")
    fail_a_start(str(document))
    fail_a_start(str(document), str(logs()[0]))
    with opened(qtbot) as window:
        assert window.recovering.begin(document) is None
        window.recovering.look()
        shown = dialog(qtbot)
        assert str(document) in part(shown, QLabel, "not_opened").text()
        assert len(rows(shown)) == 1
        click(part(shown, QPushButton, "later"))
        assert window.workspace.path is None
        window.recovering.settle()
    assert len(logs()) == 1
    with opened(qtbot) as window:
        assert window.recovering.begin(document) == document


def test_one_failed_start_is_followed_by_a_usual_one(qtbot: QtBot, document: Path) -> None:
    fail_a_start(str(document))
    with opened(qtbot) as window:
        assert window.recovering.begin(document) == document


def test_restoring_that_fails_twice_leads_to_a_safe_start_though_each_start_went_well(
    qtbot: QtBot, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_unsaved(monkeypatch, document, "relu")
    (kept,) = logs()
    for _ in range(2):
        with opened(qtbot) as window:
            assert not window.recovering.starts.is_safe
            window.recovering.begin(None)
            window.recovering.settle()
        fail_a_start(str(document), str(kept))
    with opened(qtbot) as window:
        assert window.recovering.starts.is_safe


def test_undoing_to_what_was_saved_leaves_nothing_to_recover(
    window: Window, document: Path
) -> None:
    window.open(document)
    history = window.workspace.history
    history.do(operations.add(window.workspace.document.main, "relu", (0, 0)))
    assert len(logs()) == 1
    history.undo()
    assert logs() == []
    history.redo()
    assert len(logs()) == 1


def test_closing_without_saving_discards_and_leaving_keeps(qtbot: QtBot, document: Path) -> None:
    with opened(qtbot) as window:
        window.open(document)
        window.workspace.history.do(operations.add(window.workspace.document.main, "relu", (0, 0)))
        window.close()
        answer(question(qtbot, "unsaved"), "Discard")
        assert logs() == []
    with opened(qtbot) as window:
        window.open(document)
        window.workspace.history.do(operations.add(window.workspace.document.main, "relu", (0, 0)))
    assert len(logs()) == 1


def test_an_earlier_version_comes_back_unsaved_in_the_place_of_the_document(
    window: Window, document: Path
) -> None:
    before = document.read_bytes()
    window.open(document)
    window.workspace.history.do(operations.add(window.workspace.document.main, "relu", (0, 0)))
    trigger(window, "save")
    window.menus.earlier.aboutToShow.emit()
    (version,) = window.menus.earlier.actions()
    version.trigger()
    assert files.encoded(window.workspace.document) == before
    assert window.workspace.path == document
    assert not window.workspace.is_saved
    assert len(logs()) == 1


def test_where_the_home_folder_takes_nothing_that_is_said_and_work_is_kept_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = place()
    assert found.folder is not None
    assert found.folder.parent == tmp_path
    assert "What is not saved is kept in " in found.notice
    monkeypatch.setattr("tempfile.tempdir", str(blocked))
    assert place().folder is None
    assert "Save often" in place().notice
