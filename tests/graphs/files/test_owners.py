"""Whether a process is there: alive, not over, and the one that is meant."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from graphs.files import owners
from graphs.files.owners import Owner


def test_this_process_is_there_since_it_began() -> None:
    me, began = os.getpid(), psutil.Process().create_time()
    assert owners.is_running(me)
    assert owners.is_running(me, began=began)
    assert abs(owners.began() - began) < 1
    assert not owners.is_running(me, began=began - 1000)
    assert owners.is_running(me, before=began)
    assert not owners.is_running(me, before=began - 1000)
    assert not owners.is_running(me, began=float("nan"))


@pytest.mark.parametrize("number", [-1, 0, 2**22 + 9, 2**31, 2**40])
def test_what_is_no_process_does_not_run(number: int) -> None:
    assert not owners.is_running(number)


def test_a_process_that_has_ended_does_not_run_though_nobody_has_asked_how() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert owners.is_running(process.pid)
        process.kill()
        while os.name == "posix" and owners.is_running(process.pid):
            pass
    assert not owners.is_running(process.pid)


def test_a_process_on_another_machine_is_dead_after_a_day_without_a_sign() -> None:
    elsewhere = Owner("elsewhere", 1, "")
    assert owners.lives(elsewhere, time.time() - 3600)
    assert not owners.lives(elsewhere, time.time() - 25 * 3600)


def test_only_one_place_asks_whether_a_process_lives() -> None:
    root = Path(__file__).parents[3]
    asking = {
        path.relative_to(root).as_posix()
        for package in ("graphs", "engine", "gui")
        for path in (root / package).rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("STATUS_ZOMBIE", "pid_exists"))
    }
    assert asking == {"graphs/files/owners.py"}
