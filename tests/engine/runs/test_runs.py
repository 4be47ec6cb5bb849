"""Runs as folders: made, listed, told apart and deleted."""

import errno
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from engine import machine, runs
from engine.controls import Controls
from engine.errors import GraphProblems, RunError
from engine.runs import Run, run_index
from engine.runs.events.event_types import EpochEnded, Failed, Started, decoded, encoded
from engine.runs.lock import LOCK
from engine.training.loop import train
from graphs import files
from graphs.document.document import Document
from tests.engine.drawings import QUICK, digits


def document() -> Document:
    return digits(**QUICK).document()


def test_a_new_run_holds_the_document_to_the_byte() -> None:
    folder = runs.create(document(), name="My first run!")

    run = Run.open(folder)
    assert files.encoded(run.document) == files.encoded(document())
    assert (run.name, run.state) == ("My first run!", "new")
    assert run.about.threads == 1
    assert run.about.environment["torch"].startswith("2.")
    assert folder.name.endswith("my-first-run")
    assert run.events() == ()


def test_runs_are_made_and_listed_without_torch() -> None:
    """The window does both before torch is there."""
    script = (
        "import sys; from engine import runs; from graphs.templates import find;"
        "runs.create(find('xor').document()); assert runs.listed();"
        "assert 'torch' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])


def test_runs_made_in_the_same_second_do_not_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {runs.create(document(), name="same") for _ in range(20)}

    assert len(folders) == 20


def test_a_folder_that_holds_something_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(RunError, match="not empty"):
        runs.create(document(), tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_document_with_problems_makes_no_run(tmp_path: Path) -> None:
    with pytest.raises(GraphProblems):
        runs.create(Document(), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_is_no_run_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no run in"):
        Run.open(tmp_path)
    (tmp_path / runs.ABOUT).write_text("{")
    with pytest.raises(RunError, match="broken"):
        Run.open(tmp_path)
    with pytest.raises(RunError, match="not read its data"):
        _ = Run.open(runs.create(document())).preprocessing


def test_a_run_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    folder = runs.create(document(), tmp_path / "run")
    about = msgspec.json.decode((folder / runs.ABOUT).read_bytes())
    (folder / runs.ABOUT).write_bytes(msgspec.json.encode({**about, "version": 99}))

    with pytest.raises(RunError, match="newer version"):
        Run.open(folder)


@pytest.mark.parametrize("count", [-3, 0, 10**9])
def test_a_number_of_threads_that_cannot_be_is_a_sentence(count: int, tmp_path: Path) -> None:
    folder = runs.create(document(), tmp_path / "run")
    about = folder / runs.ABOUT
    about.write_text(about.read_text().replace('"threads": 1', f'"threads": {count}', 1))

    with pytest.raises(RunError, match=f"says {count} threads"):
        Run.open(folder)


def test_runs_are_listed_with_how_they_stand(tmp_path: Path) -> None:
    done = runs.create(document(), name="done")
    list(train(done, Controls()))
    elsewhere = runs.create(document(), tmp_path / "elsewhere")
    runs.create(document(), name="new")

    by_name = {run.document: run for run in runs.listed()}

    assert set(by_name) == {"done", "new", "elsewhere"}
    assert (by_name["done"].state, by_name["done"].epochs) == ("finished", 3)
    assert by_name["done"].best["epoch"] in {1.0, 2.0, 3.0}
    assert by_name["new"].state == "new"
    assert [run.folder for run in runs.listed(tmp_path)] == [str(elsewhere)]


def test_a_folder_that_may_not_be_looked_into_hides_no_other_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.create(document(), tmp_path / "mine")
    (tmp_path / "private").mkdir()
    stat = os.stat

    def refuse(path: str | Path, *args: Any, **more: Any) -> os.stat_result:
        if "private/" in str(path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, *args, **more)

    monkeypatch.setattr(os, "stat", refuse)

    assert [one.folder for one in runs.listed(tmp_path)] == [str(tmp_path / "mine")]


def test_the_newest_run_is_listed_first() -> None:
    folders = []
    for n in range(3):
        folder = runs.create(document(), name=f"run {n}")
        about = Run.open(folder).about
        data = msgspec.json.encode(msgspec.structs.replace(about, started=f"2020-01-0{n + 1}"))
        (folder / runs.ABOUT).write_bytes(data)
        folders.append(str(folder))
    (machine.home().folder / run_index.NAME).unlink()

    assert [run.folder for run in runs.listed()] == folders[::-1]


@pytest.mark.parametrize("harm", ["lost", "garbage", "other table"])
def test_the_index_is_made_anew_from_the_folders(harm: str) -> None:
    names = {"one", "two"}
    for name in names:
        runs.create(document(), name=name)
    index = machine.home().folder / run_index.NAME
    index.unlink()
    if harm == "garbage":
        index.write_bytes(os.urandom(5000))
    if harm == "other table":
        with sqlite3.connect(index) as other:
            other.execute("CREATE TABLE runs (x TEXT)")
        other.close()

    assert {run.document for run in runs.listed()} == names
    assert {run.document for run in runs.listed()} == names


def test_an_index_that_is_busy_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    runs.create(document(), name="first")
    monkeypatch.setattr(run_index, "WAIT_SECONDS", 0.05)
    busy = sqlite3.connect(machine.home().folder / run_index.NAME, isolation_level=None)
    busy.execute("BEGIN EXCLUSIVE")

    runs.create(document(), name="second")

    assert {run.document for run in runs.listed()} == {"first", "second"}
    busy.close()


def test_a_run_deleted_with_a_file_manager_is_not_listed() -> None:
    folder = runs.create(document(), name="gone")
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()

    assert runs.listed() == []


def test_deleting_a_run_removes_it_and_nothing_of_the_users() -> None:
    folder = runs.create(document(), name="to delete")
    list(train(folder, Controls()))
    (folder / "notes.txt").write_text("mine")

    runs.delete(folder)

    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert runs.listed() == []
    with pytest.raises(RunError, match="no run in"):
        runs.delete(folder)


def test_a_run_whose_process_was_killed_counts_as_stopped() -> None:
    folder = runs.create(document())
    run = Run.open(folder)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        began = psutil.Process(process.pid).create_time()
        owner = {"pid": process.pid, "began": began}
        (folder / LOCK).write_bytes(msgspec.json.encode(owner))
        run.tell(replace_state(run, "running"))
        assert run.state == "running"
        with pytest.raises(RunError, match="Stop it"):
            runs.delete(folder)
        process.kill()

    assert Run.open(folder).state == "stopped"
    assert runs.listed()[0].state == "stopped"
    runs.delete(folder)


def replace_state(run: Run, state: runs.RunState) -> runs.Status:
    return msgspec.structs.replace(run.status, state=state)


def test_the_lock_of_another_process_with_the_same_number_does_not_count() -> None:
    folder = runs.create(document())
    owner = {"pid": os.getpid(), "began": psutil.Process().create_time() - 1000}
    (folder / LOCK).write_bytes(msgspec.json.encode(owner))

    assert Run.open(folder).state == "new"
    first, *_ = train(folder, Controls())
    assert isinstance(first, Started)


def test_a_lock_that_another_took_over_in_between_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Run.open(runs.create(document()))
    lock, me = run.folder / LOCK, psutil.Process()
    live = msgspec.json.encode({"pid": me.pid, "began": me.create_time()})
    lock.write_bytes(live)
    monkeypatch.setattr(Run, "is_live", False)  # what was true a moment ago

    with pytest.raises(RunError, match="being trained already"), run.claimed():
        pytest.fail("two would train the same run")

    assert lock.read_bytes() == live
    assert not list(run.folder.glob(f"{LOCK}.*"))


def test_home_can_be_chosen_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path / "own"))

    folder = runs.create(document())

    assert folder.parent == tmp_path / "own" / "runs"
    assert machine.home().notice == ""


def test_a_home_that_cannot_be_written_gives_way_to_another_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()

    home = machine.home()
    folder = runs.create(document())

    assert folder.is_relative_to(tmp_path / "temporary")
    assert str(home.folder) in home.notice
    assert str(tmp_path / "file") in home.notice
    assert machine.Home(home.folder, home.notice) == home


def test_events_survive_their_way_through_the_log() -> None:
    events = (
        EpochEnded(1, 10, {"loss": 0.1}, {"loss": 1e-9, "accuracy": 1.0}, True),
        Failed("No.", node="conv"),
        replace(Started("x", 1, 2, "cpu", 3), notices=("One.",)),
    )

    assert tuple(decoded(encoded(event)) for event in events) == events
