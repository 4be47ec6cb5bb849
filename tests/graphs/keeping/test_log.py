"""Whatever is edited, in whatever order: what the recovery log gives back is the document."""

import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from graphs import files
from graphs.document.document import Document
from graphs.document.edits import MAIN, AddNode, ChangeNode, Node, NodeId, Step
from graphs.document.history import History
from graphs.errors import BrokenFile
from graphs.files.stamps import Stamp
from graphs.keeping import log, lost
from graphs.keeping.log import LoggedDocument, RecoveryLog
from graphs.setting_kinds import NodeRef, PerCopy, Promoted
from graphs.steps import operations
from tests.graphs.document.test_undo_machine import Editing
from tests.graphs.drawing import classifier


def logged(folder: Path, document: Document, about: LoggedDocument | None = None) -> RecoveryLog:
    """A log that follows a document."""
    kept = RecoveryLog(folder, "test", pytest.fail)
    kept.begin(document, about or LoggedDocument())
    document.changed.connect(kept.note)
    return kept


def rename(document: Document, node: str, name: str) -> Step:
    old = document.main.nodes[NodeId(node)]
    return Step(f"Rename to {name}", (ChangeNode(MAIN, old, Node(old.id, old.layer, name)),))


def a_node(document: Document, name: str = "first") -> str:
    node = Node(operations.new_id(), "relu", name)
    document.apply(Step("Add", (AddNode(MAIN, node, (3, 4)),)))
    return node.id


class Logged(Editing):
    """The machine that edits, beside a log that is read again after every few steps."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.log: RecoveryLog | None = None
        self.steps = 0
        super().__init__()

    def teardown(self) -> None:
        super().teardown()
        self.read_again()
        assert self.log is not None
        self.log.discard()
        assert not any((Path(self.folder.name) / log.FOLDER).glob("*"))
        self.folder.cleanup()

    def _begin(self, document: Document) -> None:
        super()._begin(document)
        if self.log is not None:
            self.log.discard()
        self.log = logged(Path(self.folder.name), document)

    def _hear(self) -> None:
        super()._hear()
        self.steps += 1

    @rule()
    def read_again(self) -> None:
        assert self.log is not None
        if self.log.file is not None:
            found = lost.recovered(self.log.file)
            assert found.notices == files.decoded(files.encoded(self.document)).notices
            assert files.encoded(found.document) == reopened(self.document)

    @rule()
    def write_whole(self) -> None:
        assert self.log is not None
        self.log.keep_whole()

    @invariant()
    def there_is_no_more_than_one_log(self) -> None:
        assert len(list((Path(self.folder.name) / log.FOLDER).glob("*"))) <= 1


def reopened(document: Document) -> bytes:
    """The document's bytes after it has been saved and opened."""
    return files.encoded(files.decoded(files.encoded(document)).document)


TestEverythingEdited = Logged.TestCase
TestEverythingEdited.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)


@pytest.mark.parametrize(
    "value", [PerCopy(2, 1), PerCopy(2, times=3), PerCopy(0.5), Promoted("width"), NodeRef("a")]
)
def test_what_stands_for_a_value_is_recovered(value: object, tmp_path: Path) -> None:
    document = classifier()
    kept = logged(tmp_path, document)
    node = NodeId(a_node(document))
    changed = Node(node, "linear", "first", {"out_features": value})
    document.apply(Step("Set", (ChangeNode(MAIN, document.main.nodes[node], changed),)))
    assert kept.file is not None
    found = lost.recovered(kept.file).document
    assert found.main.nodes[node].settings["out_features"] == value


def test_a_log_is_there_while_something_is_unsaved_and_for_the_user_alone(tmp_path: Path) -> None:
    document = classifier()
    kept = logged(tmp_path, document)
    assert not (tmp_path / log.FOLDER).exists()
    a_node(document)
    assert kept.file is not None
    if os.name == "posix":
        assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.file.parent.stat().st_mode) == 0o700
    kept.discard()
    assert list((tmp_path / log.FOLDER).iterdir()) == []


@given(share=st.floats(0, 1))
@settings(max_examples=60)
def test_a_log_cut_off_anywhere_gives_all_whole_steps(share: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        document = Document()
        states = [files.encoded(document)]
        kept = logged(Path(folder), document)
        node = a_node(document)
        states.append(files.encoded(document))
        for number in range(6):
            document.apply(rename(document, node, f"name_{number}"))
            states.append(files.encoded(document))
        kept.end(keep=True)
        assert kept.file is not None
        data = kept.file.read_bytes()
        first = data.index(b"\n", data.index(b"\n") + 1) + 1
        cut = first + round(share * (len(data) - first))
        kept.file.write_bytes(data[:cut])
        found = lost.recovered(kept.file)
        whole = data[:cut].count(b"\n") - 2
        assert files.encoded(found.document) == states[whole]
        assert found.notices == ()
        assert found.steps == whole


def test_a_damaged_line_ends_what_is_read_and_that_is_said(tmp_path: Path) -> None:
    document = Document()
    kept = logged(tmp_path, document)
    node = a_node(document)
    for number in range(3):
        document.apply(rename(document, node, f"name_{number}"))
    kept.end(keep=True)
    assert kept.file is not None
    lines = kept.file.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b'"nodes"', b'"knots"')
    kept.file.write_bytes(b"".join(lines))
    found = lost.recovered(kept.file)
    assert found.document.main.named("name_0") is not None
    assert found.notices == ("Not all changes could be read again; the last ones are missing.",)


