"""What other programs do to the document's data is said, and read when it is wanted."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QFileSystemWatcher
from PySide6.QtWidgets import QDockWidget, QLabel
from pytestqt.qtbot import QtBot

from engine.data.sources import reader
from graphs.data import DataSection
from graphs.document.edits import ChangePlan, Step
from graphs.files.stamps import StampChange
from graphs.mending.choosing import choose_data
from gui.data.data_on_disk import MOST_FOLDERS, DataOnDisk
from gui.data.data_view import DataView
from gui.jobs import Jobs
from gui.window.window import Window
from gui.workspace import Workspace
from tests.gui.finished_runs import template
from tests.gui.found_widgets import part, press
from tests.gui.windows import LONG, words


def rows(names: tuple[str, str] = ("up", "down"), count: int = 80) -> str:
    lines = (f"{n % 7},{n % 5},{names[n % 7 > n % 5]}\n" for n in range(count))
    return "a,b,side\n" + "".join(lines)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "points.csv"
    path.write_text(rows())
    return path


def session_on(data: Path) -> Workspace:
    workspace = Workspace(template("binary-classifier"))
    use(workspace, data)
    return workspace


def use(workspace: Workspace, data: Path) -> None:
    section = reader("table", {"path": str(data)}).section()
    workspace.history.do(choose_data(workspace.document, section))


@pytest.fixture
def view(qtbot: QtBot, data: Path) -> Iterator[DataView]:
    jobs = Jobs()
    made = DataView(session_on(data), jobs)
    qtbot.addWidget(made)
    made.resize(1100, 300)
    made.show()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
    made.setProperty("jobs", jobs)
    yield made
    made.on_disk.stop()


def settled(qtbot: QtBot, view: DataView) -> None:
    jobs = view.property("jobs")
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)


def written(data: Path) -> None:
    data.write_text(rows(("high", "low"), 60))


def replaced(data: Path) -> None:
    other = data.with_name("other")
    written(other)
    other.replace(data)


@pytest.mark.parametrize("change", [written, replaced])
def test_a_change_is_noticed_by_itself_and_read_when_it_is_wanted(
    qtbot: QtBot, view: DataView, data: Path, change: Callable[[Path], None]
) -> None:
    assert words(view, "data_news") == ""
    assert words(view, "in_use")
    change(data)
    qtbot.waitUntil(lambda: "“points.csv” was changed on disk" in words(view, "data_news"))
    assert words(view, "preview_summary") == "80 samples", "nothing is read without a word"
    press(view, "read_news")
    settled(qtbot, view)
    assert words(view, "data_news") == ""
    assert words(view, "preview_summary") == "60 samples"
    assert words(view, "in_use") == "", "other classes are other data, which is to be used first"
    press(view, "use_data")
    data.write_text(rows(("high", "low"), 40))
    qtbot.waitUntil(lambda: "was changed on disk" in words(view, "data_news"))


def test_a_file_that_is_gone_and_comes_back_is_said(
    qtbot: QtBot, view: DataView, data: Path
) -> None:
    before, was = data.read_bytes(), data.stat()
    data.unlink()
    qtbot.waitUntil(lambda: "“points.csv” is not there any more" in words(view, "data_news"))
    data.write_bytes(before)
    os.utime(data, ns=(was.st_atime_ns, was.st_mtime_ns))
    qtbot.waitUntil(lambda: words(view, "data_news") == "")


def test_what_lies_beside_the_file_is_nothing_to_tell(
    qtbot: QtBot, view: DataView, data: Path
) -> None:
    data.with_name("beside.csv").write_text("a\n1\n")
    view.on_disk.look()
    assert view.on_disk.news == {}


def test_other_data_is_watched_in_the_place_of_what_was(
    qtbot: QtBot, view: DataView, data: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text(rows(("left", "right")))
    use(view._workspace, other)
    written(data)
    view.on_disk.look()
    assert view.on_disk.news == {}
    written(other)
    qtbot.waitUntil(lambda: "“other.csv”" in words(view, "data_news"))


def test_of_a_folder_with_many_files_folders_alone_are_watched(
    qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    for name in range(MOST_FOLDERS + 6):
        (folder / f"class {name:03}").mkdir(parents=True)
    for number in range(300):
        (folder / "class 000" / f"{number}.png").touch()
    workspace = Workspace(template("binary-classifier"))
    section = DataSection("image_folder", {"path": str(folder)})
    workspace.history.do(choose_data(workspace.document, section))
    watch = DataOnDisk(workspace, workspace)
    watcher = part_of(watch)
    assert watcher.files() == []
    assert len(watcher.directories()) == MOST_FOLDERS + 2
    (folder / "class 000" / "new.png").touch()
    qtbot.waitUntil(lambda: list(watch.news) == [folder])
    watch.stop()


def test_a_file_written_alike_is_no_news(view: DataView, data: Path) -> None:
    data.write_bytes(data.read_bytes())
    os.utime(data, (1, 1))
    view.on_disk.look()
    assert view.on_disk.news == {}
    data.write_bytes(data.read_bytes().replace(b"up", b"UP"))  # as many bytes
    view.on_disk.look()
    assert view.on_disk.news == {data: StampChange.CHANGED}


def test_what_is_no_data_in_a_folder_is_no_news(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    for name in ("cats", "dogs"):
        (folder / name).mkdir(parents=True)
        (folder / name / "1.png").touch()
    workspace = Workspace(template("binary-classifier"))
    section = DataSection("image_folder", {"path": str(folder)})
    workspace.history.do(choose_data(workspace.document, section))
    watch = DataOnDisk(workspace, workspace)
    for aside in ("notes.txt", "net.loom", "cats/Thumbs.db", "dogs/.DS_Store", "dogs/net.loom"):
        (folder / aside).write_text("x")
    watch.look()
    assert watch.news == {}
    plan = workspace.document.plan
    change = ChangePlan(plan, replace(plan, epochs=plan.epochs + 1))
    workspace.history.do(Step("Change the plan", (change,)))
    watch.look()
    assert watch.news == {}
    (folder / "cats" / "2.png").touch()
    watch.look()
    assert watch.news == {folder: StampChange.CHANGED}
    watch.stop()


def part_of(watch: DataOnDisk) -> QFileSystemWatcher:
    (found,) = watch.findChildren(QFileSystemWatcher)
    return found


def test_the_tab_of_the_panel_says_that_there_is_news(
    qtbot: QtBot, window: Window, data: Path
) -> None:
    use(window.workspace, data)
    dock = part(window, QDockWidget, "dock_data")
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    before = dock.windowTitle()
    written(data)
    qtbot.waitUntil(lambda: dock.windowTitle() != before)
    assert dock.windowTitle().startswith("Data · ")
    assert part(window, QLabel, "data_news").text()
