"""Freezing a node and giving it a rate of its own, in the inspector and on the canvas."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from graphs.document.edits import NodeId
from graphs.steps.operations import set_training
from gui.canvas.scene.card_text import facts
from gui.forms.switch import Switch
from gui.inspector.inspector import Inspector
from gui.inspector.learning import Learning
from gui.widgets.figures import Figures
from gui.workspace import Workspace
from tests.graphs.drawing import classifier
from tests.gui.found_widgets import part, write

CLASSIFY, FLATTEN = NodeId("classify"), NodeId("flatten")
Opened = tuple[Inspector, Workspace]


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    workspace = Workspace(classifier())
    inspector = Inspector(workspace)
    qtbot.addWidget(inspector)
    inspector.resize(304, 700)
    inspector.show()
    workspace.select({CLASSIFY})
    return inspector, workspace


def test_a_node_is_frozen_and_given_a_rate_each_in_one_step(opened: Opened) -> None:
    inspector, workspace = opened
    nodes = workspace.document.main.nodes

    write(part(inspector, QLineEdit, "rate"), "0.25")
    assert nodes[CLASSIFY].rate == 0.25
    part(inspector, Switch, "frozen").click()
    assert nodes[CLASSIFY].frozen
    assert not part(inspector, QLineEdit, "rate").isEnabled()

    assert workspace.history.undo_name == "Freeze"
    workspace.history.undo()
    assert not nodes[CLASSIFY].frozen
    assert part(inspector, QLineEdit, "rate").isEnabled()
    workspace.history.undo()
    assert nodes[CLASSIFY].rate == 1.0
    assert workspace.history.undo_name is None


def test_only_nodes_with_weights_are_asked_how_they_learn(opened: Opened) -> None:
    inspector, workspace = opened
    assert part(inspector, Learning).isVisible()

    workspace.select({FLATTEN})

    assert not part(inspector, Learning).isVisible()


def test_the_inspector_tells_what_is_trained(opened: Opened) -> None:
    inspector, workspace = opened
    weights = workspace.evaluation[CLASSIFY].parameters
    workspace.history.do(set_training(workspace.graph, [CLASSIFY], frozen=True))

    assert ("Parameters", f"{weights:,}, frozen") in part(inspector, Figures)._shown
    workspace.select(set())
    told = dict(part(inspector, Figures)._shown)
    assert (told["Parameters"], told["Trained"]) == (f"{weights:,}", "0")


def test_the_canvas_marks_a_frozen_node_that_has_weights() -> None:
    workspace = Workspace(classifier())
    document = workspace.document
    document.apply(set_training(document.main, [CLASSIFY, FLATTEN], frozen=True))

    def marked(id: NodeId) -> bool:
        node, result = document.main.nodes[id], workspace.evaluation[id]
        return facts(document.main, node, result, None, 0.0).frozen

    assert marked(CLASSIFY)
    assert not marked(FLATTEN)
    thawed = replace(document.main.nodes[CLASSIFY], frozen=False)
    assert not facts(document.main, thawed, workspace.evaluation[CLASSIFY], None, 0.0).frozen


def test_both_settings_have_words_before_them(qtbot: QtBot) -> None:
    learning = Learning()
    qtbot.addWidget(learning)
    shown = {label.text() for label in learning.findChildren(QLabel)}
    assert {"Frozen", "Learning rate ×"} <= shown
