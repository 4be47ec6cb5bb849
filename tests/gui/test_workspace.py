"""The session: one document at a time, with everything right when its listeners hear of a step."""

from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.data.sources import Source
from graphs.document.document import Change, Document
from graphs.document.edits import NodeId
from graphs.errors import FileError
from graphs.mending.choosing import choose_data
from graphs.steps import operations
from gui.workspace import Session
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier
from tests.gui.hand import settled

CLASSIFY = NodeId("classify")


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    return Session(classifier())


def is_saved(session: Session) -> bool:
    return session.is_saved


def widen(session: Session, to: int = 12) -> None:
    session.history.do(operations.set_setting(session.document, CLASSIFY, "out_features", to))


def test_results_and_document_are_right_when_a_step_is_told(session: Session) -> None:
    heard: list[tuple[Change, frozenset[NodeId], str]] = []

    def hear(change: Change, fresh: frozenset[NodeId]) -> None:
        heard.append((change, fresh, str(session.evaluation[CLASSIFY].outputs["output"])))

    session.changed.connect(hear)
    widen(session)
    ((change, fresh, shape),) = heard
    assert shape == "12"
    assert change.step.name == "Set out_features"
    assert fresh == {CLASSIFY, NodeId("digit"), NodeId("loss")}


def test_a_step_that_changes_no_result_brings_no_fresh_nodes(session: Session) -> None:
    heard: list[frozenset[NodeId]] = []
    session.changed.connect(lambda _, fresh: heard.append(fresh))
    widen(session)
    session.history.do(operations.move([CLASSIFY], (8, 0)))
    assert heard[1] == frozenset()


def test_problems_are_told_once_for_many_steps(session: Session) -> None:
    settled()
    told: list[int] = []
    session.problems_changed.connect(lambda: told.append(len(session.problems)))
    for width in (11, 12, 13):
        widen(session, width)
    assert len(session.problems) == 1
    assert told == []
    settled()
    assert told == [1]
    assert session.problems_at(NodeId("loss")) == session.problems
    assert session.problems_at(CLASSIFY) == ()


def test_the_selection_holds_only_what_is_there(session: Session) -> None:
    told: list[frozenset[NodeId]] = []
    session.selection_changed.connect(lambda: told.append(session.selection))
    session.select({CLASSIFY, NodeId("gone")})
    session.select({CLASSIFY})
    assert told == [{CLASSIFY}]
    session.history.do(operations.delete(session.document, [CLASSIFY]))
    assert told == [{CLASSIFY}, frozenset()]


def test_all_agrees_whenever_anything_is_told(session: Session) -> None:
    """Two chosen nodes go, come back and go again: no listener sees one thing without another."""
    heard: list[str] = []

    def look(signal: str, *_: object) -> None:
        there = session.document.main.nodes.keys()
        assert session.selection <= there
        assert session.evaluation.results.keys() == there
        assert {problem.node for problem in session.problems} <= {*there, None}
        told.append((session.history.undo_name, len(there)))
        heard.append(signal)

    told: list[tuple[str | None, int]] = []
    for signal in ("changed", "selection_changed", "history_changed"):
        getattr(session, signal).connect(partial(look, signal))
    ids = [CLASSIFY, NodeId("loss")]
    session.select(ids)
    count = len(session.document.main.nodes)
    session.history.do(operations.delete(session.document, ids))
    session.history.undo()
    session.history.redo()
    assert heard.count("changed") == heard.count("history_changed") == 3
    assert heard.count("selection_changed") == 2
    assert set(told) == {(None, count), ("Delete", count - 2)}


def test_a_step_amid_the_announcement_of_another_is_refused(session: Session) -> None:
    session.evaluation.changed.connect(lambda _: widen(session, 13))
    with pytest.raises(AssertionError, match="amid the announcement"):
        widen(session)


def test_a_new_document_replaces_everything(session: Session) -> None:
    session.select({CLASSIFY})
    widen(session)
    old, told = session.document, []
    session.replaced.connect(lambda: told.append(session.document))
    session.new()
    assert told == [session.document]
    assert session.document is not old
    assert session.selection == frozenset()
    assert session.history.undo_name is None
    assert is_saved(session)
    assert session.title == "Untitled"
    old.apply(operations.move([CLASSIFY], (8, 0)))
    assert len(session.evaluation.results) == 0


def test_a_document_is_saved_and_opened_again(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "model.loom"
    widen(session)
    assert not is_saved(session)
    session.save(path)
    assert is_saved(session)
    assert (session.path, session.title) == (path, "model.loom")
    widen(session, 14)
    assert not is_saved(session)
    session.save()
    kept = snapshot(session.document)
    session.new()
    assert session.open(path) == ()
    assert snapshot(session.document) == kept
    assert is_saved(session)


def test_saving_where_nothing_can_be_saved_changes_nothing(
    session: Session, tmp_path: Path
) -> None:
    widen(session)
    with pytest.raises(FileError):
        session.save(tmp_path / "no such folder" / "model.loom")
    assert session.path is None
    assert not is_saved(session)


def test_opening_what_is_no_document_keeps_the_old_one(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "broken.loom"
    path.write_text("{")
    before = session.document
    with pytest.raises(FileError):
        session.open(path)
    assert session.document is before


def test_what_can_be_undone_is_told(session: Session) -> None:
    told: list[str | None] = []
    session.history_changed.connect(lambda: told.append(session.history.undo_name))
    widen(session)
    session.history.undo()
    assert told == ["Set out_features", None]
    session.new(Document())
    session.history.do(operations.add(session.document, "relu", (0, 0)))
    assert told[-1] == "Add ReLU"


def test_a_document_without_a_name_is_called_by_its_data(session: Session) -> None:
    session.new()
    section = Source.get("iris")().section()
    session.history.do(choose_data(session.document, section))
    assert session.title == session.stem == "iris"
    session.new(name="wide net 0.5")
    assert session.stem == "wide net 0.5"
