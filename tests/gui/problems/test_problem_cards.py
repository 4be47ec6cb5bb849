"""Problems beside their node and in the list, and the button that mends them."""

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from graphs.checking.evaluation import Evaluation
from graphs.document.document import Document
from graphs.document.edits import MAIN, Disconnect, Link, NodeId, Step
from graphs.problems import Insert, Problem, Severity
from graphs.steps import operations
from gui.problems.problem_cards import ProblemCard, ProblemList, place
from gui.workspace import Workspace
from tests.graphs.blocks import blocks
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier, drawn, put, wire
from tests.gui.found_widgets import part, press
from tests.gui.hand import Hand, hand_on, settled


@pytest.fixture
def wrong(qtbot: QtBot) -> Hand:
    """Twelve scores for ten classes."""
    hand = hand_on(qtbot, classifier(out_features=12))
    settled()
    return hand


def words(hand: Hand) -> str:
    """Everything that stands on the card beside a node."""
    card = hand.canvas.peek.card
    return "" if card is None else " | ".join(label.text() for label in card.findChildren(QLabel))


def test_a_node_with_a_problem_looks_so_and_its_link_too(wrong: Hand) -> None:
    assert wrong.canvas.sheet.nodes[wrong.id("loss")].facts.trouble is Severity.ERROR
    assert wrong.canvas.sheet.nodes[wrong.id("classify")].facts.trouble is None
    assert wrong.canvas.sheet.links[wrong.link("classify", "loss")].flow.wrong
    assert not wrong.canvas.sheet.links[wrong.link("classify", "digit")].flow.wrong


def test_the_card_shows_while_the_pointer_is_on_the_node(wrong: Hand) -> None:
    assert words(wrong) == ""
    wrong.hover(wrong.node("loss"))
    assert "classify → loss" in words(wrong)
    assert "has 10 classes; this gives 12 scores" in words(wrong)
    wrong.hover(wrong.empty())
    assert words(wrong) == ""


