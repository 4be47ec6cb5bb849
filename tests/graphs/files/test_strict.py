"""Small files of ours: a value of its type, or a sentence that says where the file breaks."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.errors import BrokenFile, FileError, Missing, TooLarge
from graphs.files import strict


class Status(msgspec.Struct, frozen=True):
    state: str
    epoch: Annotated[int, msgspec.Meta(ge=0)] = 0
    best: dict[str, float] = {}


GOOD = b'{"state": "new", "epoch": 3, "best": {"loss": 1}}'


def test_a_whole_file_is_a_value() -> None:
    assert strict.value(GOOD, Status, "“status.json”") == Status("new", 3, {"loss": 1.0})
    assert strict.value(b"\xef\xbb\xbf" + GOOD, Status, "x").epoch == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"[" * 100_000, "nests brackets more than 64 deep"),
        (b'{"state": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "more than 64 deep"),
        (b'{"state": "new", "state": "old"}', r"line 1, column 18: the key .state. is there twice"),
        (b'{"state": "new", "best": {"loss": NaN}}', "NaN is no number"),
        (b'{"state": "new", "epoch": ' + b"9" * 400 + b"}", "is no number"),
        (
            b'{"state": "new", "epoch": ' + b"9" * 90 + b"}",
            "is no number that a small file can hold",
        ),
        (b'{"state": "\\ud800"}', "half of a character"),
        (b'{"state": "new", "best": {"\\udfff": 1}}', "half of a character"),
        (b'{"state": "new", "else": "\\udfff"}', "half of a character"),
        (b'{"state": "\xff"}', "no UTF-8 text"),
        (b'{"state": 3}', "in “state”: there is a whole number where a text belongs"),
        (b'{"state": "new", "epoch": -1}', "in “epoch”: the number is less than 0"),
        (b'{"state": "new", "best": {"loss": null}}', "in “best”: there is nothing where a num"),
        (b"{}", ": “state” is missing"),
        (b"null", "there is nothing where a group of named values belongs"),
    ],
)
def test_what_is_not_whole_is_refused_where_it_breaks(data: bytes, words: str) -> None:
    with pytest.raises(BrokenFile, match=words) as caught:
        strict.value(data, Status, "“status.json”")
    assert str(caught.value).startswith("“status.json” ")
    assert str(caught.value).endswith("ut it back as it was.")
    assert "document" not in str(caught.value)


@given(st.binary() | st.text().map(str.encode) | st.from_regex(r'\{("[a-z]*": ?[0-9a-z"\[{]*,?)*'))
def test_no_bytes_raise_anything_else(data: bytes | str) -> None:
    with suppress(FileError):
        strict.value(data.encode() if isinstance(data, str) else data, Status, "x")


def test_a_default_stands_for_what_is_broken_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    assert strict.read_or(path, Status("none"), Status) == (Status("none"), "")
    with pytest.raises(Missing):
        strict.read(path, Status)
    path.write_bytes(b"{")
    found, fault = strict.read_or(path, Status("none"), Status)
    assert found == Status("none") and fault.startswith("“status.json” breaks in line 1")
    path.write_bytes(GOOD)
    assert strict.read_or(path, Status("none"), Status)[0].epoch == 3


def test_a_large_file_is_no_small_file(tmp_path: Path) -> None:
    with (tmp_path / "status.json").open("wb") as file:
        file.truncate(strict.LARGEST + 1)
    with pytest.raises(TooLarge, match=r"more than the 4\.0 MB allowed"):
        strict.read(tmp_path / "status.json", Status)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_broken_is_set_aside_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for number in (1, 2):
        path.write_text(f"broken {number}")
        assert strict.set_aside(path) == tmp_path / f"settings.json.broken-{number}"
    os.mkfifo(path)
    assert strict.set_aside(path) == tmp_path / "settings.json.broken-3"
    path.mkdir()
    assert strict.set_aside(path) == tmp_path / "settings.json.broken-4"
    assert strict.set_aside(path) is None
    assert (tmp_path / "settings.json.broken-1").read_text() == "broken 1"


def test_no_more_than_nine_are_set_aside(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / "settings.json").write_text(str(number))
        strict.set_aside(tmp_path / "settings.json")
    assert len(list(tmp_path.iterdir())) == 9
