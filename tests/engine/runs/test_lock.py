"""The lock of a run's folder names its machine: what another one trains is not taken for dead."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import psutil
import pytest

from engine import controls, runs
from engine.controls import Controls
from engine.errors import RunError
from engine.runs import EVENTS, STATUS, Run, lock
from engine.runs.lock import LOCK
from engine.training.loop import train
from graphs.files import owners
from tests.engine.runs.test_runs import document

DAY = owners.STRANGE_SECONDS


@pytest.fixture(autouse=True)
def nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other tests of this process have left out of reach is none of these."""
    monkeypatch.setattr(lock, "_left", {})


def held_by(run: Run, host: str | None, ago: float = 0.0) -> None:
    """A lock of a process that is none of this machine, last written to so many seconds ago."""
    owner = {"pid": 2**30, "began": 1.0} | ({} if host is None else {"host": host})
    run.tell(msgspec.structs.replace(run.status, state="running"))
    (run.folder / LOCK).write_bytes(msgspec.json.encode(owner))
    for path in run.folder.iterdir():
        os.utime(path, (time.time() - ago,) * 2)


def test_a_run_that_another_machine_trains_is_left_to_it() -> None:
    run = Run.open(runs.create(document()))
    held_by(run, "spare-7", ago=DAY - 60)
    assert run.is_live and run.state == "running"
    assert not runs.interrupted()
    with pytest.raises(RunError, match="is being trained on the machine “spare-7”"):
        next(iter(train(run.folder, Controls())))
    with pytest.raises(RunError, match=f"delete “{LOCK}”"):
        runs.delete(run.folder)
    assert run.is_live


@pytest.mark.parametrize("sign", [LOCK, EVENTS, STATUS])
def test_any_sign_of_life_counts_and_a_day_without_one_ends_it(sign: str) -> None:
    run = Run.open(runs.create(document()))
    held_by(run, "spare-7", ago=DAY + 60)
    assert not run.is_live and run.state == "stopped"
    (run.folder / sign).touch()
    assert run.is_live


def test_what_a_machine_left_that_is_silent_for_a_day_is_taken_over() -> None:
    run = Run.open(runs.create(document()))
    held_by(run, "spare-7", ago=DAY + 60)
    with run.claimed():
        mine = lock.owner(run.folder / LOCK)
        assert mine is not None and mine.host == socket.gethostname()
    assert not (run.folder / LOCK).exists()


@pytest.mark.parametrize("host", [None, socket.gethostname()])
def test_a_dead_process_of_this_machine_holds_nothing_nor_one_of_before(host: str | None) -> None:
    run = Run.open(runs.create(document()))
    held_by(run, host)
    assert not run.is_live
    with run.claimed():
        pass


def test_a_living_process_of_this_machine_holds_its_lock_for_longer_than_a_day() -> None:
    run = Run.open(runs.create(document()))
    held_by(run, socket.gethostname(), ago=DAY + 60)
    me = {"pid": os.getpid(), "began": psutil.Process().create_time(), "host": socket.gethostname()}
    (run.folder / LOCK).write_bytes(msgspec.json.encode(me))
    os.utime(run.folder / LOCK, (time.time() - DAY - 60,) * 2)
    with pytest.raises(RunError, match="being trained already"), run.claimed():
        pytest.fail("two would train the same run")


def state_elsewhere(run: Run) -> str:
    """How another process sees the run while this one lives."""
    code = f"from engine.runs import Run; print(Run.open({str(run.folder)!r}).state)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_lock_that_was_left_is_removed_once_and_no_other() -> None:
    """Not one that was taken since, and nothing is sought for ever that somebody has removed."""
    for by_hand in (False, True):
        run = Run.open(runs.create(document()))
        away = run.folder.with_name("away")
        with run.claimed():
            run.folder.rename(away)
        runs.remove_left()
        assert runs.any_left(), "it is out of reach"
        away.rename(run.folder)
        if by_hand:
            (run.folder / LOCK).unlink()
            runs.remove_left()
            assert not runs.any_left()
        with run.claimed():
            runs.remove_left()
            assert run.is_live and not runs.any_left()


def test_a_folder_that_was_out_of_reach_at_the_end_is_free_when_it_is_back() -> None:
    run = Run.open(runs.create(document()))
    away = run.folder.with_name("away")
    with run.claimed():
        run.tell(msgspec.structs.replace(run.status, state="running"))
        run.folder.rename(away)
        assert Run.open(away).is_live
    away.rename(run.folder)
    assert (run.folder / LOCK).exists()
    assert run.state == "stopped"
    assert state_elsewhere(run) == "running"
    assert runs.any_left()
    runs.remove_left()
    assert state_elsewhere(run) == "stopped"
    assert not runs.any_left()
    with run.claimed():
        assert run.is_live
    assert not (run.folder / LOCK).exists()


def test_a_run_that_is_paused_gives_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run.open(runs.create(document()))
    waiting = Controls()
    waiting.pause()
    monkeypatch.setattr(controls, "SIGN_SECONDS", 0.001)

    def say_alive() -> None:
        run.say_alive()
        waiting.proceed()

    with run.claimed():
        long_ago = time.time() - DAY
        os.utime(run.folder / LOCK, (long_ago,) * 2)
        waiting.wait_while_paused(say_alive)
        assert (run.folder / LOCK).stat().st_mtime > long_ago + DAY / 2


def test_signs_of_life_are_files_that_runs_have(tmp_path: Path) -> None:
    assert set(lock.SIGNS) == {EVENTS, STATUS}


@pytest.mark.parametrize("called", [str.upper, "{}.local".format, "{}.LOCAL.".format, str.title])
def test_another_way_to_call_this_machine_is_this_machine(called: Callable[[str], str]) -> None:
    run = Run.open(runs.create(document()))
    held_by(run, called(socket.gethostname()))
    assert not run.is_live


@pytest.mark.parametrize("sign", [LOCK, EVENTS, STATUS])
def test_signs_of_life_dated_days_ahead_hold_nothing(sign: str) -> None:
    run = Run.open(runs.create(document()))
    held_by(run, "spare-7", ago=DAY + 60)
    (run.folder / sign).touch()
    os.utime(run.folder / sign, (time.time() + DAY + 60,) * 2)
    assert not run.is_live
    os.utime(run.folder / sign, (time.time() + 60,) * 2)
    assert run.is_live


def test_a_very_long_name_of_a_machine_is_told_in_short() -> None:
    run = Run.open(runs.create(document()))
    held_by(run, "x" * 5000)
    with pytest.raises(RunError) as caught, run.claimed():
        pytest.fail("two would train the same run")
    assert len(str(caught.value)) < 500