def test_a_step_that_no_file_can_hold_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    document = Document()
    kept = logged(tmp_path, document)
    node = a_node(document)
    document.apply(rename(document, node, "good"))
    old = document.main.nodes[NodeId(node)]
    long = Node(old.id, old.layer, old.name, {"note": "x" * 1_000_001})
    document.apply(Step("Too long", (ChangeNode(MAIN, old, long),)))
    assert kept.file is not None
    found = lost.recovered(kept.file)
    assert found.document.main.named("good") is not None
    assert found.notices != ()


def test_numbers_that_no_file_holds_are_kept_as_texts(tmp_path: Path) -> None:
    document = Document()
    kept = logged(tmp_path, document)
    told = {"a": float("nan"), "b": 10**5000, "c": "\udc80", "d": (1, float("inf"))}
    node = Node(operations.new_id(), "relu", "odd", told)
    document.apply(Step("Add", (AddNode(MAIN, node),)))
    assert kept.file is not None
    (there,) = lost.recovered(kept.file).document.main.nodes.values()
    assert there.settings["a"] == "nan"
    assert there.settings["c"] == "\udc80"
    assert there.settings["d"] == (1, "inf")


@contextmanager
def writing_fails_after(monkeypatch: pytest.MonkeyPatch, count: int) -> Iterator[None]:
    """A disk that is full after so many calls to write."""
    real, left = os.write, [count]

    def write(handle: int, data: bytes) -> int:
        left[0] -= 1
        if left[0] < 0:
            real(handle, bytes(data)[:7])
            raise OSError(28, "No space left on device")
        return real(handle, data)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        yield


@pytest.mark.parametrize("writes", range(4))
def test_a_full_disk_is_told_once_and_made_good_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    told: list[str] = []
    document = Document()
    kept = RecoveryLog(tmp_path, "test", told.append)
    kept.begin(document, LoggedDocument())
    document.changed.connect(kept.note)
    with writing_fails_after(monkeypatch, writes):
        node = a_node(document)
        for number in range(4):
            document.apply(rename(document, node, f"name_{number}"))
    (said,) = told
    assert "the disk is full" in said
    document.apply(rename(document, node, "last"))
    assert kept.file is not None
    assert [one.name for one in kept.file.parent.iterdir()] == [kept.file.name]
    found = lost.recovered(kept.file)
    assert found.document.main.named("last") is not None
    assert found.notices == ()


def test_a_long_log_begins_anew_and_still_counts_its_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MOST_BYTES", 2000)
    document = Document()
    kept = logged(tmp_path, document)
    node = a_node(document)
    for number in range(100):
        document.apply(rename(document, node, f"name_{number}"))
    assert kept.file is not None
    assert kept.file.stat().st_size < 20_000
    found = lost.recovered(kept.file)
    assert found.document.main.named("name_99") is not None
    assert found.steps == 101


def test_a_gesture_counts_as_one_step(tmp_path: Path) -> None:
    document = Document()
    kept = logged(tmp_path, document)
    node = NodeId(a_node(document))
    history = History(document)
    for _ in range(5):
        history.do(operations.move(document.main, {node}, (1, 1)), gesture="drag")
    assert kept.file is not None
    assert lost.recovered(kept.file).steps == 2


def test_the_head_says_whose_document_it_is(tmp_path: Path) -> None:
    document, stamp = Document(), Stamp(1, 2, "3")
    kept = logged(tmp_path, document, LoggedDocument(Path("/a/b.loom"), "", stamp))
    a_node(document)
    assert kept.file is not None
    found = lost.recovered(kept.file)
    assert found.about == LoggedDocument(Path("/a/b.loom"), "", stamp)
    head = json.loads(kept.file.read_bytes().splitlines()[0])
    assert head["owner"]["process"] == os.getpid()
    assert head["program"] == "test"


def test_a_log_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    document = Document()
    kept = logged(tmp_path, document)
    a_node(document)
    assert kept.file is not None
    data = kept.file.read_bytes().replace(b'"version":1', b'"version":2', 1)
    kept.file.write_bytes(data)
    with pytest.raises(BrokenFile, match="newer version"):
        lost.recovered(kept.file)


def of_the_dead(path: Path, *, base: bytes | None = None) -> None:
    """Let a log be of a process that is no more, and of a document that is told in other bytes."""
    head, state, *rest = path.read_bytes().splitlines(keepends=True)
    told = json.loads(head)
    told["owner"]["began"] = "long ago"
    state = state if base is None else base + b"\n"
    path.write_bytes(b"".join([json.dumps(told).encode() + b"\n", state, *rest]))


@pytest.mark.parametrize(
    "base",
    [
        b"{}",
        b"[]",
        b"null",
        b"3",
        b'"graphs"',
        b'{"graphs": []}',
        b'{"graphs": {"main": {}}}',
        b'{"graphs": {"main": {"links": [3]}}}',
        b'{"graphs": {"main": {"links": [[0, 1, [], {}, []]]}}}',
        b'{"graphs": {"main": {"links": []}}}',
        b"no JSON",
        b"\xff",
    ],
)
def test_a_log_that_is_damaged_hides_no_other_and_says_what_to_do(
    tmp_path: Path, base: bytes
) -> None:
    for _ in range(2):
        kept = logged(tmp_path, document := Document())
        a_node(document)
        kept.end(keep=True)
    good, bad = (tmp_path / log.FOLDER).iterdir()
    of_the_dead(good)
    of_the_dead(bad, base=base)
    found = {one.log: one for one in lost.lost(tmp_path)}
    assert set(found) == {good, bad}
    assert found[good].fault == "" and found[good].steps == 1
    assert found[bad].fault == "The record of unsaved changes is damaged. Discard it."
    with pytest.raises(BrokenFile):
        lost.recovered(bad)