def test_the_card_stays_on_the_way_to_it(wrong: Hand) -> None:
    wrong.hover(wrong.node("loss"))
    card = wrong.canvas.peek.card
    assert card is not None
    node = wrong.canvas.node_area(wrong.id("loss"))
    assert not card.geometry().intersects(node)
    way = (card.geometry().center() * 2 + node.center()) / 3
    if card.geometry().top() >= node.bottom():
        way.setY((card.geometry().top() + node.bottom()) // 2)
        way.setX(node.center().x())
        wrong.hover(way)
        assert wrong.canvas.peek.card is card


def test_the_card_is_out_of_the_way_while_a_node_is_dragged(wrong: Hand) -> None:
    start = wrong.node("loss")
    wrong.press(start)
    wrong.move(start + QPoint(40, 40))
    assert words(wrong) == ""
    wrong.release(start + QPoint(40, 40))
    assert "classify → loss" in words(wrong)
    assert wrong.canvas.peek.card is not None
    area = wrong.canvas.node_area(wrong.id("loss"))
    assert not wrong.canvas.peek.card.geometry().intersects(area)


def test_the_card_stays_within_the_canvas(wrong: Hand) -> None:
    for corner in (wrong.canvas.viewport().rect().topLeft(), wrong.empty()):
        wrong.canvas.pan(corner - wrong.node("loss"))
        wrong.workspace.select({wrong.id("loss")})
        card = wrong.canvas.peek.card
        assert card is not None
        assert wrong.canvas.rect().contains(card.geometry())
        wrong.workspace.select(())


@pytest.mark.parametrize("width", [280, 420, 900])
def test_every_fix_can_be_pressed_however_narrow_the_canvas_is(qtbot: QtBot, width: int) -> None:
    document = Document()
    for name in ("first", "second", "a_third_one_with_a_name_that_goes_on_for_longer"):
        put(document, "relu", name)
    put(document, "linear", "lone")
    hand = hand_on(qtbot, document)
    hand.canvas.resize(width, 400)
    hand.workspace.select({hand.id("lone")})
    settled()
    card = hand.canvas.peek.card
    assert card is not None and len(card.offers()) == 4
    for button in card.findChildren(QPushButton):
        assert card.rect().contains(button.geometry())
        assert hand.canvas.viewport().rect().contains(button.geometry().translated(card.pos()))
        enough = button.sizeHint().width() <= button.width() or button.toolTip() == button.text()
        assert enough, button.text()


@pytest.mark.parametrize("width", [280, 300, 320])
def test_in_a_narrow_canvas_the_card_rather_covers_other_nodes_than_its_own(
    qtbot: QtBot, width: int
) -> None:
    document = Document()
    for name in ("left", "right", "lone"):
        put(document, "relu", name)
    hand = hand_on(qtbot, document)
    x, y = document.main.positions[hand.id("lone")]
    for name, aside in (("left", -120), ("right", 120)):
        left, top = document.main.positions[hand.id(name)]
        by = x + aside - left, y - 140 - top
        document.apply(operations.move(document.main, [hand.id(name)], by))
    hand.canvas.resize(width, 260)
    hand.workspace.select({hand.id("lone")})
    area = hand.canvas.node_area(hand.id("lone"))
    hand.canvas.pan(QPoint(width // 2 + 9, 250) - QPoint(area.center().x(), area.bottom()))
    settled()
    assert hand.canvas.peek.card is not None
    covered = hand.canvas.peek.card.geometry()
    assert not covered.intersects(hand.canvas.node_area(hand.id("lone")))


def test_the_fix_button_mends_the_problem_in_one_step(wrong: Hand) -> None:
    before = snapshot(wrong.workspace.document)
    wrong.click(wrong.node("loss"))
    assert wrong.canvas.peek.card is not None
    assert wrong.canvas.peek.card.fix.text() == "Set out_features to 10"
    press(wrong.canvas.peek.card, "fix")
    settled()
    assert wrong.workspace.document.main.nodes[wrong.id("classify")].settings["out_features"] == 10
    assert wrong.workspace.problems == ()
    assert words(wrong) == ""
    assert not wrong.canvas.sheet.links[wrong.link("classify", "loss")].flow.wrong
    wrong.undo()
    assert snapshot(wrong.workspace.document) == before


def test_what_a_fix_adds_is_chosen_and_brought_into_view(qtbot: QtBot) -> None:
    document = classifier()
    document.apply(operations.dissolve(document.main, NodeId("flatten")))
    hand = hand_on(qtbot, document)
    settled()
    hand.canvas.pan(QPoint(-5000, 0))
    problems = ProblemList(hand.workspace)
    qtbot.addWidget(problems)
    problems.show()
    card = next(card for card in problems.cards if card.fix.text() == "Insert Flatten")
    press(card, "fix")
    assert hand.chosen() == {"flatten"}
    view = hand.canvas.viewport().rect()
    assert view.contains(hand.canvas.node_area(hand.id("flatten")))


def test_a_fix_that_does_not_help_says_so_and_changes_nothing(qtbot: QtBot) -> None:
    document = classifier(out_features=12)
    hand = hand_on(qtbot, document)
    settled()
    hand.click(hand.node("loss"))
    card = hand.canvas.peek.card
    assert card is not None
    link = hand.link("classify", "loss")
    document.apply(Step("Disconnect", (Disconnect(MAIN, link),)))  # nothing is left to be set
    before = snapshot(document)
    card.apply_fix()
    assert snapshot(document) == before
    assert "mend other problems first" in card.sentence.text()
    assert not card.fix.isEnabled()


def test_show_both_nodes_chooses_them_and_brings_them_into_view(wrong: Hand) -> None:
    wrong.click(wrong.node("loss"))
    assert wrong.canvas.peek.card is not None
    press(wrong.canvas.peek.card, "show_nodes")
    assert wrong.chosen() == {"loss", "classify"}


def test_the_list_shows_errors_first_and_mends_them(qtbot: QtBot) -> None:
    document = classifier(out_features=12)
    put(document, "relu", "unused")
    wire(document, "flatten", "unused")
    workspace = Workspace(document)
    listed = ProblemList(workspace)
    qtbot.addWidget(listed)
    listed.resize(900, 300)
    listed.show()
    assert [card.problem.severity for card in listed.cards] == [Severity.ERROR, Severity.WARNING]
    assert listed.summary.text() == "1 to mend before training, 1 worth a look."
    press(listed.cards[0], "fix")
    settled()
    assert listed.summary.text() == "1 worth a look."
    assert part(listed.cards[0], QPushButton, "fix").text() == "Delete the node"
    press(listed.cards[0], "fix")
    settled()
    assert listed.cards == []
    assert "can be trained" in listed.summary.text()


def test_the_list_says_what_an_empty_document_needs(qtbot: QtBot) -> None:
    listed = ProblemList(Workspace())
    qtbot.addWidget(listed)
    assert len(listed.cards) == 1
    assert "template" in listed.cards[0].sentence.text()


def test_the_list_follows_when_another_document_is_opened(qtbot: QtBot) -> None:
    workspace = Workspace(classifier())
    listed = ProblemList(workspace)
    qtbot.addWidget(listed)
    assert listed.cards == []
    workspace.new(classifier(out_features=3))
    assert len(listed.cards) == 1


def listed_in(qtbot: QtBot, workspace: Workspace) -> ProblemList:
    """The list of problems, in sight."""
    listed = ProblemList(workspace)
    qtbot.addWidget(listed)
    listed.resize(900, 400)
    with qtbot.waitExposed(listed):
        listed.show()
    return listed


def said(listed: ProblemList) -> set[str]:
    """All names and buttons of the list."""
    return {words for card in listed.cards for words in card.offers()}


def offers_first(listed: ProblemList, fix: str) -> bool:
    """Whether the first card has that fix."""
    return listed.cards[0].fix.text() == fix


def unwired() -> Workspace:
    """A relu that nothing is wired to, beside a network that is whole."""
    document = classifier()
    put(document, "relu", "loose")
    return Workspace(document)


def test_the_list_speaks_of_nodes_by_the_names_they_have_now(qtbot: QtBot) -> None:
    workspace = unwired()
    listed, graph = listed_in(qtbot, workspace), workspace.graph
    assert {"loose", "Wire flatten to it"} <= said(listed)
    for old, new in (("loose", "bend"), ("flatten", "flat")):
        workspace.history.do(operations.rename(graph, graph.names[old], new))
    qtbot.waitUntil(lambda: {"bend", "Wire flat to it"} <= said(listed))
    qtbot.waitUntil(lambda: not {"loose", "Wire flatten to it"} & said(listed))
    workspace.history.undo()
    qtbot.waitUntil(lambda: "Wire flatten to it" in said(listed))


def test_the_list_offers_first_what_the_card_beside_the_node_does(qtbot: QtBot) -> None:
    document = classifier()
    put(document, "relu", "loose")
    hand = hand_on(qtbot, document)
    listed = listed_in(qtbot, hand.workspace)
    for beside in ("image", "flatten", "classify"):
        x, y = hand.workspace.graph.positions[hand.id(beside)]
        hand.workspace.select([hand.id("loose")])
        now = hand.workspace.graph.positions[hand.id("loose")]
        hand.canvas.editing.nudge((x + 60 - now[0], y + 120 - now[1]))
        settled()
        card = hand.canvas.peek.card
        assert card is not None
        qtbot.waitUntil(partial(offers_first, listed, card.fix.text()))


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "a moment later"])
def test_a_fix_never_speaks_of_a_node_that_is_gone(qtbot: QtBot, at_once: bool) -> None:
    workspace = Workspace(
        drawn(
            ("input", "image", {"field": "image"}), ("flatten", "flatten", {}), ("relu", "relu", {})
        )
    )
    listed, graph = listed_in(qtbot, workspace), workspace.graph
    (missing,) = (card for card in listed.cards if "no Output" in card.problem.message)
    workspace.history.do(operations.delete(graph, [graph.names["relu"]]))
    if not at_once:
        settled()
    press(missing, "fix")
    (output,) = graph.entering(graph.names["output"])
    assert output.source == graph.names["flatten"]


def test_very_many_problems_are_counted_and_the_first_are_shown(qtbot: QtBot) -> None:
    document = drawn(("input", "image", {"field": "image"}))
    for number in range(80):
        put(document, "relu", f"relu{number}")
    listed = ProblemList(Workspace(document))
    qtbot.addWidget(listed)
    assert len(listed.cards) == 60
    assert "The first 60 are shown" in listed.summary.text()


def test_markup_in_a_problem_is_shown_as_it_is(qtbot: QtBot) -> None:
    document = drawn(("input", "image", {"field": "<b>bold</b>"}))
    listed = ProblemList(Workspace(document))
    qtbot.addWidget(listed)
    card = next(card for card in listed.cards if "bold" in card.sentence.text())
    assert card.sentence.textFormat() is Qt.TextFormat.PlainText
    assert "<b>bold</b>" in card.sentence.text()


def side_by_side(qtbot: QtBot, size: QSize) -> Hand:
    """A convolution that nothing is wired to, and a ReLU right of it; the ReLU is chosen."""
    document = drawn()
    put(document, "conv2d", "conv")
    put(document, "relu", "relu")
    hand = hand_on(qtbot, document, arranged=False)
    hand.workspace.select({hand.id("relu")})
    hand.canvas.editing.nudge((240, 0))
    hand.canvas.resize(size)
    hand.canvas.frame_all()
    settled()
    return hand


def test_the_card_covers_no_node_while_there_is_room(qtbot: QtBot) -> None:
    hand = side_by_side(qtbot, QSize(900, 600))
    card = hand.canvas.peek.card
    assert card is not None
    for name in ("conv", "relu"):
        assert not card.geometry().intersects(hand.canvas.node_area(hand.id(name)))
        assert not card.geometry().contains(hand.output(name))


def test_a_press_on_a_port_that_the_card_covers_pulls_a_link(qtbot: QtBot) -> None:
    hand = side_by_side(qtbot, QSize(470, 240))
    hand.canvas.peek.card.move(hand.output("conv") - QPoint(30, 30))  # type: ignore[union-attr]
    window = hand.canvas.windowHandle()
    start, end = hand.output("conv"), hand.input("relu")
    QTest.mouseMove(window, start)
    QTest.mousePress(window, Qt.MouseButton.LeftButton, pos=start)
    for share in (1, 2, 3):
        QTest.mouseMove(window, start + (end - start) * share / 3)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=end)
    assert hand.links() == {"conv.output > relu.input"}


