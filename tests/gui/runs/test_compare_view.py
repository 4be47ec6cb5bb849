"""Runs side by side: chosen by hand in the list, drawn over each other, told in a table."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from engine.runs import Run, listed
from engine.runs.comparison import Comparison
from engine.runs.events.event_types import EpochEnded
from engine.runs.events.record import RunRecord, recorded
from engine.runs.run_index import Summary
from gui.jobs import Jobs
from gui.look import theme
from gui.runs.compare_view import Compared, CompareView
from gui.runs.overlay import Overlay
from gui.runs.runs_view import RunsView
from gui.whose import local
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import choose, part, press
from tests.gui.windows import LONG


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs that differ in their epochs and their batches."""
    place = tmp_path_factory.mktemp("runs")
    for plan in ({"epochs": 3}, {"epochs": 5, "batch_size": 2}):
        run = trained(template("xor", **plan), place)
    return run.parent


@pytest.fixture
def view(qtbot: QtBot, folder: Path) -> RunsView:
    jobs = Jobs()
    made = RunsView(jobs, lambda: listed(folder))
    qtbot.addWidget(made)
    made.setProperty("jobs", jobs)
    made.resize(900, 300)
    made.show()
    table = part(made, QTableWidget, "runs")
    qtbot.waitUntil(lambda: table.rowCount() == 2 and not jobs.busy, timeout=LONG)
    return made


