"""The workspace: one document at a time, with all of it right when listeners hear of a step."""

from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.data.sources import reader_of
from graphs.data.sources import Source
from graphs.document.document import Document, DocumentChange
from graphs.document.edits import NodeId, Step
from graphs.errors import FileError
from graphs.mending.choosing import choose_data
from graphs.mending.fitting import new_nodes
from graphs.steps import annotation_steps, operations
from graphs.steps.annotation_steps import Marks
from gui.workspace import Workspace
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier
from tests.gui.hand import settled

CLASSIFY = NodeId("classify")


@pytest.fixture
def workspace(qtbot: QtBot) -> Workspace:
    return Workspace(classifier())


def is_saved(workspace: Workspace) -> bool:
    return workspace.is_saved


def widen(workspace: Workspace, to: int = 12) -> None:
    workspace.history.do(
        operations.set_setting(workspace.document.main, CLASSIFY, "out_features", to)
    )


def test_results_and_document_are_right_when_a_step_is_told(workspace: Workspace) -> None:
    heard: list[tuple[DocumentChange, frozenset[NodeId], str]] = []

    def hear(change: DocumentChange, fresh: frozenset[NodeId]) -> None:
        heard.append((change, fresh, str(workspace.evaluation[CLASSIFY].outputs["output"])))

    workspace.changed.connect(hear)
    widen(workspace)
    ((change, fresh, shape),) = heard
    assert shape == "12"
    assert change.step.name == "Set out_features"
    assert fresh == {CLASSIFY, NodeId("digit"), NodeId("loss")}


def test_a_step_that_changes_no_result_brings_no_fresh_nodes(workspace: Workspace) -> None:
    heard: list[frozenset[NodeId]] = []
    workspace.changed.connect(lambda _, fresh: heard.append(fresh))
    widen(workspace)
    workspace.history.do(operations.move(workspace.graph, [CLASSIFY], (8, 0)))
    assert heard[1] == frozenset()


def test_problems_are_told_once_for_many_steps(workspace: Workspace) -> None:
    settled()
    told: list[int] = []
    workspace.problems_changed.connect(lambda: told.append(len(workspace.problems)))
    for width in (11, 12, 13):
        widen(workspace, width)
    assert len(workspace.problems) == 1
    assert told == []
    settled()
    assert told == [1]
    assert workspace.problems_at(NodeId("loss")) == workspace.problems
    assert workspace.problems_at(CLASSIFY) == ()


def test_the_selection_holds_only_what_is_there(workspace: Workspace) -> None:
    told: list[frozenset[NodeId]] = []
    workspace.selection_changed.connect(lambda: told.append(workspace.selection))
    workspace.select({CLASSIFY, NodeId("gone")})
    workspace.select({CLASSIFY})
    assert told == [{CLASSIFY}]
    workspace.history.do(operations.delete(workspace.document.main, [CLASSIFY]))
    assert told == [{CLASSIFY}, frozenset()]


def test_all_agrees_whenever_anything_is_told(workspace: Workspace) -> None:
    """Two chosen nodes go, come back and go again: no listener sees one thing without another."""
    heard: list[str] = []

    def look(signal: str, *_: object) -> None:
        there = workspace.document.main.nodes.keys()
        assert workspace.selection <= there
        assert workspace.evaluation.results.keys() == there
        assert {problem.node for problem in workspace.problems} <= {*there, None}
        told.append((workspace.history.undo_name, len(there)))
        heard.append(signal)

    told: list[tuple[str | None, int]] = []
    for signal in ("changed", "selection_changed", "history_changed"):
        getattr(workspace, signal).connect(partial(look, signal))
    ids = [CLASSIFY, NodeId("loss")]
    workspace.select(ids)
    count = len(workspace.document.main.nodes)
    workspace.history.do(operations.delete(workspace.document.main, ids))
    workspace.history.undo()
    workspace.history.redo()
    assert heard.count("changed") == heard.count("history_changed") == 3
    assert heard.count("selection_changed") == 2
    assert set(told) == {(None, count), ("Delete", count - 2)}


