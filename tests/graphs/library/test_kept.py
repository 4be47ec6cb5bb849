"""Blocks that users keep: what a file of them holds, and what is said of one that holds none."""

import os
from pathlib import Path

import pytest

from graphs import files
from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.document.edits import AddGraph, BlockDefinition, ChangeDefinition, GraphId, NodeId, Step
from graphs.errors import FileError
from graphs.library import kept
from graphs.library.blocks import placed
from graphs.setting_kinds import GraphRef, NodeRef, PerCopy, Promoted
from graphs.steps import operations
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.drawing import drawn, put, wire

FIRST, SECOND = NodeId("first"), NodeId("second")


def stored(folder: Path, title: str = "My stem") -> Path:
    return kept.keep(blocks().main, FIRST, folder, title)


def test_a_kept_block_computes_in_another_document_what_it_computed(tmp_path: Path) -> None:
    document = blocks()
    (ready,), faults = kept.kept([tmp_path, stored(tmp_path).parent])
    assert faults == ()
    assert ready.title == "My stem" and "dense" not in ready.title
    assert "linear" in ready.search.split()
    other = drawn(("input", "image", {"field": "image"}), ("flatten", "flatten", {}))
    other.apply(placed(other.main, ready, (240, 0)))
    (block,) = other.main.of_layers(["block"])
    wire(other, "flatten", f"{block}.{operations.ports_of(other.main, block).inputs[0].name}")
    mine, theirs = evaluated(document.main)[FIRST], evaluated(other.main)[block]
    assert theirs.outputs == mine.outputs and theirs.weights == mine.weights


def test_what_it_has_of_others_outside_stays_behind(tmp_path: Path) -> None:
    document = blocks()
    changed(document.main, "second", weights_of=NodeRef("first"))
    path = kept.keep(document.main, SECOND, tmp_path, "Second")
    (node,) = files.read(path).document.main.nodes.values()
    assert node.settings["weights_of"] is None
    assert document.main.nodes[SECOND].settings["weights_of"] == NodeRef("first")


def test_a_block_of_the_same_title_takes_the_place_of_the_older_one(tmp_path: Path) -> None:
    stored(tmp_path)
    document = blocks()
    changed(document.graphs[STEM], "dense", out_features=3)
    kept.keep(document.main, FIRST, tmp_path, "My stem")
    (ready,), _ = kept.kept([tmp_path])
    (whole,) = ready.clip().graphs.values()
    assert {node.settings.get("out_features") for node in whole.nodes} == {3, None}


@pytest.mark.parametrize(
    "title", ["a/b", "../../out", "con:1?", "  ", "…" * 300, "🧱" * 300, "\x00"]
)
def test_any_title_becomes_a_name_in_the_folder(title: str, tmp_path: Path) -> None:
    path = kept.file_for(tmp_path, title)
    assert path.parent == tmp_path and path.suffix == files.SUFFIX
    path.write_bytes(b"")
    assert os.listdir(tmp_path) == [path.name]


def test_titles_that_would_have_one_file_have_one_each(tmp_path: Path) -> None:
    paths = [stored(tmp_path, title) for title in ("a/b", "a:b", "a/b", "x" * 200 + "y", "x" * 200)]
    assert [path.name for path in paths[:3]] == ["a-b.loom", "a-b 2.loom", "a-b.loom"]
    assert len(set(paths)) == 4
    assert len(kept.kept([tmp_path])[0]) == 4


def test_a_document_that_is_no_block_is_not_replaced(tmp_path: Path) -> None:
    files.write(blocks(), tmp_path / "My stem.loom")
    there = (tmp_path / "My stem.loom").read_bytes()
    assert stored(tmp_path).name == "My stem 2.loom"
    assert (tmp_path / "My stem.loom").read_bytes() == there


