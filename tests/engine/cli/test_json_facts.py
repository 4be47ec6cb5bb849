"""What scripts are told of a document."""

from engine.cli import json_facts
from graphs.setting_kinds import PerCopy
from tests.graphs.blocks import STEM, blocks, changed


def test_a_problem_inside_of_a_block_is_told_with_its_path() -> None:
    document = blocks()
    changed(document.graphs[STEM], "dense", out_features=0)
    (told, *_) = json_facts.of_document(document)["problems"]
    assert told["node"] == "first"
    assert list(told["path"]) == ["first", "dense"]
    assert told["name"] == "first.dense"


def test_a_problem_inside_of_a_copy_is_told_by_its_number() -> None:
    document = blocks()
    changed(document.graphs[STEM], "dense", out_features=PerCopy(5, -2))
    changed(document.main, "second", repeat=4)
    (told, *_) = json_facts.of_document(document)["problems"]
    assert told["name"] == "second.3.dense"
