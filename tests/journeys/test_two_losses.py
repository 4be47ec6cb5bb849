"""A way to train that the window has never heard of is trained, watched, listed and measured."""

import pytest
from PySide6.QtWidgets import QComboBox, QTableWidget
from pytestqt.qtbot import QtBot

from engine.runs import listed
from graphs.describe import Chosen
from gui.plots.run_plot import Plot
from gui.runs.runs_table import BEST
from gui.window.window import Window
from tests.engine.drawings import dropping
from tests.engine.procedures.teaching import Teaching
from tests.gui.found_widgets import choose, part
from tests.gui.windows import LONG, show_tab
from tests.journeys.steps import measured, train


def titled(window: Window) -> dict[str, Plot]:
    """The plots that can be seen, by their titles."""
    plots = window.training_view.findChildren(Plot)
    return {plot._title.text(): plot for plot in plots if plot.isVisible()}


def test_each_loss_of_two_networks_is_drawn_while_they_train_and_measured_after(
    qtbot: QtBot, window: Window
) -> None:
    document = dropping(epochs=3, threads=1, procedure=Chosen.of(Teaching()))
    window.workspace.new(document, "digits")
    train(qtbot, window)
    started = window.training.record.started
    assert started is not None
    steps = 3 * started.steps_per_epoch

    show_tab(window, "Training")
    qtbot.waitUntil(lambda: len(titled(window)) == 2, timeout=LONG)
    offered = part(window.training_view, QComboBox, "metric")
    names = [offered.itemText(at) for at in range(offered.count())]
    assert names == ["student · Accuracy", "teacher · Accuracy", "teacher · Loss"]
    choose(offered, "teacher · Loss")
    plots = titled(window)
    assert set(plots) == {"student · Loss", "teacher · Loss"}
    for name, plot in plots.items():
        lines = plot.lines
        assert lines.raw is not None and lines.training is not None and lines.valid is not None
        assert len(lines.raw) == len(lines.training) == steps, name
        assert lines.valid is window.training.record.valid[f"{name.split()[0]}/loss"]

    assert measured(qtbot, window)["student/accuracy"] > 0.3
    show_tab(window, "Runs")
    table = part(window.runs_view, QTableWidget, "runs")
    qtbot.waitUntil(lambda: table.rowCount() == 1, timeout=LONG)
    best = table.item(0, BEST)
    (run,) = listed()
    assert best is not None
    assert f"student · Accuracy {run.best['student/accuracy']:.4g}" in best.text()
    assert run.best["student/accuracy"] == pytest.approx(
        max(window.training.record.valid["student/accuracy"].y)
    )