def test_a_layer_dropped_on_the_card_lands_on_the_canvas(wrong: Hand) -> None:
    wrong.hover(wrong.node("loss"))
    card = wrong.canvas.peek.card
    assert card is not None
    inside: QWidget = card.sentence
    target = inside
    while not target.acceptDrops():  # as Qt looks for who takes what is dropped
        above = target.parentWidget()
        assert above is not None
        target = above
    assert target is wrong.canvas.viewport()
    wrong.drop("relu", inside.mapTo(target, inside.rect().center()))
    assert "relu" in wrong.names()


def listed(qtbot: QtBot, workspace: Workspace) -> ProblemList:
    """The list of problems, shown."""
    problems = ProblemList(workspace)
    qtbot.addWidget(problems)
    problems.resize(900, 400)
    with qtbot.waitExposed(problems):
        problems.show()
    settled()
    return problems


def press_on(problems: ProblemList, words: str) -> None:
    """Press the button of the card that says ``words``."""
    press(next(card for card in problems.cards if words in card.problem.message), "fix")


def test_a_loss_and_an_output_that_are_missing_are_added_and_wired(qtbot: QtBot) -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
        ("linear", "classify", {"out_features": 10}),
    )
    workspace = Workspace(document)
    problems = listed(qtbot, workspace)
    press_on(problems, "no Output")
    settled()
    press_on(problems, "no loss")
    settled()
    assert not workspace.problems
    assert {k.source for n in ("output", "cross_entropy_loss") for k in _into(workspace, n)} == {
        "classify"
    }


