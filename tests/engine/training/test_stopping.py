"""Stopping and pausing a run wherever it is, and going on to the same bits."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.controls import Controls
from engine.data import prepare as preparing
from engine.data.reading import read
from engine.data.samples import Samples
from engine.runs import BEST, Run
from engine.runs.events.event_types import (
    Continued,
    EpochEnded,
    Finished,
    Paused,
    Progress,
    Started,
    Stopped,
    TrainingEvent,
)
from engine.training import stretch
from engine.training.loop import train
from engine.weights import weights_file
from tests.engine.drawings import dropping
from tests.engine.running import (
    begun,
    in_thread,
    last_weights,
    losses,
    same,
    slowed,
    stop_all,
    trained,
    wait_for,
)


def test_stop_acts_between_two_steps_and_resuming_gives_the_same_bits(tmp_path: Path) -> None:
    whole, unbroken = trained(dropping(), tmp_path, "whole")
    controls = Controls()
    folder = begun(dropping(), tmp_path, "stopped")
    heard = []
    for event in train(folder, controls):
        heard.append(event)
        if isinstance(event, EpochEnded):
            controls.stop()

    assert isinstance(heard[-1], Stopped)
    assert Run.open(folder).state == "stopped"
    resumed = list(train(folder, Controls()))

    assert isinstance(resumed[0], Started)
    assert resumed[0].step == heard[-1].step
    assert losses(heard) + losses(resumed) == losses(unbroken)
    assert losses(Run.open(folder).events()) == losses(unbroken)
    assert same(last_weights(folder), last_weights(whole))
    assert isinstance(resumed[-1], Finished)
    assert isinstance(unbroken[-1], Finished)
    assert resumed[-1].test == unbroken[-1].test
    assert (folder / BEST).read_bytes() == (whole / BEST).read_bytes()


@pytest.fixture(autouse=True)
def nothing_goes_on() -> Iterator[None]:
    """A run that a failed test leaves behind is stopped."""
    yield
    stop_all()


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A run that would take a day."""
    return begun(dropping(epochs=100_000, batch_size=16), tmp_path)


def test_stop_and_pause_act_within_half_a_second(endless: Path) -> None:
    controls = Controls()
    thread, heard = in_thread(endless, controls)
    wait_for(heard, Progress)

    start = time.monotonic()
    controls.pause()
    wait_for(heard, Paused)
    paused_after = time.monotonic() - start
    steps = len(losses(heard))
    time.sleep(0.3)
    assert len(losses(heard)) == steps
    controls.proceed()
    wait_for(heard, Continued)
    start = time.monotonic()
    controls.stop()
    thread.join(10)
    stopped_after = time.monotonic() - start

    assert isinstance(heard[-1], Stopped)
    assert max(paused_after, stopped_after) < 0.5


def test_a_paused_run_can_be_stopped(endless: Path) -> None:
    controls = Controls()
    controls.pause()
    thread, heard = in_thread(endless, controls)
    wait_for(heard, Paused)

    controls.stop()
    thread.join(10)

    assert [type(event) for event in heard] == [Started, Paused, Stopped]


def test_a_run_stopped_in_validation_measures_again_when_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, unbroken = trained(dropping(), tmp_path, "whole")
    monkeypatch.setattr("engine.measuring.evaluation.MOST_SAMPLES", 50)
    controls = Controls()
    folder = begun(dropping(), tmp_path)
    steps = 0
    heard = []
    for event in train(folder, controls):
        heard.append(event)
        if isinstance(event, Progress):
            steps = event.step
            if steps == 10:  # the last of the epoch: validation comes next
                controls.stop()

    resumed = list(train(folder, Controls()))

    assert not any(isinstance(event, EpochEnded) for event in heard)
    assert losses(heard) + losses(resumed) == losses(unbroken)
    ends = [[e for e in events if isinstance(e, EpochEnded)] for events in (resumed, unbroken)]
    assert [end.train for end in ends[0]] == [end.train for end in ends[1]]


def test_stop_before_the_first_step_leaves_a_run_that_can_begin(tmp_path: Path) -> None:
    controls = Controls()
    controls.stop()
    folder = begun(dropping(), tmp_path)

    heard = list(train(folder, controls))

    assert [type(event) for event in heard] == [Started, Stopped]
    assert isinstance(list(train(folder, Controls()))[-1], Finished)


def test_a_listener_that_goes_away_leaves_a_stopped_run(tmp_path: Path) -> None:
    folder = begun(dropping(), tmp_path)
    run = train(folder, Controls())
    next(run)
    assert Run.open(folder).state == "running"

    run.close()

    assert Run.open(folder).state == "stopped"
    assert isinstance(list(train(folder, Controls()))[-1], Finished)


