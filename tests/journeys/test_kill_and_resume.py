"""The process is killed while it trains; the next window goes on where it was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.runs import Run, listed
from gui.window.window import Window
from tests.gui.found_widgets import press
from tests.gui.windows import LONG, show_tab
from tests.journeys.steps import measured, wait_for

EPOCHS = 14
TRAINING = f"""
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton
from graphs.templates import find
from gui.app.application import application, window_of
from gui.plan.plan_form import PlanForm
from PySide6.QtWidgets import QSpinBox

app = application()
window = window_of(app, ready=False)
window.new_from(find("digits-cnn"))
window.plan_form.findChild(QSpinBox, "epochs").setValue({EPOCHS})
window.findChild(QPushButton, "train_button").click()

def tell():
    record = window.training.record
    print(record.state.value, record.epoch, record.failed, flush=True)

ticks = QTimer()
ticks.timeout.connect(tell)
ticks.start(20)
app.exec()
"""


@pytest.fixture
def killed(tmp_path: Path, home: Path) -> Path:
    """The folder of a run whose process was killed in its third epoch or later."""
    process = subprocess.Popen(
        [sys.executable, "-c", TRAINING],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert process.stdout is not None
    for line in process.stdout:
        state, epoch, failed = line.split(maxsplit=2)
        assert state not in {"failed", "finished"}, failed
        if int(epoch) >= 3:
            break
    os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait(10)
    process.stdout.close()
    (run,) = listed()
    return Path(run.folder)


@pytest.mark.proof
def test_a_run_is_resumed_from_the_list_after_the_process_was_killed(
    qtbot: QtBot, killed: Path, window: Window
) -> None:
    assert Run.open(killed).state == "stopped"
    show_tab(window, "Runs")
    table = window.runs_view._table
    qtbot.waitUntil(lambda: table.rowCount() == 1, timeout=LONG)
    table.selectRow(0)
    press(window, "resume_run")
    wait_for(qtbot, window, "Finished")

    record = window.training.record
    assert record.started is not None
    steps = EPOCHS * record.started.steps_per_epoch
    assert len(record.losses) == steps, "no step is missing and none is there twice"
    whole = (record.losses.x * record.started.steps_per_epoch).round().astype(int)
    assert whole.tolist() == [*range(1, steps + 1)]
    assert record.valid["loss"].x.tolist() == [*range(1, EPOCHS + 1)]
    assert measured(qtbot, window)["accuracy"] > 0.9
    assert Run.open(killed).state == "finished"
