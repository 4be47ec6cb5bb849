"""A run whose process was killed is offered at the start: once, and never while it is trained."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from engine import runs
from engine.controls import Controls
from engine.runs import Run
from engine.runs.events.record import State
from engine.runs.lock import LOCK
from engine.training.loop import train
from gui.widgets.questions import tell
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.windows import LONG, answer, question, words


def dead() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def killed(epochs: int = 30, name: str = "xor") -> Path:
    """A run that stands as a kill in its second epoch leaves it."""
    folder, controls = runs.create(template("xor", epochs=epochs), name=name), Controls()
    for event in train(folder, controls):
        if getattr(event, "epoch", 0) >= 2:
            controls.stop()
    run = Run.open(folder)
    run.tell(msgspec.structs.replace(run.status, state="running"))
    (folder / LOCK).write_bytes(msgspec.json.encode({"pid": dead(), "began": 1.0}))
    return folder


def asked(qtbot: QtBot, window: Window) -> QMessageBox:
    window.interrupted.offer()
    return question(qtbot, "interrupted")


def is_asked(qtbot: QtBot, window: Window) -> bool:
    window.interrupted.offer()
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    boxes = [w for w in QApplication.topLevelWidgets() if w.objectName() == "interrupted"]
    return any(box.isVisible() for box in boxes)


@pytest.fixture
def living(qtbot: QtBot) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def test_resume_goes_on_with_it(qtbot: QtBot, window: Window) -> None:
    folder = killed()
    box = asked(qtbot, window)
    assert box.text() == "The run “xor 1” was interrupted."
    assert "epochs are done" in box.informativeText()
    answer(box, "Resume")
    qtbot.waitUntil(lambda: window.training.record.state is State.FINISHED, timeout=LONG)
    qtbot.waitUntil(lambda: not window.training.is_live, timeout=LONG)
    assert window.training.folder == folder
    assert Run.open(folder).state == "finished"
    assert not is_asked(qtbot, window)


def test_show_shows_it_and_does_not_ask_again(qtbot: QtBot, window: Window) -> None:
    folder = killed()
    answer(asked(qtbot, window), "Show")
    qtbot.waitUntil(lambda: window.results.trial is not None, timeout=LONG)
    assert window.training.folder == folder
    assert "“xor 1”" in window.results.trial.whose.words()  # type: ignore[union-attr]
    assert not is_asked(qtbot, window)


@pytest.mark.parametrize("way", ["Leave", "Escape"])
def test_what_was_declined_is_not_offered_again_and_can_be_resumed(
    qtbot: QtBot, window: Window, way: str
) -> None:
    folder = killed()
    box = asked(qtbot, window)
    answer(box, "Leave") if way == "Leave" else box.reject()
    qtbot.waitUntil(lambda: Run.open(folder).status.state == "stopped", timeout=LONG)
    assert not is_asked(qtbot, window)
    assert not (folder / LOCK).exists()
    assert Run.open(folder).checkpoints()


def test_several_are_asked_about_at_once(qtbot: QtBot, window: Window) -> None:
    folders = [killed() for _ in range(3)]
    box = asked(qtbot, window)
    assert "2 more were interrupted" in box.informativeText()
    answer(box, "Leave")
    qtbot.waitUntil(
        lambda: all(Run.open(each).status.state == "stopped" for each in folders), timeout=LONG
    )
    assert not is_asked(qtbot, window)


def test_a_run_whose_process_lives_is_never_offered(
    qtbot: QtBot, window: Window, living: subprocess.Popen[bytes]
) -> None:
    folder = killed()
    began = psutil.Process(living.pid).create_time()
    (folder / LOCK).write_bytes(msgspec.json.encode({"pid": living.pid, "began": began}))
    assert not is_asked(qtbot, window)
    assert Run.open(folder).status.state == "running"


def test_runs_that_were_stopped_or_finished_are_not_offered(qtbot: QtBot, window: Window) -> None:
    for epochs in (1, 100):
        folder, controls = runs.create(template("xor", epochs=epochs), name="xor"), Controls()
        for event in train(folder, controls):
            if getattr(event, "epoch", 0) >= 2:
                controls.stop()
    assert not is_asked(qtbot, window)


def test_it_waits_until_another_question_is_answered(qtbot: QtBot, window: Window) -> None:
    killed()
    other = tell(window, "Something else.", "First.")
    assert not is_asked(qtbot, window)
    answer(other, "OK")
    answer(question(qtbot, "interrupted"), "Leave")
    assert words(window, "state") == ""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that kills")
def test_a_process_that_was_really_killed_leaves_a_run_to_offer(
    qtbot: QtBot, window: Window
) -> None:
    folder = runs.create(template("xor", epochs=100_000), name="xor")
    script = (
        "import sys; from engine.training.loop import train; from engine.controls import Controls\n"
        "for event in train(sys.argv[1], Controls()): print(event, flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[4],
    ) as process:
        assert process.stdout is not None
        assert any("EpochEnded" in line for line in process.stdout)
        assert not is_asked(qtbot, window)
        os.kill(process.pid, signal.SIGKILL)
    answer(asked(qtbot, window), "Leave")
    qtbot.waitUntil(lambda: Run.open(folder).status.state == "stopped", timeout=LONG)


STARTED = """
import os
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.app import application

app, ticks = application.application(), QTimer()

def look():
    boxes = [one for one in app.topLevelWidgets() if one.objectName() == "interrupted"]
    if any(box.isVisible() for box in boxes):
        print(boxes[0].text(), flush=True)
        os._exit(0)

ticks.timeout.connect(look)
ticks.start(50)
application.run(None)
"""


def test_the_program_asks_when_it_starts(qtbot: QtBot) -> None:
    killed(name="moons")
    words = [sys.executable, "-c", STARTED]
    root = Path(__file__).parents[4]
    begun = subprocess.run(
        words, cwd=root, capture_output=True, text=True, timeout=120, check=True, env=os.environ
    )
    assert begun.stdout == "The run “moons 1” was interrupted.\n"


@pytest.mark.parametrize("way", ["Resume", "Show"])
def test_its_network_is_on_the_canvas(qtbot: QtBot, window: Window, way: str) -> None:
    folder = killed()
    answer(asked(qtbot, window), way)
    qtbot.waitUntil(lambda: window.training.folder == folder, timeout=LONG)
    qtbot.waitUntil(lambda: not window.training.is_live, timeout=LONG)
    assert window.workspace.document.main.nodes == Run.open(folder).document.main.nodes
    assert window.workspace.title != "Untitled"
    assert window.training.origin == ""


def test_what_is_on_the_canvas_already_stays_there(qtbot: QtBot, window: Window) -> None:
    folder = killed()
    window.workspace.new(template("digits-mlp", epochs=1))
    drawn = window.workspace.document
    answer(asked(qtbot, window), "Resume")
    qtbot.waitUntil(lambda: window.training.folder == folder, timeout=LONG)
    qtbot.waitUntil(lambda: not window.training.is_live, timeout=LONG)
    assert window.workspace.document is drawn
    assert "This run is of “xor”" in window.training.origin
