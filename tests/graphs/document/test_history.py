"""Undo and redo, gestures, and whether the document is as it was saved."""

import pytest

from graphs import files
from graphs.document.document import DocumentChange
from graphs.document.edits import MAIN, ChangeNote, MoveNodes, NodeId, Note, Step
from graphs.document.history import History
from graphs.errors import StepError
from graphs.steps import operations
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier

FLATTEN, CLASSIFY = NodeId("flatten"), NodeId("classify")


@pytest.fixture
def history() -> History:
    return History(classifier())


def move(by: int = 1, node: NodeId = FLATTEN) -> Step:
    return Step("Move", (MoveNodes(MAIN, frozenset({node}), (by, 0)),))


def place(history: History, node: NodeId = FLATTEN) -> int:
    return history.document.main.positions[node][0]


def set_units(history: History, units: int) -> Step:
    return operations.set_setting(history.document.main, CLASSIFY, "out_features", units)


def saved(history: History) -> bool:
    return history.is_saved


def undo_all(history: History) -> int:
    """How many steps there were to take back."""
    count = 0
    while history.undo_name is not None:
        history.undo()
        count += 1
    return count


def test_steps_are_taken_back_and_made_again_in_order(history: History) -> None:
    states = [snapshot(history.document)]
    for step in (
        move(),
        operations.rename(history.document.main, FLATTEN, "flat"),
        move(7, CLASSIFY),
    ):
        history.do(step)
        states.append(snapshot(history.document))
    for state in reversed(states[:-1]):
        history.undo()
        assert snapshot(history.document) == state
    for state in states[1:]:
        history.redo()
        assert snapshot(history.document) == state


def test_the_menu_names_what_comes_next(history: History) -> None:
    assert (history.undo_name, history.redo_name) == (None, None)
    history.do(move())
    history.do(operations.rename(history.document.main, FLATTEN, "flat"))
    assert (history.undo_name, history.redo_name) == ("Rename", None)
    history.undo()
    assert (history.undo_name, history.redo_name) == ("Move", "Rename")


def test_without_steps_undo_and_redo_do_nothing_and_tell_nothing(history: History) -> None:
    told: list[DocumentChange] = []
    history.document.changed.connect(told.append)
    history.changed.connect(lambda _: pytest.fail("nothing has changed"))
    history.undo()
    history.redo()
    assert told == []


def test_a_new_step_ends_what_could_be_made_again(history: History) -> None:
    history.do(move())
    history.undo()
    history.do(move(5))
    history.redo()
    assert history.redo_name is None and place(history) == 5


def test_a_step_that_fails_is_not_remembered(history: History) -> None:
    history.do(move())
    history.undo()
    with pytest.raises(StepError):
        history.do(Step("Move", (MoveNodes(MAIN, frozenset({NodeId("gone")}), (1, 1)),)))
    assert (history.undo_name, history.redo_name) == (None, "Move")
    assert saved(history)


def test_a_step_without_edits_is_not_remembered(history: History) -> None:
    again = operations.connect(history.document.main, NodeId("image"), "output", FLATTEN, "input")
    assert again.edits == ()
    history.do(again)
    assert history.undo_name is None and saved(history)


def test_every_step_is_told_once_also_when_it_is_taken_back(history: History) -> None:
    told: list[DocumentChange] = []
    changed: list[None] = []
    history.document.changed.connect(told.append)
    history.changed.connect(changed.append)
    history.do(move())
    history.undo()
    history.redo()
    assert len(told) == len(changed) == 3


# ---- gestures ----


def test_the_moves_of_one_drag_are_one_step(history: History) -> None:
    for _ in range(50):
        history.do(move(2), gesture="drag 1")
    assert place(history) == 100
    history.undo()
    assert place(history) == 0 and history.undo_name is None
    history.redo()
    assert place(history) == 100


