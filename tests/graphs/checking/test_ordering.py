"""A chain in a wrong order is said to be so, and one step puts it right."""

from itertools import permutations
from typing import Any

import pytest

from graphs.checking import structure
from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.document.history import History
from graphs.files import encoded
from graphs.mending import fixes
from graphs.problems import Problem, Severity
from graphs.steps import placing
from tests.graphs.drawing import drawn, put, wire

MOST_STEPS = 8


def chain(*layers: str) -> Document:
    """Pictures of digits through layers as they come from the palette, to an Output and a loss."""
    nodes: list[tuple[str, str, dict[str, Any]]] = [
        (layer, f"n{place}_{layer}", {}) for place, layer in enumerate(layers)
    ]
    document = drawn(("input", "start", {"field": "image"}), *nodes)
    for place, node in enumerate(document.main.nodes):
        document.main.positions[node] = (place * 200, 0)
    put(document, "output", "shown")
    put(document, "cross_entropy_loss", "loss", target="digit")
    for end in ("shown", "loss"):
        wire(document, nodes[-1][1], end)
    return document


def errors(document: Document) -> list[Problem]:
    found = structure.problems(document, evaluated(document.main))
    return [one for one in found if one.severity is Severity.ERROR]


def way(document: Document) -> list[str]:
    """The layers between the Input and the loss."""
    graph, found = document.main, list[str]()
    (link,) = graph.entering(NodeId("loss"))
    while graph.entering(link.source):
        found.insert(0, graph.nodes[link.source].layer)
        (link,) = graph.entering(link.source)
    return found


def mended(document: Document) -> list[str]:
    """Mend one red node after the other by what is offered; the labels."""
    labels: list[str] = []
    while (found := errors(document)) and len(labels) < MOST_STEPS:
        (one,) = found
        step = fixes.step(document, one)
        assert step is not None, (labels, one.message)
        labels.append(fixes.label(one) or "")
        document.apply(step)
    assert not errors(document), labels
    return labels


WRONG = [
    ("linear", "softmax", "conv2d"),
    ("linear", "conv2d"),
    ("flatten", "conv2d"),
    ("flatten", "conv2d", "linear"),
    ("flatten", "linear", "conv2d"),
    ("flatten", "linear", "relu", "conv2d", "max_pool2d"),
    ("conv2d", "flatten", "max_pool2d", "linear"),
    ("flatten", "linear", "max_pool2d", "linear"),
    ("conv2d", "linear", "max_pool2d", "softmax"),
]


@pytest.mark.parametrize("layers", WRONG, ids="-".join)
def test_a_wrong_order_is_said_and_put_right_by_one_step(layers: tuple[str, ...]) -> None:
    document = chain(*layers)
    (found,) = errors(document)
    assert "The order is wrong" in found.message
    assert (fixes.label(found) or "").startswith("Move ")

    history, before = History(document), encoded(document)
    step = fixes.step(document, found)
    assert step is not None
    history.do(step)
    assert not any("order" in one.message for one in errors(document))
    history.undo()
    assert encoded(document) == before


@pytest.mark.parametrize("layers", WRONG, ids="-".join)
def test_what_is_offered_leads_from_a_wrong_order_to_a_network_that_trains(
    layers: tuple[str, ...],
) -> None:
    document = chain(*layers)
    labels = mended(document)
    assert len(labels) <= 4 and len(set(labels)) == len(labels)
    order = way(document)
    assert max(order.index(one) for one in order if one.endswith("2d")) < order.index("flatten")


@pytest.mark.parametrize(
    "layers", sorted(permutations(("conv2d", "linear", "softmax", "flatten"))), ids="-".join
)
def test_any_order_of_layers_is_mended_by_what_is_offered(layers: tuple[str, ...]) -> None:
    assert len(mended(chain(*layers))) <= 5


def test_cards_of_the_chain_change_places() -> None:
    document = chain("flatten", "linear", "conv2d")
    (found,) = errors(document)
    step = fixes.step(document, found)
    assert step is not None
    document.apply(step)
    graph, places = document.main, list[int]()
    (link,) = graph.entering(NodeId("loss"))
    while graph.entering(link.source):
        places.insert(0, graph.positions[link.source][0])
        (link,) = graph.entering(link.source)
    assert places == sorted(places)


def test_a_flatten_that_comes_along_lies_on_no_card() -> None:
    document = chain("linear", "softmax", "conv2d")
    (found,) = errors(document)
    step = fixes.step(document, found)
    assert step is not None
    document.apply(step)
    graph = document.main
    (flat,) = (node.id for node in graph.nodes.values() if node.layer == "flatten")
    card = (*graph.positions[flat], *placing.CARD)
    assert placing.free_shift(graph, [card], but=[flat]) == (0, 0)


def test_a_chain_without_any_linear_gets_one() -> None:
    document = chain("conv2d", "flatten")
    (found,) = errors(document)
    assert fixes.label(found) == "Insert Linear"
    assert mended(document) == ["Insert Linear"]


def test_a_form_that_the_data_never_had_is_no_matter_of_order() -> None:
    document = chain("flatten", "linear")
    assert not any("order" in one.message for one in errors(document))
