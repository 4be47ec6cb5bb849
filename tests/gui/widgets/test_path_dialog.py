"""Where the dialogs for files begin, and what can be read in them."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QTreeView, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.path_dialog import FileDialog, PathDialog


@pytest.fixture
def parent(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QWidget:
    monkeypatch.setattr(FileDialog, "_last", "")
    made = QWidget()
    qtbot.addWidget(made)
    return made


def begins(dialog: FileDialog) -> Path:
    return Path(dialog.directory().absolutePath())


def test_it_begins_at_home_and_then_where_something_was_chosen_last(
    parent: QWidget, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.csv").write_text("x")
    first = FileDialog(parent, "Open")
    assert begins(first) == home
    first.selectFile(str(tmp_path / "here" / "a.csv"))
    first.accept()

    assert begins(FileDialog(parent, "Open another")) == tmp_path / "here"
    assert begins(FileDialog(parent, "Save as", folder=tmp_path)) == tmp_path
    assert begins(PathDialog(parent, None)) == tmp_path / "here"


def test_what_was_called_off_is_not_where_the_next_one_begins(
    parent: QWidget, home: Path, tmp_path: Path
) -> None:
    first = FileDialog(parent, "Open", folder=tmp_path)
    first.reject()
    assert begins(FileDialog(parent, "Open")) == home


def test_sizes_and_kinds_of_files_are_not_cut(
    parent: QWidget, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "measurements.parquet").write_bytes(b"x" * 123_456)
    dialog = PathDialog(parent, tmp_path)
    qtbot.addWidget(dialog)
    dialog.open()
    rows = dialog.findChild(QTreeView)
    assert rows is not None
    qtbot.waitUntil(lambda: rows.model().rowCount(rows.rootIndex()) == 1)
    qtbot.waitUntil(
        lambda: all(rows.columnWidth(at) >= rows.sizeHintForColumn(at) for at in (1, 2, 3))
    )
    dialog.reject()
