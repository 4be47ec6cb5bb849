"""What a saved document looks like, and that it comes back as it was."""

import difflib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs import files
from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    AddNode,
    ChangeFrame,
    ChangeNote,
    Connect,
    Edit,
    Frame,
    Link,
    Node,
    NodeId,
    Note,
    Step,
)
from graphs.errors import BrokenFile, TooLarge
from graphs.files import limits
from graphs.layers import Layer
from graphs.steps import operations
from graphs.templates import Template, templates
from tests.graphs.documents import documents, settings_of, snapshot
from tests.graphs.drawing import classifier


def lines(document: Document) -> list[str]:
    return files.encoded(document).decode().split("\n")


def changes(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    told = [line for line in difflib.ndiff(before, after) if line[0] in "-+"]
    return [k[2:] for k in told if k[0] == "-"], [k[2:] for k in told if k[0] == "+"]


def chain(count: int) -> Document:
    """``count`` Linear and ReLU nodes in a row."""
    document = Document()
    edits: list[Edit] = []
    for i in range(count):
        layer = "linear" if i % 2 else "relu"
        settings = Layer.get(layer).defaults()
        edits.append(AddNode(MAIN, Node(NodeId(f"n{i:05}"), layer, f"a{i}", settings), (90 * i, 0)))
        if i:
            link = Link(NodeId(f"n{i - 1:05}"), "output", NodeId(f"n{i:05}"), "input")
            edits.append(Connect(MAIN, link))
    document.apply(Step("Draw", tuple(edits)))
    return document


@given(documents())
def test_a_document_comes_back_from_its_file_as_it_was(document: Document) -> None:
    data = files.encoded(document)
    opened = files.decoded(data)
    assert opened.notices == ()
    assert snapshot(opened.document) == snapshot(document)
    assert files.encoded(opened.document) == data


@pytest.mark.parametrize("template", templates(), ids=lambda template: template.id)
def test_a_template_comes_back_from_its_file_as_it_was(template: Template) -> None:
    document = template.document()
    opened = files.decoded(files.encoded(document))
    assert opened.notices == ()
    assert snapshot(opened.document) == snapshot(document)


@given(documents(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_were_made_leaves_no_trace(
    document: Document, order: Any
) -> None:
    graph, again = document.main, Document()
    made: list[Edit] = [AddNode(MAIN, n, graph.positions[n.id]) for n in graph.nodes.values()]
    wired: list[Edit] = [Connect(MAIN, link) for link in graph.links()]
    beside: list[Edit] = [ChangeFrame(MAIN, id, None, f) for id, f in graph.frames.items()]
    beside += [ChangeNote(MAIN, id, None, note) for id, note in graph.notes.items()]
    for part in (made, wired, beside):
        order.shuffle(part)
    again.apply(Step("Draw", (*made, *wired, *beside)))
    again.data, again.plan, again.weights = document.data, document.plan, document.weights
    assert files.encoded(again) == files.encoded(document)


@given(st.data())
def test_one_changed_setting_is_one_changed_line(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([k for k in Layer.members() if k.parameters()]))
    before, after = data.draw(settings_of(kind)), data.draw(settings_of(kind))
    name = data.draw(st.sampled_from(sorted(before)))
    document = classifier()
    document.apply(operations.add(document.main, kind.id, (0, 0), **before))
    node = next(n for n in document.main.nodes.values() if n.name not in classifier().main.names)
    old = lines(document)
    document.apply(operations.set_setting(document.main, node.id, name, after[name]))
    gone, new = changes(old, lines(document))
    assert (len(gone), len(new)) in {(0, 0), (1, 1)}
    assert bool(new) == (repr(before[name]) != repr(after[name]))


@pytest.mark.parametrize("id", ["a", "m", "z"])
def test_a_new_node_only_adds_lines(id: str) -> None:
    document = Document()
    for known in ("b", "p"):
        document.apply(Step("Add", (AddNode(MAIN, Node(NodeId(known), "relu", known)),)))
    before = lines(document)
    document.apply(Step("Add", (AddNode(MAIN, Node(NodeId(id), "linear", id)),)))
    # The comma that JSON wants after what was last until now is no change to speak of.
    gone, new = changes([k.rstrip(",") for k in before], [k.rstrip(",") for k in lines(document)])
    assert gone == []
    assert '"out_features": 128' in [line.strip() for line in new]


def test_a_moved_node_is_one_changed_line() -> None:
    document = classifier()
    before = lines(document)
    document.apply(operations.move(document.main, [NodeId("flatten")], (7, -3)))
    gone, new = changes(before, lines(document))
    assert [line.strip() for line in gone] == ['"flatten": [0, 0],']
    assert [line.strip() for line in new] == ['"flatten": [7, -3],']


def test_the_file_reads_as_a_person_would_write_it() -> None:
    document = classifier()
    text = files.encoded(document).decode()
    assert text.startswith("{\n") and text.endswith("\n}\n")
    shown = text.splitlines()
    assert '        ["classify", "output", "digit", "input", 0],' in shown
    assert '        "classes": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],' in shown
    assert '        "sizes": [1, 28, 28],' in shown
    start = shown.index('        "classify": {')
    assert shown[start : start + 11] == [
        '        "classify": {',
        '          "layer": "linear",',
        '          "name": "classify",',
        '          "settings": {',
        '            "bias": true,',
        '            "out_features": 10,',
        '            "parametrization": "none",',
        '            "tied": null,',
        '            "weights_of": null',
        "          }",
        "        },",
    ]


def test_a_long_list_stands_one_value_a_line() -> None:
    document = classifier()
    classes = tuple(f"species number {i}" for i in range(30))
    digit = replace(document.data.fields["digit"], classes=classes)
    document.data = replace(document.data, fields={"digit": digit})
    assert '          "species number 7",' in lines(document)


def test_links_are_sorted_by_where_they_enter() -> None:
    document = classifier()
    written = json.loads(files.encoded(document))["graphs"]["main"]["links"]
    assert [tuple(link[2:]) for link in written] == sorted(
        (link.target, link.input, link.slot) for link in document.main.links()
    )


def test_settings_that_a_document_leaves_to_the_default_are_written() -> None:
    document = Document()
    document.apply(Step("Add", (AddNode(MAIN, Node(NodeId("a"), "conv2d", "conv")),)))
    opened = files.decoded(files.encoded(document)).document
    assert opened.main.nodes[NodeId("a")].settings == Layer.get("conv2d").defaults()


def test_a_number_that_json_does_not_know_is_kept_as_a_text_and_shown_as_a_problem() -> None:
    document = classifier()
    document.apply(operations.set_setting(document.main, NodeId("loss"), "weight", float("nan")))
    node = files.decoded(files.encoded(document)).document.main.nodes[NodeId("loss")]
    assert node.settings["weight"] == "nan"
    assert "weight" in Layer.get(node.layer).faults(node.settings)


def test_a_path_that_is_not_utf8_comes_back_as_it_was() -> None:
    document = classifier()
    path = b"/data/caf\xe9.csv".decode("utf-8", "surrogateescape")
    document.data = replace(document.data, settings={"path": path})
    opened = files.decoded(files.encoded(document)).document
    assert opened.data.settings["path"] == path


def test_text_in_any_language_is_written_as_it_is() -> None:
    document = classifier()
    document.apply(Step("Note", (ChangeNote(MAIN, "n", None, Note("Größe: 数字 🙂\n", (1, 2))),)))
    assert "Größe: 数字 🙂\\n".encode() in files.encoded(document)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (ChangeNote(MAIN, "n", None, Note("x" * (limits.MAX_TEXT + 1), (0, 0))), "xxxx"),
        (ChangeFrame(MAIN, "f", None, Frame("x" * (limits.MAX_TEXT + 1), (0, 0, 1, 1))), "xxxx"),
        (AddNode(MAIN, Node(NodeId("a"), "linear", "a", {"out_features": 10**100})), "100 digits"),
    ],
)
def test_what_could_not_be_opened_again_is_not_saved(edit: Edit, words: str) -> None:
    document = classifier()
    document.apply(Step("Change", (edit,)))
    with pytest.raises(TooLarge, match=words):
        files.encoded(document)


def test_more_nodes_than_can_be_opened_are_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_NODES", 4)
    with pytest.raises(TooLarge, match="5 nodes, more than the 4 allowed"):
        files.encoded(classifier())


def test_a_file_over_the_size_limit_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 2**10)
    with pytest.raises(TooLarge, match="MiB"):
        files.encoded(classifier())


