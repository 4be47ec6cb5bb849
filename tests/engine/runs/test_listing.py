"""The list of runs: no run is forgotten, whatever happens to the index, wherever runs lie."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine import runs
from engine.machine import home
from engine.runs import places, run_index
from engine.runs.run_index import Summary
from graphs.document.document import Document
from graphs.templates import find

ROOT = Path(__file__).parents[3]
WORKER = """
import random, sys
from pathlib import Path
from engine import runs
from graphs.templates import find

where, number, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
dice = random.Random(number)
for at in range(count):
    folder = where / f"{number}-{at}"
    runs.create(find("xor").document(), folder, name="xor")
    if dice.random() < 0.5:
        runs.listed()
    if dice.random() < 0.3:
        runs.delete(folder)
    elif dice.random() < 0.5:
        runs.describe(folder, note="seen", starred=True)
"""


def document() -> Document:
    found = find("xor")
    assert found is not None
    return found.document()


def index() -> Path:
    return home().folder / run_index.NAME


def names() -> set[str]:
    return {run.folder for run in runs.listed()}


@pytest.mark.parametrize(
    ("processes", "each"),
    [(3, 6), pytest.param(6, 40, marks=[pytest.mark.proof, pytest.mark.timeout(1200)])],
)
def test_several_processes_forget_none_of_each_others_runs(
    processes: int, each: int, tmp_path: Path
) -> None:
    working = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path), str(n), str(each)], cwd=ROOT)
        for n in range(processes)
    ]
    dice = random.Random(0)
    while any(one.poll() is None for one in working):
        runs.listed()
        if dice.random() < 0.1:
            index().unlink(missing_ok=True)  # and lost on top of that
    assert [one.wait() for one in working] == [0] * processes

    there = {str(path.parent) for path in tmp_path.glob("*/run.json")}
    assert len(there) > processes
    assert names() == there
    noted = {run.folder for run in runs.listed() if run.starred}
    assert noted == {
        str(path.parent) for path in tmp_path.glob("*/notes.json") if "seen" in path.read_text()
    }


def lost(path: Path) -> None:
    path.unlink()


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(9000))


def torn(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def another(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE runs (x TEXT)")


def a_folder(path: Path) -> None:
    path.unlink()
    (path / "x").mkdir(parents=True)


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("harm", [lost, garbage, torn, another, a_folder, a_pipe])
def test_runs_elsewhere_outlast_whatever_happens_to_the_index(
    harm: Callable[[Path], None], tmp_path: Path
) -> None:
    folders = {str(runs.create(document(), tmp_path / str(n), name="xor")) for n in range(3)}
    folders.add(str(runs.create(document(), name="at home")))
    harm(index())

    assert names() == folders
    assert names() == folders


def test_an_index_that_was_lost_is_made_anew_and_used(tmp_path: Path) -> None:
    runs.create(document(), tmp_path / "run", name="xor")
    garbage(index())
    runs.listed()

    known, fault = run_index.known(home().folder)

    assert set(known) == {str(tmp_path / "run")} and not fault


def test_a_busy_index_is_waited_for_and_then_said_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = {str(runs.create(document(), tmp_path / "first", name="xor"))}
    monkeypatch.setattr(run_index, "WAIT_SECONDS", 0.05)
    with closing(sqlite3.connect(index(), isolation_level=None)) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        folders.add(str(runs.create(document(), tmp_path / "second", name="xor")))
        found = runs.listing()
        assert {run.folder for run in found.runs} == folders
        assert found.notice.startswith("Another program holds the index of runs")
        assert {run.name for run in found.runs} == {"xor 1", "xor 2"}

    assert names() == folders
    assert runs.listing().notice == ""


def test_runs_that_only_an_index_of_before_knew_are_kept(tmp_path: Path) -> None:
    folder = runs.create(document(), tmp_path / "run", name="xor")
    places.forget(home().folder, folder)
    with closing(sqlite3.connect(index())) as old, old:
        old.execute("ALTER TABLE runs DROP COLUMN notes")
    assert names() == {str(folder)}

    lost(index())

    assert names() == {str(folder)}


def test_a_disk_that_is_away_for_a_while_brings_its_runs_back(tmp_path: Path) -> None:
    folder = runs.create(document(), tmp_path / "disk" / "run", name="xor")
    shutil.move(tmp_path / "disk", tmp_path / "away")
    assert names() == set()
    shutil.move(tmp_path / "away", tmp_path / "disk")
    assert names() == {str(folder)}


def test_a_deleted_run_is_looked_for_no_more(tmp_path: Path) -> None:
    folder = runs.create(document(), tmp_path / "run", name="xor")
    assert list(places.known(home().folder)) == [folder]
    runs.delete(folder)
    assert list(places.known(home().folder)) == []


@pytest.mark.parametrize("data", [b"", b"relative", b"/\0", b"/nowhere", b"\xff" * 70_000])
def test_a_broken_place_is_passed_over(data: bytes, tmp_path: Path) -> None:
    folder = runs.create(document(), tmp_path / "run", name="xor")
    (home().folder / places.FOLDER / f"x{places.ENDING}").write_bytes(data)
    assert names() == {str(folder)}


def test_a_place_whose_name_is_no_text_is_kept(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/r\xff"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this disk takes no such names")
    places.keep(home().folder, folder)
    assert list(places.known(home().folder)) == [folder]


def test_the_notes_of_a_summary_survive_the_index() -> None:
    one = Summary("/r", "xor", "2026", "new", 0, {}, "xor 1", "“warm”\n", True)
    run_index.remember(home().folder, 7, one)
    assert run_index.known(home().folder)[0] == {"/r": (7, one)}
