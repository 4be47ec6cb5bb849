"""A setting that refers to another node: a list of those that fit, by name."""

import pytest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from graphs.document.edits import NodeId
from graphs.setting_kinds import NodeRef
from graphs.steps import operations
from gui.inspector.inspector import Inspector
from gui.workspace import Workspace
from tests.graphs.checking.test_references import HEAD, language_model
from tests.graphs.drawing import put, wire
from tests.gui.found_widgets import part

Opened = tuple[Inspector, Workspace]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    document = language_model(tied=None)
    put(document, "embedding", "aside", embedding_dim=3)
    wire(document, "text", "aside")
    workspace = Workspace(document)
    inspector = Inspector(workspace)
    qtbot.addWidget(inspector)
    inspector.resize(300, 700)
    workspace.select({HEAD})
    with qtbot.waitExposed(inspector):
        inspector.show()
    return inspector, workspace


def box(inspector: Inspector) -> QComboBox:
    return part(inspector, QComboBox, "tied")


def names(inspector: Inspector) -> list[str]:
    shown = box(inspector)
    return [shown.itemText(row) for row in range(shown.count())]


def choose(inspector: Inspector, name: str) -> None:
    shown = box(inspector)
    shown.setCurrentIndex(shown.findText(name))
    shown.activated.emit(shown.currentIndex())


def tied(workspace: Workspace) -> object:
    return workspace.document.main.nodes[HEAD].settings["tied"]


def test_it_offers_the_nodes_that_fit(opened: Opened) -> None:
    inspector, workspace = opened
    assert names(inspector) == ["none", "aside", "embedding"]
    assert box(inspector).currentText() == "none"
    choose(inspector, "embedding")
    assert tied(workspace) == NodeRef("embedding")
    workspace.history.undo()
    assert tied(workspace) is None
    assert box(inspector).currentText() == "none"


def test_none_lets_go(opened: Opened) -> None:
    inspector, workspace = opened
    choose(inspector, "embedding")
    choose(inspector, "none")
    assert tied(workspace) is None


def test_it_follows_a_new_name(opened: Opened) -> None:
    inspector, workspace = opened
    choose(inspector, "embedding")
    workspace.history.do(operations.rename(workspace.document.main, NodeId("embedding"), "words"))
    assert box(inspector).currentText() == "words"
    assert names(inspector) == ["none", "aside", "words"]


def test_a_weight_of_another_shape_is_said_beside_it(opened: Opened, qtbot: QtBot) -> None:
    inspector, _ = opened
    choose(inspector, "aside")
    fault = part(inspector, QLabel, "fault_tied")
    qtbot.waitUntil(lambda: "50 × 3" in fault.text())


def test_deleting_the_node_shows_none_and_undo_shows_it_again(opened: Opened) -> None:
    inspector, workspace = opened
    choose(inspector, "aside")
    workspace.history.do(operations.delete(workspace.document.main, [NodeId("aside")]))
    assert box(inspector).currentText() == "none"
    workspace.history.undo()
    assert box(inspector).currentText() == "aside"


def test_a_node_that_is_not_there_is_shown_as_such(opened: Opened) -> None:
    inspector, workspace = opened
    step = operations.set_setting(workspace.document.main, HEAD, "tied", NodeRef("nowhere"))
    workspace.history.do(step)
    assert box(inspector).currentText() == "a node that is not there"
    choose(inspector, "embedding")
    assert tied(workspace) == NodeRef("embedding")
