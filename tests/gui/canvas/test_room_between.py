"""What is put between two nodes leaves every link to be seen, and lies near them."""

import random
from itertools import product
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from graphs.document.edits import AddNode, MoveNodes, Position, Step
from graphs.steps import operations
from graphs.steps.placing import BESIDE, DOWN
from graphs.templates import templates
from graphs.templates.spec import Template
from gui.canvas import Canvas, arranging
from gui.workspace import Workspace
from tests.gui.canvas.test_routes import ROOM, passed_behind
from tests.quickly import some_of

SOME = [one for one in templates() if len(one.document().main.nodes) <= 30][::3]
WAYS = "as it is", "rows", "by hand"
CLOSE = BESIDE, 4 * DOWN


def as_by_hand(workspace: Workspace, seed: int) -> None:
    """Put each node a little aside, as a hand does."""
    graph, chance = workspace.graph, random.Random(seed)
    moves = [
        MoveNodes(
            graph.id, frozenset({node}), (8 * chance.randint(-3, 3), 8 * chance.randint(-3, 3))
        )
        for node in graph.nodes
    ]
    workspace.history.do(Step("Move", tuple(moves)))


def lay_out(workspace: Workspace, canvas: Canvas, way: str) -> None:
    if way == "rows":
        arranging.arrange(workspace, (), ROOM, canvas.sheet.sizes)
    elif way == "by hand":
        as_by_hand(workspace, 1)


def told(value: Any) -> str:
    return value.id if isinstance(value, Template) else str(value)


def is_close(place: Position, ends: list[Position]) -> bool:
    """Whether a place lies between both ends of a link, or not far from that."""
    return all(
        min(one[axis] for one in ends) - CLOSE[axis]
        <= place[axis]
        <= max(one[axis] for one in ends) + CLOSE[axis]
        for axis in (0, 1)
    )


@pytest.mark.parametrize(("shipped", "way"), some_of(product(SOME, WAYS), 9), ids=told)
def test_a_node_on_any_link_hides_none(qtbot: QtBot, shipped: Template, way: str) -> None:
    workspace = Workspace(shipped.document())
    canvas = Canvas(workspace)
    qtbot.addWidget(canvas)
    lay_out(workspace, canvas, way)
    graph = workspace.graph
    before = passed_behind(canvas).keys()
    worse = []
    for link in list(graph.links()):
        ends = [graph.positions[node] for node in (link.source, link.target)]
        step = operations.insert_on(graph, link, "flatten")
        workspace.history.do(step)
        hidden = passed_behind(canvas).keys() - before
        (place,) = [edit.position for edit in step.edits if isinstance(edit, AddNode)]
        if hidden or not is_close(place, ends):
            worse.append((link, place, hidden))
        workspace.history.undo()
    most = len(list(graph.links())) // 5 if way == "by hand" else 0  # where all is full
    assert len(worse) <= most, worse