def test_a_document_is_written_to_a_path_and_read_from_it(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    files.write(classifier(), str(path))
    assert path.read_bytes() == files.encoded(classifier())
    assert snapshot(files.read(path).document) == snapshot(classifier())


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"PK\x03\x04\x14\x00",
        b"id,age\n1,20\n",
        b"hello",
        b"\xff\xd8\xff\xe0",
        b'"a text"',
    ],
)
def test_a_file_of_another_kind_is_not_called_damaged(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "picture.loom"
    path.write_bytes(data)
    with pytest.raises(BrokenFile, match="is no Layerloom document") as told:
        files.read(path)
    assert "damaged" not in str(told.value)


@pytest.mark.parametrize("data", ["{}", "[1, 2]", '{"format": "other"}', '{"version": 1}'])
def test_no_advice_asks_for_what_the_file_is_called_already(tmp_path: Path, data: str) -> None:
    path = tmp_path / "other.loom"
    path.write_text(data, encoding="utf-8")
    with pytest.raises(BrokenFile, match="is no Layerloom document") as told:
        files.read(path)
    assert "ends in" not in str(told.value)


@pytest.mark.parametrize("data", ['{"format": 3,', '{"format"', "["])
def test_what_begins_as_a_document_is(tmp_path: Path, data: str) -> None:
    path = tmp_path / "torn.loom"
    for spelled in (data.encode(), data.encode("utf-8-sig"), data.encode("utf-16")):
        path.write_bytes(spelled)
        with pytest.raises(BrokenFile) as told:
            files.read(path)
        assert "is no Layerloom document" not in str(told.value)
