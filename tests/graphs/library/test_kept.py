"""Blocks that users keep: what a file of them holds, and what is said of one that holds none."""

import os
from pathlib import Path

import pytest

from graphs import files
from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.errors import FileError
from graphs.library import kept
from graphs.library.blocks import placed
from graphs.setting_kinds import NodeRef
from graphs.steps import operations
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.drawing import drawn, wire

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


@pytest.mark.parametrize("title", ["a/b", "../../out", "con:1?", "  ", "…" * 300, "\x00"])
def test_any_title_becomes_a_name_in_the_folder(title: str, tmp_path: Path) -> None:
    path = kept.file_for(tmp_path, title)
    assert path.parent == tmp_path and path.suffix == files.SUFFIX
    path.write_bytes(b"")
    assert os.listdir(tmp_path) == [path.name]


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