def test_a_step_amid_the_announcement_of_another_is_refused(workspace: Workspace) -> None:
    workspace.whole.changed.connect(lambda _: widen(workspace, 13))
    with pytest.raises(AssertionError, match="amid the announcement"):
        widen(workspace)


def test_a_new_document_replaces_everything(workspace: Workspace) -> None:
    workspace.select({CLASSIFY})
    widen(workspace)
    old, told = workspace.document, []
    workspace.replaced.connect(lambda: told.append(workspace.document))
    workspace.new()
    assert told == [workspace.document]
    assert workspace.document is not old
    assert workspace.selection == frozenset()
    assert workspace.history.undo_name is None
    assert is_saved(workspace)
    assert workspace.title == "Untitled"
    old.apply(operations.move(old.main, [CLASSIFY], (8, 0)))
    assert len(workspace.evaluation.results) == 0


def test_a_document_is_saved_and_opened_again(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "model.loom"
    widen(workspace)
    assert not is_saved(workspace)
    workspace.save(path)
    assert is_saved(workspace)
    assert (workspace.path, workspace.title) == (path, "model.loom")
    widen(workspace, 14)
    assert not is_saved(workspace)
    workspace.save()
    kept = snapshot(workspace.document)
    workspace.new()
    assert workspace.open(path) == ()
    assert snapshot(workspace.document) == kept
    assert is_saved(workspace)


def test_saving_where_nothing_can_be_saved_changes_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    widen(workspace)
    with pytest.raises(FileError):
        workspace.save(tmp_path / "no such folder" / "model.loom")
    assert workspace.path is None
    assert not is_saved(workspace)


def test_opening_what_is_no_document_keeps_the_old_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "broken.loom"
    path.write_text("{")
    before = workspace.document
    with pytest.raises(FileError):
        workspace.open(path)
    assert workspace.document is before


def test_what_undo_and_redo_bring_back_is_chosen(workspace: Workspace) -> None:
    graph, two = workspace.graph, sorted(workspace.graph.nodes)[:2]
    noting, note = annotation_steps.noted(graph, "why", (0, 0))
    workspace.history.do(noting)
    marks = Marks(notes=frozenset({note}))
    gone = (*operations.delete(graph, two).edits, *annotation_steps.removed(graph, marks))
    workspace.history.do(Step("Delete", gone))
    workspace.undo()
    assert (workspace.selection, workspace.selected_marks) == (frozenset(two), marks)
    workspace.redo()
    assert not workspace.selection and not workspace.selected_marks


def test_undo_that_brings_nothing_back_leaves_what_is_chosen(workspace: Workspace) -> None:
    workspace.select([CLASSIFY])
    workspace.undo()  # there is nothing to take back
    widen(workspace)
    workspace.undo()
    assert workspace.selection == {CLASSIFY}
    workspace.redo()
    workspace.redo()
    assert workspace.selection == {CLASSIFY}


def test_redo_chooses_what_it_brings(workspace: Workspace) -> None:
    workspace.history.do(operations.add(workspace.graph, "relu", (0, 0)))
    (added,) = new_nodes(workspace.history.latest or Step("", ()))
    workspace.undo()
    workspace.redo()
    assert workspace.selection == {added}


def test_what_can_be_undone_is_told(workspace: Workspace) -> None:
    told: list[str | None] = []
    workspace.history_changed.connect(lambda: told.append(workspace.history.undo_name))
    widen(workspace)
    workspace.history.undo()
    assert told == ["Set out_features", None]
    workspace.new(Document())
    workspace.history.do(operations.add(workspace.document.main, "relu", (0, 0)))
    assert told[-1] == "Add ReLU"


def test_a_document_without_a_name_is_called_by_its_data(workspace: Workspace) -> None:
    workspace.new()
    section = reader_of(Source.get("iris")()).section()
    workspace.history.do(choose_data(workspace.document, section))
    assert workspace.title == workspace.stem == "iris"
    workspace.new(name="wide net 0.5")
    assert workspace.stem == "wide net 0.5"
