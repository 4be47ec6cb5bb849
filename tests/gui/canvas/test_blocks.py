"""Blocks on the canvas as a hand uses them: group, enter, edit, leave, ungroup, undo."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from graphs.document.edits import BlockDefinition, ChangeDefinition, GraphId, NodeId, Step
from graphs.setting_kinds import GraphRef, PerCopy, Promoted
from graphs.steps import operations
from graphs.steps.blocks import definitions
from gui.forms.shown_only import ShownOnly
from gui.inspector.inspector import Inspector
from gui.inspector.node_page import NodePage
from gui.inspector.summary_page import SummaryPage
from gui.layers import document_blocks
from gui.problems import problem_cards
from tests.graphs.blocks import STEM, blocks, changed, stacked
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier
from tests.gui.found_widgets import click
from tests.gui.hand import Hand, hand_on

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def flat(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, classifier())


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, blocks())


def entered(hand: Hand) -> list[str]:
    """The blocks that lead to what is shown."""
    return list(map(str, hand.workspace.inside))


def test_what_is_chosen_becomes_a_block_that_is_named_at_once(flat: Hand) -> None:
    before = snapshot(flat.workspace.document)
    flat.workspace.select([flat.id("flatten"), flat.id("classify")])
    flat.key(Qt.Key.Key_G, CTRL)
    assert flat.canvas.name_editor.isVisible()
    flat.write("head")
    flat.key(Qt.Key.Key_Return)
    assert {"image.output > head.input", "head.output > digit.input"} <= flat.links()
    assert not flat.workspace.problems_at(flat.id("head"))
    flat.workspace.select([flat.id("head")])
    flat.key(Qt.Key.Key_G, CTRL | SHIFT)
    assert flat.chosen() == {"flatten", "classify"}
    for _ in range(3):
        flat.undo()
    assert snapshot(flat.workspace.document) == before


def test_a_new_block_is_called_by_any_title_and_its_node_by_a_name_of_it(flat: Hand) -> None:
    flat.workspace.select([flat.id("flatten"), flat.id("classify")])
    flat.key(Qt.Key.Key_G, CTRL)
    flat.write("Read out 2×")
    flat.key(Qt.Key.Key_Return)
    block = flat.workspace.graph.nodes[flat.id("Read_out_2")]
    (computed,) = block.blocks.values()
    assert flat.workspace.document.graphs[computed].definition.title == "Read out 2×"
    assert flat.canvas.sheet.nodes[block.id].facts.subtitle == "Read out 2×"
    flat.undo()
    assert "block" in flat.names()


def test_why_something_cannot_be_a_block_is_said_at_the_pointer(flat: Hand) -> None:
    flat.workspace.select([flat.id("image")])
    flat.key(Qt.Key.Key_G, CTRL)
    assert "image" in flat.canvas.hint.text() and flat.canvas.hint.isVisible()
    assert flat.workspace.document.graphs.keys() == {"main"}


def test_a_refusal_goes_with_what_was_chosen(flat: Hand) -> None:
    flat.workspace.select([flat.id("image")])
    flat.key(Qt.Key.Key_G, CTRL)
    flat.key(Qt.Key.Key_A, CTRL)
    assert not flat.canvas.hint.isVisible()


def test_a_refusal_goes_with_what_was_drawn(hand: Hand) -> None:
    graph, second = hand.workspace.graph, hand.id("second")
    hand.workspace.history.do(operations.set_setting(graph, second, "repeat", 3))
    hand.workspace.select([second])
    hand.key(Qt.Key.Key_G, CTRL | SHIFT)
    assert "repeat" in hand.canvas.hint.text() and hand.canvas.hint.isVisible()
    hand.undo()
    assert not hand.canvas.hint.isVisible()


def test_a_double_click_enters_a_block_and_escape_leaves_it(hand: Hand) -> None:
    hand.double_click(hand.node("second"))
    assert entered(hand) == ["second"]
    assert {"before", "dense", "bend"} <= hand.names()
    assert hand.canvas.breadcrumbs.isVisible()
    assert hand.canvas.breadcrumbs.names()[1:] == ["second"]
    assert hand.workspace.evaluation[NodeId("dense")].weights["weight"] == (16, 16)
    hand.click(hand.node("dense"))
    hand.key(Qt.Key.Key_Escape)
    assert not entered(hand) and hand.chosen() == {"second"}
    assert not hand.canvas.breadcrumbs.isVisible()
    hand.key(Qt.Key.Key_Down, ALT)
    assert entered(hand) == ["second"]
    hand.key(Qt.Key.Key_Up, ALT)
    assert not entered(hand)


def test_escape_leaves_one_level_at_each_press_and_drops_a_gesture_before(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, stacked(3))
    block = NodeId("block0")
    for chosen in ((), (NodeId("input"),), (block, NodeId("output"))):
        for depth in (2, 1):
            hand.workspace.go((block,) * depth)
            hand.workspace.select(chosen)
            hand.press(hand.node("input"))
            hand.move(hand.node("input") + QPoint(60, 60))
            hand.key(Qt.Key.Key_Escape)
            assert len(entered(hand)) == depth, "only what was being done is dropped"
            hand.release(hand.empty())
            hand.workspace.select(chosen)
            hand.key(Qt.Key.Key_Escape)
            assert len(entered(hand)) == depth - 1 and hand.chosen() == {"block0"}
        hand.key(Qt.Key.Key_Escape)
        assert not hand.chosen()


def test_each_place_of_a_block_shows_what_reaches_it_there(hand: Hand) -> None:
    for name, width in (("first", 784), ("second", 16)):
        hand.workspace.go([hand.workspace.document.main.names[name]])
        assert hand.workspace.evaluation[NodeId("dense")].weights["weight"] == (16, width)


def test_the_way_back_is_there_at_every_depth(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, stacked(3))
    crumbs, widths = hand.canvas.breadcrumbs, []
    for depth in range(1, 4):
        hand.double_click(hand.node("block0"))
        assert len(crumbs.names()) == depth + 1
        shown = [button for button in crumbs.findChildren(QPushButton) if button.isVisible()]
        assert [button.text() for button in shown] == crumbs.names()
        assert all(crumbs.rect().contains(button.geometry()) for button in shown)
        widths.append(crumbs.width())
    assert widths == sorted(set(widths))
    shown[1].click()
    assert len(entered(hand)) == 1


def test_what_each_block_says_is_edited_where_it_is_and_told_inside(
    hand: Hand, qtbot: QtBot
) -> None:
    inspector, document = Inspector(hand.workspace), hand.workspace.document
    qtbot.addWidget(inspector)
    stem = document.graphs[STEM]
    defined = BlockDefinition("Dense", {"width": 16})
    promote = operations.set_setting(stem, NodeId("dense"), "out_features", Promoted("width"))
    document.apply(Step("", (ChangeDefinition(STEM, stem.definition, defined), *promote.edits)))
    hand.workspace.select([NodeId("first")])
    page = inspector.page
    assert isinstance(page, NodePage) and page.values is not None
    page.values.editor("width").edited.emit(24)
    assert document.main.nodes[NodeId("first")].settings["values"] == {"width": 24}
    assert hand.workspace.evaluation[NodeId("first")].weights["dense.weight"] == (24, 784)
    assert hand.workspace.evaluation[NodeId("second")].weights["dense.weight"] == (16, 24)
    hand.workspace.enter(NodeId("first"))
    hand.workspace.select([NodeId("dense")])
    inside = inspector.page
    assert isinstance(inside, NodePage) and inside.form is not None
    shown = inside.form.editor("out_features")
    assert isinstance(shown, ShownOnly) and "width" in shown.label.text()


def test_an_edit_inside_reaches_every_use_and_is_undone_where_it_was(hand: Hand) -> None:
    workspace = hand.workspace
    main = workspace.document.main
    before = snapshot(workspace.document)
    workspace.enter(NodeId("second"))
    step = operations.set_setting(workspace.graph, NodeId("dense"), "out_features", 24)
    workspace.history.do(step)
    assert workspace.evaluation[NodeId("dense")].weights["weight"] == (24, 24)
    workspace.leave()
    assert str(workspace.evaluation[NodeId("first")].outputs["after"]) == "24"
    workspace.undo()
    assert workspace.graph.id == STEM, "what was undone is shown"
    assert snapshot(workspace.document) == before
    workspace.go(())
    assert workspace.graph is main


def test_a_block_that_goes_while_it_is_entered_leads_out(hand: Hand) -> None:
    workspace = hand.workspace
    workspace.enter(NodeId("second"))
    hand.click(hand.node("dense"))
    workspace.history.do(operations.delete(workspace.document.main, [NodeId("second")]))
    assert not workspace.inside and "first" in hand.names()
    assert not workspace.selection


def test_a_block_gets_ports_from_inside(hand: Hand) -> None:
    hand.workspace.enter(NodeId("first"))
    hand.canvas.commands.block_input.trigger()
    hand.canvas.commands.block_output.trigger()
    ports = operations.ports_of(hand.workspace.document.main, NodeId("first"))
    assert [port.name for port in ports.inputs] == ["before", "block_input"]
    assert ports.outputs == ("after", "block_output", "gate")
    hand.workspace.leave()
    assert not hand.canvas.commands.block_input.isEnabled()
    assert hand.workspace.problems_at(NodeId("first")), "what is not wired inside is told"


def test_a_problem_inside_is_shown_where_it_is(hand: Hand, qtbot: QtBot) -> None:
    workspace = hand.workspace
    step = operations.set_setting(
        workspace.document.graphs[STEM], NodeId("dense"), "out_features", 0
    )
    workspace.history.do(step)
    (wrong, *_) = [one for one in workspace.problems if len(one.path) > 1]
    assert workspace.problems_at(NodeId(wrong.path[0]))
    workspace.reveal_place(wrong.path, wrong.other)
    assert workspace.inside == wrong.path[:-1] and hand.chosen() == {"dense"}
    assert wrong in workspace.problems_at(NodeId("dense"))


def test_the_inspector_tells_of_the_block_that_was_entered(hand: Hand, qtbot: QtBot) -> None:
    inspector = Inspector(hand.workspace)
    qtbot.addWidget(inspector)
    hand.workspace.enter(NodeId("second"))
    assert isinstance(inspector.page, SummaryPage)
    assert inspector.page.heading.text() == "second"
    assert "first, second compute the same graph" in inspector.page.about.text()
    hand.workspace.select([NodeId("dense")])
    assert shown(inspector) == "dense"
    hand.workspace.go(())
    assert shown(inspector) == "second", "what was left is chosen"


def shown(inspector: Inspector) -> str:
    """The node whose page is there."""
    page = inspector.page
    return str(page.node) if isinstance(page, NodePage) else ""


def test_the_card_of_a_problem_names_the_copy(hand: Hand, qtbot: QtBot) -> None:
    workspace = hand.workspace
    changed(workspace.document.graphs[STEM], "dense", out_features=PerCopy(5, -2))
    changed(workspace.document.main, "second", repeat=4)
    (wrong, *_) = [one for one in workspace.problems if len(one.path) > 1]
    assert problem_cards.place(workspace.document, wrong) == "second.3.dense"
    card = problem_cards.ProblemCard(workspace, wrong)
    qtbot.addWidget(card)
    card.show_nodes()
    assert hand.chosen() == {"dense"}


def test_who_goes_to_a_copy_sees_that_copy_and_the_way_names_it(hand: Hand) -> None:
    """What settings are there, what reaches it there, also where another copy cannot be made."""
    workspace = hand.workspace
    changed(workspace.document.graphs[STEM], "dense", out_features=PerCopy(8, -2))
    changed(workspace.document.main, "second", repeat=3)
    seen = {}
    for copy in (2, 0, 1):
        workspace.reveal_place((NodeId("second"), copy, NodeId("dense")))
        assert hand.canvas.breadcrumbs.names()[1:] == [f"second.{copy}"]
        seen[copy] = workspace.evaluation[NodeId("dense")].weights["weight"]
    assert seen == {0: (8, 8), 1: (6, 8), 2: (4, 6)}

    changed(workspace.document.main, "second", repeat=6)
    (wrong, *_) = [one for one in workspace.problems if len(one.path) > 1]
    workspace.reveal_place(wrong.place, wrong.other)
    assert entered(hand) == ["second", "4"]
    assert wrong in workspace.problems_at(NodeId("dense"))
    changed(workspace.document.main, "second", repeat=3)
    assert entered(hand) == ["second", "2"], "there is no such copy any more"
    changed(workspace.document.main, "second", repeat=1)
    assert hand.canvas.breadcrumbs.names()[1:] == ["second"]
    hand.key(Qt.Key.Key_Escape)
    assert not entered(hand) and hand.chosen() == {"second"}


def test_the_way_through_copies_leads_back_to_each_of_them(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, stacked(2))
    main, inner = hand.workspace.document.main, GraphId("level0")
    changed(main, "block0", repeat=2)
    changed(hand.workspace.document.graphs[inner], "block0", repeat=3)
    block = NodeId("block0")
    hand.workspace.go((block, 1, block, 2))
    crumbs = hand.canvas.breadcrumbs
    assert crumbs.names()[1:] == ["block0.1", "block0.2"]
    shown = [button for button in crumbs.findChildren(QPushButton) if button.isVisible()]
    click(shown[1])
    assert entered(hand) == ["block0", "1"] and hand.chosen() == {"block0"}
    hand.workspace.go((block, 1, block, 2))
    for left in (["block0", "1"], []):
        hand.key(Qt.Key.Key_Up, ALT)
        assert entered(hand) == left


def test_a_block_is_found_by_its_whole_title_and_used_once_more(hand: Hand) -> None:
    workspace = hand.workspace
    stem = workspace.document.graphs[STEM]
    workspace.history.do(definitions.retitle(stem, "Gated linear unit"))
    hand.workspace.select(())
    hand.key(Qt.Key.Key_Tab)
    hand.write("gated linear unit")
    hand.key(Qt.Key.Key_Return)
    (block,) = [n for n in workspace.graph.nodes.values() if n.name == "Gated_linear_unit"]
    assert block.settings["graph"] == GraphRef(STEM)
    assert hand.chosen() == {"Gated_linear_unit"}
    hand.undo()
    assert "Gated_linear_unit" not in hand.names()
    workspace.enter(NodeId("first"))
    assert not document_blocks.offered_blocks(workspace.graph), "none can hold itself"


def test_blocks_of_one_title_say_in_searches_which_of_them_they_are(hand: Hand) -> None:
    workspace = hand.workspace
    workspace.history.do(definitions.retitle(workspace.document.graphs[STEM], "Stem"))
    (alone,) = document_blocks.offered_blocks(workspace.graph)
    assert alone.where == ""
    workspace.history.do(definitions.make_own(workspace.graph, NodeId("second")))
    offered = document_blocks.offered_blocks(workspace.graph)
    assert [(one.title, one.where) for one in offered] == [
        ("Stem", "as first"),
        ("Stem", "as second"),
    ]
    hand.workspace.select(())
    hand.key(Qt.Key.Key_Tab)
    hand.write("stem")
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Return)
    (chosen,) = hand.chosen()
    node = workspace.graph.named(chosen)
    assert node is not None
    assert node.settings["graph"].graph in {one.graph for one in offered}


def test_a_ready_made_block_is_found_by_other_words_and_placed(hand: Hand) -> None:
    workspace = hand.workspace
    graphs = set(workspace.document.graphs)
    workspace.select(())
    hand.key(Qt.Key.Key_Tab)
    hand.write("mlpconv")
    hand.key(Qt.Key.Key_Return)
    assert hand.chosen() == {"network_in_network"}
    assert set(workspace.document.graphs) - graphs == {"mlpconv"}
    hand.undo()
    assert set(workspace.document.graphs) == graphs


@pytest.mark.parametrize("zoom", [1.0, 3.0])
def test_what_was_ungrouped_is_all_in_view(hand: Hand, zoom: float) -> None:
    canvas, block = hand.canvas, hand.id("second")
    stem = hand.workspace.document.graphs[STEM]
    hand.workspace.history.do(operations.move(stem, [NodeId("bend")], (240, 0)))
    hand.workspace.select([block])
    canvas.zoom_to(zoom)
    canvas.pan(QPoint(canvas.viewport().rect().right() - canvas.node_area(block).right(), 0))
    hand.key(Qt.Key.Key_G, CTRL | SHIFT)
    assert hand.chosen() >= {"dense", "bend", "squash"}
    seen = canvas.viewport().rect()
    assert all(seen.contains(canvas.node_area(id)) for id in hand.workspace.selection)
