"""Whoever clicks into a panel has the keys there, also where nothing in it takes them."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from engine import runs
from engine.controls import Controls
from engine.training.loop import train
from gui.data.columns import Columns
from gui.data.data_view import DataView
from gui.runs.runs_table import RunsTable
from gui.widgets.elided import ElidedBox
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.found_widgets import press
from tests.gui.hand import settled
from tests.gui.windows import LONG, trigger
from tests.quickly import some_of

PANELS = ("palette", "inspector", "data", "plan", "training", "results", "runs", "problems")


@pytest.fixture
def worked(qtbot: QtBot, window: Window) -> Window:
    """A run in the list, a template on the canvas, and the keys on it."""
    folder = runs.create(template("xor", epochs=1), name="xor")
    list(train(folder, Controls()))
    trigger(window, "template_xor")
    window.running.show_run(folder)
    window.runs_view.refresh()
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    window.activateWindow()
    return window


def pressed(qtbot: QtBot, window: Window, where: QWidget, at: QPoint) -> None:
    """Click, and press N where the keys are then."""
    QTest.mouseClick(where, Qt.MouseButton.LeftButton, pos=at)
    settled()
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_N)
    settled()


@pytest.mark.parametrize("panel", some_of(PANELS, 3))
def test_a_key_after_a_click_into_a_list_is_not_the_canvas_s(
    qtbot: QtBot, worked: Window, panel: str
) -> None:
    worked.docks.show(panel)
    settled()
    qtbot.waitUntil(lambda: not worked.jobs.busy, timeout=LONG)  # what is read comes into view
    lists = [one for one in worked.docks[panel].findChildren(QAbstractItemView) if one.isVisible()]
    for one in lists:
        area = one.viewport()
        for below in (6, area.height() - 2):
            if not one.isVisible():  # what was clicked before has put something else in its place
                continue
            worked.canvas.setFocus()
            pressed(qtbot, worked, area, QPoint(area.width() // 2, below))
            assert worked.docks.with_focus() == panel, one
    assert not worked.workspace.document.main.notes
    assert lists or panel not in {"palette", "runs"}


@pytest.mark.parametrize("panel", some_of(PANELS, 3))
def test_a_key_after_a_click_beside_everything_is_not_the_canvas_s(
    qtbot: QtBot, worked: Window, panel: str
) -> None:
    worked.docks.show(panel)
    settled()
    dock = worked.docks[panel]
    labels = [one for one in dock.findChildren(QLabel) if one.isVisible()]
    view = dock.widget()
    assert view is not None
    for one in [*labels[:6], view]:
        worked.canvas.setFocus()
        pressed(qtbot, worked, one, QPoint(2, one.height() - 2))
        assert worked.docks.with_focus() == panel, (one, one.objectName())
    assert not worked.workspace.document.main.notes


def test_keys_go_to_the_panel_that_a_click_has_brought_to_the_front(
    qtbot: QtBot, worked: Window
) -> None:
    worked.docks.show("runs")
    worked.runs_view.refresh()
    qtbot.waitUntil(lambda: not worked.jobs.busy, timeout=LONG)
    settled()
    (table,) = worked.docks["runs"].findChildren(RunsTable)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 8))
    press(worked.runs_view, "show_run")
    # for a moment both panels are laid out, the one behind with the keys still in it
    qtbot.waitUntil(lambda: "runs" not in worked.docks.shown(), timeout=LONG)
    assert "training" in worked.docks.shown()
    settled()
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_N)
    settled()
    assert not worked.workspace.document.main.notes
    assert worked.docks.with_focus() == "training"


def test_the_keys_come_back_to_the_box_in_which_a_column_s_reading_was_chosen(
    qtbot: QtBot, worked: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Under X11 a list that opens takes no focus from its box, unlike offscreen.
    monkeypatch.setattr(ElidedBox, "showPopup", lambda box: None, raising=False)
    lines = (f"{('no', 'yes')[n % 2]},{n % 28 + 1:02}/{n % 12 + 1:02}/2024,{n}" for n in range(60))
    path = tmp_path / "homes.csv"
    path.write_text("sold,day,area\n" + "\n".join(lines))
    worked.docks.show("data")
    (view,) = worked.findChildren(DataView)
    view.offer(path)
    qtbot.waitUntil(lambda: not worked.jobs.busy, timeout=LONG)
    settled()
    (columns,) = worked.docks["data"].findChildren(Columns)
    for box in (columns.reading("area"), columns.choice("day"), columns.reading("day")):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
        settled()
        box.activated.emit(box.currentIndex())
        focus = QApplication.focusWidget()
        assert focus is not None
        assert focus.isVisible()
        assert worked.docks.with_focus() == "data"
        qtbot.waitUntil(lambda: not worked.jobs.busy, timeout=LONG)
        settled()
        assert QApplication.focusWidget() is box


def test_a_key_after_a_click_on_a_tab_is_its_panel_s(qtbot: QtBot, worked: Window) -> None:
    worked.docks.show("training")
    worked.canvas.setFocus()
    settled()
    bar = next(one for one in worked.findChildren(QTabBar) if one.parent() is worked)
    tab = next(at for at in range(bar.count()) if bar.tabText(at) == "Plan")
    handle = worked.windowHandle()
    assert handle is not None
    at = bar.mapTo(worked, bar.tabRect(tab).center())
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    qtbot.waitUntil(lambda: worked.docks.with_focus() == "plan", timeout=LONG)
    worked.docks.show("training")  # by no click: the keys stay where they are
    worked.canvas.setFocus()
    worked.docks.show("plan")
    settled()
    assert worked.docks.with_focus() is None
