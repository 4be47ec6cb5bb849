"""Settings inside of a block: promoted, taken back, grown from copy to copy; and blocks as used."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QSpinBox, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from graphs import files
from graphs.document.edits import BlockDefinition, ChangeDefinition, NodeId, Step
from graphs.setting_kinds import PerCopy, Promoted
from graphs.steps import operations
from graphs.steps.blocks import grouping
from gui.inspector.inspector import Inspector
from gui.inspector.node_page import NodePage
from gui.inspector.setting_menu import SettingMenu
from gui.inspector.summary_page import SummaryPage
from gui.workspace import Workspace
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.documents import snapshot
from tests.graphs.drawing import put
from tests.gui.found_widgets import part, write
from tests.gui.hand import settled

WIDTH = "out_features"
DENSE, FIRST, SECOND = map(NodeId, ("dense", "first", "second"))


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    made = Inspector(Workspace(blocks()))
    qtbot.addWidget(made)
    made.resize(300, 700)
    with qtbot.waitExposed(made):
        made.show()
    made._workspace.enter(FIRST)
    made._workspace.select([DENSE])
    return made


@pytest.fixture
def workspace(inspector: Inspector) -> Workspace:
    return inspector._workspace


def page(inspector: Inspector) -> NodePage:
    assert isinstance(inspector.page, NodePage)
    return inspector.page


def offered(inspector: Inspector, setting: str = WIDTH) -> dict[str, QAction]:
    menu = part(page(inspector), QToolButton, f"more_{setting}").menu()
    assert menu is not None
    return {action.objectName(): action for action in menu.actions()}


def told(inspector: Inspector, setting: str = WIDTH) -> str:
    return part(page(inspector), QLabel, f"fault_{setting}").text()


def usual(shown: QWidget) -> QLineEdit:
    """Where it is written what the blocks have that say nothing."""
    return part(shown, QSpinBox, f"usual_{WIDTH}").lineEdit()


def test_a_setting_is_promoted_said_by_each_block_and_taken_back(
    inspector: Inspector, workspace: Workspace
) -> None:
    before = snapshot(workspace.document)
    offered(inspector)["promote"].trigger()
    assert workspace.graph.nodes[DENSE].settings[WIDTH] == Promoted(WIDTH)
    changed(workspace.document.main, "first", values={WIDTH: 24})
    assert workspace.evaluation[DENSE].weights["weight"] == (24, 784)
    offered(inspector)["take_back"].trigger()
    assert told(inspector).startswith("The blocks say different values for “out_features”")
    changed(workspace.document.main, "first", values=None)
    offered(inspector)["take_back"].trigger()
    assert snapshot(workspace.document) == before
    assert set(offered(inspector)) == {"promote", "grow"}


def test_a_promoted_parameter_is_renamed_or_told_why_not(
    inspector: Inspector, workspace: Workspace
) -> None:
    offered(inspector)["promote"].trigger()
    changed(workspace.document.main, "second", values={WIDTH: 24})
    menu = part(page(inspector), SettingMenu, f"more_{WIDTH}")
    menu.rename("two words")
    assert told(inspector).startswith("The name “two words” may hold letters")
    menu.rename("width")
    assert workspace.graph.nodes[DENSE].settings[WIDTH] == Promoted("width")
    assert workspace.document.main.nodes[SECOND].settings["values"] == {"width": 24}


def test_a_setting_grows_from_copy_to_copy_as_it_is_written(
    inspector: Inspector, workspace: Workspace
) -> None:
    changed(workspace.document.main, "first", repeat=3)
    offered(inspector)["grow"].trigger()
    line = part(page(inspector), QLineEdit, WIDTH)
    assert line.text() == "16 + 0"
    write(line, "16 + 4")
    assert workspace.graph.nodes[DENSE].settings[WIDTH] == PerCopy(16, 4)
    weights = workspace.whole[FIRST].weights
    assert [weights[f"{copy}.dense.weight"] for copy in range(3)] == [(16, 784), (20, 16), (24, 20)]
    write(line, "16 +")
    assert told(inspector).endswith("growing from copy to copy (16 + 4, or 1 × 2) of at least 1.")
    write(line, "16 x 2")
    assert workspace.graph.nodes[DENSE].settings[WIDTH] == PerCopy(16, times=2)
    write(line, "16 + 4")
    write(line, "0 + 4")
    assert "must be" in told(inspector) and "at least 1" in told(inspector)
    assert workspace.graph.nodes[DENSE].settings[WIDTH] == PerCopy(16, 4)
    offered(inspector)["same"].trigger()
    assert workspace.graph.nodes[DENSE].settings[WIDTH] == 16


def test_what_a_parameter_usually_is_is_edited_where_it_is_taken(
    inspector: Inspector, workspace: Workspace
) -> None:
    """Blocks that said otherwise keep theirs."""
    offered(inspector)["promote"].trigger()
    put(
        workspace.document,
        "block",
        "third",
        graph=workspace.document.main.nodes[FIRST].settings["graph"],
    )
    changed(workspace.document.main, "second", values={WIDTH: 24})
    before = snapshot(workspace.document)
    line = usual(page(inspector))
    assert line.text() == "16"
    write(line, "0")
    assert "from 1 to" in part(page(inspector), QLabel, f"fault_usual_{WIDTH}").text()
    write(line, "32")
    assert usual(page(inspector)) is line, "it is still being written"
    settled()
    widths = {
        name: workspace.whole[NodeId(name)].weights["dense.weight"][0]
        for name in ("first", "second")
    }
    assert widths == {"first": 32, "second": 24}
    assert workspace.evaluation[DENSE].weights["weight"] == (32, 784)
    again = files.decoded(files.encoded(workspace.document)).document
    assert again.graphs[STEM].definition.parameters == {WIDTH: 32}
    part(inspector, QSpinBox, f"usual_{WIDTH}").editingFinished.emit()
    workspace.undo()
    assert snapshot(workspace.document) == before
    assert line.text() == "16"


def test_the_page_of_a_block_edits_what_its_parameters_usually_are(
    inspector: Inspector, workspace: Workspace
) -> None:
    offered(inspector)["promote"].trigger()
    workspace.select([])
    assert isinstance(inspector.page, SummaryPage)
    line = usual(inspector.page)
    write(line, "20")
    settled()
    assert workspace.whole[FIRST].weights["dense.weight"] == (20, 784)
    promoted = workspace.graph.nodes[DENSE].settings[WIDTH]
    assert promoted == Promoted(WIDTH)
    part(inspector, QSpinBox, f"usual_{WIDTH}").editingFinished.emit()
    workspace.undo()
    settled()
    assert line.text() == "16" and line.isVisible()


def test_what_a_block_inside_hands_on_has_a_usual_value_too(
    inspector: Inspector, workspace: Workspace
) -> None:
    offered(inspector)["promote"].trigger()
    workspace.go(())
    step, outer = grouping.group(workspace.document.main, {FIRST}, "Outer")
    workspace.history.do(step)
    workspace.enter(outer)
    workspace.select([FIRST])
    offered(inspector)["promote"].trigger()
    write(usual(page(inspector)), "9")
    assert workspace.whole[outer].weights["first.dense.weight"] == (9, 784)
    assert workspace.document.graphs[STEM].definition.parameters == {WIDTH: 16}


def test_nothing_is_promoted_outside_of_blocks(inspector: Inspector, workspace: Workspace) -> None:
    workspace.go(())
    workspace.select([NodeId("scores")])
    assert not page(inspector).findChildren(SettingMenu)


def test_a_block_tells_its_title_and_no_id_and_can_be_made_its_own(
    inspector: Inspector, workspace: Workspace
) -> None:
    workspace.go(())
    workspace.select([FIRST])
    words = [label.text() for label in page(inspector).findChildren(QLabel)]
    assert not [one for one in words if STEM in one or one in {"graph", "values", "none"}]
    own = part(page(inspector), QAbstractButton, "make_own")
    assert own.isVisible()
    own.click()
    (graph,) = workspace.graph.nodes[FIRST].blocks.values()
    assert graph != STEM
    assert not own.isVisible()
    workspace.undo()
    assert own.isVisible()


def test_a_setting_of_a_copy_can_be_what_no_whole_number_is(
    inspector: Inspector, workspace: Workspace
) -> None:
    put(workspace.document, "dropout", "drop", at=STEM, p=0.1)
    workspace.select([NodeId("drop")])
    offered(inspector, "p")["grow"].trigger()
    write(part(page(inspector), QLineEdit, "p"), "0,3 - 1e-1")
    assert workspace.graph.nodes[NodeId("drop")].settings["p"] == PerCopy(0.3, -0.1)


def test_what_a_block_inside_of_another_is_told_is_promoted_once_more(
    inspector: Inspector, workspace: Workspace
) -> None:
    offered(inspector)["promote"].trigger()
    workspace.go(())
    step, outer = grouping.group(workspace.document.main, {FIRST}, "Outer")
    workspace.history.do(step)
    workspace.enter(outer)
    workspace.select([FIRST])
    before = snapshot(workspace.document)
    assert set(offered(inspector)) == {"promote"}
    offered(inspector)["promote"].trigger()
    assert workspace.graph.nodes[FIRST].settings["values"] == {WIDTH: Promoted(WIDTH)}
    assert workspace.whole[outer].weights["first.dense.weight"] == (16, 784)
    main = workspace.document.main
    workspace.history.do(operations.set_setting(main, outer, "values", {WIDTH: 7}))
    assert workspace.whole[outer].weights["first.dense.weight"] == (7, 784)
    assert set(offered(inspector)) == {"take_back", "rename"}
    offered(inspector)["take_back"].trigger()
    assert workspace.graph.nodes[FIRST].settings["values"] == {WIDTH: 7}
    assert workspace.graph.definition.parameters == {}
    for _ in range(3):
        workspace.undo()
    assert snapshot(workspace.document) == before


@pytest.mark.parametrize("width", [248, 288])
@pytest.mark.parametrize("name", ["width", "channels_of_each_group"])
def test_what_blocks_say_themselves_is_told_in_whole_words(
    inspector: Inspector, workspace: Workspace, width: int, name: str
) -> None:
    inspector.resize(width, 700)
    promote = operations.set_setting(workspace.graph, DENSE, WIDTH, Promoted(name))
    defined = BlockDefinition("Dense", {name: 16})
    before = workspace.graph.definition
    changes = (ChangeDefinition(STEM, before, defined), *promote.edits)
    workspace.history.do(Step("Promote", changes))
    settled()
    form = page(inspector).form
    assert form is not None
    told = form.editor(WIDTH).findChild(QLabel)
    assert told is not None and told.text() == f"{name}, set by each block"
    assert told.height() >= told.heightForWidth(told.width())
    words = told.fontMetrics().boundingRect(
        0, 0, told.width(), 500, Qt.TextFlag.TextWordWrap.value, told.text()
    )
    assert words.width() <= told.width()
    assert told.visibleRegion().boundingRect() == told.rect()
