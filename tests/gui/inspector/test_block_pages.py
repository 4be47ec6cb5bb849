"""The inside of a block in the inspector: its title, its ports in order, its parameters."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from graphs.checking.node_kinds import block_ports
from graphs.document.edits import GraphId, NodeId
from graphs.setting_kinds import GraphRef, Promoted
from graphs.steps import operations
from graphs.steps.blocks import promoting
from gui.inspector.inspector import Inspector
from gui.inspector.summary_page import SummaryPage
from gui.workspace import Workspace
from tests.graphs.blocks import STEM, blocks, stacked
from tests.graphs.drawing import put
from tests.gui.found_widgets import click, part

DENSE, FIRST = NodeId("dense"), NodeId("first")


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(blocks())


@pytest.fixture
def inspector(qtbot: QtBot, workspace: Workspace) -> Inspector:
    made = Inspector(workspace)
    qtbot.addWidget(made)
    made.resize(320, 800)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def let_go() -> None:
    """Let the rows that others have replaced be deleted."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def write(inspector: Inspector, name: str, text: str) -> None:
    line = part(inspector, QLineEdit, name)
    line.setFocus()
    line.setText(text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_inside_a_block_its_title_ports_and_parameters_are_edited(
    inspector: Inspector, workspace: Workspace
) -> None:
    stem = workspace.document.graphs[STEM]
    workspace.history.do(promoting.promote(stem, DENSE, "out_features")[0])
    workspace.enter(FIRST)
    write(inspector, "block_title", "Gated")
    assert stem.definition.title == "Gated"
    assert isinstance(inspector.page, SummaryPage)
    assert inspector.page.heading.text() == "Gated"
    assert not part(inspector, QToolButton, "move_after_up").isEnabled()
    click(part(inspector, QToolButton, "move_after_down"))
    let_go()
    assert block_ports(stem).outputs == ("gate", "after")
    write(inspector, "parameter_out_features", "1st")
    fault = part(inspector, QLabel, "block_fault")
    assert fault.isVisible() and "1st" in fault.text()
    write(inspector, "parameter_out_features", "width")
    let_go()
    assert part(inspector, QLineEdit, "parameter_width").text() == "width"
    assert stem.definition.parameters == {"width": 16}
    assert stem.nodes[DENSE].settings["out_features"] == Promoted("width")


@pytest.mark.parametrize("again", ["beside it", "a copy"])
def test_inside_of_nested_blocks_it_is_said_that_edits_reach_other_places(
    inspector: Inspector, workspace: Workspace, again: str
) -> None:
    def about() -> str:
        for graph in (GraphId("level0"), GraphId("level1")):
            workspace.enter(min(workspace.graph.blocks[graph]))
        assert isinstance(inspector.page, SummaryPage)
        text = inspector.page.about.text()
        workspace.go(())
        return text

    workspace.new(stacked(2), "stacked")
    assert "changes all" not in about()
    main = workspace.document.main
    block = min(main.blocks[GraphId("level0")])
    if again == "a copy":
        workspace.history.do(operations.set_setting(main, block, "repeat", 3))
    else:
        put(workspace.document, "block", "again", graph=GraphRef(GraphId("level0")))
    assert "changes all" in about()
