"""The window's numbers: first paint, delay of the event loop, training speed with the window open.

``python -m tests.benchmarks.window [--json]``. The machine should have nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphs import files
from graphs.document.edits import ChangePlan, Step
from graphs.templates import find

INTERVAL = 20.0
"""Milliseconds between two ticks whose delay is measured."""
FIRST_PAINT = """
import os, sys
from PySide6.QtCore import QEvent, QObject
from gui.app.application import application
from gui.window.window import Window

class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            watched.repaint()
            print("painted", flush=True)
            os._exit(0)
        return False

app = application()
window = Window()
painted = Painted()
window.canvas.viewport().installEventFilter(painted)
window.show()
app.exec()
"""
TRAINING = """
import json, sys
from PySide6.QtCore import QTimer
from time import perf_counter
from gui.app.application import application, preload, window_of
from engine.runs.events.record import State
from pathlib import Path

app = application()
window = window_of(app, ready=False)
window.resize(1400, 860)
window.open(Path(sys.argv[1]))
ticks, last = [], [None]

def tick():
    now = perf_counter()
    if last[0] is not None and window.training.record.state is State.RUNNING:
        ticks.append(1000 * (now - last[0]) - {interval})
    last[0] = now

def look():
    record = window.training.record
    if record.state is State.FAILED:
        sys.exit(record.failed.message)
    if record.finished is not None:
        speed = record.finished.samples_per_second
        print(json.dumps({{"speed": speed, "delays": ticks}}), flush=True)
        import os
        os._exit(0)

timer = QTimer()
timer.timeout.connect(tick)
timer.start({interval})
looking = QTimer()
looking.timeout.connect(look)
looking.start(200)

def begin():
    if window.jobs.busy:
        QTimer.singleShot(100, begin)
    else:
        window.commands["train"].trigger()

preload(window)
QTimer.singleShot(100, begin)
app.exec()
""".format(interval=int(INTERVAL))


def timed(code: str) -> float:
    """Seconds from the start of a Python process to its end."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - begun


def first_paint(rounds: int) -> dict[str, Any]:
    """The window's first paint against the import of torch, taken in turns."""
    paints, imports = [], []
    for _ in range(rounds):
        paints.append(timed(FIRST_PAINT))
        imports.append(timed("import torch"))
    ratios = [paint / other for paint, other in zip(paints, imports, strict=True)]
    return {
        "first_paint_s": statistics.median(paints),
        "import_torch_s": statistics.median(imports),
        "ratio": statistics.median(ratios),
        "spread": [min(ratios), max(ratios)],
        "goal": "ratio < 1",
    }


def in_window(file: Path) -> dict[str, Any]:
    """Train a document in a window that is open and idle."""
    done = subprocess.run(
        [sys.executable, "-c", TRAINING, str(file)], check=True, capture_output=True, text=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def headless(file: Path) -> float:
    """Samples per second of the same training on the command line."""
    done = subprocess.run(
        [sys.executable, "-m", "gui", "train", str(file), "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    speed: float = json.loads(done.stdout.splitlines()[-1])["samples_per_second"]
    return speed


def document(folder: Path, template: str, epochs: int) -> Path:
    """A template as a file, trained for so many epochs."""
    found = find(template)
    assert found is not None
    made = found.document()
    made.apply(Step("Epochs", (ChangePlan(made.plan, replace(made.plan, epochs=epochs)),)))
    path = folder / f"{template}.loom"
    files.write(made, path)
    return path


def training(template: str, epochs: int, rounds: int, folder: Path) -> dict[str, Any]:
    """Speed with the window open against headless, in turns, and the delays meanwhile."""
    file = document(folder, template, epochs)
    ratios, delays = [], []
    for _ in range(rounds):
        shown = in_window(file)
        ratios.append(shown["speed"] / headless(file))
        delays += shown["delays"]
    return {
        "ratio": statistics.median(ratios),
        "spread": [min(ratios), max(ratios)],
        "goal": "ratio >= 0.95",
        "delay_ms": {name: share_below(delays, p) for name, p in SHARES.items()},
        "ticks": len(delays),
        "delay_goal": "p99 <= 33",
    }


SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "worst": 1.0}


def share_below(values: list[float], share: float) -> float:
    """The value below which that share of all lies."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["paint", "mlp", "cnn"])
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        os.environ["LAYERLOOM_HOME"] = name
        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "paint": lambda: first_paint(options.rounds),
            "mlp": lambda: training("digits-mlp", 500, options.rounds, Path(name)),
            "cnn": lambda: training("digits-cnn", 30, options.rounds, Path(name)),
        }
        for part, measure in parts.items():
            if options.only in {None, part}:
                told[part] = measure()
    print(json.dumps(told) if options.json else json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
