"""Naming, deleting, copying: what a hand does to nodes on the canvas."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.setting_kinds import NodeRef
from graphs.steps import operations
from graphs.steps.placing import DOWN
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier, put
from tests.gui.hand import CTRL, SHIFT, Hand, hand_on


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, classifier())


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_removes_what_is_chosen_and_undo_brings_it_back(hand: Hand, key: Qt.Key) -> None:
    before = snapshot(hand.workspace.document)
    hand.click(hand.node("flatten"))
    hand.key(key)
    assert "flatten" not in hand.names()
    assert hand.links() == {"classify.output > digit.input", "classify.output > loss.input"}
    hand.undo()
    assert snapshot(hand.workspace.document) == before
    assert len(hand.links()) == 4


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_with_control_delete_leaves_no_gap_in_a_chain(hand: Hand, key: Qt.Key) -> None:
    put(hand.workspace.document, "dropout", "dropout")
    hand.workspace.history.do(
        operations.insert_existing(
            hand.workspace.document.main, hand.link("flatten", "classify"), hand.id("dropout")
        )
    )
    before = snapshot(hand.workspace.document)
    hand.workspace.select([hand.id("dropout")])
    hand.canvas.setFocus()
    hand.key(key, CTRL)
    assert "dropout" not in hand.names()
    assert "flatten.output > classify.input" in hand.links()
    hand.undo()
    assert snapshot(hand.workspace.document) == before


def test_who_had_the_weights_of_a_deleted_node_keeps_them_and_undo_gives_them_back(
    hand: Hand,
) -> None:
    document = hand.workspace.document
    for name in ("first", "second"):
        put(document, "linear", name, out_features=10, weights_of=NodeRef("classify"))
    before = snapshot(document)
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_Delete)
    nodes = document.main.nodes
    lent = {name: nodes[hand.id(name)].settings["weights_of"] for name in ("first", "second")}
    assert lent == {"first": None, "second": NodeRef("first")}
    hand.undo()
    assert snapshot(document) == before


def test_delete_does_nothing_while_another_widget_has_the_focus(hand: Hand) -> None:
    hand.click(hand.node("flatten"))
    hand.key(Qt.Key.Key_F2)
    hand.key(Qt.Key.Key_Delete)
    hand.key(Qt.Key.Key_Escape)
    assert "flatten" in hand.names()


def test_a_link_is_chosen_by_a_click_and_deleted_alone(hand: Hand) -> None:
    hand.click(hand.middle("image", "flatten"))
    assert hand.canvas.sheet.links[hand.link("image", "flatten")].selected
    hand.key(Qt.Key.Key_Delete)
    assert "image.output > flatten.input" not in hand.links()
    assert len(hand.names()) == 5


def test_f2_renames_the_chosen_node(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_F2)
    assert hand.canvas.name_editor.isVisible()
    hand.write("scores")
    hand.key(Qt.Key.Key_Return)
    assert not hand.canvas.name_editor.isVisible()
    assert "scores" in hand.names()
    hand.undo()
    assert "classify" in hand.names()


def test_a_double_click_on_a_name_renames(hand: Hand) -> None:
    hand.double_click(hand.title("classify"))
    hand.write("scores")
    hand.key(Qt.Key.Key_Return)
    assert "scores" in hand.names()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("forward", "torch needs for itself"),
        ("flatten", "called “flatten” already"),
        ("2nd", "letters, digits and _ only"),
        ("class", "word of Python"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_the_reason(
    hand: Hand, name: str, reason: str
) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_F2)
    hand.write(name)
    hand.key(Qt.Key.Key_Return)
    assert hand.canvas.name_editor.isVisible()
    assert hand.canvas.hint.isVisible()
    assert reason in hand.canvas.hint.text()
    hand.key(Qt.Key.Key_Escape)
    assert "classify" in hand.names()
    assert not hand.canvas.hint.isVisible()


def test_a_name_being_edited_is_kept_when_the_canvas_is_clicked(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_F2)
    hand.write("scores")
    hand.canvas.setFocus()
    assert "scores" in hand.names()


def test_copied_nodes_are_pasted_with_their_links_and_free_names(hand: Hand) -> None:
    hand.click(hand.node("flatten"))
    hand.click(hand.node("classify"), SHIFT)
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    assert hand.chosen() == {"flatten2", "classify2"}
    assert "flatten2.output > classify2.input" in hand.links()
    hand.undo()
    assert len(hand.names()) == 5


def test_nodes_can_be_pasted_into_another_window(hand: Hand, qtbot: QtBot) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_C, CTRL)
    other = hand_on(qtbot, Document())
    other.canvas.commands.paste.trigger()
    assert other.names() == {"classify"}


def test_cut_nodes_are_gone_and_can_be_pasted(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_X, CTRL)
    assert "classify" not in hand.names()
    hand.key(Qt.Key.Key_V, CTRL)
    assert "classify" in hand.names()


def test_duplicate_makes_a_copy_below_the_original(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_D, CTRL)
    assert hand.chosen() == {"classify2"}
    x, y = hand.workspace.document.main.positions[hand.id("classify")]
    assert hand.workspace.document.main.positions[hand.id("classify2")] == (x, y + DOWN)


def test_what_is_pasted_twice_at_one_place_lies_apart(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_C, CTRL)
    at = hand.empty()
    for _ in range(3):
        hand.move(at)
        hand.key(Qt.Key.Key_V, CTRL)
    cards = [item.card() for item in hand.canvas.sheet.nodes.values()]
    assert len(cards) == 8
    for place, card in enumerate(cards):
        assert not any(card.intersects(other) for other in cards[place + 1 :])


@pytest.mark.parametrize("key", [Qt.Key.Key_V, Qt.Key.Key_D], ids=["paste", "duplicate"])
def test_what_is_added_below_what_is_seen_comes_into_view(hand: Hand, key: Qt.Key) -> None:
    hand.canvas.zoom_to(1.0)
    hand.key(Qt.Key.Key_A, CTRL)
    hand.key(Qt.Key.Key_C, CTRL)
    for _ in range(8):  # until no more fits
        hand.key(key, CTRL)
    added = hand.canvas.sheet.bounds(hand.workspace.selection)
    assert hand.canvas.sheet.bounds().height() > hand.canvas.seen().height()
    assert hand.canvas.seen().contains(added)


@pytest.mark.parametrize(
    "text",
    [
        "just words",
        "{}",
        '{"layerloom": {"nodes": [], "positions": [], "links": []}}',
        '{"layerloom": {"nodes": [1], "positions": [], "links": []}}',
        "[" * 20_000,
    ],
)
def test_a_clipboard_without_nodes_is_refused_with_a_sentence(hand: Hand, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    hand.key(Qt.Key.Key_V, CTRL)
    assert len(hand.names()) == 5
    assert "no nodes" in hand.canvas.hint.text()


def test_a_right_click_offers_what_can_be_done_with_the_node(hand: Hand) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, hand.node("flatten"), QPoint(5, 5))
    QApplication.sendEvent(hand.canvas.viewport(), event)
    assert hand.chosen() == {"flatten"}
    (menu,) = hand.canvas.findChildren(QMenu)
    assert menu.isVisible()
    delete = next(action for action in menu.actions() if action.text() == "Delete")
    assert delete.isEnabled()
    delete.trigger()
    menu.close()
    assert "flatten" not in hand.names()


def test_a_layer_dropped_on_a_node_lies_beside_it(hand: Hand) -> None:
    hand.drop("relu", hand.node("flatten"))
    dropped, there = hand.canvas.sheet.nodes[hand.id("relu")], hand.id("flatten")
    assert not dropped.card().intersects(hand.canvas.sheet.nodes[there].card())
    assert abs(dropped.centre().y() - hand.canvas.sheet.nodes[there].centre().y()) < 2 * DOWN


@pytest.mark.parametrize("key", [Qt.Key.Key_V, Qt.Key.Key_D], ids=["paste", "duplicate"])
def test_undo_brings_back_what_was_in_view_and_chosen_before_copies_came(
    hand: Hand, key: Qt.Key
) -> None:
    hand.canvas.resize(900, 300)
    hand.canvas.zoom_to(1.0)
    hand.key(Qt.Key.Key_A, CTRL)
    hand.key(Qt.Key.Key_C, CTRL)
    before, chosen = hand.canvas.look(), hand.chosen()
    hand.key(key, CTRL)
    after, copies = hand.canvas.look(), hand.chosen()
    assert after != before and copies != chosen
    hand.workspace.undo()
    assert (hand.canvas.look(), hand.chosen()) == (before, chosen)
    hand.workspace.redo()
    assert (hand.canvas.look(), hand.chosen()) == (after, copies)


def test_undo_leaves_the_view_where_the_user_has_moved_it_since(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A, CTRL)
    hand.key(Qt.Key.Key_D, CTRL)
    hand.canvas.pan(QPoint(-40, 25))
    moved = hand.canvas.look()
    hand.workspace.undo()
    assert hand.canvas.look() == moved


def test_a_copy_of_a_frame_lies_on_nothing(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A, CTRL)
    hand.canvas.editing.put_frame("All")
    hand.key(Qt.Key.Key_D, CTRL)
    first, second = hand.workspace.graph.frames.values()
    tops = sorted((first.rectangle[1], second.rectangle[1]))
    assert tops[0] + first.rectangle[3] <= tops[1]
