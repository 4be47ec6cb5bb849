"""Promoted parameters and repeated blocks: what settings stand for, and what is handed on."""

from dataclasses import replace
from typing import Any

import pytest

from graphs import files
from graphs.checking import copies, node_kinds
from graphs.checking.evaluation import Evaluation, evaluated
from graphs.document.document import Document
from graphs.document.edits import (
    AddGraph,
    BlockDefinition,
    ChangeDefinition,
    GraphId,
    NodeId,
    Step,
)
from graphs.files import encoding
from graphs.mending import fixes
from graphs.problems import Severity
from graphs.setting_kinds import GraphRef, PerCopy, Promoted
from graphs.steps import clips, operations
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.drawing import put, wire

FIRST, SECOND = NodeId("first"), NodeId("second")


def promoted(usual: int = 16) -> Document:
    """The digits' network whose blocks say how wide their Linear is."""
    document = blocks()
    stem = document.graphs[STEM]
    defined = BlockDefinition("Dense", {"width": usual})
    document.apply(Step("", (ChangeDefinition(STEM, stem.definition, defined),)))
    changed(stem, "dense", out_features=Promoted("width"))
    return document


def mend(document: Document, template: str) -> None:
    """Press the fix of a problem, which is gone then."""
    wrong = next(p for p in evaluated(document.main).problems() if p.template == template)
    step = fixes.step(document, wrong)
    assert step is not None
    document.apply(step)
    assert template not in told(document)


def told(document: Document) -> set[str]:
    problems = evaluated(document.main).problems()
    return {p.template for p in problems if p.severity is Severity.ERROR}


def test_each_block_says_its_own_value_of_a_promoted_parameter() -> None:
    document = promoted()
    evaluation = Evaluation(document.main)
    assert evaluation[FIRST].weights["dense.weight"] == (16, 784)
    changed(document.main, "first", values={"width": 24})
    assert evaluation[FIRST].weights["dense.weight"] == (24, 784)
    assert evaluation[SECOND].weights["dense.weight"] == (16, 24)
    stem = document.graphs[STEM]
    other = BlockDefinition("Dense", {"width": 8})
    document.apply(Step("", (ChangeDefinition(STEM, stem.definition, other),)))
    assert evaluation[FIRST].weights["dense.weight"] == (24, 784)
    assert evaluation[SECOND].weights["dense.weight"] == (8, 24)


def test_a_value_that_cannot_be_is_told_where_it_is_used_and_not_mended_there() -> None:
    document = promoted()
    changed(document.main, "first", values={"width": 0})
    (wrong, *_) = evaluated(document.main).problems()
    assert wrong.path == ("first", "dense") and wrong.setting == "out_features"
    assert wrong.recipe is None


def test_a_problem_says_in_which_copy_it_is_first() -> None:
    document = blocks()
    changed(document.graphs[STEM], "dense", out_features=PerCopy(5, -2))
    changed(document.main, "second", repeat=4)
    (wrong, *_) = evaluated(document.main).problems()
    assert wrong.path == ("second", "dense") and wrong.place == ("second", 3, "dense")
    assert document.name_at((SECOND, 3, NodeId("dense"))) == "second.3.dense"
    assert document.name_at((SECOND, NodeId("dense"))) == "second.dense"
    for name in ("second.3.dense", "second.dense", "scores", "second"):
        path = document.path_of(name)
        assert path is not None and document.name_at(path) == name
    for nowhere in ("", "3", "second.nothing", "scores.dense", "second..dense", "dense"):
        assert document.path_of(nowhere) is None


def test_a_parameter_that_is_gone_is_told() -> None:
    document = promoted()
    stem = document.graphs[STEM]
    document.apply(Step("", (ChangeDefinition(STEM, stem.definition, BlockDefinition()),)))
    assert node_kinds.GONE in told(document)


def test_copies_follow_each_other_and_have_weights_of_their_own() -> None:
    document = promoted()
    changed(document.main, "first", repeat=3)
    first = evaluated(document.main)[FIRST]
    assert [one.parameters for one in first.copies] == [784 * 16 + 16, 16 * 17, 16 * 17]
    assert first.copies[1] is first.copies[2]
    assert set(first.weights) == {f"{n}.dense.{w}" for n in range(3) for w in ("weight", "bias")}
    assert first.parameters == sum(one.parameters for one in first.copies) == first.trained
    assert first.flops == 784 * 16 + 2 * 16 * 16


