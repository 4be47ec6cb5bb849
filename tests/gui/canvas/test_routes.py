"""Links run behind no card that is not theirs, as it would look wired to them."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.document.edits import MAIN, Link, MoveNodes, NodeId, Step
from graphs.layers.blocks import Block
from graphs.templates import templates
from graphs.templates.spec import Template
from gui.canvas import Canvas, arranging
from gui.canvas.scene import places
from gui.workspace import Workspace
from tests.graphs.drawing import put, wire
from tests.gui.hand import hand_on
from tests.quickly import some_of

ROOM = (1200, 700)


def passed_behind(canvas: Canvas) -> dict[Link, list[NodeId]]:
    """The cards that hide a part of a link that is not theirs."""
    found: dict[Link, list[NodeId]] = {}
    for link, item in canvas.sheet.links.items():
        points = [places.point_on(item.curve, step / 200) for step in range(201)]
        for node, card in canvas.sheet.nodes.items():
            if node not in (link.source, link.target) and any(map(card.card().contains, points)):
                found.setdefault(link, []).append(node)
    return found


def every_graph(workspace: Workspace) -> Iterator[None]:
    """Show each graph of a document once."""
    seen: set[str] = set()
    ways: list[tuple[NodeId, ...]] = [()]
    while ways:
        way = ways.pop()
        workspace.go(way)
        if workspace.graph.id in seen:
            continue
        seen.add(workspace.graph.id)
        nodes = workspace.graph.nodes
        ways += [(*way, node) for node in nodes if nodes[node].layer == Block.id]
        yield


@pytest.mark.parametrize("shipped", some_of(templates(), 4), ids=lambda one: one.id)
def test_no_link_of_a_template_runs_behind_a_card(qtbot: QtBot, shipped: Template) -> None:
    workspace = Workspace(shipped.document())
    canvas = Canvas(workspace)
    qtbot.addWidget(canvas)
    for _ in every_graph(workspace):
        assert not passed_behind(canvas)
        for room in (None, ROOM):
            arranging.arrange(workspace, (), room, canvas.sheet.sizes)
            assert not passed_behind(canvas)


def residual() -> Document:
    document = Document()
    for place, name in enumerate(("start", "a", "b", "end")):
        node = put(document, "add" if name == "end" else "relu", name)
        document.apply(Step("Move", (MoveNodes(MAIN, frozenset({node}), (240 * place, 0)),)))
    for one, other in (("start", "a"), ("a", "b"), ("b", "end"), ("start", "end")):
        wire(document, one, other)
    return document


def test_a_link_goes_around_what_comes_into_its_way_and_no_longer_when_it_is_gone(
    qtbot: QtBot,
) -> None:
    hand = hand_on(qtbot, residual(), arranged=False)
    past = hand.canvas.sheet.links[hand.link("start", "end")]
    around = past.curve
    assert not passed_behind(hand.canvas)
    between = frozenset({hand.id("a"), hand.id("b")})
    graph = hand.workspace.graph.id
    hand.workspace.history.do(Step("Move", (MoveNodes(graph, between, (0, 400)),)))
    assert past.curve == places.curve(past.curve[0], past.curve[-1])
    hand.undo()
    assert past.curve == around
    hand.workspace.select(between)
    hand.workspace.history.do(Step("Move", (MoveNodes(graph, between, (0, 48)),)))
    assert past.curve != around
    assert not passed_behind(hand.canvas)
