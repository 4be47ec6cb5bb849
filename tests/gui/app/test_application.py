"""The whole program: it opens a file, survives an error nobody foresaw, and ends cleanly."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from graphs import files
from gui.app.application import preload
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.windows import LONG

SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.app.application import application, run
from gui.app.errors_dialog import ErrorDialog

app = application()

def fail():
    raise LookupError("planned by the test")

def look():
    dialogs = [w for w in app.topLevelWidgets() if isinstance(w, ErrorDialog) and w.isVisible()]
    if dialogs:
        print("dialogs", len(dialogs), flush=True)
        failing.stop()  # what fails after that is an error of its own
        dialogs[0].close()
        looking.stop()
        QTimer.singleShot(0, app.closeAllWindows)

looking = QTimer()
looking.timeout.connect(look)
looking.start(50)
failing = QTimer()
failing.timeout.connect(fail)
failing.start(20)
code = run(Path(sys.argv[1]))
print("ended", code, flush=True)
sys.exit(code)
"""


STARTED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from gui.app.application import application, run

app = application()
windows = app.topLevelWidgets

def look():
    busy = any(w.jobs.busy for w in windows() if hasattr(w, "jobs"))
    if "engine.training.loop" in sys.modules and not busy:
        looking.stop()
        QTimer.singleShot(0, app.closeAllWindows)

looking = QTimer()
looking.timeout.connect(look)
looking.start(20)
sys.exit(run(Path(sys.argv[1])))
"""
AT_ONCE = 6
"""So many starts share the processor: what goes wrong by chance goes wrong then."""


def start(document: Path, home: Path) -> subprocess.Popen[str]:
    """Start the program as a process of its own, which ends when all that it needs is imported."""
    return subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", STARTED, str(document)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "LAYERLOOM_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize("starts", [1, pytest.param(40, marks=pytest.mark.proof)])
def test_the_program_starts_under_load(starts: int, tmp_path: Path) -> None:
    document = tmp_path / "digits.loom"
    files.write(template("digits-cnn"), document)
    ended: list[tuple[int, str]] = []
    for first in range(0, starts, AT_ONCE):
        together = range(first, min(first + AT_ONCE, starts))
        running = [start(document, tmp_path / str(one)) for one in together]
        for process in running:
            output, _ = process.communicate(timeout=180)
            ended.append((process.returncode, output))
    assert [end for end in ended if end[0] != 0] == []


def test_what_the_first_run_needs_is_imported_before_it(window: Window, qtbot: QtBot) -> None:
    preload(window)
    assert "gui.plots.run_plot" in sys.modules
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    assert "engine.training.loop" in sys.modules
    gc.unfreeze()  # the tests that follow count what is left


def test_an_error_is_shown_once_and_logged_once_and_the_program_ends_cleanly(
    tmp_path: Path, home: Path
) -> None:
    document = tmp_path / "xor.loom"
    files.write(template("xor"), document)
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(document)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[0] == "dialogs 1"
    (log,) = home.rglob("layerloom.log")
    written = log.read_text(encoding="utf-8")
    assert written.count("nobody caught this") == 1
    assert "LookupError: planned by the test" in written
    assert str(document) in next(home.rglob("settings.json")).read_text(encoding="utf-8")