def test_a_drag_of_fifty_nodes_is_one_step() -> None:
    document = classifier()
    for _ in range(45):
        document.apply(operations.add(document.main, "relu", (0, 0)))
    history, nodes = History(document), list(document.main.nodes)
    for _ in range(10):
        history.do(operations.move(document.main, nodes, (1, 2)), gesture="drag")
    assert len(nodes) == 50
    assert set(document.main.positions.values()) == {(10, 20)}
    assert undo_all(history) == 1
    assert set(document.main.positions.values()) == {(0, 0)}


def test_a_number_that_spins_is_one_step_from_the_first_value_to_the_last(history: History) -> None:
    for units in range(11, 40):
        history.do(set_units(history, units), gesture="out_features")
    history.undo()
    assert history.document.main.nodes[CLASSIFY].settings["out_features"] == 10
    history.redo()
    assert history.document.main.nodes[CLASSIFY].settings["out_features"] == 39
    assert history.redo_name is None


def test_typing_into_a_note_is_one_step(history: History) -> None:
    text, note = "", None
    for letter in "words":
        text += letter
        new = Note(text, (0, 0))
        history.do(Step("Write", (ChangeNote(MAIN, "n", note, new),)), gesture="n")
        note = new
    assert undo_all(history) == 1
    assert history.document.main.notes == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [("a", "b"), ("a", None), (None, "a"), (None, None)],
)
def test_steps_of_different_gestures_or_of_none_stay_apart(
    history: History, first: str | None, second: str | None
) -> None:
    history.do(move(), gesture=first)
    history.do(move(), gesture=second)
    assert undo_all(history) == 2


def test_a_gesture_that_comes_back_to_where_it_began_is_no_step(history: History) -> None:
    history.do(move(3), gesture="other")
    history.mark_saved()
    history.do(move(1), gesture="drag")
    history.do(move(-1), gesture="drag")
    assert saved(history)
    history.do(move(2), gesture="drag")
    history.undo()
    assert saved(history)
    assert undo_all(history) == 1


def test_a_gesture_that_has_ended_takes_nothing_more(history: History) -> None:
    history.do(move(), gesture="drag")
    history.end_gesture()
    history.do(move(), gesture="drag")
    assert undo_all(history) == 2


def test_a_gesture_does_not_go_on_after_an_undo(history: History) -> None:
    history.do(move(3), gesture="drag")
    history.do(move(), gesture="other")
    history.undo()
    history.do(move(), gesture="drag")
    assert undo_all(history) == 2


def test_steps_of_one_gesture_that_do_different_things_stay_apart(history: History) -> None:
    history.do(move(), gesture="g")
    history.do(move(1, CLASSIFY), gesture="g")
    history.do(set_units(history, 12), gesture="g")
    assert undo_all(history) == 3


# ---- saved or not ----


def test_a_new_document_is_saved_until_it_changes(history: History) -> None:
    assert saved(history)
    history.do(move())
    assert not saved(history)
    history.undo()
    assert saved(history)


def test_going_back_to_what_was_saved_is_saved(history: History) -> None:
    history.do(move())
    data = files.encoded(history.document)
    history.mark_saved()
    history.do(move())
    history.do(move())
    assert not saved(history)
    history.undo()
    history.undo()
    assert saved(history) and files.encoded(history.document) == data
    history.undo()
    assert not saved(history)
    history.redo()
    assert saved(history)


def test_what_was_saved_and_then_left_behind_is_never_saved_again(history: History) -> None:
    history.do(move(3))
    history.mark_saved()
    history.undo()
    history.do(move(4))
    assert not saved(history)
    history.undo()
    assert not saved(history)


def test_a_gesture_that_goes_on_after_a_save_does_not_swallow_what_was_saved(
    history: History,
) -> None:
    history.do(move(), gesture="drag")
    history.mark_saved()
    history.do(move(), gesture="drag")
    assert not saved(history)
    history.undo()
    assert saved(history) and place(history) == 1


def test_the_same_step_made_twice_is_two_steps(history: History) -> None:
    step = move()
    history.do(step)
    history.mark_saved()
    history.do(step)
    assert not saved(history)
    history.undo()
    assert saved(history) and place(history) == 1


def test_saving_is_told(history: History) -> None:
    told: list[None] = []
    history.changed.connect(told.append)
    history.mark_saved()
    assert told == [None]
