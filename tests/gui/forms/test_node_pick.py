"""A setting that refers to another node: a list of those that fit, by name."""

import pytest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from graphs.describe import NodeRef
from graphs.document.edits import NodeId
from graphs.steps import operations
from gui.inspector.inspector import Inspector
from gui.workspace import Session
from tests.graphs.checking.test_references import HEAD, language_model
from tests.graphs.drawing import put, wire
from tests.gui.found_widgets import part

Opened = tuple[Inspector, Session]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    document = language_model(tied=None)
    put(document, "embedding", "aside", embedding_dim=3)
    wire(document, "text", "aside")
    session = Session(document)
    inspector = Inspector(session)
    qtbot.addWidget(inspector)
    inspector.resize(300, 700)
    session.select({HEAD})
    with qtbot.waitExposed(inspector):
        inspector.show()
    return inspector, session


def box(inspector: Inspector) -> QComboBox:
    return part(inspector, QComboBox, "tied")


def names(inspector: Inspector) -> list[str]:
    shown = box(inspector)
    return [shown.itemText(row) for row in range(shown.count())]


def choose(inspector: Inspector, name: str) -> None:
    shown = box(inspector)
    shown.setCurrentIndex(shown.findText(name))
    shown.activated.emit(shown.currentIndex())


def tied(session: Session) -> object:
    return session.document.main.nodes[HEAD].settings["tied"]


def test_it_offers_the_nodes_that_fit(opened: Opened) -> None:
    inspector, session = opened
    assert names(inspector) == ["none", "aside", "embedding"]
    assert box(inspector).currentText() == "none"
    choose(inspector, "embedding")
    assert tied(session) == NodeRef("embedding")
    session.history.undo()
    assert tied(session) is None
    assert box(inspector).currentText() == "none"


def test_none_lets_go(opened: Opened) -> None:
    inspector, session = opened
    choose(inspector, "embedding")
    choose(inspector, "none")
    assert tied(session) is None


def test_it_follows_a_new_name(opened: Opened) -> None:
    inspector, session = opened
    choose(inspector, "embedding")
    session.history.do(operations.rename(session.document, NodeId("embedding"), "words"))
    assert box(inspector).currentText() == "words"
    assert names(inspector) == ["none", "aside", "words"]


def test_a_weight_of_another_shape_is_said_beside_it(opened: Opened, qtbot: QtBot) -> None:
    inspector, _ = opened
    choose(inspector, "aside")
    fault = part(inspector, QLabel, "fault_tied")
    qtbot.waitUntil(lambda: "50 × 3" in fault.text())


def test_deleting_the_node_shows_none_and_undo_shows_it_again(opened: Opened) -> None:
    inspector, session = opened
    choose(inspector, "aside")
    session.history.do(operations.delete(session.document, [NodeId("aside")]))
    assert box(inspector).currentText() == "none"
    session.history.undo()
    assert box(inspector).currentText() == "aside"


def test_a_node_that_is_not_there_is_shown_as_such(opened: Opened) -> None:
    inspector, session = opened
    step = operations.set_setting(session.document, HEAD, "tied", NodeRef("nowhere"))
    session.history.do(step)
    assert box(inspector).currentText() == "a node that is not there"
    choose(inspector, "embedding")
    assert tied(session) == NodeRef("embedding")