def test_a_setting_may_grow_from_copy_to_copy() -> None:
    document = promoted()
    changed(document.graphs[STEM], "dense", out_features=PerCopy(16, 4))
    changed(document.main, "second", repeat=3)
    second = evaluated(document.main)[SECOND]
    assert [second.weights[f"{n}.dense.weight"] for n in range(3)] == [(16, 16), (20, 16), (24, 20)]
    assert str(second.outputs["after"]) == "24"


def test_a_setting_may_double_from_copy_to_copy() -> None:
    document = promoted()
    changed(document.graphs[STEM], "dense", out_features=PerCopy(16, times=2))
    changed(document.main, "second", repeat=3)
    second = evaluated(document.main)[SECOND]
    assert [second.weights[f"{n}.dense.bias"] for n in range(3)] == [(16,), (32,), (64,)]
    again = files.decoded(encoding.encoded(document)).document
    assert again.graphs[STEM].nodes[NodeId("dense")].settings["out_features"] == PerCopy(
        16, times=2
    )


def test_whole_numbers_may_halve_as_long_as_they_stay_whole() -> None:
    document = promoted()
    changed(document.graphs[STEM], "dense", out_features=PerCopy(64, times=0.5))
    changed(document.main, "second", repeat=3)
    second = evaluated(document.main)[SECOND]
    assert [second.weights[f"{n}.dense.bias"] for n in range(3)] == [(64,), (32,), (16,)]
    changed(document.main, "second", repeat=8)
    (found, *_) = evaluated(document.main).problems()
    assert found.message == "out_features must be a whole number of at least 1, not 0.5."


@pytest.mark.parametrize("start", [2, 2.0])
def test_what_grows_beyond_all_numbers_is_refused_in_its_copy(start: float) -> None:
    document = promoted()
    put(document, "pow", "power", at=STEM, exponent=PerCopy(start, times=1e9))
    wire(document, "dense", "power", at=STEM)
    changed(document.main, "second", repeat=64)
    (found, *_) = evaluated(document.main).problems()
    assert found.message.startswith("exponent must be 0 or of a magnitude")


def test_copies_that_share_their_weights_keep_their_shapes() -> None:
    document = promoted()
    changed(document.main, "second", repeat=3, shares_weights=True)
    second = evaluated(document.main)[SECOND]
    assert set(second.weights) == {"dense.weight", "dense.bias"}
    assert second.parameters == second.trained == 16 * 17 and second.flops == 3 * 16 * 16
    changed(document.main, "first", repeat=2, shares_weights=True)
    mend(document, copies.OTHER_SHAPES)
    first = document.main.nodes[FIRST]
    assert (first.settings["repeat"], first.settings["shares_weights"]) == (2, False)


@pytest.mark.parametrize(
    ("layer", "settings"),
    [("dropout", {"p": PerCopy(0.1, 0.1)}), ("gaussian_noise", {"std": PerCopy(0.1, times=2)})],
)
def test_copies_that_share_their_weights_are_one_module(
    layer: str, settings: dict[str, Any]
) -> None:
    document = promoted()
    put(document, layer, "grows", at=STEM, **settings)
    wire(document, "dense", "grows", at=STEM)
    changed(document.main, "second", repeat=2, shares_weights=True)
    mend(document, copies.OTHER_SETTINGS)
    assert document.main.nodes[SECOND].settings["shares_weights"] is False


def test_what_is_computed_without_a_module_may_differ_where_weights_are_shared() -> None:
    document = promoted()
    put(document, "pow", "power", at=STEM, exponent=PerCopy(1, 1))
    wire(document, "dense", "power", at=STEM)
    changed(document.main, "second", repeat=3, shares_weights=True)
    assert told(document) == set()


def test_a_block_is_repeated_only_where_something_is_handed_on() -> None:
    document = promoted()
    changed(document.main, "first", repeat=2)
    assert told(document) == set()
    stem = document.graphs[STEM]
    document.apply(operations.delete(stem, [NodeId("after"), NodeId("gate")]))
    mend(document, copies.NO_WAY_ON)
    assert document.main.nodes[FIRST].settings["repeat"] == 1


def test_the_order_of_ports_is_the_users() -> None:
    document = promoted()
    stem = document.graphs[STEM]
    assert node_kinds.block_ports(stem).outputs == ("after", "gate")
    ordered = replace(stem.definition, ports=(NodeId("gate"), NodeId("gone")))
    document.apply(Step("", (ChangeDefinition(STEM, stem.definition, ordered),)))
    assert node_kinds.block_ports(stem).outputs == ("gate", "after")


