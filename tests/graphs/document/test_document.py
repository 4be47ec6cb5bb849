"""The document changes step by step: whole or not at all, and tells of it once."""

from dataclasses import replace

import pytest

from graphs.document.document import Document, DocumentChange
from graphs.document.edits import (
    MAIN,
    AddNode,
    ChangeData,
    ChangeFrame,
    ChangeNode,
    ChangeNote,
    ChangePlan,
    Connect,
    Disconnect,
    Edit,
    Frame,
    GraphId,
    Link,
    MoveNodes,
    Node,
    NodeId,
    Note,
    RemoveNode,
    Step,
    undone,
)
from graphs.errors import StepError
from graphs.plan.plan import Plan
from graphs.steps import clips, operations
from tests.graphs.documents import snapshot
from tests.graphs.drawing import DIGITS, classifier

RELU = Node(NodeId("relu"), "relu", "relu")
FLATTEN, CLASSIFY, LOSS = NodeId("flatten"), NodeId("classify"), NodeId("loss")
INTO_FLATTEN = Link(NodeId("image"), "output", FLATTEN, "input")
FRAME, NOTE = Frame("title", (0, 0, 10, 10)), Note("text", (1, 2))


def heard(document: Document) -> list[DocumentChange]:
    """What the document tells from now on."""
    told: list[DocumentChange] = []
    document.changed.connect(told.append)
    return told


def everything(document: Document) -> tuple[Edit, ...]:
    """A step with an edit of every kind."""
    graph = document.main
    loss = graph.nodes[LOSS]
    (into_loss,) = graph.entering(LOSS)
    return (
        AddNode(MAIN, RELU, (5, 5)),
        MoveNodes(MAIN, frozenset({RELU.id, FLATTEN}), (3, -4)),
        ChangeNode(MAIN, graph.nodes[FLATTEN], replace(graph.nodes[FLATTEN], name="flat")),
        Connect(MAIN, Link(CLASSIFY, "output", RELU.id, "input")),
        Disconnect(MAIN, into_loss),
        RemoveNode(MAIN, loss, graph.positions[LOSS]),
        ChangeFrame(MAIN, "f", None, FRAME),
        ChangeNote(MAIN, "n", None, NOTE),
        ChangeData(document.data, replace(document.data, source="other")),
        ChangePlan(document.plan, Plan(epochs=3)),
    )


