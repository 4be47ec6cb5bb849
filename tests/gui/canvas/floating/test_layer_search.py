"""Adding layers: by search, by dropping them, by pulling a link into space."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.steps import operations, placing
from gui.canvas.floating.layer_search import HEIGHT
from gui.canvas.scene import places
from tests.graphs.drawing import DIGITS, classifier, drawn, put
from tests.gui.hand import Hand, hand_on


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, classifier())


def chosen_layer(hand: Hand) -> str:
    """The layer of the one chosen node."""
    (node,) = hand.workspace.selection
    return hand.workspace.document.main.nodes[node].layer


def test_tab_opens_the_search_and_enter_adds_the_best_find(hand: Hand) -> None:
    hand.key(Qt.Key.Key_Tab)
    assert hand.canvas.search.isVisible()
    hand.write("dropo")
    hand.key(Qt.Key.Key_Return)
    assert not hand.canvas.search.isVisible()
    assert chosen_layer(hand) == "dropout"
    hand.undo()
    assert len(hand.names()) == 5


def test_a_layer_is_put_into_the_link_that_is_chosen(hand: Hand) -> None:
    hand.workspace.select((), [hand.link("flatten", "classify")])
    hand.key(Qt.Key.Key_Tab)
    hand.write("Tanh")
    hand.key(Qt.Key.Key_Return)
    assert {"flatten.output > tanh.input", "tanh.output > classify.input"} <= hand.links()
    hand.workspace.select((), [hand.link("flatten", "tanh")])
    hand.canvas.add_layer("dropout")
    assert {"flatten.output > dropout.input", "dropout.output > tanh.input"} <= hand.links()
    hand.undo()
    hand.undo()
    assert "flatten.output > classify.input" in hand.links()


def test_what_cannot_stand_in_a_link_lies_on_none(hand: Hand) -> None:
    graph = hand.workspace.graph
    link = hand.link("flatten", "classify")
    (x1, y1), (x2, y2) = graph.positions[link.source], graph.positions[link.target]
    hand.workspace.history.do(operations.move(graph, [link.target], (400 + x1 - x2, y1 - y2)))
    hand.workspace.select((), [link])
    goal = (x1 + 200, y1)
    assert placing.free_place(graph, goal) == (goal[0], goal[1] + placing.DOWN)
    assert hand.canvas.editing.add_found("input", goal) not in graph.sources(link.target)
    (node,) = hand.workspace.selection
    assert graph.positions[node][1] > goal[1]


def test_of_equal_finds_those_that_fit_the_place_come_first(hand: Hand) -> None:
    for name, first in (("flatten", "batch_norm1d"), ("image", "batch_norm2d")):
        hand.workspace.select([hand.id(name)])
        hand.key(Qt.Key.Key_Tab)
        hand.write("BatchNorm")
        assert hand.canvas.search.list.ids[0] == first
        hand.key(Qt.Key.Key_Escape)
    hand.workspace.select((), [hand.link("flatten", "classify")])
    hand.key(Qt.Key.Key_Tab)
    hand.write("BatchNorm")
    assert hand.canvas.search.list.ids[0] == "batch_norm1d"


def test_a_double_click_on_empty_canvas_adds_there(hand: Hand) -> None:
    spot = hand.empty()
    goal = places.corner_for(hand.canvas.scene_point(spot.toPointF()))
    hand.double_click(spot)
    hand.write("relu")
    hand.key(Qt.Key.Key_Return)
    (node,) = hand.workspace.selection
    assert hand.workspace.document.main.positions[node] == goal


def test_the_search_finds_by_the_words_of_other_libraries(hand: Hand) -> None:
    hand.key(Qt.Key.Key_Tab)
    hand.write("dense")
    assert hand.canvas.search.list.ids[0] == "linear"
    hand.canvas.search.field.clear()
    hand.write("maxpooling")
    assert hand.canvas.search.list.ids[0] == "max_pool2d"
    assert set(hand.canvas.search.list.ids[:3]) == {"max_pool1d", "max_pool2d", "max_pool3d"}
    hand.canvas.search.field.clear()
    hand.write("no such thing")
    assert hand.canvas.search.list.ids == []
    assert hand.canvas.search.empty.isVisible()
    hand.key(Qt.Key.Key_Return)
    assert hand.canvas.search.isVisible()


def test_arrows_choose_in_the_search_and_escape_closes_it(hand: Hand) -> None:
    hand.key(Qt.Key.Key_Tab)
    first = hand.canvas.search.list.choice
    hand.key(Qt.Key.Key_Down)
    second = hand.canvas.search.list.choice
    assert first != second
    hand.key(Qt.Key.Key_Up)
    assert hand.canvas.search.list.choice == first
    hand.key(Qt.Key.Key_Escape)
    assert not hand.canvas.search.isVisible()
    assert len(hand.names()) == 5
    assert QApplication.focusWidget() is hand.canvas


def test_the_search_closes_when_the_canvas_is_clicked(hand: Hand) -> None:
    hand.key(Qt.Key.Key_Tab)
    hand.canvas.setFocus()
    assert not hand.canvas.search.isVisible()


def test_a_link_let_go_in_space_offers_what_fits_and_wires_it(hand: Hand) -> None:
    hand.drag(hand.output("flatten"), hand.empty())
    offered = set(hand.canvas.search.list.ids)
    assert {"linear", "relu", "dropout", "batch_norm1d", "add"} <= offered
    assert offered.isdisjoint({"conv2d", "max_pool2d", "input", "embedding"})
    hand.write("relu")
    hand.key(Qt.Key.Key_Return)
    assert "flatten.output > relu.input" in hand.links()
    hand.undo()
    assert len(hand.names()) == 5
    assert len(hand.links()) == 4


def test_images_are_offered_what_takes_images(hand: Hand) -> None:
    hand.drag(hand.output("image"), hand.empty())
    offered = set(hand.canvas.search.list.ids)
    assert {"conv2d", "max_pool2d", "flatten", "batch_norm2d"} <= offered
    assert offered.isdisjoint({"batch_norm1d", "embedding"})


def test_a_loss_is_offered_although_its_class_count_is_still_to_be_set(qtbot: QtBot) -> None:
    document = drawn(("input", "image", {"field": "image"}), ("flatten", "flatten", {}))
    put(document, "linear", "dense")
    hand = hand_on(qtbot, document)
    hand.drag(hand.output("flatten"), hand.input("dense"))
    hand.drag(hand.output("dense"), hand.empty())
    hand.write("cross")
    hand.key(Qt.Key.Key_Return)
    (node,) = hand.workspace.selection
    assert hand.workspace.document.main.nodes[node].settings["target"] == "digit"


def test_an_input_let_go_in_space_is_fed_by_the_new_layer(qtbot: QtBot) -> None:
    document = Document()
    put(document, "relu", "relu")
    hand = hand_on(qtbot, document)
    hand.drag(hand.input("relu"), hand.empty())
    assert "output" not in hand.canvas.search.list.ids
    hand.write("linear")
    hand.key(Qt.Key.Key_Return)
    assert hand.links() == {"linear.output > relu.input"}


def test_a_new_input_takes_a_field_that_no_other_uses(qtbot: QtBot) -> None:
    document = drawn(data=DIGITS)
    hand = hand_on(qtbot, document)
    hand.canvas.add_layer("input")
    (node,) = hand.workspace.selection
    assert hand.workspace.document.main.nodes[node].settings["field"] == "image"


def test_a_layer_dropped_on_the_canvas_lies_where_it_was_dropped(hand: Hand) -> None:
    spot = hand.empty()
    goal = places.corner_for(hand.canvas.scene_point(spot.toPointF()))
    hand.drop("gelu", spot)
    (node,) = hand.workspace.selection
    assert hand.workspace.document.main.positions[node] == goal
    hand.undo()
    assert len(hand.names()) == 5


def test_a_layer_dropped_on_a_link_is_put_between_its_ends(hand: Hand) -> None:
    spot = hand.middle("flatten", "classify")
    hand.drop("relu", spot, let_go=False)
    assert hand.canvas.sheet.links[hand.link("flatten", "classify")].target_of_drop
    hand.drop("relu", spot)
    assert {"flatten.output > relu.input", "relu.output > classify.input"} <= hand.links()
    hand.undo()
    assert "flatten.output > classify.input" in hand.links()


def test_a_layer_without_a_way_through_is_not_put_on_a_link(hand: Hand) -> None:
    hand.drop("input", hand.middle("flatten", "classify"))
    assert "flatten.output > classify.input" in hand.links()
    assert chosen_layer(hand) == "input"


def test_a_layer_from_the_palette_goes_behind_the_chosen_node_when_it_fits(hand: Hand) -> None:
    hand.click(hand.node("flatten"))
    hand.canvas.add_layer("tanh")
    assert "flatten.output > tanh.input" in hand.links()
    x, _ = hand.workspace.document.main.positions[hand.id("flatten")]
    assert hand.workspace.document.main.positions[hand.id("tanh")][0] == x + 240
    hand.click(hand.node("flatten"))
    hand.canvas.add_layer("conv2d")
    assert not any("conv" in link for link in hand.links())


def test_new_layers_do_not_lie_on_one_another(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, Document())
    for _ in range(3):
        hand.workspace.select(())
        hand.canvas.add_layer("relu")
    cards = [item.card() for item in hand.canvas.sheet.nodes.values()]
    assert not any(a.intersects(b) for a in cards for b in cards if a is not b)


def test_the_search_stays_within_the_canvas(hand: Hand) -> None:
    for corner in (QPoint(0, 0), QPoint(1399, 899)):
        hand.canvas.adding.search_at(corner)
        assert hand.canvas.rect().contains(hand.canvas.search.geometry())


def test_a_second_layer_is_not_put_onto_the_first(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, Document())
    for layer in ("conv2d", "linear", "relu"):
        hand.workspace.select(())
        hand.key(Qt.Key.Key_Tab)
        hand.write(layer)
        hand.key(Qt.Key.Key_Return)
    cards = [item.card() for item in hand.canvas.sheet.nodes.values()]
    assert len(cards) == 3
    assert not any(a.intersects(b) for a, b in combinations(cards, 2))


def test_tab_wires_a_layer_that_fits_behind_the_chosen_node(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    for layer, link in (
        ("relu", "classify.output > relu.input"),
        ("dropout", "relu.output > dropout.input"),
    ):
        hand.key(Qt.Key.Key_Tab)
        hand.write(layer)
        hand.key(Qt.Key.Key_Return)
        assert link in hand.links()
        assert hand.chosen() == {layer}
    nodes = hand.canvas.sheet.nodes
    assert nodes[hand.id("relu")].x() > nodes[hand.id("classify")].card().right()


def test_tab_leaves_a_layer_that_does_not_fit_unwired(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    before = hand.links()
    hand.key(Qt.Key.Key_Tab)
    hand.write("conv2d")
    hand.key(Qt.Key.Key_Return)
    assert hand.links() == before


def test_a_layer_dropped_at_the_edge_is_brought_into_view(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, classifier())
    view = hand.canvas.viewport().rect()
    hand.drop("relu", QPoint(view.right() - 4, view.bottom() - 4))
    assert view.contains(hand.canvas.node_area(hand.id("relu")))
    assert hand.canvas.zoom == 1.0


def test_the_search_is_no_higher_than_a_low_canvas(hand: Hand) -> None:
    hand.canvas.resize(320, 240)
    hand.key(Qt.Key.Key_Tab)
    assert hand.canvas.rect().contains(hand.canvas.search.geometry())
    hand.key(Qt.Key.Key_Escape)
    hand.canvas.resize(900, 600)
    hand.key(Qt.Key.Key_Tab)
    assert hand.canvas.search.height() == HEIGHT
