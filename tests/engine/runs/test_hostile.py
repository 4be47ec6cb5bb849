"""Folders of runs from strangers, and broken ones: a sentence each, and neighbours are listed."""

import errno
import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path

import pytest

from engine import runs
from engine.controls import Controls
from engine.errors import EngineError, RunError
from engine.machine import home
from engine.runs import (
    ABOUT,
    EVENTS,
    METRICS,
    PREPROCESSING,
    STATUS,
    Run,
    comparison,
    lock,
    run_index,
)
from engine.runs.events import event_log
from engine.runs.events.event_types import Paused
from engine.runs.lock import LOCK
from engine.training import folding
from engine.training.loop import train
from graphs.files import opener
from graphs.templates import find

pytestmark = [
    pytest.mark.timeout(60),
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes and links"),
]

DEEP = b"[" * 100_000
Harm = Callable[[Path], object]


def written(data: bytes) -> Harm:
    return lambda path: path.write_bytes(data)


HARMS: Mapping[str, Harm] = {
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a link that leads out": lambda path: path.symlink_to(path.parents[1] / "secret"),
    "a link in a circle": lambda path: path.symlink_to(path),
    "nothing": written(b""),
    "nested without end": written(DEEP),
    "nested in a value": written(b'{"state": ' + DEEP + b"]" * 100_000 + b"}"),
    "a line nested without end": written(b'{"event": ' + DEEP + b"}\n"),
    "no text": written(b'{"state": "\xff\xfe"}'),
    "half of a character": written(b'{"state": "\\ud800", "name": "\\udcff"}'),
    "numbers without end": written(b'{"epoch": ' + b"9" * 400 + b', "pid": ' + b"9" * 400 + b"}"),
    "a process below zero": written(b'{"pid": -1, "began": 1.0}'),
    "a process beyond all": written(b'{"pid": 99999999999999999999, "began": 1.0}'),
    "numbers for texts": written(b'{"state": 3, "test": {"loss": []}, "epoch": "4"}'),
    "a list": written(b"[1, 2]"),
    "null": written(b"null"),
    "a key twice": written(b'{"state": "new", "state": "failed"}'),
}


def run_in(folder: Path) -> Path:
    found = find("xor")
    assert found is not None
    return runs.create(found.document(), folder)


