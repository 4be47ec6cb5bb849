"""What blocks are called, the order of their ports, and a block that becomes its own."""

from graphs import files
from graphs.checking.evaluation import evaluated
from graphs.checking.node_kinds import block_ports
from graphs.document.edits import NodeId
from graphs.document.history import History
from graphs.steps import operations
from graphs.steps.blocks import definitions, promoting
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.documents import snapshot

FIRST, SECOND = NodeId("first"), NodeId("second")


def test_a_title_is_that_of_all_blocks_of_a_graph() -> None:
    document = blocks()
    history, before = History(document), snapshot(document)
    history.do(definitions.retitle(document.graphs[STEM], "Gated"))
    assert document.graphs[STEM].definition.title == "Gated"
    assert definitions.retitle(document.graphs[STEM], "Gated").edits == ()
    history.undo()
    assert snapshot(document) == before


def test_ports_are_moved_among_their_kind_and_links_stay() -> None:
    document = blocks()
    stem = document.graphs[STEM]
    links = list(document.main.links())
    assert block_ports(stem).outputs == ("after", "gate")
    document.apply(definitions.move_port(stem, NodeId("gate"), -1))
    assert block_ports(stem).outputs == ("gate", "after")
    assert definitions.move_port(stem, NodeId("gate"), -1).edits == ()
    document.apply(definitions.move_port(stem, NodeId("gate"), 1))
    assert block_ports(stem).outputs == ("after", "gate")
    assert list(document.main.links()) == links


def test_a_port_that_is_deleted_leaves_the_order_and_comes_back_to_its_place() -> None:
    document = blocks()
    history, stem = History(document), document.graphs[STEM]
    history.do(definitions.move_port(stem, NodeId("gate"), -1))
    ordered = stem.definition.ports
    assert len(ordered) >= 3
    for gone in ordered:
        history.do(operations.delete(stem, [gone]))
        assert stem.definition.ports == tuple(end for end in ordered if end != gone)
        assert snapshot(files.decoded(files.encoded(document)).document) == snapshot(document)
        history.undo()
        assert stem.definition.ports == ordered


def test_a_block_of_its_own_computes_the_same_and_follows_the_others_no_more() -> None:
    document = blocks()
    promoted, _ = promoting.promote(document.graphs[STEM], NodeId("dense"), "out_features")
    document.apply(promoted)
    changed(document.main, FIRST, values={"out_features": 7})
    before = evaluated(document.main)
    assert definitions.own_refusal(document.main, FIRST) is None
    history, was = History(document), snapshot(document)

    history.do(definitions.make_own(document.main, FIRST))

    after = evaluated(document.main)
    assert {n: (r.outputs, r.weights, r.flops) for n, r in after.results.items()} == {
        n: (r.outputs, r.weights, r.flops) for n, r in before.results.items()
    }
    (own,) = document.main.nodes[FIRST].blocks.values()
    assert own != STEM
    changed(document.graphs[own], "dense", bias=False)
    assert evaluated(document.main)[FIRST].parameters == before[FIRST].parameters - 7
    assert evaluated(document.main)[SECOND].parameters == before[SECOND].parameters
    refused = definitions.own_refusal(document.main, FIRST)
    assert refused is not None and "its own already" in refused.message
    changed(document.graphs[own], "dense", bias=True)
    history.undo()
    assert snapshot(document) == was


def test_what_is_no_block_cannot_be_its_own() -> None:
    document = blocks()
    assert definitions.own_refusal(document.main, NodeId("scores")) is not None
