"""Another layer in the place of a node: from the menu or by a key, with links, name, settings."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from graphs.layers import Layer
from graphs.mending.fitting import standing
from graphs.problems import Severity
from tests.graphs.documents import snapshot
from tests.graphs.drawing import drawn, put, wire
from tests.gui.hand import CTRL, Hand, hand_on


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    """A picture through a convolution and an activation, to a loss of its own."""
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("conv2d", "conv", {"out_channels": 7, "kernel_size": (3, 3), "padding": 1}),
        ("relu", "mine", {}),
        ("flatten", "flatten", {}),
        ("linear", "classify", {"out_features": 10}),
        ("output", "digit", {}),
    )
    put(document, "cross_entropy_loss", "loss", target="digit")
    wire(document, "classify", "loss")
    return hand_on(qtbot, document)


def layer(hand: Hand, name: str) -> str:
    return hand.workspace.graph.nodes[hand.id(name)].layer


def ask(hand: Hand, name: str, words: str) -> None:
    """Choose a node, press the key and write what is to be in its place."""
    hand.click(hand.node(name))
    hand.key(Qt.Key.Key_R, CTRL)
    hand.write(words)


def test_a_key_replaces_a_node_in_one_step_and_keeps_links_and_name(hand: Hand) -> None:
    before, links = snapshot(hand.workspace.document), hand.links()
    place = hand.workspace.graph.positions[hand.id("mine")]
    ask(hand, "mine", "gelu")
    hand.key(Qt.Key.Key_Return)
    assert layer(hand, "mine") == "gelu"  # the user's own name stays
    assert hand.links() == links
    assert hand.chosen() == {"mine"}
    assert hand.workspace.graph.positions[hand.id("mine")] == place
    assert not [p for p in hand.workspace.problems if p.severity is Severity.ERROR]
    hand.undo()
    assert snapshot(hand.workspace.document) == before


def test_settings_that_both_have_are_kept_and_a_given_name_follows(hand: Hand) -> None:
    node = hand.id("conv")
    ask(hand, "conv", "convtranspose2d")
    hand.key(Qt.Key.Key_Return)
    new = hand.workspace.graph.nodes[node]
    assert new.layer == "conv_transpose2d"
    assert (new.settings["out_channels"], new.settings["padding"]) == (7, 1)
    assert new.name == "conv_transpose"


def test_the_menu_offers_it_and_what_can_stand_there_comes_first(hand: Hand) -> None:
    at = hand.node("mine")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, hand.canvas.mapToGlobal(at))
    QApplication.sendEvent(hand.canvas.viewport(), event)
    (menu,) = hand.canvas.findChildren(QMenu)
    (action,) = [one for one in menu.actions() if one.text() == "Replace with…"]
    assert action.isEnabled()
    action.trigger()
    menu.close()
    search = hand.canvas.search
    assert search.isVisible()
    assert "mine" in search.field.placeholderText()
    fit = {kind.id for kind in standing(hand.workspace.evaluation, hand.id("mine"))}
    offered = search.list.ids
    assert set(offered[: len(fit)]) == fit
    assert Layer.get(offered[0]).group == Layer.get("relu").group
    assert {"gelu", "batch_norm2d", "max_pool2d"} <= fit
    assert not {"relu", "input", "cross_entropy_loss", "batch_norm1d", "add", "lstm"} & fit
    assert set(offered) == {kind.id for kind in Layer.members()} - {"relu"}
    hand.write("batchnorm")
    assert search.list.ids[0] == "batch_norm2d"


def test_a_loss_made_of_another_layer_has_its_target(hand: Hand) -> None:
    ask(hand, "digit", "crossentropyloss")
    hand.key(Qt.Key.Key_Return)
    (node,) = hand.workspace.selection
    new = hand.workspace.graph.nodes[node]
    assert (new.layer, new.settings["target"]) == ("cross_entropy_loss", "digit")


def test_after_a_replacing_that_was_given_up_the_search_adds_again(hand: Hand) -> None:
    ask(hand, "mine", "gelu")
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Tab)
    assert "mine" not in hand.canvas.search.field.placeholderText()
    hand.write("dropo")
    hand.key(Qt.Key.Key_Return)
    assert layer(hand, "mine") == "relu"
    assert "dropout" in hand.names()


def test_it_can_be_used_for_one_node_alone(hand: Hand) -> None:
    action = hand.canvas.findChild(QAction, "canvas_replace")
    assert isinstance(action, QAction)
    for names, usable in ((["mine"], True), (["mine", "conv"], False), ([], False)):
        hand.workspace.select([hand.id(name) for name in names])
        assert action.isEnabled() is usable
