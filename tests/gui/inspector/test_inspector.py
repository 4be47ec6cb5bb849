"""The inspector: the chosen node's name, settings, figures and problems, or the document's."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    ChangeData,
    ChangeFrame,
    ChangeNode,
    ChangeNote,
    Frame,
    NodeId,
    Note,
    Step,
)
from graphs.layers import Layer
from graphs.mending.choosing import choose_data
from graphs.sizes import BATCH, Size, symbol
from graphs.steps import operations
from graphs.steps.annotation_steps import Marks
from graphs.templates import find
from gui.forms.switch import Switch
from gui.inspector.inspector import Inspector
from gui.inspector.node_page import NodePage
from gui.inspector.summary_page import SummaryPage
from gui.widgets.figures import counted
from gui.workspace import Workspace
from tests.graphs.blocks import blocks
from tests.graphs.documents import snapshot
from tests.graphs.drawing import DIGITS, classifier, drawn, put
from tests.gui.found_widgets import click, part, press, write
from tests.gui.hand import settled

Opened = tuple[Inspector, Workspace]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    return inspecting(qtbot, classifier())


def inspecting(qtbot: QtBot, document: Document) -> Opened:
    workspace = Workspace(document)
    inspector = Inspector(workspace)
    qtbot.addWidget(inspector)
    inspector.resize(300, 700)
    with qtbot.waitExposed(inspector):
        inspector.show()
    inspector.activateWindow()
    return inspector, workspace


def page(inspector: Inspector) -> NodePage:
    assert isinstance(inspector.page, NodePage)
    return inspector.page


def words(inspector: Inspector) -> list[str]:
    return [label.text() for label in inspector.page.findChildren(QLabel) if label.text()]


def figure(inspector: Inspector, name: str) -> str:
    shown = words(inspector)
    return shown[shown.index(name) + 1]


def test_the_formula_of_a_layer_and_its_sources_are_folded_away(opened: Opened) -> None:
    inspector, workspace = opened
    linear = next(n for n in workspace.graph.nodes.values() if n.layer == "linear")
    workspace.select({linear.id})
    told = inspector.page.findChild(QLabel, "explanation")
    button = inspector.page.findChild(QToolButton, "more_about")
    assert isinstance(told, QLabel) and isinstance(button, QToolButton)
    assert not told.isVisible()
    button.click()
    assert told.isVisible() and told.text().startswith("y = x Wᵀ + bias.")
    assert any("generated/torch.nn.Linear.html" in text for text in words(inspector))


def test_with_nothing_chosen_it_sums_the_document_up(opened: Opened) -> None:
    inspector, _ = opened
    assert isinstance(inspector.page, SummaryPage)
    assert figure(inspector, "Nodes") == "5"
    assert figure(inspector, "Links") == "4"
    assert figure(inspector, "Data") == "Handwritten digits"
    assert figure(inspector, "Parameters") == "7,850"
    assert figure(inspector, "Multiply-adds") == "7,840"


def test_the_data_section_names_the_file(qtbot: QtBot, opened: Opened) -> None:
    inspector, workspace = opened
    assert "File" not in words(inspector)
    document = workspace.document
    path = f"/data/{'a_long_name_' * 4}points.csv"
    wanted = replace(document.data, source="table", settings={"path": path})
    workspace.history.do(choose_data(document, wanted))
    qtbot.waitUntil(lambda: "File" in words(inspector))
    short = figure(inspector, "File")
    assert short.startswith("a_long_name_") and short.endswith("points.csv") and "…" in short
    (value,) = [one for one in inspector.page.findChildren(QLabel) if one.text() == short]
    assert value.toolTip() == path


def test_one_chosen_node_is_shown_in_full(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("classify")})
    assert page(inspector).name.text() == "classify"
    assert any("Linear · Connects every input" in text for text in words(inspector))
    assert part(page(inspector), QSpinBox, "out_features").value() == 10
    assert part(page(inspector), Switch, "bias").isChecked()
    assert figure(inspector, "Input") == "784"
    assert figure(inspector, "Output") == "10"
    assert figure(inspector, "Parameters") == "7,850"


def test_the_keys_of_a_chosen_block_begin_with_what_can_be_set(qtbot: QtBot) -> None:
    inspector, workspace = inspecting(qtbot, blocks())
    first = next(n.id for n in workspace.graph.nodes.values() if n.name == "first")
    workspace.select({first})
    form = page(inspector).form
    assert form is not None and form.first() is form.editor("repeat")


def test_several_chosen_nodes_are_counted(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("classify"), NodeId("flatten")})
    assert "2 nodes" in words(inspector)
    assert figure(inspector, "Parameters") == "7,850"


def test_what_is_not_known_yet_is_said_so_and_never_counted_as_nothing(opened: Opened) -> None:
    inspector, workspace = opened
    link = workspace.document.main.entering(NodeId("classify"))[0]
    workspace.history.do(operations.delete(workspace.graph, (), [link]))
    workspace.select(())
    inspector.refresh()
    for name in ("Parameters", "Multiply-adds"):
        assert figure(inspector, name) == "at least 0"
    workspace.select({NodeId("classify")})
    for name in ("Parameters", "Multiply-adds"):
        assert figure(inspector, name) == "not known yet"


def test_a_sum_says_for_which_length_it_is(qtbot: QtBot) -> None:
    found = find("char-transformer")
    assert found is not None
    inspector, _ = inspecting(qtbot, found.document())
    assert figure(inspector, "Multiply-adds") == "7.76 M at T = 64"


def test_a_chosen_link_says_what_flows(opened: Opened) -> None:
    inspector, workspace = opened
    link = workspace.document.main.entering(NodeId("flatten"))[0]
    workspace.select((), {link})
    assert "image → flatten" in words(inspector)
    assert figure(inspector, "Shape") == "1 × 28 × 28"
    assert figure(inspector, "Kind") == "float"


def test_a_setting_changes_the_document_and_a_burst_is_one_step(opened: Opened) -> None:
    inspector, workspace = opened
    before = snapshot(workspace.document)
    workspace.select({NodeId("classify")})
    box = part(page(inspector), QSpinBox, "out_features")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "128")
    assert workspace.document.main.nodes[NodeId("classify")].settings["out_features"] == 128
    assert figure(inspector, "Output") == "128"
    assert workspace.history.undo_name == "Set out_features"
    workspace.history.undo()
    assert snapshot(workspace.document) == before
    assert box.value() == 10


def test_two_bursts_are_two_steps(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("classify")})
    box = part(page(inspector), QSpinBox, "out_features")
    for number in ("20", "30"):
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, number)
        QTest.keyClick(box, Qt.Key.Key_Return)
    workspace.history.undo()
    assert box.value() == 20


def test_the_name_can_be_edited(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("classify")})
    name = part(page(inspector), QLineEdit, "node_name")
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "scores")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert workspace.document.main.nodes[NodeId("classify")].name == "scores"
    workspace.history.undo()
    assert page(inspector).name.text() == "classify"


def test_a_name_that_cannot_be_is_refused_while_it_is_written(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("classify")})
    name = part(page(inspector), QLineEdit, "node_name")
    fault = part(page(inspector), QLabel, "name_fault")
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "flatten")
    assert fault.isVisible()
    assert fault.text() == "Another node is called “flatten” already."
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert name.text() == "flatten"
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert name.text() == "classify"
    assert not fault.isVisible()
    assert workspace.document.main.nodes[NodeId("classify")].name == "classify"


def test_problems_stand_below_with_their_fix(qtbot: QtBot) -> None:
    inspector, workspace = inspecting(qtbot, classifier(out_features=12))
    workspace.select({NodeId("loss")})
    assert any("this gives 12 scores" in text for text in words(inspector))
    settled()
    press(inspector, "fix")
    settled()
    assert workspace.problems == ()
    assert not any("this gives" in text for text in words(inspector))


def test_a_problem_of_a_setting_stands_at_the_setting(qtbot: QtBot) -> None:
    inspector, workspace = inspecting(
        qtbot, drawn(("input", "image", {"field": "image"}), ("conv2d", "conv", {"groups": 5}))
    )
    workspace.select({NodeId("conv")})
    fault = part(inspector, QLabel, "fault_groups")
    assert fault.isVisible()
    assert "groups = 5 must divide" in fault.text()
    workspace.history.do(
        operations.set_setting(workspace.document.main, NodeId("conv"), "groups", 1)
    )
    settled()
    assert not fault.isVisible()


def test_an_unknown_layer_is_named_and_has_no_form(qtbot: QtBot) -> None:
    document = classifier()
    node = document.main.nodes[NodeId("flatten")]
    strange = replace(node, layer="fold_in_time", settings={"folds": 3})
    document.apply(Step("Change", (ChangeNode(MAIN, node, strange),)))
    inspector, workspace = inspecting(qtbot, document)
    workspace.select({node.id})
    assert page(inspector).form is None
    assert "fold_in_time · not known to this version" in words(inspector)


def test_inputs_and_losses_offer_the_fields_of_the_data(qtbot: QtBot) -> None:
    inspector, workspace = inspecting(qtbot, Document())
    put(workspace.document, "cross_entropy_loss", "loss")
    workspace.select({NodeId("loss")})
    box = page(inspector).form
    assert box is not None
    assert not box.editor("target").inside.isEnabled()
    step = Step("Choose data", (ChangeData(workspace.document.data, DIGITS),))
    workspace.history.do(step)
    form = page(inspector).form
    assert form is not None
    assert form.editor("target").inside.isEnabled()
    form.editor("target").edited.emit("digit")
    assert workspace.document.main.nodes[NodeId("loss")].settings["target"] == "digit"


def test_removing_the_shown_node_shows_the_document_again(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("classify")})
    workspace.history.do(operations.delete(workspace.document.main, [NodeId("classify")]))
    assert isinstance(inspector.page, SummaryPage)
    assert figure(inspector, "Nodes") == "4"


def test_a_fix_that_makes_the_node_another_layer_shows_its_settings(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("loss")})
    node = workspace.document.main.nodes[NodeId("loss")]
    settings = {**Layer.get("mse_loss").defaults(), "target": "digit"}
    other = replace(node, layer="mse_loss", settings=settings)
    workspace.history.do(operations.changed_node(workspace.document.main, other, "Make it MSELoss"))
    assert any(text.startswith("MSELoss") for text in words(inspector))


def test_every_state_of_a_recurrent_layer_is_named(qtbot: QtBot) -> None:
    template = find("sine-lstm")
    assert template is not None
    inspector, workspace = inspecting(qtbot, template.document())
    lstm = next(n for n in workspace.document.main.nodes.values() if n.layer == "lstm")
    workspace.select({lstm.id})
    shown = words(inspector)
    assert {"Input", "Output", "Output hidden", "Output cell"} <= set(shown)
    assert "at T = " in figure(inspector, "Multiply-adds")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (99_999, "99,999"), (194_688, "0.195 M"), (1_234_567, "1.23 M"), (4 * 10**9, "4 G")],
)
def test_multiply_adds_are_said_as_people_say_them(count: int, text: str) -> None:
    assert counted(count) == text


@pytest.mark.parametrize(
    ("length", "counts_as"),
    [
        (symbol("T"), 128),
        (symbol("T", 1, 64), 64),
        (symbol("T", 200, 300), 200),
        (symbol("T", 1, 1000, 7), 126),
        (BATCH, 1),
    ],
)
def test_multiply_adds_are_those_of_the_length_that_is_told(length: Size, counts_as: int) -> None:
    assert counted(length * 10, 5) == f"{counts_as * 10 + 5:,} at {length} = {counts_as}"


def test_every_length_is_told_with_what_it_counts_as() -> None:
    count = symbol("T") * symbol("S", 1, 40)
    assert counted(count) == f"{128 * 40:,} at S = 40, T = 128"


def test_a_switch_in_the_form_is_one_step(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("classify")})
    click(part(page(inspector), Switch, "bias"))
    assert workspace.document.main.nodes[NodeId("classify")].settings["bias"] is False
    workspace.history.undo()
    assert part(page(inspector), Switch, "bias").isChecked()


@pytest.mark.parametrize("width", [240, 300, 360])
def test_nothing_is_wider_than_a_narrow_panel(qtbot: QtBot, width: int) -> None:
    document = classifier(out_features=12)
    long = "a_name_that_is_much_longer_than_the_panel_is_wide"
    step = operations.rename(document.main, NodeId("classify"), long)
    document.apply(step)
    inspector, workspace = inspecting(qtbot, document)
    inspector.resize(width, 700)
    workspace.select({NodeId("loss")})
    settled()
    room = inspector.viewport().rect()
    for widget in inspector.page.findChildren(QWidget):
        if widget.isVisible():
            area = widget.rect().translated(widget.mapTo(inspector.viewport(), QPoint()))
            assert room.left() <= area.left(), widget
            assert area.right() <= room.right(), widget
    for label in inspector.page.findChildren(QLabel):
        if label.isVisible() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()


def test_a_bad_name_stays_written_with_the_reason(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("classify")})
    name = page(inspector).name
    write(name, "my conv !!")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert name.text() == "my conv !!"
    assert "letters, digits and _ only" in page(inspector).fault.text()
    assert page(inspector).fault.isVisible()
    assert workspace.document.main.nodes[NodeId("classify")].name == "classify"
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert name.text() == "classify"
    assert not page(inspector).fault.isVisible()


def test_a_number_that_is_too_large_gives_way_and_its_limit_stays_told(opened: Opened) -> None:
    inspector, workspace = opened
    workspace.select({NodeId("classify")})
    box = part(inspector, QSpinBox, "out_features")
    fault = part(inspector, QLabel, "fault_out_features")
    write(box.lineEdit(), "99999999999")
    assert "2,147,483,647" in fault.text()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == "10"
    assert fault.isVisible() and "“99999999999” was not taken" in fault.text()
    assert workspace.document.main.nodes[NodeId("classify")].settings["out_features"] == 10
    write(box.lineEdit(), "99")
    assert not fault.isVisible()
    assert workspace.document.main.nodes[NodeId("classify")].settings["out_features"] == 99


def test_huge_counts_are_said_in_the_unit_that_suits() -> None:
    assert counted(6_080 * 10**9) == "6.08 T"
    assert counted(2 * 10**15) == "2 P"
    assert counted(3 * 10**18) == "3 E"


def test_a_chosen_frame_and_a_chosen_note_are_explained(opened: Opened) -> None:
    inspector, workspace = opened
    frame, note = Frame("Head", (0, 0, 300, 200)), Note("words", (0, 0))
    edits = (ChangeFrame(MAIN, "f", None, frame), ChangeNote(MAIN, "n", None, note))
    workspace.history.do(Step("Mark", edits))
    workspace.select((), (), Marks(frames=frozenset({"f"})))
    assert "Head" in words(inspector)
    workspace.select((), (), Marks(notes=frozenset({"n"})))
    assert "Note" in words(inspector)


def test_a_document_saved_under_a_name_is_called_by_it_at_once(
    opened: Opened, tmp_path: Path
) -> None:
    inspector, workspace = opened
    assert "digits" in words(inspector)
    workspace.save(tmp_path / "named.loom")
    assert "named.loom" in words(inspector)
