"""Cross-validation in the real window: which fold is trained, and what came of them all."""

from pathlib import Path

from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from engine.runs import Run
from engine.runs.events.record import State
from engine.training import folding
from gui.results.results_view import Results
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.found_widgets import part, press
from tests.gui.windows import LONG, show_page, words


def ended(window: Window, state: State) -> bool:
    return window.training.record.state is state and not window.training.is_live


def cells(table: QTableWidget) -> list[list[str]]:
    found = []
    for row in range(table.rowCount()):
        items = [table.item(row, column) for column in range(table.columnCount())]
        found.append([item.text() for item in items if item is not None])
    return found


def begin(qtbot: QtBot, window: Window, epochs: int) -> None:
    window.workspace.new(template("xor", epochs=epochs, folds=3), "xor")
    press(window, "train_button")
    qtbot.waitUntil(lambda: window.training.record.fold is not None, timeout=LONG)


def test_folds_are_trained_one_after_another_and_shown_with_mean_and_spread(
    qtbot: QtBot, window: Window
) -> None:
    begin(qtbot, window, epochs=600)  # so long that each fold is drawn more than once
    qtbot.waitUntil(lambda: "fold 2 of 3" in words(window, "numbers"), timeout=LONG)
    assert 1 / 3 <= window.training.record.done <= 2 / 3
    qtbot.waitUntil(lambda: ended(window, State.FINISHED), timeout=LONG)

    results = part(window, Results)
    qtbot.waitUntil(lambda: results.trial is not None, timeout=LONG)
    told = window.training.record.folds
    assert told is not None
    assert words(window, "numbers").count("± ") == words(window, "numbers").count("all 3 folds") > 0
    press(window, "see_results")
    whose = words(results, "whose")
    assert whose.startswith("“xor 1” of the document “xor” · all 3 folds")
    assert "epoch" not in whose  # each has weights of its own
    table = part(results, QTableWidget, "folds_table")
    heads = [table.horizontalHeaderItem(at) for at in range(table.columnCount())]
    assert [one.text() for one in heads if one][:3] == ["Fold", "Loss", "Accuracy"]
    show_page(results, "Test split")
    assert words(results, "whose").startswith(
        "“xor 1, fold 3 of 3” of the document “xor” · weights"
    )
    show_page(results, "Folds")
    rows = cells(part(results, QTableWidget, "folds_table"))
    assert [row[0] for row in rows] == ["1", "2", "3", "Mean", "Spread"]
    at = list(told.test).index("accuracy") + 1
    assert [row[at] for row in rows[:3]] == [f"{each['accuracy']:.4f}" for each in told.each]
    assert rows[3][at] == f"{told.test['accuracy']:.4f}"
    assert rows[4][at] == f"± {told.spread['accuracy']:.4f}"

    first = folding.folder_of(told.run, 1)
    window.running.show_run(first)
    qtbot.waitUntil(lambda: window.training.folder == first, timeout=LONG)
    assert window.training.record.folds == told


def test_a_stopped_fold_goes_on_and_so_do_those_after_it(qtbot: QtBot, window: Window) -> None:
    begin(qtbot, window, epochs=100_000)
    qtbot.waitUntil(lambda: len(window.training.record.losses) > 20, timeout=LONG)
    press(window, "stop")
    qtbot.waitUntil(lambda: ended(window, State.STOPPED), timeout=LONG)
    whole, fold = window.training.whole, window.training.folder
    assert whole is not None
    assert fold == folding.folder_of(whole, 1)
    assert Run.open(fold).state == "stopped"
    steps = len(window.training.record.losses)

    press(window, "resume")
    qtbot.waitUntil(lambda: len(window.training.record.losses) > steps, timeout=LONG)

    assert (window.training.whole, window.training.folder) == (whole, Path(fold))
    press(window, "stop")
    qtbot.waitUntil(lambda: ended(window, State.STOPPED), timeout=LONG)
