"""Blocks wire themselves in like layers: on a link, behind a node, by search, palette and hand."""

from itertools import product

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from graphs.library.blocks import ReadyBlock
from graphs.library.blocks import blocks as library
from tests.graphs.blocks import blocks
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier
from tests.gui.hand import Hand, hand_on
from tests.quickly import some_of

WAYS = ["drop", "palette", "search"]


def offered(block: ReadyBlock) -> str:
    """Under which id the palette carries a ready-made block."""
    return f"block:ready:{block.id}"


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, classifier())


def added(hand: Hand) -> str:
    """The name of the one node that is chosen, once it has come."""
    (name,) = hand.chosen()
    return name


def ends(hand: Hand, node: str) -> tuple[set[str], set[str]]:
    """What feeds a node, and what it feeds."""
    graph = hand.workspace.graph
    id = hand.id(node)
    return (
        {graph.nodes[link.source].name for link in graph.entering(id)},
        {graph.nodes[link.target].name for link in graph.leaving(id)},
    )


def on_a_card(hand: Hand, node: str) -> set[str]:
    """The other cards that a card lies on."""
    items = hand.canvas.sheet.nodes
    card = items[hand.id(node)].card()
    return {
        item.facts.name
        for id, item in items.items()
        if id != hand.id(node) and item.card().intersects(card)
    }


@pytest.mark.parametrize(
    ("block", "way"),
    some_of(product(library(), WAYS), 4),
    ids=lambda one: one.id if isinstance(one, ReadyBlock) else one,
)
def test_each_ready_made_block_goes_into_a_link(hand: Hand, block: ReadyBlock, way: str) -> None:
    before = snapshot(hand.workspace.document)
    if way == "drop":
        hand.drop(offered(block), hand.middle("image", "flatten"))
    else:
        hand.workspace.select((), [hand.link("image", "flatten")])
        if way == "palette":
            hand.canvas.add_layer(offered(block))
        else:
            hand.key(Qt.Key.Key_Tab)
            hand.write(block.title)
            assert hand.canvas.search.list.ids[0] == offered(block)
            hand.key(Qt.Key.Key_Return)
    name = added(hand)
    assert ends(hand, name) == ({"image"}, {"flatten"})
    assert not on_a_card(hand, name)
    hand.undo()
    assert snapshot(hand.workspace.document) == before


def test_the_link_below_a_block_that_is_carried_is_lit(hand: Hand) -> None:
    place = hand.middle("image", "flatten")
    hand.drop(offered(library()[0]), place, let_go=False)
    lit = [link for link, item in hand.canvas.sheet.links.items() if item.target_of_drop]
    assert lit == [hand.link("image", "flatten")]


@pytest.mark.parametrize("chosen", ["image", "flatten"])
def test_behind_a_chosen_node_a_block_is_wired_where_it_takes_what_comes(
    hand: Hand, chosen: str
) -> None:
    """Convolutions take pictures, and no flat numbers."""
    hand.workspace.select([hand.id(chosen)])
    hand.canvas.add_layer("block:ready:network_in_network")
    name = added(hand)
    wired = {"image"} if chosen == "image" else set()
    assert ends(hand, name) == (wired, set())
    graph = hand.workspace.graph
    assert graph.positions[hand.id(name)][0] > graph.positions[hand.id(chosen)][0]
    assert not on_a_card(hand, name)


def test_one_more_block_of_the_document_is_wired_alike(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, blocks())
    hand.workspace.select((), [hand.link("first", "second")])
    hand.key(Qt.Key.Key_Tab)
    hand.write("first")
    hand.key(Qt.Key.Key_Return)
    assert ends(hand, added(hand)) == ({"first"}, {"second"})
    hand.workspace.select([hand.id("flatten")])
    hand.key(Qt.Key.Key_Tab)
    hand.write("first")
    hand.key(Qt.Key.Key_Return)
    assert ends(hand, added(hand)) == ({"flatten"}, set())


def test_a_loose_block_that_is_let_go_over_a_link_is_wired_into_it(hand: Hand) -> None:
    hand.drop("block:ready:network_in_network", hand.empty())
    name = added(hand)
    assert ends(hand, name) == (set(), set())
    hand.workspace.select(())
    goal = hand.middle("image", "flatten")
    hand.drag(hand.title(name), goal + (hand.title(name) - hand.node(name)))
    assert ends(hand, name) == ({"image"}, {"flatten"})
