"""Text files of any usual encoding, or a sentence that says where one breaks."""

from pathlib import Path

import pytest

from engine.data.texts.text_files import decoded, read_text
from engine.errors import DataError

TEXT = "Schöne Grüße,\nwie geht’s? 日本\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marks_tell_how_a_file_is_written(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding), "a.txt") == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_known_by_its_zeros(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding), "a.txt") == TEXT


def test_line_ends_of_all_kinds_become_one() -> None:
    assert decoded(b"a\r\nb\rc\n", "a.txt") == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("a\nGr\xfc\xdfe".encode("latin-1"), "a.txt, line 2, is not written in UTF-8. Save it"),
        (b"one\ntwo\0three", "a.txt holds a zero byte in line 2, so it is no text"),
        (TEXT.encode("utf-16")[:-1], "a.txt begins like UTF-16, but breaks at byte"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not written in UTF-8|zero byte"),
    ],
)
def test_what_is_no_text_is_refused_by_line(data: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        decoded(data, "a.txt")


def test_files_that_cannot_be_read_are_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"\xef\xbb\xbf \n")
    for path, words in (
        (tmp_path / "gone.txt", "is not there"),
        (tmp_path, "is a folder"),
        (tmp_path / "empty.txt", "empty.txt is empty"),
        (Path("a\0b"), "is no path of a file"),
    ):
        with pytest.raises(DataError, match=words):
            read_text(path)


def test_a_file_larger_than_the_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(2**40)  # a hole: it takes no room on the disk
    with pytest.raises(DataError, match=r"The characters of huge.txt need .* GB of memory"):
        read_text(path)
