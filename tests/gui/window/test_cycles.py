"""Starting and stopping again and again leaves nothing behind: FAULTS 23."""

import gc
import os
import random
import sys
import threading
from typing import NamedTuple

import psutil
import pytest
from pytestqt.qtbot import QtBot

from engine.runs import Run
from engine.runs.events.record import State
from engine.runs.trained.checkpoints import newest
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.found_widgets import press
from tests.gui.windows import LONG

GROWTH = 24 * 2**20
"""Bytes that the process may grow by: what is freed does not all go back to the system."""


class Held(NamedTuple):
    """What the process holds on to."""

    threads: int
    files: int
    memory: int
    nones: int


def held() -> Held:
    gc.collect()
    me = psutil.Process()
    files = len(os.listdir("/proc/self/fd"))
    return Held(threading.active_count(), files, me.memory_info().rss, sys.getrefcount(None))


def over(window: Window) -> bool:
    return window.training.record.state is State.STOPPED and not window.training.is_live


def cycle(qtbot: QtBot, window: Window, moments: random.Random) -> None:
    """Start a run, hold it now and then, and stop it at any moment, the very first included."""
    window.workspace.new(template("xor", epochs=100_000, accumulate=moments.choice([1, 2])), "xor")
    press(window, "train_button")
    steps = moments.choice([0, 1, 40, 150])  # 0: before anything has been read
    qtbot.waitUntil(lambda: len(window.training.record.losses) >= steps, timeout=LONG)
    if moments.random() < 0.5:
        press(window, "pause")
        qtbot.waitUntil(lambda: window.training.record.state is State.PAUSED, timeout=LONG)
    press(window, "stop")
    qtbot.waitUntil(lambda: over(window), timeout=LONG)
    if steps:
        assert window.training.folder is not None
        assert newest(Run.open(window.training.folder)) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="counts files as Linux shows them")
@pytest.mark.parametrize("cycles", [4, pytest.param(50, marks=pytest.mark.proof)])
def test_starting_and_stopping_again_and_again_leaves_nothing_behind(
    cycles: int, qtbot: QtBot, window: Window
) -> None:
    moments = random.Random(cycles)
    for _ in range(4):  # what is made once: threads of torch, pictures, plots
        cycle(qtbot, window, moments)
    before = held()

    for _ in range(cycles):
        cycle(qtbot, window, moments)

    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    after = held()
    assert after.threads <= before.threads
    assert after.files <= before.files + 2
    assert after.memory < before.memory + GROWTH
    assert after.nones > before.nones - 500, "Qt takes references away"
