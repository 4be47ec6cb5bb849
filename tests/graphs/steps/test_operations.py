"""What users do, as steps."""

import pytest

from graphs.checking.evaluation import Evaluation, evaluated
from graphs.document.document import Document
from graphs.document.edits import (
    AddNode,
    ChangeFrame,
    ChangeNote,
    Frame,
    MoveNodes,
    NodeId,
    Note,
    Step,
)
from graphs.document.history import History
from graphs.layers import Layer
from graphs.steps import clips, operations, placing
from graphs.steps.placing import BESIDE, CARD, DOWN
from tests.graphs.drawing import classifier, drawn, put, wire

CONV, FLATTEN, CLASSIFY = NodeId("conv"), NodeId("flatten"), NodeId("classify")


def links(document: Document) -> set[tuple[str, str, str, str, int]]:
    return {(k.source, k.output, k.target, k.input, k.slot) for k in document.main.links()}


def test_a_new_node_gets_the_next_free_name() -> None:
    document = Document()
    for _ in range(3):
        document.apply(operations.add(document.main, "conv2d", (0, 0)))
    assert sorted(document.main.names) == ["conv", "conv2", "conv3"]


def test_connecting_a_taken_input_replaces_its_link_in_one_step() -> None:
    document = classifier()
    put(document, "flatten", "other")
    history = History(document)
    before = links(document)

    history.do(operations.connect(document.main, NodeId("other"), "output", CLASSIFY, "input"))
    assert ("other", "output", "classify", "input", 0) in links(document)
    assert ("flatten", "output", "classify", "input", 0) not in links(document)

    history.undo()
    assert links(document) == before


def test_connecting_what_is_connected_changes_nothing() -> None:
    document = classifier()
    step = operations.connect(document.main, FLATTEN, "output", CLASSIFY, "input")
    assert step.edits == ()


def test_a_variadic_input_takes_one_more_link_in_the_first_free_slot() -> None:
    document = drawn(("input", "image", {"field": "image"}))
    put(document, "add", "sum")
    for _ in range(3):
        wire(document, "image", "sum.input")
    middle = next(link for link in document.main.links() if link.slot == 1)
    document.apply(operations.delete(document.main, [], [middle]))
    assert sorted(link.slot for link in document.main.links()) == [0, 2]
    wire(document, "image", "sum.input")
    assert sorted(link.slot for link in document.main.links()) == [0, 1, 2]


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("classify", "classify", "itself"),
        ("classify", "flatten", "circle"),
        ("digit", "flatten", "no output"),
        ("flatten", "image", "no input"),
    ],
)
def test_what_can_never_be_wired_is_refused_with_its_reason(
    source: str, target: str, said: str
) -> None:
    document = classifier()
    refused = operations.refusal(document.main, NodeId(source), "output", NodeId(target), "input")
    assert refused is not None
    assert said in refused.message


def test_wrong_sizes_are_no_reason_to_refuse_a_link() -> None:
    document = classifier()
    put(document, "conv2d", "conv")
    assert operations.refusal(document.main, FLATTEN, "output", CONV, "input") is None


def test_deleting_a_node_takes_its_links_along_and_undo_brings_them_back() -> None:
    document = classifier()
    history = History(document)
    nodes, before = dict(document.main.nodes), links(document)

    history.do(operations.delete(document.main, [CLASSIFY]))
    assert CLASSIFY not in document.main.nodes
    assert not any("classify" in link for link in links(document))

    history.undo()
    assert dict(document.main.nodes) == nodes
    assert links(document) == before


def test_pasted_nodes_have_new_ids_free_names_and_the_links_between_them() -> None:
    document = classifier()
    clip = clips.copied(document.main, [FLATTEN, CLASSIFY])
    again = clips.Clip.of_text(clip.text())
    assert again is not None

    document.apply(clips.pasted(document.main, again))

    names = document.main.names
    assert {"flatten2", "classify2"} <= names.keys()
    copies = {(k.source, k.target) for k in document.main.links()}
    assert (names["flatten2"], names["classify2"]) in copies
    assert len(document.main.entering(names["flatten2"])) == 0


def test_text_that_is_no_clip_pastes_nothing() -> None:
    for text in ("", "hello", "{}", '{"layerloom": 3}', "[1]", "\ud800"):
        assert clips.Clip.of_text(text) is None


