"""Weights beside a document: named by what they are, brought along, never taken for others."""

import errno
import json
import os
from pathlib import Path

import pytest

from graphs import files
from graphs.document.document import Document
from graphs.document.edits import ChangeWeights, Step
from graphs.document.history import History
from graphs.errors import BrokenFile, NotSaved, Unreadable
from graphs.files import saving, weights
from tests.graphs.drawing import classifier

DATA = b"these are weights"


def starting_from(sha: str | None) -> Document:
    document = classifier()
    document.apply(Step("Start from weights", (ChangeWeights(None, sha),)))
    return document


@pytest.fixture
def kept(tmp_path: Path) -> tuple[str, Path]:
    folder = tmp_path / "store"
    return weights.kept(DATA, folder), folder


def test_choosing_them_can_be_undone() -> None:
    document = classifier()
    history = History(document)
    before = files.encoded(document)
    history.do(Step("Start from weights", (ChangeWeights(None, "ab" * 32),)))
    assert files.decoded(files.encoded(document)).document.weights == "ab" * 32
    history.undo()
    assert files.encoded(document) == before


def test_a_saved_document_has_them_beside_it(kept: tuple[str, Path], tmp_path: Path) -> None:
    sha, store = kept
    path = tmp_path / "net.loom"
    assert files.write(starting_from(sha), path, [store]) == ()
    assert (tmp_path / f"{sha}.safetensors").read_bytes() == DATA
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    again = files.read(path).document
    assert files.write(again, elsewhere / "other.loom", [tmp_path]) == ()
    assert weights.found(sha, [elsewhere]).read_bytes() == DATA


def test_when_they_cannot_be_saved_the_document_is_not_either(
    kept: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha, store = kept
    path = tmp_path / "net.loom"

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saving.Disk, "write", full)
    with pytest.raises(NotSaved, match="the disk is full"):
        files.write(starting_from(sha), path, [store])
    assert not path.exists()


def test_what_is_missing_is_said_and_the_rest_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    (notice,) = files.write(starting_from("ab" * 32), path)
    assert "“abababab….safetensors”, are not there" in notice
    assert files.read(path).document.weights == "ab" * 32


def test_missing_or_altered_ones_are_refused(kept: tuple[str, Path], tmp_path: Path) -> None:
    sha, store = kept
    with pytest.raises(Unreadable, match="are not there"):
        weights.found(sha, [tmp_path])
    place = weights.place(sha, tmp_path)
    place.write_bytes(DATA.replace(b"w", b"W"))
    with pytest.raises(BrokenFile, match="checksum differs"):
        weights.found(sha, [tmp_path])
    assert weights.found(sha, [tmp_path, store]).parent == store


@pytest.mark.parametrize(
    "sha", ["../" * 21 + "x", "AB" * 32, "ab" * 31, "ab" * 32 + "\n", "", 7, ["ab" * 32]]
)
def test_no_path_can_hide_in_the_name(sha: object) -> None:
    tree = json.loads(files.encoded(classifier()))
    with pytest.raises(BrokenFile, match="weights"):
        files.decoded(json.dumps({**tree, "weights": sha}).encode())


def test_a_document_with_fresh_weights_says_nothing_of_them() -> None:
    assert "weights" not in json.loads(files.encoded(starting_from(None)))