IMPOSSIBLE: dict[str, Edit] = {
    "an id that is taken": AddNode(MAIN, replace(RELU, id=FLATTEN)),
    "a name that is taken": AddNode(MAIN, replace(RELU, name="classify")),
    "a name that no node may have": AddNode(MAIN, replace(RELU, name="class")),
    "a node that is not there": RemoveNode(MAIN, RELU),
    "a node with links": RemoveNode(MAIN, classifier().main.nodes[CLASSIFY]),
    "a node that was somewhere else": RemoveNode(MAIN, classifier().main.nodes[LOSS], (9, 9)),
    "a node that was different": ChangeNode(MAIN, replace(RELU, id=CLASSIFY), RELU),
    "another id": ChangeNode(MAIN, classifier().main.nodes[CLASSIFY], RELU),
    "a rename to a taken name": ChangeNode(
        MAIN,
        classifier().main.nodes[CLASSIFY],
        replace(classifier().main.nodes[CLASSIFY], name="digit"),
    ),
    "a move of nothing": MoveNodes(MAIN, frozenset({FLATTEN, NodeId("gone")}), (1, 1)),
    "a link from nothing": Connect(MAIN, replace(INTO_FLATTEN, source=NodeId("gone"), slot=1)),
    "a link to nothing": Connect(MAIN, replace(INTO_FLATTEN, target=NodeId("gone"))),
    "a second link into a slot": Connect(MAIN, replace(INTO_FLATTEN, source=CLASSIFY)),
    "a link that is not there": Disconnect(MAIN, replace(INTO_FLATTEN, source=CLASSIFY)),
    "a frame that is not there": ChangeFrame(MAIN, "g", FRAME, None),
    "a note that was different": ChangeNote(MAIN, "m", NOTE, Note("other", (0, 0))),
    "data that was different": ChangeData(DIGITS, DIGITS),
    "a plan that was different": ChangePlan(Plan(epochs=99), Plan()),
    "a graph that is not there": AddNode(GraphId("side"), RELU),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_step_that_fails_leaves_all_as_before_and_tells_nothing(case: str) -> None:
    document = classifier()
    before, told = snapshot(document), heard(document)
    edits = [edit for edit in everything(document) if not isinstance(edit, RemoveNode)]
    if case != "a node that was somewhere else":
        edits = [edit for edit in edits if not isinstance(edit, Disconnect)]
    with pytest.raises(StepError):
        document.apply(Step("Fail", (*edits, IMPOSSIBLE[case])))
    assert snapshot(document) == before
    assert told == []
    document.apply(Step("Go on", everything(document)))  # nothing inside was left half done either


def test_each_failing_edit_fails_by_itself_too() -> None:
    for case, edit in IMPOSSIBLE.items():
        if case != "data that was different":  # it is as it was until the step above changes it
            with pytest.raises(StepError):
                classifier().apply(Step(case, (edit,)))


def test_a_step_is_told_once_with_all_that_it_touched() -> None:
    document = classifier()
    told = heard(document)
    step = Step("Everything", everything(document))
    document.apply(step)
    (change,) = told
    assert change.step is step
    assert change.touched == {MAIN: {RELU.id, FLATTEN, LOSS}}
    assert change.structure


@pytest.mark.parametrize(
    ("edit", "touched", "structure"),
    [
        (AddNode(MAIN, RELU), {RELU.id}, True),
        (RemoveNode(MAIN, RELU), {RELU.id}, True),
        (ChangeNode(MAIN, RELU, replace(RELU, name="other")), {RELU.id}, False),
        (Connect(MAIN, INTO_FLATTEN), {FLATTEN}, True),
        (Disconnect(MAIN, INTO_FLATTEN), {FLATTEN}, True),
    ],
)
def test_a_change_names_the_nodes_whose_results_may_differ(
    edit: Edit, touched: set[str], structure: bool
) -> None:
    document = classifier()
    if isinstance(edit, Connect):
        document.apply(Step("Unlink", (Disconnect(MAIN, INTO_FLATTEN),)))
    if isinstance(edit, RemoveNode | ChangeNode):
        document.apply(Step("Add", (AddNode(MAIN, RELU),)))
    told = heard(document)
    document.apply(Step("Change", (edit,)))
    assert told[0].touched == {MAIN: touched} and told[0].structure is structure


@pytest.mark.parametrize(
    "edit",
    [
        MoveNodes(MAIN, frozenset({FLATTEN}), (1, 1)),
        ChangeFrame(MAIN, "f", None, FRAME),
        ChangeNote(MAIN, "n", None, NOTE),
        ChangePlan(Plan(), Plan(epochs=3)),
    ],
)
def test_what_no_result_depends_on_touches_no_node(edit: Edit) -> None:
    document = classifier()
    told = heard(document)
    document.apply(Step("Change", (edit,)))
    assert told[0].touched == {} and not told[0].structure


def test_the_undone_step_takes_every_kind_of_edit_back() -> None:
    document = classifier()
    before = snapshot(document)
    step = Step("Everything", everything(document))
    document.apply(step)
    after = snapshot(document)
    assert after != before
    document.apply(undone(step))
    assert snapshot(document) == before
    document.apply(step)
    assert snapshot(document) == after


def test_who_stops_listening_hears_no_more() -> None:
    document, told = classifier(), list[DocumentChange]()
    stop = document.changed.connect(told.append)
    stop()
    document.apply(operations.move(document.main, [FLATTEN], (1, 1)))
    assert told == []


def test_a_name_that_was_given_up_is_free_again() -> None:
    document = classifier()
    document.apply(operations.rename(document.main, FLATTEN, "flat"))
    document.apply(operations.rename(document.main, CLASSIFY, "flatten"))
    assert document.main.names["flatten"] == CLASSIFY
    document.apply(operations.delete(document.main, [CLASSIFY]))
    assert "flatten" not in document.main.names
    assert document.main.named("flatten") is None


def test_a_copy_goes_its_own_way() -> None:
    document = classifier()
    before, told = snapshot(document), heard(document)
    copy = document.copy()
    assert snapshot(copy) == before
    copy.apply(Step("Everything", everything(copy)))
    assert snapshot(document) == before and told == []


def test_links_are_listed_by_port_and_slot_whatever_order_they_came_in() -> None:
    document = classifier()
    add = Node(NodeId("add"), "add", "add")
    links = [Link(FLATTEN, "output", add.id, "input", slot) for slot in (2, 0, 1)]
    document.apply(Step("Add", (AddNode(MAIN, add), *(Connect(MAIN, k) for k in links))))
    assert [link.slot for link in document.main.entering(add.id)] == [0, 1, 2]
    assert [k.slot for k in document.main.leaving(FLATTEN) if k.target == add.id] == [0, 1, 2]
    assert document.main.link_at((add.id, "input", 1)) == links[2]


def test_a_path_is_found_along_links_only_forwards() -> None:
    graph = classifier().main
    assert graph.reaches(NodeId("image"), LOSS)
    assert not graph.reaches(LOSS, NodeId("image"))
    assert graph.reaches(FLATTEN, FLATTEN)


def test_five_thousand_nodes_come_and_go_without_searching_through_links() -> None:
    document, count = Document(), 5000
    ids = [NodeId(f"n{i}") for i in range(count)]
    adds = [AddNode(MAIN, Node(id, "relu", id)) for id in ids]
    pairs = [(i, 1) for i in range(count - 1)] + [(i, 2) for i in range(count - 2)]
    links = [Link(ids[i], "output", ids[i + by], f"input{by}") for i, by in pairs]
    wires = [Connect(MAIN, link) for link in links]
    step = Step("Draw", (*adds, *wires))
    document.apply(step)
    assert document.main.link_count() == 2 * count - 3
    document.apply(operations.delete(document.main, ids))
    assert document.main.link_count() == len(document.main.nodes) == 0


def test_pasted_settings_are_those_that_were_copied_at_any_depth() -> None:
    document = classifier()
    bank = {"low": (0.5, (1, 2)), "high": {"taps": ()}}
    document.apply(Step("Add", (AddNode(MAIN, Node(NodeId("w"), "wavelets", "w", bank)),)))
    clip = clips.Clip.of_text(clips.copied(document.main, [NodeId("w")]).text())
    assert clip is not None
    document.apply(clips.pasted(document.main, clip))
    pasted = [node for node in document.main.nodes.values() if node.layer == "wavelets"]
    assert [node.settings for node in pasted] == [bank, bank]
