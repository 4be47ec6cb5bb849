"""Documents with blocks, for tests."""

from itertools import pairwise
from typing import Any

from graphs.data import DataSection
from graphs.document.document import Document, Graph
from graphs.document.edits import MAIN, AddGraph, GraphId, NodeId, Step
from graphs.setting_kinds import GraphRef
from graphs.steps import operations
from tests.graphs.drawing import DIGITS, drawn, put, wire

STEM = GraphId("stem")


def blocks(data: DataSection = DIGITS) -> Document:
    """A network for digits with two blocks of the graph "stem", one behind the other.

    What leaves the graph is its Linear behind a ReLU, and its gate, to which nothing is wired.
    """
    document = drawn(("input", "image", {"field": "image"}), ("flatten", "flatten", {}), data=data)
    document.apply(Step("Add graph", (AddGraph(STEM),)))
    put(document, "block_input", "before", at=STEM)
    put(document, "linear", "dense", out_features=16, at=STEM)
    put(document, "relu", "bend", at=STEM)
    put(document, "sigmoid", "squash", at=STEM)
    put(document, "block_output", "after", at=STEM)
    put(document, "block_output", "gate", at=STEM)
    for source, target in (
        ("before", "dense"),
        ("dense", "bend"),
        ("dense", "squash"),
        ("bend", "after"),
        ("squash", "gate"),
    ):
        wire(document, source, target, at=STEM)
    for name in ("first", "second"):
        put(document, "block", name, graph=GraphRef(STEM))
    wire(document, "flatten", "first.before")
    wire(document, "first.after", "second.before")
    put(document, "linear", "scores", out_features=10)
    put(document, "output", "digit")
    put(document, "cross_entropy_loss", "loss", target="digit")
    wire(document, "second.after", "scores")
    wire(document, "scores", "digit")
    wire(document, "scores", "loss")
    return document


def stacked(depth: int, each: int = 1) -> Document:
    """Blocks so deep in each other, so many side by side in each."""
    document = drawn(("input", "image", {"field": "image"}), ("flatten", "flatten", {}))
    graphs = [MAIN, *(GraphId(f"level{n}") for n in range(depth))]
    for graph in graphs[1:]:
        document.apply(Step("Add graph", (AddGraph(graph),)))
        put(document, "block_input", "input", at=graph)
        put(document, "block_output", "output", at=graph)
    wire(document, "input", "output", at=graphs[-1])
    for graph, below in pairwise(graphs):
        before = "flatten" if graph == MAIN else "input"
        for number in range(each):
            name = f"block{number}"
            put(document, "block", name, graph=GraphRef(below), at=graph)
            wire(document, before, f"{name}.input", at=graph)
            before = name
        if graph != MAIN:
            wire(document, before, "output", at=graph)
    return document


def changed(graph: Graph, node: str, **values: Any) -> None:
    """Give a node other settings."""
    graph.document.apply(operations.set_settings(graph, NodeId(node), values, "Set"))