@pytest.mark.parametrize("name", [ABOUT, STATUS, LOCK, EVENTS, PREPROCESSING, METRICS])
@pytest.mark.parametrize("harm", HARMS)
def test_a_broken_file_is_a_sentence_and_hides_no_neighbour(
    name: str, harm: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text('{"state": "finished", "test": {"loss": 0.5}}')
    bad, good = run_in(tmp_path / "bad"), run_in(tmp_path / "good")
    (bad / name).unlink(missing_ok=True)
    HARMS[harm](bad / name)
    assert str(good) in {run.folder for run in runs.listed(tmp_path)}
    with suppress(RunError):
        run = Run.open(bad)
        assert run.state in ("new", "stopped") and not run.is_live
        assert run.events() == () and comparison.tested(run) == {}
        assert (name == STATUS) == bool(run.status.message)
        with pytest.raises(EngineError, match=r"^The run .*\.$|^The preprocessing .*\.$"):
            _ = run.preprocessing
    assert (tmp_path / "secret").read_text().startswith("{")


def test_the_fault_of_a_run_names_the_file_and_the_place(tmp_path: Path) -> None:
    folder = run_in(tmp_path / "run")
    (folder / STATUS).write_text('{"state": "new",\n "epoch": -x}')
    assert "“status.json” breaks in line 2, column 11" in Run.open(folder).status.message
    (folder / ABOUT).write_text("{")
    with pytest.raises(RunError, match=r"is broken: “run\.json” breaks in line 1, column 2"):
        Run.open(folder)


@pytest.mark.parametrize("harm", ["a pipe", "an endless device", "a link that leads out"])
def test_a_state_that_is_no_file_is_set_aside_and_the_run_goes_on(
    harm: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("mine")
    folder = run_in(tmp_path / "bad")
    HARMS[harm](folder / STATUS)
    list(train(folder, Controls()))
    assert Run.open(folder).state == "finished"
    assert (tmp_path / "secret").read_text() == "mine"
    assert os.path.lexists(folder / f"{STATUS}.broken-1")


@pytest.mark.parametrize("harm", ["a pipe", "an endless device", "a link that leads out"])
def test_training_writes_into_no_pipe_and_through_no_link(harm: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine")
    folder = run_in(tmp_path / "bad")
    HARMS[harm](folder / EVENTS)
    with pytest.raises(RunError, match=r"pipe|device|leads out of its folder"):
        list(train(folder, Controls()))
    assert (tmp_path / "secret").read_text() == "mine"


@pytest.mark.parametrize("harm", HARMS)
def test_a_broken_lock_is_nobodys_and_is_taken(harm: str, tmp_path: Path) -> None:
    HARMS[harm](tmp_path / LOCK)
    assert lock.owner(tmp_path / LOCK) is None
    if harm != "a folder":
        with lock.claimed(tmp_path):
            assert lock.owner(tmp_path / LOCK) is not None
        assert not os.path.lexists(tmp_path / LOCK)


@pytest.mark.parametrize("harm", HARMS)
def test_broken_folds_are_a_sentence(harm: str, tmp_path: Path) -> None:
    HARMS[harm](tmp_path / runs.FOLDS)
    with pytest.raises(RunError, match=r"^The cross-validation in .* is broken: .*\.$"):
        folding.about(tmp_path)


ROWS = {
    "nothing": "UPDATE runs SET {} = NULL",
    "bytes": "UPDATE runs SET {} = x'ff00'",
    "nested without end": f"UPDATE runs SET {{}} = '{'[' * 100_000}'",
    "another kind": "UPDATE runs SET {} = 'x'",
    "a number": "UPDATE runs SET {} = 1.5",
}


@pytest.mark.parametrize("column", ["stamp", "document", "started", "state", "epochs", "best"])
@pytest.mark.parametrize("harm", ROWS)
def test_a_broken_row_of_the_index_is_read_from_the_folder_again(column: str, harm: str) -> None:
    found = find("xor")
    assert found is not None
    folders = {str(runs.create(found.document(), name=name)) for name in ("one", "two")}
    runs.listed()
    with closing(sqlite3.connect(home().folder / run_index.NAME)) as index, index:
        index.execute(ROWS[harm].format(column))
    assert {run.folder for run in runs.listed()} == folders
    assert not any(run.best for run in runs.listed())


def full_for(path: Path) -> Callable[[int], None]:
    """A sync that finds the disk full when it is asked for the file at ``path``."""
    sync = os.fsync

    def refuse(handle: int) -> None:
        if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    return refuse


def test_a_disk_that_is_full_ends_the_log_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full_for(tmp_path / EVENTS))
    with event_log.EventLog(tmp_path / EVENTS, 0) as log:
        log.add(Paused(1, 1))
        with pytest.raises(RunError, match=r"“events\.jsonl” cannot be written: the disk is full"):
            log.sync()
    assert event_log.read(tmp_path / EVENTS) == (Paused(1, 1),)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_what_cannot_be_written_is_a_sentence_also_when_the_log_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = open("/dev/full", "wb")  # noqa: SIM115  # the log closes it
    monkeypatch.setattr(full, "truncate", lambda keep: keep, raising=False)
    monkeypatch.setattr(opener, "appended", lambda *_, **__: full)
    with pytest.raises(RunError, match="the disk is full"), event_log.EventLog(tmp_path, 0) as log:
        log.add(Paused(1, 1))


def test_a_run_whose_disk_was_full_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run_in(tmp_path / "run")
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full_for(folder / EVENTS))
        with pytest.raises(RunError, match="the disk is full"):
            list(train(folder, Controls()))
    assert Run.open(folder).state == "failed"
    list(train(folder, Controls()))
    assert Run.open(folder).state == "finished"
