"""What the canvas shows of a document, and that it keeps up with it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.steps import operations
from gui.canvas import Canvas
from gui.look import stylesheet, theme
from gui.workspace import Workspace
from tests.graphs.drawing import classifier, put
from tests.gui.found_widgets import press
from tests.gui.hand import Hand, hand_on, settled


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, classifier())


def test_the_canvas_shows_every_node_and_link_of_the_document(hand: Hand) -> None:
    assert hand.names() == {"image", "flatten", "classify", "digit", "loss"}
    assert hand.links() == {
        "image.output > flatten.input",
        "flatten.output > classify.input",
        "classify.output > digit.input",
        "classify.output > loss.input",
    }


def test_a_card_says_name_layer_settings_shape_and_parameters(hand: Hand) -> None:
    shown = hand.canvas.sheet.nodes[hand.id("classify")].facts
    assert (shown.name, shown.subtitle) == ("classify", "Linear · 10")
    assert (shown.shape, shown.parameters) == ("10", "7,850")
    assert shown.share == 1.0
    assert hand.canvas.sheet.nodes[hand.id("image")].facts.shape == "1 × 28 × 28"
    assert hand.canvas.sheet.nodes[hand.id("loss")].facts.shape == "10 classes"


def test_only_touched_cards_change_when_a_setting_does(hand: Hand) -> None:
    shown = {n: hand.canvas.sheet.nodes[hand.id(n)].facts for n in hand.names()}
    step = operations.set_setting(hand.workspace.document.main, hand.id("classify"), "bias", False)
    hand.workspace.history.do(step)
    changed = {n for n in hand.names() if hand.canvas.sheet.nodes[hand.id(n)].facts is not shown[n]}
    assert changed == {"classify"}
    assert hand.canvas.sheet.nodes[hand.id("classify")].facts.parameters == "7,840"


def test_an_empty_canvas_says_what_to_do_and_offers_it(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, Document())
    assert hand.canvas.empty.isVisible()
    with qtbot.waitSignal(hand.canvas.template_wanted):
        press(hand.canvas, "start_template")
    with qtbot.waitSignal(hand.canvas.open_wanted):
        press(hand.canvas, "start_open")
    press(hand.canvas, "start_add")
    assert hand.canvas.search.isVisible()
    put(hand.workspace.document, "relu", "relu")
    assert not hand.canvas.empty.isVisible()


def test_another_document_replaces_what_is_shown(hand: Hand, qtbot: QtBot) -> None:
    hand.click(hand.node("classify"))
    other = Document()
    put(other, "relu", "alone")
    hand.workspace.new(other)
    assert hand.names() == {"alone"}
    assert hand.links() == set()
    assert hand.chosen() == set()
    put(other, "tanh", "second")
    assert hand.names() == {"alone", "second"}


def test_a_file_with_unknown_layers_is_shown_with_its_links(qtbot: QtBot, tmp_path: Path) -> None:
    workspace = Workspace(classifier())
    path = tmp_path / "model.loom"
    workspace.save(path)
    path.write_text(path.read_text().replace('"flatten",\n', '"fold_in_time",\n', 1))
    text = path.read_text()
    assert "fold_in_time" in text
    hand = hand_on(qtbot, Document())
    hand.workspace.open(path)
    settled()
    strange = hand.canvas.sheet.nodes[hand.id("flatten")].facts
    assert "unknown" in strange.subtitle
    assert len(hand.links()) == 4
    assert strange.trouble is not None


@pytest.mark.parametrize("size", [(900, 600), (584, 300), (500, 300), (400, 280), (320, 240)])
def test_what_an_empty_canvas_offers_lies_within_it(qtbot: QtBot, size: tuple[int, int]) -> None:
    canvas = Canvas(Workspace())
    qtbot.addWidget(canvas)
    canvas.setStyleSheet(stylesheet.text(theme.tokens(), theme.CORNER))
    canvas.show()
    for before in (size, (320, 240), (584, 300), (900, 600)):  # windows grow and shrink
        for now in (before, size):
            canvas.resize(*now)
            settled()
        for button in canvas.empty.findChildren(QPushButton):
            place = QRect(button.mapTo(canvas, QPoint(0, 0)), button.size())
            assert canvas.rect().contains(place)
            assert button.width() >= button.sizeHint().width()
