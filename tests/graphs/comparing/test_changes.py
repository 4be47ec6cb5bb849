"""What counts as a change since a run, and in which nodes it is told: what is computed decides."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from graphs.checking.evaluation import evaluated
from graphs.comparing import flat
from graphs.comparing.changes import changed_nodes
from graphs.document.document import Document, Graph
from graphs.document.edits import (
    MAIN,
    AddGraph,
    ChangeDefinition,
    ChangeNode,
    GraphId,
    NodeId,
    Step,
)
from graphs.setting_kinds import GraphRef, NodeRef
from graphs.steps import operations
from graphs.steps.blocks import definitions, grouping, promoting, ungrouping
from tests.graphs.blocks import STEM, blocks, changed, stacked
from tests.graphs.drawing import drawn, put, wire
from tests.graphs.random_graphs import random_document

FIRST, SECOND, DENSE, SCORES = map(NodeId, ("first", "second", "dense", "scores"))


def layers() -> Document:
    """Two Linear layers with a ReLU between, an Output and a loss."""
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
        ("linear", "wide", {"out_features": 16}),
        ("relu", "bend", {}),
        ("linear", "scores", {"out_features": 10}),
        ("output", "digit", {}),
    )
    put(document, "cross_entropy_loss", "loss", target="digit")
    wire(document, "scores", "loss")
    return document


def grouped(document: Document, *nodes: str) -> NodeId:
    step, block = grouping.group(document.main, set(map(NodeId, nodes)), "Part")
    document.apply(step)
    return block


def ungrouped(graph: Graph, block: NodeId) -> None:
    step, _ = ungrouping.ungroup(graph, block)
    graph.document.apply(step)


def repeated(**settings: Any) -> Document:
    """Two blocks of one graph, the first of them several times."""
    document = blocks()
    changed(document.main, "first", repeat=3, **settings)
    return document


def test_to_group_nodes_and_to_ungroup_their_block_changes_nothing() -> None:
    run, document = layers(), layers()
    block = grouped(document, "wide", "bend")
    assert changed_nodes(run, document) == []
    within = document.copy()
    assert changed_nodes(within, document) == []
    ungrouped(document.main, block)
    assert changed_nodes(within, document) == changed_nodes(run, document) == []


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_grouped_and_ungrouped_computes_the_same(seed: int) -> None:
    random, document = Random(seed), random_document(seed)
    run, graph = document.copy(), document.main
    order = evaluated(graph).order
    parts = [order[at : at + random.randint(1, 6)] for at in range(len(order))]
    fit = [part for part in parts if grouping.grouping_refusal(graph, part) is None]
    step, block = grouping.group(graph, random.choice(fit), "Part")
    document.apply(step)
    assert changed_nodes(run, document) == []
    ungrouped(graph, block)
    assert changed_nodes(run, document) == []


def test_one_of_two_blocks_that_is_ungrouped_or_made_its_own_computes_the_same() -> None:
    run, document = blocks(), blocks()
    document.apply(definitions.make_own(document.main, FIRST))
    assert changed_nodes(run, document) == []
    own = document.graphs[GraphId(document.main.nodes[FIRST].settings["graph"].graph)]
    changed(own, "dense", out_features=17)
    assert changed_nodes(run, document) == ["first", "dense"]
    document = blocks()
    ungrouped(document.main, SECOND)
    assert changed_nodes(run, document) == []
    ungrouped(document.main, FIRST)
    assert changed_nodes(run, document) == []


def test_what_is_grouped_and_changed_is_named_alone() -> None:
    run, document = layers(), layers()
    grouped(document, "wide", "bend")
    (inner,) = (graph for id, graph in document.graphs.items() if id != MAIN)
    changed(inner, "wide", out_features=17)
    assert changed_nodes(run, document) == ["wide"]
    inner.document.apply(operations.delete(inner, [NodeId("bend")]))
    assert set(changed_nodes(run, document)) >= {"wide", "bend"}


def test_a_block_that_goes_or_comes_is_named_without_all_that_is_in_it() -> None:
    run, document = blocks(), blocks()
    document.apply(operations.delete(document.main, [SECOND]))
    assert changed_nodes(run, document) == ["scores", "second"]
    assert changed_nodes(document, run) == ["second", "scores"]


def test_a_value_of_a_block_counts_where_it_is_used() -> None:
    run, document = blocks(), blocks()
    step, name = promoting.promote(document.graphs[STEM], DENSE, "out_features")
    document.apply(step)
    assert changed_nodes(run, document) == []
    changed(document.main, "second", values={name: 8})
    assert changed_nodes(run, document) == ["second"]
    changed(document.main, "first", values={name: 16})
    assert changed_nodes(run, document) == ["second"], "the first is as wide as it was"


def test_the_usual_value_of_a_parameter_counts_where_no_block_says_another() -> None:
    document = blocks()
    step, name = promoting.promote(document.graphs[STEM], DENSE, "out_features")
    document.apply(step)
    run = document.copy()
    usual = document.graphs[STEM].definition
    new = replace(usual, parameters={name: 12})
    document.apply(Step("", (ChangeDefinition(STEM, usual, new),)))
    assert changed_nodes(run, document) == ["dense"]


def test_how_often_a_block_is_repeated_counts_and_whether_copies_share_weights() -> None:
    run = repeated()
    assert changed_nodes(run, repeated()) == []
    assert changed_nodes(blocks(), run) == ["first"]
    assert changed_nodes(run, repeated(shares_weights=True)) == ["first"]


def test_the_order_of_ports_counts_where_copies_hand_on_by_it() -> None:
    document = blocks()
    run = document.copy()
    document.apply(definitions.move_port(document.graphs[STEM], NodeId("after"), 1))
    assert changed_nodes(run, document) == [], "links go by names"
    changed(run.main, "first", repeat=2)
    changed(document.main, "first", repeat=2)
    assert changed_nodes(run, document) == ["dense"], "what enters the second copy is the gate"


def test_weights_in_common_count_in_blocks_and_out_of_them() -> None:
    run, document = blocks(), blocks()
    changed(document.main, "second", weights_of=NodeRef("first"))
    assert changed_nodes(run, document) == ["second"]
    run = layers()
    put(run, "linear", "again", out_features=16, weights_of=NodeRef("wide"))
    wire(run, "flatten", "again")
    put(run, "output", "second")
    wire(run, "again", "second")
    document = run.copy()
    grouped(document, "wide", "again")
    assert changed_nodes(run, document) == []
    (inner,) = (graph for id, graph in document.graphs.items() if id != MAIN)
    changed(inner, "again", weights_of=None)
    assert changed_nodes(run, document) == ["again"]


def test_names_places_and_what_is_frozen_change_nothing() -> None:
    run, document = blocks(), blocks()
    document.apply(operations.rename(document.graphs[STEM], DENSE, "thick"))
    node = document.main.nodes[SCORES]
    document.apply(Step("", (ChangeNode(MAIN, node, replace(node, frozen=True)),)))
    assert changed_nodes(run, document) == []


def test_what_nothing_depends_on_is_no_change() -> None:
    run, document = layers(), layers()
    put(document, "linear", "tried", out_features=3)
    wire(document, "bend", "tried")
    assert changed_nodes(run, document) == changed_nodes(document, run) == []
    put(document, "output", "seen")
    wire(document, "tried", "seen")
    assert changed_nodes(run, document) == ["tried", "seen"]
    document = layers()
    (link,) = document.main.entering(SCORES)
    document.apply(operations.delete(document.main, [], [link]))
    assert changed_nodes(run, document) == ["scores"], "those before it are computed in vain"


def test_unfinished_documents_are_compared_as_far_as_they_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, document = blocks(), blocks()
    document.apply(Step("", (AddGraph(GraphId("round")),)))
    put(document, "block", "turn", at=GraphId("round"), graph=GraphRef("round"))
    document.apply(operations.set_setting(document.main, FIRST, "graph", GraphRef("round")))
    document.apply(operations.set_setting(document.main, SECOND, "graph", GraphRef("nowhere")))
    assert set(changed_nodes(run, document)) >= {"first", "second"}
    document.apply(operations.set_setting(document.main, SECOND, "graph", None))
    assert set(changed_nodes(run, document)) >= {"first", "second"}
    deep = stacked(12, each=4)  # millions of places, and nothing at any of them
    changed(deep.graphs[GraphId("level3")], "block1", repeat=2)
    assert changed_nodes(stacked(12, each=4), deep) == ["block1"]
    monkeypatch.setattr(flat, "MOST", 3)
    assert "first" in changed_nodes(run, repeated())
