"""Paths that no system takes, and data that no file can hold."""

from pathlib import Path

import numpy as np
import pytest

from engine.data.sources import reader, reader_of
from engine.data.sources.spec import Proposal
from engine.errors import DataError
from graphs import files
from graphs.data.sources import Source
from graphs.document.document import Document
from graphs.document.edits import ChangeData, Step

FROM_FILES = [kind.id for kind in Source.members() if kind.group == "From files"]


def proposed(folder: Path, **arrays: object) -> Proposal:
    path = folder / "a.npz"
    np.savez(path, **arrays)  # type: ignore[arg-type]  # its stub takes no names of one's own
    return reader("arrays", {"path": str(path), "tokens": ("x",)}).propose()


@pytest.mark.parametrize("source", FROM_FILES)
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("~nobody-of-this-name/a.csv", "no home folder .* Write the path in full"),
        ("/" + "x" * 5000, "cannot be read"),
        ("/tmp/\0", "no path of a file"),
    ],
)
def test_a_path_that_is_none_is_refused_in_words(source: str, path: str, words: str) -> None:
    chosen = Source.get(source).made({"path": path})
    with pytest.raises(DataError, match=words):
        reader_of(chosen).propose()
    with pytest.raises(DataError, match=words):
        reader_of(chosen).read()


@pytest.mark.parametrize("shape", [(6, 0), (6, 0, 5), (6, 3, 0, 5)])
def test_arrays_without_values_are_refused_rather_than_written_into_a_document(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    with pytest.raises(DataError, match="has no values: its sizes are 6 × "):
        proposed(tmp_path, x=np.zeros(shape, dtype=int), y=np.arange(6) % 2)


def test_a_vocabulary_that_no_file_can_hold_is_refused_when_it_is_chosen(tmp_path: Path) -> None:
    labels = np.arange(6) % 2
    most = proposed(tmp_path, x=np.full((6, 1), 2**31 - 2), y=labels)
    document = Document()
    document.apply(Step("Choose", (ChangeData(document.data, most.section),)))
    assert files.decoded(files.encoded(document)).document.data == most.section
    with pytest.raises(DataError, match=r"cannot hold “x”: 2147483648 is no size"):
        proposed(tmp_path, x=np.full((6, 1), 2**31 - 1), y=labels)


def test_numbers_too_large_for_the_network_are_refused_without_a_warning(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="infinite"):
        reader("arrays", {"path": _wide(tmp_path)}).propose()


def _wide(folder: Path) -> str:
    path = folder / "wide.npz"
    np.savez(path, x=np.full((6, 2), np.finfo(np.longdouble).max), y=np.arange(6) % 2)
    return str(path)
