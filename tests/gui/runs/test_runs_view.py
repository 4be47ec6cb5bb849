"""The list of runs: what it shows, and what can be done with a run."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
)
from pytestqt.qtbot import QtBot

from engine.runs import Listing, Run, create, listed
from engine.runs.lock import LOCK
from engine.runs.run_index import Summary
from gui.jobs import Jobs
from gui.runs.runs_table import BEST, EPOCHS, NAME
from gui.runs.runs_view import RunsView, best
from gui.widgets.building_blocks import scrolled
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import part, press, write
from tests.gui.hand import settled
from tests.gui.windows import answer, question, words

RUNS = [
    Summary("/r/3", "digits", "2026-11-22T03:32:57+00:00", "running", 4, {}),
    Summary("/r/2", "moons", "2026-11-21T10:00:00+00:00", "stopped", 7, {"epoch": 6, "loss": 0.25}),
    Summary("/r/1", "xor", "2026-11-20T10:00:00+00:00", "finished", 30, {"epoch": 17, "loss": 0.1}),
]


def shown(qtbot: QtBot, view: RunsView, jobs: Jobs) -> QTableWidget:
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.show()
    qtbot.waitUntil(lambda: not jobs.busy)
    return part(view, QTableWidget, "runs")


def cells(table: QTableWidget, row: int) -> list[str]:
    items = [table.item(row, column) for column in range(table.columnCount())]
    return [item.text() for item in items if item is not None]


def can_press(view: RunsView, name: str) -> bool:
    return part(view, QPushButton, name).isEnabled()


def test_each_run_has_a_row_with_document_time_state_epochs_and_best(qtbot: QtBot) -> None:
    jobs = Jobs()
    table = shown(qtbot, RunsView(jobs, lambda: RUNS), jobs)
    assert table.rowCount() == 3
    row = cells(table, 1)
    assert [row[0], row[2], row[3], row[4]] == ["moons", "stopped", "7", "epoch 6: Loss 0.2500"]
    assert row[1].startswith("2026-11-2")


def test_without_runs_the_list_says_what_to_do(qtbot: QtBot) -> None:
    jobs = Jobs()
    view = RunsView(jobs, list)
    shown(qtbot, view, jobs)
    assert words(view, "runs_told") == "No runs yet. Press Train to begin one."
    assert not can_press(view, "delete_run")


@pytest.mark.parametrize("width", [420, 790, 1300])
def test_no_button_is_cut_off_and_the_panel_does_not_scroll_down(qtbot: QtBot, width: int) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: RUNS)
    panel = scrolled(view)
    qtbot.addWidget(panel)
    panel.resize(width, 300)
    panel.show()
    qtbot.waitUntil(lambda: not jobs.busy)
    settled()
    assert panel.verticalScrollBar().maximum() == 0
    for one in view.findChildren(QPushButton):
        if one.isVisible():
            assert one.width() >= one.sizeHint().width()
            assert view.rect().contains(one.mapTo(view, one.rect().bottomRight()))


@pytest.mark.parametrize(
    ("row", "resume", "delete"), [(0, False, False), (1, True, True), (2, False, True)]
)
def test_what_can_be_done_depends_on_the_state(
    qtbot: QtBot, row: int, resume: bool, delete: bool
) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: RUNS)
    shown(qtbot, view, jobs).selectRow(row)
    assert can_press(view, "show_run")
    assert can_press(view, "resume_run") is resume
    assert can_press(view, "delete_run") is delete


def test_the_buttons_ask_for_the_chosen_run(qtbot: QtBot) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: RUNS)
    shown(qtbot, view, jobs).selectRow(1)
    for name, signal in (
        ("show_run", view.show_asked),
        ("resume_run", view.resume_asked),
        ("open_network", view.network_asked),
    ):
        with qtbot.waitSignal(signal) as asked:
            press(view, name)
        assert asked.args == [Path("/r/2")]


def test_the_choice_stays_when_the_list_is_read_again(qtbot: QtBot) -> None:
    jobs, runs = Jobs(), list(RUNS)
    view = RunsView(jobs, lambda: list(runs))
    table = shown(qtbot, view, jobs)
    table.selectRow(1)
    runs.insert(0, Summary("/r/4", "new", "2026-11-22T05:00:00+00:00", "new", 0, {}))
    view.refresh()
    qtbot.waitUntil(lambda: table.rowCount() == 4)
    chosen = view.chosen()
    assert chosen is not None and chosen.folder == "/r/2"


def test_a_run_whose_folder_comes_back_is_trained_by_nobody(qtbot: QtBot, tmp_path: Path) -> None:
    """For other windows as well, whatever this one shows."""
    run, away = Run.open(create(template("xor"), tmp_path / "run")), tmp_path / "away"
    jobs = Jobs()
    qtbot.addWidget(RunsView(jobs, lambda: RUNS))
    with run.claimed():
        run.folder.rename(away)
    away.rename(run.folder)
    assert (run.folder / LOCK).exists()
    qtbot.waitUntil(lambda: not (run.folder / LOCK).exists(), timeout=20_000)
    qtbot.waitUntil(lambda: not jobs.busy)


def test_a_run_is_deleted_only_after_a_question(qtbot: QtBot, tmp_path: Path) -> None:
    folder = trained(template("xor", epochs=2), tmp_path)
    jobs = Jobs()
    view = RunsView(jobs, lambda: listed(folder.parent))
    table = shown(qtbot, view, jobs)
    table.selectRow(0)
    press(view, "delete_run")
    answer(question(qtbot, "delete_question"), "Cancel")
    assert folder.exists()
    press(view, "delete_run")
    answer(question(qtbot, "delete_question"), "Delete")
    qtbot.waitUntil(lambda: table.rowCount() == 0)
    assert not folder.exists()


def test_a_run_that_is_gone_meanwhile_is_a_sentence(qtbot: QtBot) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: RUNS)
    shown(qtbot, view, jobs).selectRow(1)
    press(view, "delete_run")
    answer(question(qtbot, "delete_question"), "Delete")
    qtbot.waitUntil(lambda: "There is no run" in words(view, "runs_told"))


def test_the_best_epoch_is_told_by_its_most_telling_metric() -> None:
    measured = {"epoch": 17.0, "loss": 0.02, "accuracy": 0.99123}
    summary = Summary("/r", "d", "", "finished", 30, measured)
    assert best(summary) == "epoch 17: Accuracy 0.9912"
    assert best(Summary("/r", "d", "", "new", 0, {})) == ""


def test_a_new_run_is_listed_before_it_was_trained(tmp_path: Path) -> None:
    folder = create(template("xor"), tmp_path / "run", name="xor")
    assert [run.state for run in listed(folder.parent)] == ["new"]


NOTED = [
    Summary("/r/9", "digits", "2026-11-23T10:00:00+00:00", "finished", 3, {}, "wide", "rate 0.1"),
    *RUNS,
    Summary("/r/0", "xor", "2026-11-19T10:00:00+00:00", "failed", 0, {}, "xor 1", "", True),
]


def seek(view: RunsView, text: str) -> list[str]:
    part(view, QLineEdit, "sought_runs").setText(text)
    table = part(view, QTableWidget, "runs")
    return [cells(table, row)[0] for row in range(table.rowCount())]


def test_runs_are_found_by_name_note_document_and_state(qtbot: QtBot) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: NOTED)
    shown(qtbot, view, jobs)
    assert seek(view, "WIDE") == seek(view, "0.1 rate") == ["wide"]
    assert seek(view, "xor") == ["xor", "xor 1"]
    assert seek(view, "stopped") == ["moons"]
    assert seek(view, "nothing like it") == []
    assert words(view, "runs_told") == "No run is called so. Search for fewer words."
    assert seek(view, "") == ["wide", "digits", "moons", "xor", "xor 1"]
    part(view, QCheckBox, "starred_only").click()
    assert seek(view, "") == ["xor 1"]


def test_what_is_done_reaches_the_run_in_the_row_also_when_others_are_left_out(
    qtbot: QtBot,
) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: NOTED)
    table = shown(qtbot, view, jobs)
    table.selectRow(2)
    assert seek(view, "moons") == ["moons"]
    chosen = view.chosen()
    assert chosen is not None and chosen.folder == "/r/2"
    seek(view, "xor")
    assert view.chosen() is None


def test_a_run_is_named_noted_and_starred_in_the_list(qtbot: QtBot) -> None:
    folder = create(template("xor"), name="xor")
    jobs = Jobs()
    view = RunsView(jobs)
    table = shown(qtbot, view, jobs)
    table.selectRow(0)
    press(view, "describe_run")
    dialog = part(view, QDialog, "run_notes")
    write(part(dialog, QLineEdit, "run_name"), "the good one")
    part(dialog, QPlainTextEdit, "run_note").setPlainText("rate 0.1")
    with qtbot.waitSignal(view.described) as told:
        dialog.accept()
    assert told.args == [folder, "the good one"]
    qtbot.waitUntil(lambda: cells(table, 0)[0] == "the good one")
    assert cells(table, 0)[-1] == "rate 0.1"
    press(view, "star_run")
    qtbot.waitUntil(lambda: part(view, QPushButton, "star_run").text() == "Unstar")
    assert (listed()[0].name, listed()[0].note, listed()[0].starred) == (
        "the good one",
        "rate 0.1",
        True,
    )


def test_runs_whose_names_are_cleared_are_told_apart(qtbot: QtBot) -> None:
    for _ in range(2):
        create(template("xor"), name="xor")
    jobs = Jobs()
    view = RunsView(jobs)
    table = shown(qtbot, view, jobs)
    for name in ("good", ""):
        for row in range(2):
            table.clearSelection()
            table.selectRow(row)
            press(view, "describe_run")
            dialog = part(view, QDialog, "run_notes")
            write(part(dialog, QLineEdit, "run_name"), name)
            with qtbot.waitSignal(view.described):
                dialog.accept()
            qtbot.waitUntil(lambda: not jobs.busy)
            settled()
    assert len({cells(table, row)[NAME] for row in range(2)}) == 2


@pytest.mark.parametrize("apart", ["minute", "second", "folder", "place"])
def test_runs_of_one_name_are_told_apart_wherever_they_are_named(qtbot: QtBot, apart: str) -> None:
    moments = {"minute": ("32:57", "33:57"), "second": ("32:57", "32:58")}
    begun = moments.get(apart, ("32:57", "32:57"))
    folders = ("/a/1", "/b/1") if apart == "place" else ("/a/1", "/a/2")
    twins = [
        Summary(folder, "xor", f"2026-11-22T03:{when}+00:00", "finished", 4, {}, "good")
        for folder, when in zip(folders, begun, strict=True)
    ]
    other = Summary("/a/3", "xor", twins[0].started, "finished", 4, {}, "other")
    jobs = Jobs()
    view = RunsView(jobs, lambda: [*twins, other])
    table = shown(qtbot, view, jobs)
    names = {cells(table, row)[NAME] for row in range(3)}
    assert len(names) == 3 and "other" in names
    names.discard("other")
    assert all(name.startswith("good (") for name in names)
    for name in sorted(names):
        row = next(row for row in range(3) if cells(table, row)[NAME] == name)
        table.clearSelection()
        table.selectRow(row)
        press(view, "delete_run")
        box = question(qtbot, "delete_question")
        assert name in box.text()
        answer(box, "Cancel")
        settled()


def test_a_list_that_took_long_says_why(qtbot: QtBot) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: Listing(RUNS, "Another program holds the index."))
    shown(qtbot, view, jobs)
    assert words(view, "runs_told") == "Another program holds the index."


MEASURED = [
    Summary("/r/4", "b", "2026-11-22T03:00:00+00:00", "finished", 9, {"epoch": 2, "accuracy": 0.9}),
    Summary("/r/3", "A", "2026-11-21T03:00:00+00:00", "stopped", 10, {"epoch": 1, "loss": 0.5}),
    Summary("/r/2", "c", "2026-11-20T03:00:00+00:00", "new", 0, {}),
    Summary("/r/1", "d", "2026-11-19T03:00:00+00:00", "failed", 2, {"epoch": 1, "accuracy": 0.95}),
]


def test_the_runs_are_sorted_by_the_column_whose_header_is_clicked(qtbot: QtBot) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: MEASURED)
    table = shown(qtbot, view, jobs)
    header = table.horizontalHeader()

    def order() -> str:
        return "".join(cells(table, row)[0] for row in range(table.rowCount()))

    def click(column: int) -> None:
        at = QPoint(header.sectionViewportPosition(column) + 5, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)

    assert order() == "bAcd"  # the newest first
    table.selectRow(0)
    click(NAME)
    assert order() == "Abcd"  # whatever the case of the letters
    click(NAME)
    assert order() == "dcbA"
    click(BEST)
    assert order() == "Adbc"  # what measures alike stands together, and nothing is last
    click(EPOCHS)
    assert order() == "Abdc"  # as numbers
    chosen = view.chosen()
    assert chosen is not None and chosen.folder == "/r/4"  # the run stays chosen, not the row
    view.refresh()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert order() == "Abdc"


def test_a_vain_search_says_what_was_sought_across_the_view(qtbot: QtBot) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: RUNS)
    shown(qtbot, view, jobs)
    part(view, QCheckBox, "starred_only").setChecked(True)
    assert words(view, "runs_told").startswith("No run has a star.")
    write(part(view, QLineEdit, "sought_runs"), "nothing like it")
    told = part(view, QLabel, "runs_told")
    assert told.text().startswith("No run is called so.")
    qtbot.waitUntil(lambda: told.height() <= 2 * told.fontMetrics().lineSpacing())


def test_runs_can_be_used_without_a_mouse(qtbot: QtBot) -> None:
    jobs = Jobs()
    view = RunsView(jobs, lambda: RUNS)
    table = shown(qtbot, view, jobs)
    heard: list[object] = []
    view.show_asked.connect(heard.append)
    part(view, QCheckBox, "starred_only").setFocus()
    QTest.keyClick(part(view, QCheckBox, "starred_only"), Qt.Key.Key_Tab)
    qtbot.waitUntil(table.hasFocus)
    chosen = view.chosen()
    assert chosen is not None and chosen.folder == "/r/3"
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert heard == [Path("/r/2")]
    QTest.keyClick(table, Qt.Key.Key_Delete)
    question(qtbot, "delete_question").reject()
    QTest.keyClick(table, Qt.Key.Key_F2)
    (dialog,) = (one for one in view.findChildren(QDialog) if one.isVisible())
    dialog.reject()
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert not table.hasFocus()  # it leads out of the table
    assert part(view, QPushButton, "show_run").hasFocus()
