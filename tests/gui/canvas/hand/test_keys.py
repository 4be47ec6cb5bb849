"""The canvas without a mouse: walking from node to node, wiring, opening, moving."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from graphs.setting_kinds import NodeRef
from gui.look import theme
from gui.widgets.find_rows import KIND
from tests.graphs.drawing import classifier, put
from tests.gui.found_widgets import part
from tests.gui.hand import CTRL, SHIFT, Hand, hand_on

LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, classifier())


def rows(hand: Hand) -> QListWidget:
    return part(hand.canvas, QListWidget, "wires_rows")


def offered(hand: Hand) -> dict[str, str]:
    """What the list of wires says, and what it says of each."""
    items = [rows(hand).item(row) for row in range(rows(hand).count())]
    return {item.text(): str(item.data(KIND)) for item in items}


def ringed(hand: Hand) -> set[str]:
    return {i.facts.name for i in hand.canvas.sheet.nodes.values() if i.ringed}


def test_arrows_walk_along_the_links(hand: Hand) -> None:
    for key, name in (
        (RIGHT, "image"),  # with nothing chosen the first node is
        (RIGHT, "flatten"),
        (RIGHT, "classify"),
        (LEFT, "flatten"),
        (RIGHT, "classify"),
        (RIGHT, "digit"),
        (DOWN, "loss"),
        (UP, "digit"),
        (RIGHT, "digit"),  # nothing lies further to the right
    ):
        hand.key(key)
        assert hand.chosen() == {name}
        assert ringed(hand) == {name}


def test_arrows_follow_a_link_that_leads_back_on_the_canvas(hand: Hand) -> None:
    hand.drag(hand.node("classify"), hand.view(hand.canvas.sheet.nodes[hand.id("image")].pos()))
    hand.click(hand.node("flatten"))
    hand.key(RIGHT)
    assert hand.chosen() == {"classify"}


def test_shift_and_arrows_choose_more(hand: Hand) -> None:
    hand.click(hand.node("image"))
    hand.key(RIGHT, SHIFT)
    hand.key(RIGHT, SHIFT)
    assert hand.chosen() == {"image", "flatten", "classify"}
    assert ringed(hand) == {"classify"}


def test_the_ring_is_there_for_the_keys_alone(hand: Hand) -> None:
    hand.click(hand.node("image"))
    assert ringed(hand) == set()
    hand.key(RIGHT)
    assert ringed(hand) == {"flatten"}
    hand.key(Qt.Key.Key_F2)
    assert ringed(hand) == set()
    hand.key(Qt.Key.Key_Escape)
    assert ringed(hand) == {"flatten"}
    card = hand.canvas.sheet.nodes[hand.id("flatten")].card()
    edge = hand.view(card.topLeft() + (card.topRight() - card.topLeft()) / 2)
    picture = hand.canvas.grab().toImage()
    column = [picture.pixelColor(edge.x(), edge.y() - up).lightness() for up in range(3, 8)]
    ink, paper = theme.color("text").lightness(), theme.color("background").lightness()
    assert max(abs(light - paper) for light in column) > abs(ink - paper) / 2
    hand.click(hand.node("digit"))
    assert ringed(hand) == set()


def test_a_node_out_of_view_is_brought_into_view(hand: Hand) -> None:
    hand.click(hand.node("image"))
    hand.canvas.resize(420, 400)
    for _ in range(3):
        hand.key(RIGHT)
    assert hand.canvas.viewport().rect().contains(hand.node("digit"))
    assert hand.canvas.zoom == 1.0


def test_enter_asks_for_the_settings(hand: Hand, qtbot: QtBot) -> None:
    hand.click(hand.node("classify"))
    with qtbot.waitSignal(hand.canvas.settings_wanted):
        hand.key(Qt.Key.Key_Return)


def test_enter_edits_the_words_of_a_note(hand: Hand) -> None:
    hand.key(Qt.Key.Key_N)
    hand.write("first")
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Return)
    hand.write("second")
    hand.key(Qt.Key.Key_Return, CTRL)
    assert [note.text for note in hand.workspace.document.main.notes.values()] == ["second"]


def test_w_wires_to_what_is_typed(hand: Hand) -> None:
    put(hand.workspace.document, "relu", "extra")
    hand.click(hand.node("flatten"))
    hand.key(Qt.Key.Key_W)
    hand.write("extra")
    hand.key(Qt.Key.Key_Return)
    assert "flatten.output > extra.input" in hand.links()
    assert hand.canvas.hasFocus()
    assert hand.chosen() == {"flatten"}
    hand.undo()
    assert "flatten.output > extra.input" not in hand.links()


def test_what_would_close_a_circle_is_not_offered_to_be_wired(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_W)
    shown = offered(hand)
    assert "→ flatten" not in shown and "→ image" not in shown
    assert {"← flatten", "← image", "→ digit"} <= shown.keys()
    assert shown["→ digit"] == "remove the link"


def test_a_circle_by_shared_weights_is_not_offered_either(qtbot: QtBot) -> None:
    document = classifier()
    lender = document.main.names["classify"]
    put(document, "linear", "borrower", tied=NodeRef(lender))
    hand = hand_on(qtbot, document)
    hand.click(hand.node("borrower"))
    hand.key(Qt.Key.Key_W)
    assert "← classify" in offered(hand)
    assert not offered(hand).keys() & {"→ classify", "→ flatten"}


def test_what_fits_and_is_free_comes_first_and_what_does_not_says_so(hand: Hand) -> None:
    put(hand.workspace.document, "relu", "extra")
    put(hand.workspace.document, "embedding", "words")
    hand.click(hand.node("flatten"))
    hand.key(Qt.Key.Key_W)
    shown = offered(hand)
    assert next(iter(shown)) == "→ extra"
    assert shown["→ extra"] == "784"


def test_a_link_is_removed_by_the_same_list(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_W)
    hand.write("remove flatten")
    hand.key(Qt.Key.Key_Return)
    assert "flatten.output > classify.input" not in hand.links()


def test_an_input_that_is_taken_is_rewired(hand: Hand) -> None:
    hand.click(hand.node("digit"))
    hand.key(Qt.Key.Key_W)
    hand.write("flatten digit")
    hand.key(Qt.Key.Key_Return)
    assert "flatten.output > digit.input" in hand.links()
    assert "classify.output > digit.input" not in hand.links()


def test_escape_leaves_the_list_without_a_link(hand: Hand) -> None:
    links = hand.links()
    hand.click(hand.node("digit"))
    hand.key(Qt.Key.Key_W)
    hand.key(Qt.Key.Key_Escape)
    assert not rows(hand).isVisible()
    assert hand.links() == links
    assert hand.canvas.hasFocus()