def test_a_step_that_takes_long_is_broken_off(
    endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowed(monkeypatch, 0.1)
    controls = Controls()
    thread, heard = in_thread(endless, controls)
    wait_for(heard, Started)

    for wait in (0.15, 0.75):  # on the way forwards, and backwards
        time.sleep(wait)
        start = time.monotonic()
        controls.pause()
        wait_for(heard, Paused)
        assert time.monotonic() - start < 0.5
        controls.proceed()
        wait_for(heard, Continued)
        heard.clear()
    start = time.monotonic()
    controls.stop()
    thread.join(10)

    assert time.monotonic() - start < 0.5
    assert isinstance(heard[-1], Stopped)


def test_breaking_steps_off_changes_no_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = {"epochs": 2, "batch_size": 512}
    whole, unbroken = trained(dropping(**plan), tmp_path, "whole")
    monkeypatch.setattr(stretch, "SLOW_SECONDS", 0.0)
    slowed(monkeypatch, 0.002)
    controls = Controls()
    folder = begun(dropping(**plan), tmp_path, "broken off")
    thread, heard = in_thread(folder, controls)
    moments = random.Random(0)
    pauses = 0
    while thread.is_alive():
        time.sleep(moments.uniform(0.01, 0.15))
        controls.pause()
        while thread.is_alive() and _pauses(heard) == pauses:
            time.sleep(0.001)
        pauses = _pauses(heard)
        controls.proceed()
    thread.join()

    assert pauses >= 2
    assert losses(heard) == losses(unbroken)
    assert same(last_weights(folder), last_weights(whole))


def _pauses(heard: list[TrainingEvent]) -> int:
    return sum(isinstance(event, Paused) for event in heard)


def held(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Data that is read until the second event is set; the first says that reading has begun."""
    begins, ends = threading.Event(), threading.Event()

    def slow(section: Any, poll: Callable[[], None]) -> Samples:
        begins.set()
        while not ends.is_set():
            poll()
            time.sleep(0.005)
        return read(section)

    monkeypatch.setattr(preparing, "read", slow)
    return begins, ends


def test_a_pause_while_the_data_is_read_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, unbroken = trained(dropping(epochs=1), tmp_path, "plain")
    begins, ends = held(monkeypatch)
    controls = Controls()
    folder = begun(dropping(epochs=1), tmp_path)
    thread, heard = in_thread(folder, controls)
    begins.wait()

    start = time.monotonic()
    controls.pause()
    wait_for(heard, Paused)
    assert time.monotonic() - start < 0.5
    ends.set()
    time.sleep(0.1)
    assert [type(event) for event in heard] == [Paused]
    controls.proceed()
    thread.join(20)

    assert [type(event) for event in heard[:3]] == [Paused, Continued, Started]
    assert losses(heard) == losses(unbroken)
    assert same(last_weights(folder), last_weights(plain))
    assert list(Run.open(folder).events()) == heard


@pytest.mark.parametrize("paused", [False, True], ids=["reading", "paused"])
def test_a_run_is_stopped_while_its_data_is_read(
    paused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, _ = held(monkeypatch)
    controls = Controls()
    folder = begun(dropping(), tmp_path)
    thread, heard = in_thread(folder, controls)
    begins.wait()
    if paused:
        controls.pause()
        wait_for(heard, Paused)

    start = time.monotonic()
    controls.stop()
    thread.join(10)

    assert time.monotonic() - start < 0.5
    assert isinstance(heard[-1], Stopped)
    assert Run.open(folder).state == "stopped"


def test_a_listener_that_goes_away_while_a_pause_holds_the_data_leaves_no_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(monkeypatch)
    controls = Controls()
    controls.pause()
    run = train(begun(dropping(), tmp_path), controls)

    assert isinstance(next(run), Paused)
    run.close()

    assert not any(thread.name == "read the data" for thread in threading.enumerate())


def test_a_stop_while_a_checkpoint_is_written_waits_for_it_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, unbroken = trained(dropping(epochs=2), tmp_path, "whole")
    monkeypatch.setattr(stretch, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(stretch, "CHECKPOINT_SHARE", 1e9)
    controls = Controls()
    write, written = weights_file.write, []

    def stopping(path: Path, *rest: Any, **more: Any) -> str:
        written.append(path)
        if len(written) == 3:
            controls.stop()
        return write(path, *rest, **more)

    monkeypatch.setattr(weights_file, "write", stopping)
    folder = begun(dropping(epochs=2), tmp_path)

    heard = list(train(folder, controls))
    assert isinstance(heard[-1], Stopped)
    heard += train(folder, Controls())

    assert losses(heard) == losses(unbroken)
    assert same(last_weights(folder), last_weights(whole))