def test_duplicate_puts_copies_beside_the_originals() -> None:
    document = classifier()
    document.apply(clips.duplicate(document.main, [CLASSIFY]))
    copy = document.main.names["classify2"]
    assert document.main.positions[copy] != document.main.positions[CLASSIFY]
    assert document.main.nodes[copy].settings == document.main.nodes[CLASSIFY].settings


def test_a_bad_name_is_refused_with_a_sentence() -> None:
    document = classifier()
    for name in ("", "2nd", "class", "forward", "flatten", "ein leer", "_x", "a" * 65):
        fault = operations.rename_fault(document.main, CLASSIFY, name)
        assert fault is not None
        assert fault.endswith(".")
    assert operations.rename_fault(document.main, CLASSIFY, "classify") is None
    assert operations.rename_fault(document.main, CLASSIFY, "scores") is None


def test_inserting_on_a_link_wires_both_sides() -> None:
    document = classifier()
    link = document.main.entering(CLASSIFY)[0]
    step = operations.insert_on(document.main, link, "relu")
    document.apply(step)
    relu = document.main.names["relu"]
    assert [k.source for k in document.main.entering(relu)] == [FLATTEN]
    assert [k.source for k in document.main.entering(CLASSIFY)] == [relu]
    assert Evaluation(document.main)[CLASSIFY].accepted


def test_a_setting_that_takes_a_port_away_takes_its_links_along() -> None:
    document = drawn(("input", "image", {"field": "image"}))
    put(document, "max_pool2d", "pool", return_indices=True)
    put(document, "output", "where")
    wire(document, "image", "pool")
    wire(document, "pool.indices", "where")
    step = operations.set_setting(document.main, NodeId("pool"), "return_indices", False)
    document.apply(step)
    assert document.main.entering(NodeId("where")) == []


def test_nodes_are_frozen_together_in_one_step_that_can_be_undone() -> None:
    document = classifier()
    history = History(document)
    nodes = document.main.nodes

    history.do(operations.set_training(document.main, [FLATTEN, CLASSIFY], frozen=True))
    assert [nodes[id].frozen for id in (FLATTEN, CLASSIFY)] == [True, True]
    history.do(operations.set_training(document.main, [CLASSIFY], rate=0.1))
    assert (nodes[CLASSIFY].frozen, nodes[CLASSIFY].rate) == (True, 0.1)

    assert history.undo_name == "Set the learning rate"
    history.undo()
    assert nodes[CLASSIFY].rate == 1.0
    assert history.undo_name == "Freeze"
    history.undo()
    assert not any(node.frozen for node in nodes.values())
    assert operations.set_training(document.main, [CLASSIFY], frozen=False, rate=1.0).edits == ()


def test_a_copy_learns_as_its_original_does_and_no_clip_has_an_absurd_rate() -> None:
    document = classifier()
    document.apply(operations.set_training(document.main, [CLASSIFY], frozen=True, rate=2.0))
    clip = clips.copied(document.main, [CLASSIFY])

    read = clips.Clip.of_text(clip.text())

    assert read is not None
    (edit,) = clips.pasted(document.main, read).edits
    assert isinstance(edit, AddNode)
    assert (edit.node.frozen, edit.node.rate) == (True, 2.0)
    assert clips.Clip.of_text(clip.text().replace('"rate":2.0', '"rate":-2.0')) is None


def test_a_layer_made_another_keeps_only_settings_that_fit_it() -> None:
    document = Document()
    node = put(document, "conv2d", "conv", kernel_size=(3, 5), out_channels=7, padding=2)
    document.apply(operations.replaced(document.main, node, "conv1d"))
    settings = document.main.nodes[node].settings
    assert (settings["out_channels"], settings["padding"], settings["kernel_size"]) == (7, 2, 3)
    assert Layer.get("conv1d").faults(settings) == {}


@pytest.mark.parametrize(
    ("called", "afterwards"),
    [
        ("mse_loss", "cross_entropy_loss"),
        ("mse_loss2", "cross_entropy_loss"),
        ("mse_loss_2", "cross_entropy_loss"),
        ("mse_loss_of_prices", "mse_loss_of_prices"),
        ("error", "error"),
    ],
)
def test_a_name_that_came_of_the_layer_changes_with_it_and_no_other(
    called: str, afterwards: str
) -> None:
    document = Document()
    node = put(document, "mse_loss", called)
    history = History(document)
    history.do(operations.replaced(document.main, node, "cross_entropy_loss"))
    assert dict(document.main.names) == {afterwards: node}
    history.undo()
    assert dict(document.main.names) == {called: node}

    put(document, "cross_entropy_loss", "cross_entropy_loss")
    history.do(operations.replaced(document.main, node, "cross_entropy_loss"))
    taken = "cross_entropy_loss2" if afterwards == "cross_entropy_loss" else afterwards
    assert document.main.nodes[node].name == taken


