"""Nodes become a block and a block its nodes again, and nothing around them is another."""

from random import Random

import pytest

from graphs.checking.evaluation import evaluated
from graphs.checking.node_kinds import GONE
from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    BlockDefinition,
    ChangeDefinition,
    GraphId,
    NodeId,
    Step,
)
from graphs.document.history import History
from graphs.mending import fixes
from graphs.setting_kinds import GraphRef, PerCopy, Promoted
from graphs.steps import graph_steps, operations
from graphs.steps.blocks import grouping, ungrouping
from graphs.steps.placing import BESIDE
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier, put
from tests.graphs.random_graphs import random_document


def chosen(document: Document, random: Random) -> set[NodeId]:
    """Nodes next to each other in the order that may become a block, as many as can be."""
    order = evaluated(document.main).order
    best: set[NodeId] = set()
    for _ in range(20):
        start = random.randrange(len(order))
        nodes = set(order[start : start + random.randint(1, 6)])
        if grouping.grouping_refusal(document.main, nodes) is None and len(nodes) > len(best):
            best = nodes
    return best


@pytest.mark.parametrize("seed", range(12))
def test_group_and_ungroup_leave_every_type_and_cost_and_then_every_node(seed: int) -> None:
    document, random = random_document(seed), Random(seed)
    nodes = chosen(document, random)
    assert nodes, "each of these graphs has nodes for a block"
    before, evaluation = snapshot(document), evaluated(document.main)
    step, block = grouping.group(document.main, nodes, "Part")
    document.apply(step)
    grouped = evaluated(document.main)
    inside = grouped[block].inside
    assert inside is not None
    for node, result in evaluation.results.items():
        now = inside[node] if node in nodes else grouped[node]
        assert (now.outputs, now.weights, now.flops) == (
            result.outputs,
            result.weights,
            result.flops,
        )
    assert (grouped.parameters, grouped.flops) == (evaluation.parameters, evaluation.flops)
    back, again = ungrouping.ungroup(document.main, block)
    document.apply(back)
    assert set(again) == nodes
    after = snapshot(document)
    assert after["graphs"].keys() == before["graphs"].keys()
    for held in ("nodes", "links"):
        assert after["graphs"][MAIN][held] == before["graphs"][MAIN][held]


def test_where_nothing_is_in_the_way_all_comes_back_to_its_place() -> None:
    document = classifier()
    for column, node in enumerate(evaluated(document.main).order):
        document.apply(operations.move(document.main, [node], (column * BESIDE, 8 * column)))
    before, history = snapshot(document), History(document)
    names = document.main.names
    step, block = grouping.group(document.main, {names["flatten"], names["classify"]}, "Head")
    history.do(step)
    assert document.main.nodes[block].name == "Head"
    history.do(ungrouping.ungroup(document.main, block)[0])
    assert snapshot(document) == before
    history.undo()
    history.undo()
    assert snapshot(document) == before


def test_what_cannot_become_a_block_is_refused_by_its_name() -> None:
    document = classifier()
    graph, names = document.main, document.main.names
    assert grouping.grouping_refusal(graph, ()) is not None
    for name in names:
        refused = grouping.grouping_refusal(graph, {names[name]})
        kind = graph.nodes[names[name]].layer
        if kind in {"input", "output", "cross_entropy_loss"}:
            assert refused is not None and name in refused.message


def test_what_stands_between_has_to_come_too() -> None:
    document = blocks()
    graph, names = document.main, document.main.names
    refused = grouping.grouping_refusal(graph, {names["flatten"], names["second"]})
    assert refused is not None and "first" in refused.message
    assert grouping.grouping_refusal(graph, {names[n] for n in ("flatten", "first")}) is None


