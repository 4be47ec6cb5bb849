"""Runs are there whole or not at all, whenever the process that makes or deletes them is killed."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine import runs
from engine.controls import Controls
from engine.errors import RunError
from engine.machine import home
from engine.runs import hidden, lock
from engine.training.folding import create as create_folds
from engine.training.loop import train
from graphs.templates import find
from tests.gui.finished_runs import template

ROOT = Path(__file__).parents[3]
LOOP = """
import os, signal, sys
from dataclasses import replace
from engine.training import folding; from engine import runs
from graphs.document.edits import ChangePlan, Step
from graphs.templates import find

calls, deadly = 0, int(sys.argv[1])

def counted(event, arguments):
    global calls
    if event in {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "open", "os.scandir"}:
        calls += 1
        if calls == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

document, several = find("xor").document(), find("xor").document()
plan = several.plan
several.apply(Step("Folds", (ChangePlan(plan, replace(plan, folds=3)),)))
kept = runs.create(document, name="kept")
(kept / "best.safetensors").write_bytes(b"weights")
sys.addaudithook(counted)
folder = runs.create(document, name="one")
(folder / "checkpoints").mkdir()
(folder / "checkpoints" / "00000001.safetensors").write_bytes(b"weights")
(folder / "best.safetensors").write_bytes(b"weights")
(folder / "thesis.txt").write_text("mine")
runs.delete(folder)
folds = folding.create(several, name="folds")
for fold in sorted(folds.glob("fold-*")):
    runs.delete(fold)
print("done")
"""


def killed(deadly: int) -> bool:
    """Make and delete runs in a process that dies at so many calls to the disk; did it die?"""
    words = [sys.executable, "-c", LOOP, str(deadly)]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr
    return ended.returncode != 0


def hidden_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".*layerloom*") if path.is_dir()]


def check_nothing_is_out_of_sight() -> None:
    """After the next start each folder is a whole run, or holds only what is the user's."""
    runs.sweep()
    place = home().folder
    assert not hidden_in(place)
    seen = {Path(run.folder) for run in runs.listed()}
    for folder in (path for path in place.iterdir() if path.is_dir() and path.name != "elsewhere"):
        if (folder / runs.FOLDS).exists():
            assert all(fold in seen for fold in folder.glob("fold-*"))
        elif folder not in seen:
            assert [path.name for path in folder.iterdir()] == ["thesis.txt"], list(
                folder.iterdir()
            )
    for run in seen:
        assert runs.Run.open(run).document.main.nodes
    assert any(run.name.endswith("-kept") and (run / runs.BEST).exists() for run in seen)
    if any((path / "thesis.txt").exists() for path in place.iterdir()):
        return
    assert not any(run.name.endswith("-one") and (run / runs.BEST).exists() for run in seen)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that kills")
@pytest.mark.parametrize(
    "times", [6, pytest.param(200, marks=[pytest.mark.proof, pytest.mark.timeout(1500)])]
)
def test_a_kill_at_any_call_to_the_disk_leaves_no_weights_out_of_sight(times: int) -> None:
    dice, died = random.Random(times), 0
    for _ in range(times):
        died += killed(dice.randint(1, 230))
        check_nothing_is_out_of_sight()
    assert died > times // 3


def test_a_run_that_is_being_made_or_deleted_by_a_living_process_is_left_alone() -> None:
    place = home().folder
    for why in ("new", "gone"):
        work = hidden.beside(place / "run", "new" if why == "new" else "gone")
        work.mkdir()
        (work / runs.BEST).write_bytes(b"weights")
    elsewhere = place / f".run.layerloom-new-00000000-{2**22 + 1}-00000000"  # another machine
    elsewhere.mkdir()

    runs.sweep()

    assert len(hidden_in(place)) == 3
    assert runs.listed() == []


def test_what_is_the_users_in_a_deleted_run_is_put_back_after_a_kill() -> None:
    folder = runs.create(template("xor"), name="one")
    (folder / "thesis.txt").write_text("mine")
    mine = f"-{os.getpid()}-"
    name = hidden.beside(folder, "gone").name
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    folder.rename(folder.parent / name.replace(mine, f"-{dead.pid}-"))

    assert runs.listed() == []
    runs.sweep()

    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]
    assert not hidden_in(folder.parent)


def test_a_folder_that_cannot_get_another_name_is_deleted_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = runs.create(template("xor"), name="one")
    (folder / runs.BEST).write_bytes(b"weights")
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path == folder:
            raise OSError(errno.EBUSY, "Device or resource busy")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    runs.delete(folder)
    assert not folder.exists()


def test_a_linked_run_is_deleted_and_its_link_stays(tmp_path: Path) -> None:
    folder = runs.create(template("xor"), tmp_path / "large disk" / "run")
    link = tmp_path / "link"
    link.symlink_to(folder)

    runs.delete(link)

    assert list(folder.iterdir()) == [] and link.is_symlink()


def test_deleting_leaves_what_others_put_between_the_checkpoints() -> None:
    folder = runs.create(template("xor", epochs=2), name="one")
    list(train(folder, Controls()))
    (folder / runs.CHECKPOINTS / "favourite.safetensors").write_bytes(b"mine")

    runs.delete(folder)

    left = [path for path in folder.rglob("*") if path.is_file()]
    assert left == [folder / runs.CHECKPOINTS / "favourite.safetensors"]


def test_a_run_that_is_trained_is_not_deleted() -> None:
    folder = runs.create(template("xor"), name="one")
    with lock.claimed(folder), pytest.raises(RunError, match="Stop it, then delete it"):
        runs.delete(folder)
    assert (folder / runs.ABOUT).exists()


def test_a_run_that_cannot_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise RunError("The disk is full.")

    monkeypatch.setattr("engine.runs.making.write", full)
    for create, more in ((runs.create, {}), (create_folds, {"folds": 2})):
        with pytest.raises(RunError, match="full"):
            create(template("xor", **more), tmp_path / "made" / "run", name="x")
    assert list((tmp_path / "made").iterdir()) == []


def test_an_empty_folder_that_is_there_is_filled_and_stays_the_same(tmp_path: Path) -> None:
    place = tmp_path / "run"
    place.mkdir()
    number = place.stat().st_ino

    found = find("xor")
    assert found is not None
    assert runs.create(found.document(), place, name="x") == place

    assert place.stat().st_ino == number, "a shell that stands in it stays there"
    assert runs.Run.open(place).title == "x 1"


def test_a_folder_that_another_process_makes_meanwhile_is_not_taken(tmp_path: Path) -> None:
    def meanwhile() -> None:
        with hidden.made(tmp_path / "run"):
            (tmp_path / "run").mkdir()
            (tmp_path / "run" / "thesis.txt").write_text("mine")

    with pytest.raises(RunError, match="is not empty"):
        meanwhile()
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "thesis.txt"]


def test_what_a_dead_process_left_elsewhere_is_swept_too(tmp_path: Path) -> None:
    kept = runs.create(template("xor"), tmp_path / "disk" / "kept", name="kept")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    name = hidden.beside(kept.with_name("other"), "gone").name
    left = kept.with_name(name.replace(f"-{os.getpid()}-", f"-{dead.pid}-"))
    left.mkdir()
    (left / runs.BEST).write_bytes(b"weights")

    runs.sweep()

    assert list(kept.parent.iterdir()) == [kept]