def compare(qtbot: QtBot, view: RunsView) -> None:
    """Click both rows, the second with Ctrl held, and the button."""
    table = part(view, QTableWidget, "runs")
    for row, keys in enumerate(
        (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier)
    ):
        place = table.visualRect(table.model().index(row, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, place)
    press(view, "compare_runs")
    qtbot.waitUntil(lambda: part(view, CompareView).isVisible(), timeout=LONG)


def told(view: RunsView) -> dict[str, list[str]]:
    table = part(view, QTableWidget, "compared")
    items = [
        [table.item(row, column) for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]
    rows = [[item.text() if item else "" for item in row] for row in items]
    return {name: values for name, *values in rows}


def test_every_run_is_in_view_beside_what_it_came_to(qtbot: QtBot, view: RunsView) -> None:
    compare(qtbot, view)
    table = part(view, QTableWidget, "compared")
    rows = list(told(view))
    assert rows.index("Accuracy (test)") < rows.index("Plan: epochs")
    last = table.columnCount() - 1
    end = table.columnViewportPosition(last) + table.columnWidth(last)
    assert end <= table.viewport().width()


@pytest.mark.parametrize(("width", "is_whole"), [(900, False), (1900, True)])
def test_a_long_name_takes_the_room_that_values_leave(
    qtbot: QtBot, view: RunsView, width: int, is_whole: bool
) -> None:
    compare(qtbot, view)
    table = part(view, QTableWidget, "compared")
    name = table.item(0, 0)
    assert name is not None
    name.setText("Network: a rather long name of a node.and of what was set in it")
    view.resize(width, 300)
    qtbot.waitUntil(lambda: (table.columnWidth(0) >= table.sizeHintForColumn(0)) == is_whole)
    last = table.columnCount() - 1
    end = table.columnViewportPosition(last) + table.columnWidth(last)
    assert end <= table.viewport().width()


def test_two_chosen_runs_are_told_apart(qtbot: QtBot, view: RunsView, folder: Path) -> None:
    table = part(view, QTableWidget, "runs")
    table.selectRow(0)
    assert not part(view, QPushButton, "compare_runs").isEnabled()
    compare(qtbot, view)
    runs = [Run.open(one.folder) for one in listed(folder)]
    epochs = [str(run.document.plan.epochs) for run in runs]
    found = told(view)
    assert found["Plan: epochs"] == epochs
    assert set(found["Plan: batch size"]) == {"4", "2"}
    assert all(found["Accuracy (test)"])


def test_their_curves_lie_over_each_other_in_their_colours(
    qtbot: QtBot, view: RunsView, folder: Path
) -> None:
    compare(qtbot, view)
    overlay = part(view, Overlay)
    records = [recorded(Run.open(one.folder).events()) for one in listed(folder)]
    assert overlay.drawn() == [
        (theme.apart(n).name(), list(record.valid["loss"].y)) for n, record in enumerate(records)
    ]
    press(view, "overlay_train")
    assert len(overlay.drawn()) == 4
    press(view, "overlay_train")
    choose(part(view, QComboBox, "compared_metric"), "Accuracy")
    assert [line for _, line in overlay.drawn()] == [
        list(record.valid["accuracy"].y) for record in records
    ]


def test_the_way_back_leads_to_the_list_with_its_choice(qtbot: QtBot, view: RunsView) -> None:
    compare(qtbot, view)
    press(view, "all_runs")
    assert part(view, QTableWidget, "runs").isVisible()
    assert len(view.all_chosen()) == 2
    assert view.chosen() is None, "what is done with one run needs one"


def test_without_runs_a_button_begins_one(qtbot: QtBot) -> None:
    jobs = Jobs()
    made = RunsView(jobs, list)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: not jobs.busy)
    with qtbot.waitSignal(made.train_asked):
        press(made, "train_from_runs")


def test_each_column_is_headed_by_its_run(qtbot: QtBot, view: RunsView, folder: Path) -> None:
    compare(qtbot, view)
    table = part(view, QTableWidget, "compared")
    heads = [table.horizontalHeaderItem(at) for at in range(1, table.columnCount())]
    assert [head.text() for head in heads if head] == [one.title for one in listed(folder)]
    assert not [name for name in told(view) if "_" in name]


def test_runs_of_one_name_are_told_apart_and_what_is_not_read_yet_is_said(qtbot: QtBot) -> None:
    whens = [f"2026-11-22T03:{minute}:57+00:00" for minute in (32, 47, 32)]
    runs = tuple(
        Summary(f"/r/{at}", title, whens[at], state, 4, {})
        for at, (title, state) in enumerate(
            [("homes 2", "finished"), ("homes 2", "stopped"), ("homes 1", "stopped")]
        )
    )
    comparison = Comparison(runs, (), {"accuracy": (0.9, None, None)})
    shown = Compared(comparison, tuple(RunRecord() for _ in runs))
    first, second = map(local, whens[:2])
    assert shown.names() == (f"homes 2 ({first})", f"homes 2 ({second})", "homes 1")
    made = CompareView()
    qtbot.addWidget(made)
    made.show_compared(shown)
    table = part(made, QTableWidget, "compared")
    cells = [table.item(0, column) for column in range(4)]
    assert [one.text() for one in cells if one is not None] == [
        "Accuracy (test)",
        "0.9000",
        "read at its end",
        "read at its end",
    ]
    stopped = cells[2]
    assert stopped is not None and "when it has finished" in stopped.toolTip()


def test_a_figure_is_to_come_only_where_a_run_goes_on_and_measures_it(qtbot: QtBot) -> None:
    classes, price = {"epoch": 1.0, "loss": 0.1, "accuracy": 0.9}, {"epoch": 1.0, "loss": 0.1}
    stand = [("finished", classes), ("stopped", classes), ("stopped", price), ("running", {})]
    stand += [("failed", {}), ("failed", classes), ("diverged", classes)]
    runs = tuple(
        Summary(f"/r/{at}", f"run {at}", "2026-11-22T03:32:57+00:00", state, 4, best)
        for at, (state, best) in enumerate(stand)
    )
    figures = {"accuracy": (0.9, *[None] * 6)}
    made = CompareView()
    qtbot.addWidget(made)
    made.show_compared(Compared(Comparison(runs, (), figures), tuple(RunRecord() for _ in runs)))
    table = part(made, QTableWidget, "compared")
    cells = [table.item(0, column) for column in range(1, 8)]
    assert [one.text() for one in cells if one is not None] == [
        "0.9000",
        "read at its end",
        "",
        "read at its end",
        *[""] * 3,
    ]


def test_many_runs_are_told_apart_and_their_names_fit(qtbot: QtBot) -> None:
    when, many = "2026-11-22T03:32:57+00:00", 18
    runs = tuple(Summary(f"/r/{n}", f"a run {n}", when, "finished", 4, {}) for n in range(many))
    ended = [
        EpochEnded(epoch, epoch, {"loss": 0.1}, {"loss": epoch / 10}, False) for epoch in (1, 2)
    ]
    records = tuple(recorded(ended) for _ in runs)
    made = CompareView()
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show()
    made.show_compared(Compared(Comparison(runs, (), {}), records))
    assert made.minimumSizeHint().width() <= 900
    drawn = part(made, Overlay).strokes()
    assert len(drawn) == len(set(drawn)) == many
    named = re.findall(r'color:(#\w+)">(.)</span>&nbsp;a&nbsp;run&nbsp;(\d+)', legend_of(made))
    assert [int(number) for *_, number in named] == list(range(many))
    assert len({(color, sign) for color, sign, _ in named}) == many
    assert [color for color, *_ in named] == [color for color, _ in drawn]


def legend_of(view: CompareView) -> str:
    return part(view, QLabel, "compared_runs").text()
