"""The window is killed at any moment while somebody works in it: no step that was made is lost."""

import hashlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphs import files
from graphs.keeping import lost
from tests.gui.finished_runs import template

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="one import serves many windows")

LIVES = """
import faulthandler, hashlib, os, random, sys
faulthandler.enable()

def say(*words):  # in one piece, whatever is set for buffers: a kill may come amid several
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

from pathlib import Path
from PySide6.QtCore import QPoint, QTimer
from graphs import files; from graphs.steps import operations
from graphs.document.edits import NodeId
from gui.app.application import application
from gui.window.window import Window
from tests.gui.hand import Hand

def live(home, document, seed):
    os.environ["XDG_STATE_HOME"] = os.environ["XDG_CONFIG_HOME"] = home
    chance, app = random.Random(int(seed)), application()
    window = Window()
    window.resize(1100, 700)
    window.show()
    window.open(Path(document))
    hand, history = Hand(window.canvas), lambda: window.workspace.history

    def add():
        window.canvas.add_layer(chance.choice(["relu", "linear", "dropout"]))

    def drag():
        name = chance.choice(sorted(hand.names()))
        by = QPoint(chance.randint(-60, 60), chance.randint(-60, 60))
        hand.drag(hand.title(name), hand.title(name) + by)

    def delete():
        nodes = sorted(window.workspace.document.main.nodes)
        if len(nodes) > 4:
            step = operations.delete(window.workspace.document.main, [chance.choice(nodes)])
            history().do(step)

    def tell(word):
        state = hashlib.sha256(files.encoded(window.workspace.document)).hexdigest()
        say(word, state)

    # Told before anybody else hears of a step: from then on it may be in the log.
    window.workspace.document.changed._listeners.insert(0, lambda change: tell("made"))
    ways = [add, add, drag, drag, delete, history().undo, history().redo]
    ways.append(lambda: window.commands["save"].trigger())

    def act():
        chance.choice(ways)()
        tell("done")

    say("ready")
    acting = QTimer()
    acting.timeout.connect(act)
    acting.start(0)
    app.exec()

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        live(*line.split())
        os._exit(0)
    say(child)
    say("over", os.waitpid(child, 0)[1])
"""


class Lives:
    """A process that has imported the window, and lives it once for each line that it is given."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", LIVES],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.getcwd()},
        )

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def killed(self, home: Path, document: Path, seed: int) -> list[str]:
        """Work until the kill, a random time after the start.

        Each state, said to be ``made`` when it may be in the log, and ``done`` when it has to be.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{home} {document} {seed}\n")
        self._process.stdin.flush()
        child = int(self._line())
        assert self._line() == "ready"
        chance = random.Random(seed)
        told = [self._line()]
        least = chance.randint(1, 50)
        while len(told) < least or not any(line.startswith("done") for line in told):
            assert not told[-1].startswith("over"), f"it ended by itself: {told[-3:]}"
            told.append(self._line())
        with pytest.raises(subprocess.TimeoutExpired):
            self._process.wait(chance.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        while not (line := self._line()).startswith("over"):
            told.append(line)
        assert line == f"over {signal.SIGKILL:d}", "it ended by itself"
        return told

    def end(self) -> None:
        """No more lives."""
        self._process.communicate(timeout=60)


@pytest.fixture
def lives() -> Iterator[Lives]:
    living = Lives()
    yield living
    living.end()


def state_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def left(home: Path, document: Path) -> str:
    """The state that the next start would have: what is offered, or what is saved."""
    offered = lost.lost(home / "layerloom")
    assert len(offered) <= 1
    assert all(not one.fault for one in offered)
    if offered:
        assert offered[0].about.path == document
        found = lost.recovered(offered[0].log)
        assert found.notices == ()
        return state_of(files.encoded(found.document))
    return state_of(files.encoded(files.read(document).document))


def expected(told: list[str]) -> set[str]:
    """The states that may be found: the last that was done, and those made after it."""
    done = max(at for at, line in enumerate(told) if line.startswith("done"))
    return {line.split()[1] for line in told[done:]}


@pytest.mark.timeout(1700)
@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.proof)])
def test_the_next_start_offers_everything_up_to_the_last_step(
    lives: Lives, kills: int, tmp_path: Path
) -> None:
    offers = 0
    for seed in range(kills):
        home, document = tmp_path / str(seed), tmp_path / f"{seed}.loom"
        files.write(template("xor"), document)
        told = lives.killed(home, document, seed)
        found = left(home, document)
        assert found in expected(told)
        offers += bool(list((home / "layerloom" / "recovery").glob("*")))
    assert offers > 0
