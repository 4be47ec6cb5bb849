"""Somebody new starts from a template and ends with a model that others can run."""

from pathlib import Path

import numpy as np
import onnxruntime
from pytestqt.qtbot import QtBot

from gui.plots.run_plot import Plot
from gui.results.trying.sample_part import SamplePicture
from gui.window.window import Window
from tests.gui.found_widgets import part, press
from tests.gui.windows import choose_file, show_page, show_tab, trigger, words
from tests.journeys.steps import export_onnx, measured, set_epochs, train


def test_a_new_users_first_model(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    trigger(window, "template_digits-mlp")
    set_epochs(window, 4)
    train(qtbot, window)

    started = window.training.record.started
    steps = started.steps_per_epoch if started else 0
    loss, accuracy = window.training_view.findChildren(Plot)
    assert loss.lines.raw is not None and len(loss.lines.raw) == 4 * steps
    assert accuracy.lines.valid is not None and len(accuracy.lines.valid) == 4
    assert loss.lines.best in {1, 2, 3, 4}

    assert measured(qtbot, window)["accuracy"] > 0.85
    show_page(window.results, "Try it")
    assert words(window.results, "which").startswith("sample 1 of ")
    press(window.results, "next")
    qtbot.waitUntil(lambda: "digit: " in words(window.results, "verdict"))
    assert part(window.results, SamplePicture).tile is not None

    told = export_onnx(qtbot, window, tmp_path / "digits.onnx")
    assert "batch 1" in told and "batch 7" in told
    workspace = onnxruntime.InferenceSession(tmp_path / "digits.onnx")
    (given,) = workspace.get_inputs()
    (scores,) = workspace.run(None, {given.name: np.zeros((3, 1, 28, 28), np.float32)})
    assert scores.shape == (3, 10)

    trigger(window, "save")
    choose_file(qtbot, tmp_path / "my first model.loom")
    trigger(window, "new")
    window.open(tmp_path / "my first model.loom")
    assert window.workspace.document.plan.epochs == 4
    show_tab(window, "Runs")
    qtbot.waitUntil(lambda: window.runs_view._table.rowCount() == 1)
    row = [window.runs_view._table.item(0, column) for column in (0, 2, 3)]
    assert [cell.text() for cell in row if cell] == ["digits-mlp 1", "finished", "4"]
