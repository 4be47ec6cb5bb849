"""What scripts are told of a document."""

import pytest

from engine.cli import json_facts
from graphs.setting_kinds import PerCopy
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.drawing import classifier, put


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


def test_of_many_problems_all_are_told_and_the_first_with_a_fix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = classifier()
    for number in range(5):
        put(document, "linear", f"unwired_{number}", out_features=3)
    of_all = json_facts.of_document(document)["problems"]
    assert sum(one["fix"] == "Delete the node" for one in of_all) == 5
    monkeypatch.setattr(json_facts, "MOST_FIXES", 2)
    of_few = json_facts.of_document(document)["problems"]
    assert [one["message"] for one in of_few] == [one["message"] for one in of_all]
    assert [one["fix"] for one in of_few if one["fix"] is not None] == ["Delete the node"] * 2