def test_what_blocks_say_is_kept_in_files_and_on_the_clipboard() -> None:
    document = promoted()
    stem = document.graphs[STEM]
    put(document, "dropout", "drop", at=STEM, p=PerCopy(0.1, 0.05))
    changed(document.main, "first", values={"width": 24}, repeat=2)
    again = files.decoded(encoding.encoded(document)).document
    assert encoding.encoded(again) == encoding.encoded(document)
    assert again.graphs[STEM].definition == stem.definition
    assert again.graphs[STEM].nodes[NodeId("drop")].settings["p"] == PerCopy(0.1, 0.05)
    text = clips.copied(document.main, [FIRST]).text()
    other, clip = Document(), clips.Clip.of_text(text)
    assert clip is not None
    other.apply(clips.pasted(other.main, clip))
    assert other.graphs[STEM].definition == stem.definition
    assert other.graphs[STEM].nodes[NodeId("dense")].settings["out_features"] == Promoted("width")
    (pasted,) = other.main.nodes.values()
    assert pasted.settings["values"] == {"width": 24} and pasted.settings["repeat"] == 2


def test_what_many_blocks_make_of_their_values_is_asked_once_each() -> None:
    document = promoted()
    stem, asked = document.graphs[STEM], list[int]()

    def ask(graph: object, arriving: object, depth: int, bindings: node_kinds.Bindings) -> Any:
        asked.append(bindings.values["width"])
        return object()

    known = copies.BlockResults[Any](ask)
    for _ in range(2):
        for width in range(300):
            known.of(stem, {}, 0, node_kinds.Bindings({"width": width}))
    assert asked == list(range(300))


def test_a_value_for_a_parameter_that_is_gone_is_told_and_the_others_stay() -> None:
    document = promoted()
    values = {"gone": 4, "width": 24}
    changed(document.main, "first", values=values)
    changed(document.main, "second", values={"gone": 4}, repeat=2)
    found = evaluated(document.main).problems()
    told = [(p.path, p.severity) for p in found if p.template == node_kinds.IN_VAIN]
    assert told == [((FIRST,), Severity.WARNING), ((SECOND,), Severity.WARNING)]
    for wrong in (p for p in found if p.template == node_kinds.IN_VAIN):
        step = fixes.step(document, wrong)
        assert step is not None
        document.apply(step)
    assert document.main.nodes[FIRST].settings["values"] == {"width": 24}
    assert document.main.nodes[SECOND].settings["values"] is None
    assert found != evaluated(document.main).problems()


def test_a_value_for_a_parameter_that_is_gone_is_not_used() -> None:
    document = promoted()
    stem = document.graphs[STEM]
    document.apply(Step("", (ChangeDefinition(STEM, stem.definition, BlockDefinition()),)))
    changed(document.main, "first", values={"width": 24})
    changed(document.main, "second", values={"width": 24})
    assert told(document) == {node_kinds.GONE}
    mend(document, node_kinds.GONE)
    assert stem.nodes[NodeId("dense")].settings["out_features"] == 128
    assert Evaluation(document.main)[FIRST].weights["dense.weight"] == (128, 784)


def test_a_value_that_is_promoted_in_turn_stays_so_when_another_goes() -> None:
    document = promoted()
    outer = GraphId("outer")
    defined = BlockDefinition("Outer", {"wide": 20})
    document.apply(Step("", (AddGraph(outer), ChangeDefinition(outer, BlockDefinition(), defined))))
    put(document, "block_input", "enter", at=outer)
    handed = {"gone": 4, "width": Promoted("wide")}
    put(document, "block", "inner", graph=GraphRef(STEM), values=handed, at=outer)
    put(document, "block_output", "leave", at=outer)
    wire(document, "enter", "inner.before", at=outer)
    wire(document, "inner.after", "leave", at=outer)
    put(document, "block", "third", graph=GraphRef(outer))
    wire(document, "flatten", "third.enter")
    found = evaluated(document.main).problems()
    (wrong,) = (p for p in found if p.template == node_kinds.IN_VAIN)
    step = fixes.step(document, wrong)
    assert step is not None
    document.apply(step)
    (inner,) = (n for n in document.graphs[outer].nodes.values() if n.name == "inner")
    assert inner.settings["values"] == {"width": Promoted("wide")}
