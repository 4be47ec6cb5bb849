"""Graphs that are computed as one node: their ports, what passes them, what is wrong inside."""

import pytest

from graphs.checking import copies, evaluated_graph
from graphs.checking.evaluation import Evaluation, evaluated
from graphs.document.document import Document
from graphs.document.edits import MAIN, AddGraph, GraphId, NodeId, Step
from graphs.mending import fixes
from graphs.problems import Problem, Severity
from graphs.setting_kinds import GraphRef
from graphs.steps import operations
from tests.graphs.blocks import STEM, blocks, changed, stacked
from tests.graphs.drawing import put, wire


def found(document: Document) -> list[Problem]:
    return [p for p in evaluated(document.main).problems() if p.severity is Severity.ERROR]


def test_a_block_has_the_ports_of_its_graph() -> None:
    document = blocks()
    ports = operations.ports_of(document.main, NodeId("first"))
    assert [port.name for port in ports.inputs] == ["before"]
    assert ports.outputs == ("after", "gate")
    document.apply(operations.rename(document.graphs[STEM], NodeId("after"), "behind"))
    assert operations.ports_of(document.main, NodeId("first")).outputs == ("behind", "gate")


def test_a_block_is_asked_with_what_reaches_it_where_it_is() -> None:
    evaluation = evaluated(blocks().main)
    first, second = evaluation[NodeId("first")], evaluation[NodeId("second")]
    assert str(first.outputs["after"]) == "16" == str(second.outputs["after"])
    assert first.weights == {"dense.weight": (16, 784), "dense.bias": (16,)}
    assert second.weights == {"dense.weight": (16, 16), "dense.bias": (16,)}
    assert first.inside is not None and second.inside is not None
    assert first.inside[NodeId("dense")].parameters == 16 * 784 + 16
    assert evaluation.parameters == sum(r.parameters for r in evaluation.results.values())
    assert first.flops == 16 * 784


def test_blocks_that_are_reached_by_the_same_are_asked_once() -> None:
    document = blocks()
    evaluation = Evaluation(document.main)
    third = put(document, "block", "third", graph=GraphRef(STEM))
    wire(document, "second.after", f"{third}.before")
    assert evaluation[third].inside is not None
    fourth = put(document, "block", "fourth", graph=GraphRef(STEM))
    wire(document, f"{third}.after", f"{fourth}.before")
    assert evaluation[third].inside is evaluation[NodeId("second")].inside
    assert evaluation[fourth].inside is evaluation[third].inside


def test_a_change_inside_reaches_all_that_stand_behind_the_block() -> None:
    document = blocks()
    evaluation = Evaluation(document.main)
    changed(document.graphs[STEM], "dense", out_features=24)
    assert str(evaluation[NodeId("first")].outputs["after"]) == "24"
    assert evaluation[NodeId("second")].weights["dense.weight"] == (24, 24)
    assert evaluation[NodeId("scores")].weights["weight"] == (10, 24)


def test_a_step_that_changes_nothing_inside_asks_no_block_again() -> None:
    document = blocks()
    evaluation = Evaluation(document.main)
    inside = evaluation[NodeId("second")].inside
    document.apply(operations.rename(document.main, NodeId("scores"), "classes"))
    assert evaluation[NodeId("second")].inside is inside


def test_what_is_wrong_inside_is_told_with_its_path_and_mended_there() -> None:
    document = blocks()
    graph = document.graphs[STEM]
    changed(graph, "dense", out_features=0)
    (wrong, *_) = found(document)
    assert wrong.path == ("first", "dense") and wrong.node == "first"
    assert document.node_at(tuple(map(NodeId, wrong.path))).name == "dense"
    assert not evaluated(document.main)[NodeId("first")].accepted
    step = fixes.step(document, wrong)
    assert step is not None and {edit.graph for edit in step.edits} == {STEM}  # type: ignore[union-attr]
    document.apply(step)
    assert found(document) == []


def test_a_graph_that_is_not_there_is_told() -> None:
    document = blocks()
    lost = put(document, "block", "lost", graph=GraphRef("gone"))
    wire(document, "flatten.output", f"{lost}.input")
    assert [p.template for p in found(document)] == [evaluated_graph.NO_GRAPH]
    empty = put(document, "block", "empty", graph=None)
    assert evaluated(document.main)[empty].problems[0].setting == "graph"


@pytest.mark.parametrize("by", [1, 2])
def test_a_graph_that_would_compute_itself_is_told(by: int) -> None:
    document = blocks()
    graphs = [STEM, *(GraphId(f"g{n}") for n in range(1, by))]
    for one in graphs[1:]:
        document.apply(Step("Add", (AddGraph(one),)))
    for one, other in zip(graphs, [*graphs[1:], graphs[0]], strict=True):
        put(document, "block", f"in_{one}", graph=GraphRef(other), at=one)
    assert evaluated_graph.WITHIN_ITSELF in {p.template for p in found(document)}


def test_a_circle_inside_is_told() -> None:
    document = blocks()
    graph = document.graphs[STEM]
    for name in ("one", "other"):
        put(document, "relu", name, at=STEM)
    wire(document, "one.output", "other.input", at=STEM)
    wire(document, "other.output", "one.input", at=STEM)
    (told, *_) = found(document)
    assert "one, other need each other in a circle" in told.message
    assert told.path[0] == "first" and told.path[1] in graph.nodes


def test_what_takes_part_in_training_belongs_outside_and_ends_of_blocks_inside() -> None:
    document = blocks()
    put(document, "cross_entropy_loss", "loss", at=STEM)
    assert evaluated_graph.ONLY_OUTSIDE in {p.template for p in found(document)}
    document = blocks()
    put(document, "block_input", "astray")
    assert [p.node for p in found(document)] == ["astray"]


def test_blocks_in_blocks_are_bounded_in_depth_and_number() -> None:
    assert found(stacked(evaluated_graph.MOST_DEEP - 1)) == []
    deep = found(stacked(evaluated_graph.MOST_DEEP + 5))
    assert [p.template for p in deep] == [evaluated_graph.TOO_DEEP]
    assert len(deep[0].path) == evaluated_graph.MOST_DEEP + 1
    wide = found(stacked(20, each=2))  # a million nodes, asked for in a moment
    assert wide[0].template == copies.TOO_MANY
    assert "more than 20,000 nodes" in wide[0].message


def test_a_frozen_block_trains_nothing_inside() -> None:
    document = blocks()
    whole = evaluated(document.main).trained
    document.apply(operations.set_training(document.graphs[STEM], [NodeId("dense")], frozen=True))
    assert evaluated(document.main).trained == 10 * 16 + 10
    document = blocks()
    document.apply(operations.set_training(document.main, [NodeId("first")], frozen=True))
    assert evaluated(document.main).trained == whole - 16 * 784 - 16


def test_a_document_with_another_main_graph_is_evaluated_for_any_of_its_graphs() -> None:
    document = blocks()
    alone = Evaluation(document.graphs[STEM])
    assert alone.graph.id == STEM != MAIN
    assert not alone[NodeId("before")].accepted  # nothing is known of what will enter
    with pytest.raises(KeyError):
        document.node_at((NodeId("first"), NodeId("gone")))
    assert alone[NodeId("dense")].outputs == {}
