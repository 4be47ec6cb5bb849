"""The whole program: it opens a file, survives an error nobody foresaw, and ends cleanly."""

import os
import subprocess
import sys
from pathlib import Path

from graphs import files
from tests.gui.runs import template

SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.application import application, run
from gui.errors_dialog import ErrorDialog

app = application()

def fail():
    raise LookupError("planned by the test")

def look():
    dialogs = [w for w in app.topLevelWidgets() if isinstance(w, ErrorDialog) and w.isVisible()]
    if dialogs:
        print("dialogs", len(dialogs), flush=True)
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