def test_a_name_that_both_layers_give_stays() -> None:
    document = Document()
    node = put(document, "conv2d", "conv2")
    document.apply(operations.replaced(document.main, node, "conv1d"))
    assert document.main.nodes[node].name == "conv2"


@pytest.mark.parametrize("across", [96, 200, 480])
@pytest.mark.parametrize("down", [0, 60, 200])
def test_what_is_put_on_a_link_lies_on_no_other_node(across: int, down: int) -> None:
    document = classifier()
    graph = document.main
    for at, node in enumerate(sorted(graph.nodes)):
        x, y = graph.positions[node]
        document.apply(operations.move(graph, [node], (at * across - x, at * down - y)))
    before = set(graph.nodes)
    for link in list(graph.links()):
        document.apply(operations.insert_on(graph, link, "relu"))
    for new in set(graph.nodes) - before:
        x, y = graph.positions[new]
        for other in set(graph.nodes) - {new}:
            left, top = graph.positions[other]
            assert abs(x - left) >= CARD[0] or abs(y - top) >= CARD[1]


def in_a_row() -> Document:
    """All nodes beside each other, in their order."""
    document = classifier()
    graph = document.main
    for count, node in enumerate(evaluated(graph).order):
        x, y = graph.positions[node]
        document.apply(operations.move(graph, [node], (count * BESIDE - x, -y)))
    return document


@pytest.mark.parametrize("way", ["by a command", "from the palette", "carried"])
def test_the_rest_of_a_row_makes_room_for_what_is_put_on_a_link(way: str) -> None:
    document = in_a_row()
    graph, before = document.main, dict(document.main.positions)
    (link,), (x, y) = graph.entering(CLASSIFY), before[CLASSIFY]
    wish = (x - BESIDE // 2, y + 8)
    if way == "carried":
        put(document, "relu", "relu")
        step = operations.insert_existing(graph, link, NodeId("relu"), wish)
    else:
        step = operations.insert_on(graph, link, "relu", wish if way != "by a command" else None)
    document.apply(step)
    assert graph.positions[graph.names["relu"]] == (x, y)
    for node, (left, top) in before.items():
        assert graph.positions[node] == (left + BESIDE if left >= x else left, top)


def test_the_rest_of_a_column_makes_room_for_what_is_put_on_a_link() -> None:
    document = classifier()
    graph = document.main
    for count, node in enumerate(evaluated(graph).order):
        x, y = graph.positions[node]
        document.apply(operations.move(graph, [node], (8 * count - x, count * DOWN - y)))
    (link,), (x, y) = graph.entering(CLASSIFY), graph.positions[CLASSIFY]
    before = dict(graph.positions)
    document.apply(operations.insert_on(graph, link, "relu"))
    assert graph.positions[graph.names["relu"]] == (x, y)
    for node, (left, top) in before.items():
        assert graph.positions[node] == (left, top + DOWN if top >= y else top)


@pytest.mark.parametrize("way", ["through a frame", "onto a note", "onto a node"])
def test_no_row_makes_room(way: str) -> None:
    document = in_a_row()
    graph, (x, y) = document.main, document.main.positions[CLASSIFY]
    (link,) = graph.entering(CLASSIFY)
    if way == "through a frame":
        frame = Frame("head", (x - 24, y - 40, 224, 144))
        document.apply(Step("Frame", (ChangeFrame(graph.id, "f", None, frame),)))
    elif way == "onto a note":
        note = Note("mind this", (x + 3 * BESIDE + 40, y + 16))
        document.apply(Step("Note", (ChangeNote(graph.id, "n", None, note),)))
    else:
        put(document, "relu", "below")
        there, (left, top) = (x - 100, y + 60), graph.positions[NodeId("below")]
        by = there[0] - left, there[1] - top
        document.apply(operations.move(graph, [NodeId("below")], by))
        document.apply(operations.move(graph, [CLASSIFY], (0, 60)))
    step = operations.insert_on(graph, link, "relu")
    assert not any(isinstance(one, MoveNodes) for one in step.edits)
    added = step.edits[0]
    assert isinstance(added, AddNode)
    assert placing.is_clear(graph, [(*added.position, *CARD)], ())
    assert abs(added.position[1] - y) < 2 * DOWN
