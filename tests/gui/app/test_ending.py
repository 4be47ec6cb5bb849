"""A signal closes the window as a user would, without a question, and what is unsaved is kept."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from graphs import files
from graphs.keeping import lost
from graphs.keeping.place import place
from gui.app.ending import Ending
from tests.gui.finished_runs import template
from tests.quickly import some_of

WORKING = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from graphs.steps import operations
from gui.app import application
from gui.window.window import Window

application.preload = lambda window: None
made = []
class Watched(Window):
    def __init__(self):
        super().__init__()
        made.append(self)
application.Window = Watched

def edit():
    workspace = made[0].workspace
    workspace.history.do(operations.add(workspace.document.main, "relu", (0, 0)))
    if "asks" in sys.argv:
        made[0].commands["new"].trigger()
    print("edited", flush=True)

QTimer.singleShot(0, application.application(), lambda: None)
starting = QTimer()
starting.setSingleShot(True)
starting.timeout.connect(edit)
starting.start(300)
sys.exit(application.run(Path(sys.argv[1])))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("number", "more"),
    some_of([("SIGTERM", ()), ("SIGINT", ()), ("SIGHUP", ()), ("SIGTERM", ("asks",))], 3),
)
def test_a_signal_ends_the_program_and_keeps_what_is_unsaved(
    number: str, more: tuple[str, ...], tmp_path: Path
) -> None:
    document = tmp_path / "xor.loom"
    files.write(template("xor"), document)
    process = subprocess.Popen(
        [sys.executable, "-c", WORKING, str(document), *more],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "edited\n"
    process.send_signal(getattr(signal, number))
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (128 + getattr(signal, number), "")
    folder = place().folder
    assert folder is not None
    (kept,) = lost.lost(folder)
    assert (kept.about.path, kept.steps) == (document, 1)
    assert not list((folder / "starts").glob("*"))
    assert not list((folder / "open").glob("*.json"))


def test_the_end_of_the_session_ends_the_program_once(qapp: QApplication) -> None:
    ended: list[str] = []
    ending = Ending(lambda: ended.append("end"), qapp)
    try:
        ending.end_of_session(None)
        ending.end_of_session(None)
    finally:
        ending.stop()
    assert ended == ["end"]
    assert ending.code == 0