def test_it_is_placed_where_it_is_wished_for(tmp_path: Path) -> None:
    document = blocks()
    document.apply(operations.move(document.main, [FIRST], by=(900, 300)))
    ready = kept.read(kept.keep(document.main, FIRST, tmp_path, "Far"))
    document.apply(placed(document.main, ready, (24, 48)))
    (new,) = document.main.nodes.keys() - blocks().main.nodes.keys()
    assert document.main.positions[new] == (24, 48)


@pytest.mark.parametrize(
    ("setting", "value", "kept_as"),
    [
        ("repeat", Promoted("times"), 2),
        ("values", {"width": Promoted("wide"), "other": 3}, {"width": 24, "other": 3}),
        ("values", {"width": PerCopy(16, times=2)}, {"width": 16}),
        ("repeat", Promoted("gone"), Promoted("gone")),
    ],
)
def test_what_the_block_around_it_says_has_its_usual_value(
    setting: str, value: object, kept_as: object, tmp_path: Path
) -> None:
    document, outer = blocks(), GraphId("outer")
    document.apply(Step("Add graph", (AddGraph(outer),)))
    defined = BlockDefinition("Outer", {"times": 2, "wide": 24})
    document.apply(Step("Define", (ChangeDefinition(outer, BlockDefinition(), defined),)))
    put(document, "block", "inner", at=outer, graph=GraphRef(STEM), **{setting: value})
    path = kept.keep(document.graphs[outer], NodeId("inner"), tmp_path, "Inner")
    (node,) = files.read(path).document.main.nodes.values()
    assert node.settings[setting] == kept_as


@pytest.mark.parametrize("content", ["nothing", "two", "no block", "broken"])
def test_a_file_that_holds_no_single_block_is_told_and_hides_no_other(
    content: str, tmp_path: Path
) -> None:
    stored(tmp_path)
    path = tmp_path / "wrong.loom"
    documents = {
        "nothing": Document(),
        "two": blocks(),
        "no block": drawn(("input", "image", {"field": "image"})),
    }
    if content == "broken":
        path.write_text("{")
    else:
        files.write(documents[content], path)
    found, (fault,) = kept.kept([tmp_path])
    assert [one.title for one in found] == ["My stem"]
    assert "wrong.loom" in fault
    with pytest.raises(FileError):
        kept.read(path)


def test_a_file_that_was_changed_is_read_again(tmp_path: Path) -> None:
    path = stored(tmp_path)
    assert kept.read(path) is kept.read(path)
    files.write(blocks(), path)
    with pytest.raises(FileError, match="holds no single block"):
        kept.read(path)


def test_a_file_that_holds_none_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write(blocks(), tmp_path / "two.loom")
    first = kept.kept([tmp_path])
    monkeypatch.setattr(files, "read", None)
    assert kept.kept([tmp_path]) == first


def test_what_would_make_the_window_wait_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.loom").open("wb") as file:
        file.truncate(2 * kept.LARGEST)
    _, (fault,) = kept.kept([tmp_path])
    assert fault.startswith("“large.loom” has 16.0 MB, more than the 8.0 MB allowed")


def test_more_files_than_are_looked_at_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    for title in ("a", "b", "c"):
        stored(tmp_path, title)
    found, (fault,) = kept.kept([tmp_path])
    assert [one.title for one in found] == ["a", "b"]
    assert "holds 3 files, of which the first 2 are offered" in fault


def test_a_title_turns_no_text_round_and_breaks_no_line(tmp_path: Path) -> None:
    assert kept.read(stored(tmp_path, "one\ntwo\u202e")).title == "one�two�"


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert kept.kept([tmp_path / "gone"]) == ((), ())


def test_a_place_that_takes_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="The block could not be kept"):
        stored(tmp_path / "file" / "blocks")


def test_one_that_is_removed_is_gone(tmp_path: Path) -> None:
    path = stored(tmp_path)
    kept.remove(path)
    kept.remove(path)
    assert kept.kept([tmp_path]) == ((), ())
    path.mkdir()
    with pytest.raises(FileError):
        kept.remove(path)