def _into(workspace: Workspace, layer: str) -> list[Link]:
    graph = workspace.document.main
    (node,) = [node.id for node in graph.nodes.values() if node.layer == layer]
    return graph.entering(node)


def test_without_data_the_way_to_choose_it_is_a_button(qtbot: QtBot) -> None:
    document = Document()
    put(document, "relu", "relu")
    workspace = Workspace(document)
    problems = listed(qtbot, workspace)
    with qtbot.waitSignal(workspace.panel_wanted, check_params_cb=lambda panel: panel == "data"):
        press_on(problems, "No data is chosen")


def test_an_input_leads_to_the_data_while_there_is_none(qtbot: QtBot) -> None:
    document = Document()
    put(document, "input", "picture")
    hand = hand_on(qtbot, document)
    hand.workspace.select([hand.id("picture")])
    settled()
    card = hand.canvas.peek.card
    assert card is not None
    with qtbot.waitSignal(hand.workspace.panel_wanted) as wanted:
        press(card, "fix")
    assert wanted.args == ["data"]


def test_the_one_free_output_that_suits_is_offered_to_be_wired(qtbot: QtBot) -> None:
    document = classifier()
    link = next(k for k in document.main.links() if k.target == "flatten")
    document.apply(Step("Cut", (Disconnect(MAIN, link),)))
    workspace = Workspace(document)
    problems = listed(qtbot, workspace)
    card = next(card for card in problems.cards if "Nothing is wired" in card.problem.message)
    assert card.fix.text() == "Wire image to it"
    press(card, "fix")
    settled()
    assert link in set(document.main.links())
    assert not workspace.problems


def test_a_fix_that_does_not_mend_has_no_button(qtbot: QtBot) -> None:
    document = drawn(("input", "image", {"field": "image"}), ("flatten", "flatten", {}))
    put(document, "cross_entropy_loss", "loss", target="digit")
    wire(document, "flatten", "loss")
    problem = replace(Evaluation(document.main)[NodeId("loss")].problems[0], fix=Insert("conv2d"))
    card = ProblemCard(Workspace(document), problem)
    qtbot.addWidget(card)
    assert card.findChild(QPushButton, "fix") is None


def test_a_card_names_a_place_inside_of_a_block_by_its_path() -> None:
    document = blocks()
    inside = Problem("Wrong.", path=("first", "bend"))
    assert place(document, inside) == "first.bend"
    assert place(document, replace(inside, other="dense")) == "first.dense → first.bend"
    assert place(document, replace(inside, path=("first",))) == "first"
    assert place(document, replace(inside, path=("first", "gone"))) == ""
    assert place(document, replace(inside, path=("scores", "bend"))) == ""
