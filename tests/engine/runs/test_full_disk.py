"""Disks that refuse: whatever write is the one that fails, a run says why and goes on later."""

import errno
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from engine import runs
from engine.controls import Controls
from engine.errors import EngineError, RunError
from engine.runs import EVENTS, STATUS, Run, lock, run_index
from engine.runs.events.event_log import EventLog
from engine.runs.events.event_types import EpochEnded, Paused, Started
from engine.runs.lock import LOCK
from engine.training.loop import train
from graphs.errors import FileError
from graphs.files import opener
from graphs.files.saving import Disk, put, written_over
from tests.engine.commanding import Layerloom
from tests.engine.drawings import QUICK, dropping
from tests.quickly import some_of

STEPS = ("create", "write", "sync", "close", "replace", "sync_folder")


class Refusing:
    """Lets the n-th call of a kind fail, and all later ones where the disk stays full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: str, n: int, stays: bool) -> None:
        self.calls = 0
        original: Callable[..., Any] = getattr(Disk, step)

        def call(disk: Disk, *given: Any) -> Any:
            self.calls += 1
            if self.calls == n or (stays and self.calls > n):
                if step == "close":
                    original(disk, *given)
                raise OSError(errno.ENOSPC, "No space left on device")
            return original(disk, *given)

        monkeypatch.setattr(Disk, step, call)


@contextmanager
def refusing(step: str, n: int, stays: bool = True) -> Iterator[Refusing]:
    with pytest.MonkeyPatch.context() as patch:
        yield Refusing(patch, step, n, stays)


def small(tmp_path: Path, name: str = "run") -> Path:
    return runs.create(dropping(**{**QUICK, "epochs": 1}), tmp_path / name, name="small")


def everything(folder: Path) -> None:
    """All that writes into a run's folder, or beside it."""
    document = dropping(**{**QUICK, "epochs": 1})
    runs.create(document, folder, name="small")
    list(train(folder, Controls()))
    runs.describe(folder, note="good")
    runs.extend(folder, 2)


@pytest.mark.parametrize("stays", some_of([True, False], 2), ids=["from then on", "once"])
@pytest.mark.parametrize("step", some_of(STEPS, 2))
def test_whatever_write_of_a_run_fails_there_is_a_sentence_and_it_goes_on_later(
    step: str, stays: bool, tmp_path: Path
) -> None:
    for n in count(1):
        folder = tmp_path / f"{n}"
        said = "the disk is full. Make room."
        with refusing(step, n, stays) as disk:
            try:
                everything(folder)
            except (EngineError, FileError) as error:
                said = str(error)
        assert "the disk is full. Make room." in said
        assert not re.search("another (name|place|disk)", said)
        if disk.calls < n:
            break
        assert not (folder / LOCK).exists()
        assert not list(tmp_path.rglob("*.saving"))
        if folder.exists():
            run = Run.open(folder)
            assert not run.is_live
            assert run.status.state != "running" or step in ("write", "sync")
            if run.state != "finished":
                list(train(folder, Controls()))
            assert Run.open(folder).state == "finished"
    assert n >= 3, "nothing was refused"


def test_a_lock_that_cannot_be_written_is_a_sentence_and_stays_nowhere(tmp_path: Path) -> None:
    for step in ("create", "write", "close"):
        with (
            refusing(step, 1),
            pytest.raises(RunError, match=r"cannot be trained.* the disk is full\. Make room\.$"),
            lock.claimed(tmp_path),
        ):
            raise AssertionError("it was claimed")
        assert not (tmp_path / LOCK).exists()


def test_an_event_that_cannot_be_written_leaves_no_half_of_it(tmp_path: Path) -> None:
    write = Disk.write

    def half(disk: Disk, file: int, data: memoryview) -> int:
        if len(data) < 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(disk, file, data[:-5])

    with EventLog(tmp_path / EVENTS, 0) as log:
        log.add(Paused(1, 1))
        length = log.length
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Disk, "write", half)
            with pytest.raises(RunError, match="the disk is full"):
                log.add(Paused(1, 2))
        assert log.length == length == opener.check(tmp_path / EVENTS)


def full_while_training(folder: Path) -> None:
    """Train until the log finds the disk full, which takes nothing more from then on."""
    write, create = Disk.write, Disk.create
    full = False

    def refuse(disk: Disk, file: int, data: memoryview) -> int:
        nonlocal full
        full = full or b'"progress"' in bytes(data[:200])
        if full and b'{"state":' not in bytes(data[:20]):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(disk, file, data)

    def no_more(disk: Disk, path: Path) -> int:
        if full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return create(disk, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Disk, "write", refuse)
        patch.setattr(Disk, "create", no_more)
        with pytest.raises(RunError, match="the disk is full"):
            list(train(folder, Controls()))
    assert full


def test_a_run_that_ended_for_want_of_room_says_so_and_that_it_begins_again(
    tmp_path: Path, layerloom: Layerloom
) -> None:
    folder = small(tmp_path)
    full_while_training(folder)
    status = Run.open(folder).status
    assert status.state == "failed" and "the disk is full" in status.message
    [listed] = runs.listed(tmp_path)
    assert listed.cause == status.message
    assert "the disk is full" in layerloom("runs", tmp_path).out
    assert layerloom("runs", tmp_path, "--json").json()["runs"][0]["cause"] == status.message
    said = [one for event in train(folder, Controls()) if isinstance(event, Started)
            for one in event.notices]  # fmt: skip
    assert any("begins again from the start" in one for one in said)


@pytest.mark.parametrize("has_checkpoint", [True, False])
def test_what_is_lost_on_a_full_disk_is_told_as_it_is(tmp_path: Path, has_checkpoint: bool) -> None:
    folder = small(tmp_path)
    if has_checkpoint:
        controls = Controls()
        for event in train(folder, controls):
            if isinstance(event, EpochEnded):
                controls.stop()
        runs.extend(folder, 2)
        assert Run.open(folder).checkpoints()
    full_while_training(folder)
    said = Run.open(folder).status.message
    assert ("nothing up to its last checkpoint is lost" in said) is has_checkpoint
    assert ("it begins from the start" in said) is not has_checkpoint


def test_a_new_run_does_not_say_that_it_begins_again(tmp_path: Path) -> None:
    [started] = [one for one in train(small(tmp_path), Controls()) if isinstance(one, Started)]
    assert not any("again" in one for one in started.notices)


def test_a_few_words_are_written_over_the_old_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / STATUS
    put(path, b"0123456789")
    assert written_over(path, b"abc") and path.read_bytes() == b"abc       "
    with refusing("write", 1, stays=False):
        assert not written_over(path, b"longer than it was")
    assert path.read_bytes() == b"abc       "
    link = tmp_path / "link"
    link.symlink_to(path)
    assert not written_over(link, b"x") and not written_over(tmp_path / "none", b"x")
    put(tmp_path / "large", b"x" * 5000)
    assert not written_over(tmp_path / "large", b"x")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit for files")
def test_an_index_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    import resource

    folder = small(tmp_path)
    summary = Run.open(folder).summary()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))  # every write fails, SQLite's too
    try:
        said = run_index.remember(tmp_path, 1, summary), run_index.known(tmp_path)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert said == ("", {})
    assert not run_index.remember(tmp_path, 1, summary) and run_index.known(tmp_path)[0]
