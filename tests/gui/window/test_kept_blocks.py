"""Blocks that are kept: from one document into the palette, the searches and another document."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QLineEdit, QListWidget, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from graphs import files
from graphs.document.edits import NodeId
from graphs.library import kept
from graphs.steps.blocks import definitions
from gui.layers import ready_blocks
from gui.layers.layer_list import ID, WHERE
from gui.widgets.find_rows import KIND
from gui.window.window import Window
from tests.graphs.blocks import STEM, blocks
from tests.gui.found_widgets import click, part, press
from tests.gui.windows import can_use, opened, trigger


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path / "home"))
    files.write(blocks(), tmp_path / "net.loom")
    with opened(qtbot) as shown:
        shown.open(tmp_path / "net.loom")
        shown.workspace.select([NodeId("first")])
        yield shown


def keep(window: Window, command: str, title: str) -> None:
    trigger(window, command)
    (dialog,) = (one for one in window.findChildren(QInputDialog) if one.isVisible())
    line = dialog.findChild(QLineEdit)
    assert line is not None
    assert line.text() == "first"
    line.selectAll()
    QTest.keyClicks(line, title)
    QTest.keyClick(line, Qt.Key.Key_Return)


def offered(window: Window) -> list[str]:
    """What the palette has under "Your blocks"."""
    listed = window.palette_view.list
    rows = map(listed.item, range(listed.count()))
    return [row.text() for row in rows if str(row.data(ID)).startswith("block:kept:")]


@pytest.mark.parametrize("command", ["canvas_keep_for_all", "canvas_keep_for_project"])
def test_a_block_is_kept_and_placed_in_another_document(
    window: Window, command: str, tmp_path: Path
) -> None:
    keep(window, command, "My stem")
    folder = (
        ready_blocks.user_folder()
        if command.endswith("all")
        else ready_blocks.project_folder(tmp_path / "net.loom")
    )
    assert kept.file_for(folder, "My stem").exists()
    assert offered(window) == ["My stem"]
    files.write(blocks(), tmp_path / "other.loom")
    window.open(tmp_path / "other.loom")
    (block,) = kept.kept([folder])[0]
    before = set(window.workspace.graph.nodes)
    window.palette_view.filter.setText("my stem")
    QTest.keyClick(window.palette_view.filter, Qt.Key.Key_Return)
    (node,) = set(window.workspace.graph.nodes) - before
    (graph,) = window.workspace.graph.nodes[node].blocks.values()
    assert window.workspace.document.graphs[graph].definition.title == block.title
    assert window.workspace.document.graphs[STEM].definition.title == ""
    window.workspace.undo()
    assert set(window.workspace.graph.nodes) == before


def test_another_of_the_same_title_is_asked_about(window: Window) -> None:
    keep(window, "canvas_keep_for_all", "My stem")
    path = kept.file_for(ready_blocks.user_folder(), "My stem")
    there = path.read_bytes()
    keep(window, "canvas_keep_for_all", "My stem")
    box = part(window, QMessageBox, "replace_kept_block")
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert path.read_bytes() == there


def test_those_of_one_title_are_told_apart_where_they_are_offered(
    window: Window, tmp_path: Path
) -> None:
    """By whose they are, or by their files, and by their days; one alone says no more."""

    def told() -> list[str]:
        listed = window.palette_view.list
        rows = map(listed.item, range(listed.count()))
        return [row.data(WHERE) for row in rows if row.text() == "My stem"]

    def found() -> list[str]:
        press(window, "search")
        field, rows = (
            part(window, QLineEdit, "finder_field"),
            part(window, QListWidget, "finder_rows"),
        )
        QTest.keyClicks(field, "My stem")
        texts = [
            rows.item(n).data(KIND) for n in range(rows.count()) if rows.item(n).text() == "My stem"
        ]
        QTest.keyClick(field, Qt.Key.Key_Escape)
        return texts

    keep(window, "canvas_keep_for_all", "My stem")
    assert told() == [""] and found() == ["add block"]
    keep(window, "canvas_keep_for_project", "My stem")
    mine = kept.file_for(ready_blocks.user_folder(), "My stem")
    theirs = kept.file_for(ready_blocks.project_folder(tmp_path / "net.loom"), "My stem")
    for path, day in ((mine, 1), (theirs, 2)):
        at = datetime(2026, 3, day, 12).timestamp()
        os.utime(path, (at, at))
    come_back(window)
    assert sorted(told()) == ["all projects · 1 Mar 2026", "this project · 2 Mar 2026"]
    assert sorted(found()) == [f"add block · {one}" for one in sorted(told())]
    shutil.copy2(mine, mine.with_name("From Ann.loom"))
    come_back(window)
    assert {one.partition(" · ")[0] for one in told()} == {"My stem", "From Ann", "this project"}


def test_those_of_a_project_are_offered_beside_its_documents_alone(
    window: Window, tmp_path: Path
) -> None:
    keep(window, "canvas_keep_for_project", "My stem")
    (tmp_path / "elsewhere").mkdir()
    files.write(blocks(), tmp_path / "elsewhere" / "net.loom")
    window.open(tmp_path / "elsewhere" / "net.loom")
    assert offered(window) == []
    window.open(tmp_path / "net.loom")
    assert offered(window) == ["My stem"]


def test_a_kept_block_can_be_removed_and_no_other(window: Window, qtbot: QtBot) -> None:
    keep(window, "canvas_keep_for_all", "My stem")
    listed = window.palette_view.list
    rows = {listed.item(n).data(ID): listed.item(n) for n in range(listed.count())}
    (mine,) = [row for id, row in rows.items() if str(id).startswith("block:kept:")]
    for row in (rows["linear"], mine):
        listed.scrollToItem(row)
        listed.customContextMenuRequested.emit(listed.visualItemRect(row).center())
    (menu,) = [menu for menu in window.palette_view.findChildren(QMenu) if menu.isVisible()]
    (remove,) = menu.actions()
    menu.close()
    remove.trigger()
    box = part(window, QMessageBox, "remove_kept")
    click(next(button for button in box.buttons() if button.text() == "Remove"))
    assert offered(window) == []
    assert not kept.kept([ready_blocks.user_folder()])[0]


def come_back(window: Window) -> None:
    """As after a look into another program."""
    window.palette_view.look_again()


def test_what_is_wrong_with_a_file_is_told_until_it_is_mended(window: Window) -> None:
    keep(window, "canvas_keep_for_all", "My stem")
    folder, told = ready_blocks.user_folder(), window.palette_view.faults
    assert not told.isVisible()
    (folder / "broken.loom").write_text("{")
    files.write(blocks(), folder / "two.loom")
    come_back(window)
    assert told.isVisible() and told.text().startswith(
        "Not offered: “broken.loom” breaks in line 1"
    )
    assert "And 1 more" in told.text() and "two.loom" in told.toolTip()
    assert offered(window) == ["My stem"]
    (folder / "broken.loom").unlink()
    (folder / "two.loom").unlink()
    come_back(window)
    assert not told.isVisible()


def test_a_block_that_was_called_otherwise_is_offered_so(window: Window) -> None:
    keep(window, "canvas_keep_for_all", "My stem")
    path = kept.file_for(ready_blocks.user_folder(), "My stem")
    document = files.read(path).document
    (block,) = document.main.nodes
    document.apply(definitions.call(document.main, block, "Our stem"))
    files.write(document, path)
    come_back(window)
    assert offered(window) == ["Our stem"]


def test_a_document_without_a_file_has_no_project(window: Window) -> None:
    window.workspace.new(blocks(), "")
    window.workspace.select([NodeId("first")])
    assert not can_use(window, "canvas_keep_for_project")
    assert can_use(window, "canvas_keep_for_all")


def test_where_blocks_are_kept_is_told_when_one_cannot_be(window: Window) -> None:
    folder = ready_blocks.user_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder")
    keep(window, "canvas_keep_for_all", "My stem")
    hint = window.canvas.hint
    assert hint.isVisible()
    assert f"Blocks are kept in “{folder}”." in hint.text()
    assert offered(window) == []
