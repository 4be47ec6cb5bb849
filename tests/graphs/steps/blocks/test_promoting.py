"""Settings inside of blocks are promoted and taken back, and nothing is computed otherwise."""

from typing import Any

import pytest

from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.document.edits import MAIN, NodeId
from graphs.document.history import History
from graphs.setting_kinds import Promoted
from graphs.steps.blocks import promoting
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.documents import snapshot
from tests.graphs.drawing import put, wire

DENSE, MORE, FIRST, SECOND = map(NodeId, ("dense", "more", "first", "second"))
WIDTH = "out_features"


@pytest.fixture
def document() -> Document:
    """Two blocks of one graph, which has two Linear nodes."""
    made = blocks()
    put(made, "linear", "more", out_features=16, at=STEM)
    wire(made, "before", "more", at=STEM)
    return made


def promote(document: Document, node: NodeId, setting: str = WIDTH) -> str:
    graph = document.graphs[STEM]
    assert promoting.promotion_refusal(graph, node, setting) is None
    step, called = promoting.promote(graph, node, setting)
    document.apply(step)
    return called


def costs(document: Document) -> tuple[Any, ...]:
    whole = evaluated(document.main)
    return whole.parameters, whole.flops, [whole[n].outputs for n in sorted(document.main.nodes)]


def test_what_is_promoted_is_as_it_was_until_a_block_says_otherwise(document: Document) -> None:
    before = costs(document)
    assert promote(document, DENSE) == WIDTH
    assert costs(document) == before
    changed(document.main, FIRST, values={WIDTH: 3})
    more = 784 * 16 + 16
    assert evaluated(document.main)[FIRST].parameters == (784 * 3 + 3) + more


def test_a_second_setting_of_one_name_is_called_by_its_node_too(document: Document) -> None:
    assert promote(document, DENSE) == WIDTH
    assert promote(document, MORE) == "more_out_features"
    taken = document.graphs[STEM].definition.parameters
    assert taken == {WIDTH: 16, "more_out_features": 16}


def test_each_step_is_taken_back_whole(document: Document) -> None:
    history, graph = History(document), document.graphs[STEM]
    before = snapshot(document)
    history.do(promoting.promote(graph, DENSE, WIDTH)[0])
    history.do(promoting.rename_parameter(graph, WIDTH, "width"))
    history.do(promoting.take_back(graph, DENSE, WIDTH))
    assert snapshot(document) == before
    for _ in range(3):
        history.undo()
    assert snapshot(document) == before


def test_taking_back_leaves_the_value_that_all_blocks_say(document: Document) -> None:
    graph = document.graphs[STEM]
    promote(document, DENSE)
    changed(document.main, FIRST, values={WIDTH: 5})
    refused = promoting.taking_back_refusal(graph, DENSE, WIDTH)
    assert refused is not None
    assert refused.message.startswith("The blocks say different values for “out_features”")
    changed(document.main, SECOND, values={WIDTH: 5})
    assert promoting.taking_back_refusal(graph, DENSE, WIDTH) is None
    before = costs(document)

    document.apply(promoting.take_back(graph, DENSE, WIDTH))

    assert costs(document) == before
    assert graph.nodes[DENSE].settings[WIDTH] == 5
    assert graph.definition.parameters == {}
    assert [document.main.nodes[n].settings["values"] for n in (FIRST, SECOND)] == [None, None]


def test_a_parameter_stays_while_another_setting_takes_it(document: Document) -> None:
    graph = document.graphs[STEM]
    promote(document, DENSE)
    changed(graph, MORE, out_features=Promoted(WIDTH))
    document.apply(promoting.take_back(graph, MORE, WIDTH))
    assert graph.definition.parameters == {WIDTH: 16}
    assert graph.nodes[MORE].settings[WIDTH] == 16


def test_a_parameter_is_renamed_wherever_it_is_said_or_taken(document: Document) -> None:
    graph = document.graphs[STEM]
    promote(document, DENSE)
    changed(document.main, FIRST, values={WIDTH: 3})
    before = costs(document)

    document.apply(promoting.rename_parameter(graph, WIDTH, "width"))

    assert costs(document) == before
    assert graph.nodes[DENSE].settings[WIDTH] == Promoted("width")
    assert document.main.nodes[FIRST].settings["values"] == {"width": 3}


def test_a_name_that_a_parameter_cannot_have_is_said(document: Document) -> None:
    graph = document.graphs[STEM]
    promote(document, DENSE)
    promote(document, MORE)
    assert promoting.parameter_fault(graph, WIDTH, "more_out_features") is not None
    assert promoting.parameter_fault(graph, WIDTH, "1st") is not None
    assert promoting.parameter_fault(graph, WIDTH, WIDTH) is None


@pytest.mark.parametrize(
    ("graph", "node", "setting", "words"),
    [
        (MAIN, "scores", WIDTH, "Group it to a block first"),
        (STEM, "dense", WIDTH, "settled elsewhere"),
        (STEM, "more", "nothing", "no setting"),
        (STEM, "more", "tied", "refers to what lies in the block"),
    ],
)
def test_what_cannot_be_promoted_is_said(
    document: Document, graph: Any, node: str, setting: str, words: str
) -> None:
    promote(document, DENSE)
    refused = promoting.promotion_refusal(document.graphs[graph], NodeId(node), setting)
    assert refused is not None
    assert words in refused.message