def test_a_block_of_promoted_settings_promotes_them_once_more() -> None:
    document = blocks()
    stem = document.graphs[STEM]
    defined = BlockDefinition("Dense", {"width": 16})
    document.apply(Step("", (ChangeDefinition(STEM, stem.definition, defined),)))
    changed(stem, "dense", out_features=Promoted("width"))
    put(document, "dropout", "drop", at=STEM, p=PerCopy(0.1, 0.1))
    changed(document.main, "first", values={"width": 24})
    before = evaluated(document.main)[NodeId("first")].outputs
    step, block = grouping.group(stem, {NodeId("dense"), NodeId("drop")}, "Core")
    document.apply(step)
    assert stem.nodes[block].settings["values"] == {
        "width": Promoted("width"),
        "drop_p": PerCopy(0.1, 0.1),
    }
    assert evaluated(document.main)[NodeId("first")].outputs == before
    document.apply(ungrouping.ungroup(stem, block)[0])
    assert stem.nodes[NodeId("dense")].settings["out_features"] == Promoted("width")
    assert stem.nodes[NodeId("drop")].settings["p"] == PerCopy(0.1, 0.1)
    assert evaluated(document.main)[NodeId("first")].outputs == before


def test_one_of_several_blocks_takes_its_values_and_leaves_the_others() -> None:
    document = blocks()
    stem = document.graphs[STEM]
    changed(stem, "dense", out_features=32)
    before = evaluated(document.main)
    step, nodes = ungrouping.ungroup(document.main, NodeId("second"))
    document.apply(step)
    after = evaluated(document.main)
    assert STEM in document.graphs and len(nodes) == 3
    assert after[NodeId("scores")].outputs == before[NodeId("scores")].outputs
    assert after.parameters == before.parameters
    changed(document.main, "first", repeat=2)
    refused = ungrouping.ungrouping_refusal(document.main, NodeId("first"))
    assert refused is not None and "repeat" in refused.message
    assert ungrouping.ungrouping_refusal(document.main, NodeId("flatten")) is not None


def test_a_port_that_is_renamed_or_goes_takes_its_links_along_everywhere() -> None:
    document = blocks()
    graph, stem = document.main, document.graphs[STEM]
    before, history = snapshot(document), History(document)
    history.do(operations.rename(stem, NodeId("after"), "behind"))
    assert [k.output for k in graph.leaving(NodeId("first"))] == ["behind"]
    history.do(operations.rename(stem, NodeId("before"), "ahead"))
    assert [k.input for k in graph.entering(NodeId("second"))] == ["ahead"]
    assert evaluated(graph)[NodeId("second")].accepted
    history.do(operations.delete(stem, [NodeId("after")]))
    assert graph.leaving(NodeId("first")) == [] == graph.leaving(NodeId("second"))
    for _ in range(3):
        history.undo()
    assert snapshot(document) == before


def test_a_graph_goes_with_all_that_is_said_of_it() -> None:
    document = blocks()
    step, id = graph_steps.add_graph(document)
    document.apply(step)
    defined = BlockDefinition("Empty", {"width": 1})
    document.apply(Step("", (ChangeDefinition(id, BlockDefinition(), defined),)))
    put(document, "block", "user", graph=GraphRef(id))
    assert graph_steps.deletion_refusal(document, id) is not None
    document.apply(operations.delete(document.main, [NodeId("user")]))
    document.apply(graph_steps.delete_graph(document, id))
    assert id not in document.graphs and GraphId("main") in document.graphs


def test_what_takes_a_parameter_that_is_gone_says_so_where_its_block_was() -> None:
    document = blocks()
    stem = document.graphs[STEM]
    changed(stem, "dense", out_features=Promoted("width"))
    changed(document.main, "second", values={"width": 24})
    step, nodes = ungrouping.ungroup(document.main, NodeId("second"))
    document.apply(step)
    (dense,) = (document.main.nodes[n] for n in nodes if document.main.nodes[n].layer == "linear")
    assert dense.settings["out_features"] == Promoted("width")
    told = [p for p in evaluated(document.main).problems() if p.template == GONE]
    assert (dense.id,) in [p.path for p in told]
    for wrong in told:
        mended = fixes.step(document, wrong)
        assert mended is not None
        document.apply(mended)
    assert not evaluated(document.main).problems()
