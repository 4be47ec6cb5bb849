"""Runs have a name of their own, a note and a star; nothing of that changes the run."""

from pathlib import Path

import pytest

from engine import runs
from engine.errors import RunError
from engine.machine import home
from engine.runs import NOTES, Run, run_index
from engine.training.folding import create as create_folds
from graphs.document.document import Document
from graphs.templates import find
from tests.engine.commanding import Layerloom
from tests.gui.finished_runs import template


def document() -> Document:
    found = find("xor")
    assert found is not None
    return found.document()


def test_a_run_is_called_by_its_document_and_a_number(tmp_path: Path) -> None:
    places = [None, tmp_path / "elsewhere", None]
    made = [runs.create(document(), place, name="xor") for place in places]
    other = runs.create(document(), name="xor two")

    assert [Run.open(folder).title for folder in made] == ["xor 1", "xor 2", "xor 3"]
    assert Run.open(other).title == "xor two 1"
    assert {run.document for run in runs.listed()} == {"xor", "xor two"}


@pytest.mark.parametrize("index", ["kept", "lost"])
def test_a_number_is_not_given_twice(index: str) -> None:
    first, second = (runs.create(document(), name="xor") for _ in range(2))
    runs.delete(first)
    if index == "lost":
        (home().folder / run_index.NAME).unlink()

    assert Run.open(runs.create(document(), name="xor")).title == "xor 3"
    assert Run.open(second).title == "xor 2"


def test_folds_share_a_number() -> None:
    runs.create(document(), name="xor")
    folder = create_folds(template("xor", folds=2), name="xor")

    titles = {Run.open(fold).title for fold in folder.glob("fold-*")}

    assert titles == {"xor 2, fold 1 of 2", "xor 2, fold 2 of 2"}
    assert Run.open(runs.create(document(), name="xor")).title == "xor 3"


def test_what_is_said_of_a_run_is_listed_and_leaves_the_run_as_it_was() -> None:
    folder = runs.create(document(), name="xor")
    before = (folder / runs.ABOUT).read_bytes(), Run.open(folder).decided()
    runs.listed()

    runs.describe(folder, name="  the good\n one ", note="rate 0.1\n", starred=True)
    runs.describe(folder, note="rate 0.2")

    (run,) = runs.listed()
    assert (run.name, run.note, run.starred) == ("the good one", "rate 0.2", True)
    assert (run.document, run.title) == ("xor", "the good one")
    assert ((folder / runs.ABOUT).read_bytes(), Run.open(folder).decided()) == before


@pytest.mark.parametrize("call", ["xor", "x\udcff", ""])
def test_runs_whose_names_are_taken_away_are_told_apart(call: str) -> None:
    folders = [runs.create(document(), name=call) for _ in range(3)]
    for folder in folders:
        runs.describe(folder, name="good")
        runs.describe(folder, name=" ")
    titles = [run.title for run in runs.listed()]
    assert len(set(titles)) == 3 and "good" not in titles


def test_a_run_keeps_its_number_when_its_name_is_taken_away() -> None:
    runs.create(document(), name="xor")
    folder = min(create_folds(template("xor", folds=2), name="xor").glob("fold-*"))
    before = Run.open(folder).title
    runs.describe(folder, name="")
    assert Run.open(folder).title == before
    assert before.startswith("xor 2, fold ")


def test_notes_changed_by_another_program_are_seen() -> None:
    folder = runs.create(document(), name="xor")
    runs.listed()
    (folder / NOTES).write_text('{"name": "other", "starred": true}')
    assert runs.listed()[0].title == "other"


@pytest.mark.parametrize(
    "data", [b"{", b"[" * 100_000, b'{"name": 3}', b'{"name": "' + b"x" * 500 + b'"}', b"\xff"]
)
def test_broken_notes_hide_nothing_and_are_set_aside(data: bytes) -> None:
    folder = runs.create(document(), name="xor")
    (folder / NOTES).write_bytes(data)
    assert [run.title for run in runs.listed()] == ["xor"]

    runs.describe(folder, starred=True)

    assert runs.listed()[0].starred
    assert (folder / f"{NOTES}.broken-1").read_bytes() == data


def test_what_is_too_long_is_a_sentence() -> None:
    folder = runs.create(document(), name="xor")
    with pytest.raises(RunError, match="name has 201 letters, more than the 200 allowed"):
        runs.describe(folder, name="x" * 201)
    with pytest.raises(RunError, match="There is no run in"):
        runs.describe(folder.parent, name="x")


def test_a_document_whose_name_is_no_text_is_trained_all_the_same() -> None:
    folder = runs.create(document(), name="r\udcff")
    assert Run.open(folder).title == "r� 1"


def test_runs_are_named_noted_starred_and_found_from_the_shell(layerloom: Layerloom) -> None:
    good, other = (runs.create(document(), name="xor") for _ in range(2))
    said = layerloom("note", good, "--name", "the good one", "--note", "rate 0.1", "--star")
    assert said.code == 0 and "★ the good one" in said.out

    told = {run["run"]: run for run in layerloom("runs", "--json").json()["runs"]}
    assert (told[str(good)]["name"], told[str(good)]["note"]) == ("the good one", "rate 0.1")
    assert told[str(good)]["starred"] and not told[str(other)]["starred"]
    assert (told[str(other)]["name"], told[str(other)]["document"]) == ("xor 2", "xor")
    for words in (["--starred"], ["--search", "GOOD 0.1"]):
        (one,) = layerloom("runs", *words, "--json").json()["runs"]
        assert one["run"] == str(good)
    assert layerloom("note", good, "--no-star", "--json").json() == {
        "run": str(good),
        "name": "the good one",
        "note": "rate 0.1",
        "starred": False,
    }


def test_compared_runs_say_their_names(layerloom: Layerloom) -> None:
    for name in ("one", "two"):
        runs.describe(runs.create(document(), name="xor"), name=name)
    told = layerloom("runs", "--compare", "--json").json()
    assert {run["name"] for run in told["runs"]} == {"one", "two"}
