"""Where the dialogs for files begin, and what can be read in them."""

import itertools
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMessageBox,
    QToolButton,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.look import theme
from gui.look.theme import Scheme
from gui.widgets.path_dialog import FileDialog, PathDialog
from tests.gui.found_widgets import part
from tests.gui.windows import answer, question


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


def typed(dialog: FileDialog, name: str, *, replace: bool) -> list[str]:
    """What the dialog gives after a name was typed, and its question, if there is one, answered."""
    given: list[str] = []
    dialog.fileSelected.connect(given.append)
    dialog.open()
    part(dialog, QLineEdit, "fileNameEdit").setText(name)
    asked: list[QMessageBox] = []

    def reply() -> None:
        asked.extend(dialog.findChildren(QMessageBox))
        standard = QMessageBox.StandardButton
        for box in asked:
            box.button(standard.Yes if replace else standard.No).click()

    QTimer.singleShot(0, dialog, reply)
    dialog.accept()
    if dialog.isVisible():
        dialog.reject()
    return [*given, *(["asked"] if asked else [])]


@pytest.mark.parametrize("name", ["net", "net v1.2", "net.json"])
def test_a_name_to_save_under_gets_its_suffix_also_where_it_holds_a_point(
    parent: QWidget, tmp_path: Path, name: str
) -> None:
    made = typed(FileDialog(parent, "", saves=".loom", folder=tmp_path), name, replace=True)
    assert made == [str(tmp_path / f"{name}.loom")]
    whole = FileDialog(parent, "", saves=".loom", folder=tmp_path)
    assert typed(whole, f"{name}.LOOM", replace=True) == [str(tmp_path / f"{name}.LOOM")]


@pytest.mark.parametrize("replace", [True, False])
def test_what_is_there_under_the_name_that_results_is_asked_about(
    parent: QWidget, tmp_path: Path, replace: bool
) -> None:
    (tmp_path / "net v1.2.loom").write_text("mine")
    dialog = FileDialog(parent, "", saves=".loom", folder=tmp_path)
    made = typed(dialog, "net v1.2", replace=replace)
    assert made == [*([str(tmp_path / "net v1.2.loom")] if replace else []), "asked"]


@pytest.mark.parametrize("replace", [True, False])
def test_where_the_system_has_a_dialog_of_its_own_the_question_is_ours(
    parent: QWidget, qtbot: QtBot, tmp_path: Path, replace: bool
) -> None:
    parent.show()
    (tmp_path / "net.loom").write_text("mine")
    dialog = FileDialog(parent, "", saves=".loom", folder=tmp_path)
    dialog.selectFile(str(tmp_path / "net"))
    part(dialog, QLineEdit, "fileNameEdit").setObjectName("not there")
    given: list[str] = []
    dialog.fileSelected.connect(given.append)
    dialog.open()
    dialog.accept()
    assert given == []
    answer(question(qtbot, "replace"), "Replace" if replace else "Cancel")
    assert given == ([str(tmp_path / "net.loom")] if replace else [])


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


@pytest.mark.parametrize("scheme", [Scheme.DARK, Scheme.LIGHT])
def test_the_arrows_stand_out_from_the_ground_in_either_theme(
    qapp: QApplication, parent: QWidget, scheme: Scheme
) -> None:
    before = theme.scheme()
    theme.use(qapp, scheme)
    try:
        dialog = FileDialog(parent, "Open")
        dialog.setOption(FileDialog.Option.DontUseNativeDialog)
        dialog.show()
        ground = theme.color("panel").lightness()
        for name in ("backButton", "forwardButton", "toParentButton"):
            image = part(dialog, QToolButton, name).icon().pixmap(18, 18).toImage()
            places = itertools.product(range(image.width()), range(image.height()))
            seen = [color for at in places if (color := image.pixelColor(*at)).alpha() > 200]
            assert seen
            assert all(abs(color.lightness() - ground) > 100 for color in seen), name
        dialog.close()
    finally:
        theme.use(qapp, before)
