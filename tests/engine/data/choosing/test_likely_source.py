"""What is dropped on the window goes to the source that reads it."""

import os
from pathlib import Path

import pytest

from engine.data.choosing.likely_source import likely_source


@pytest.mark.parametrize(
    ("name", "text", "source"),
    [
        ("a.csv", "", "table"),
        ("a.PARQUET", "", "table"),
        ("a.npz", "", "arrays"),
        ("a.npy", "", "arrays"),
        ("a.md", "a,b\n1,2\n", "text_file"),
        ("a.txt", "x\ty\n1\t2\n3\t4\n", "table"),
        ("a.txt", "x;y\n\n1;2\n", "table"),
        ("a.txt", "Once upon a time, there was.\nIt was a fox, and it jumped, too.\n", "text_file"),
        ("a.txt", "one line, only", "text_file"),
        ("a.txt", "", "text_file"),
        ("a.png", "", None),
        ("gone", None, None),
    ],
)
def test_a_file_goes_by_its_ending_and_its_first_lines(
    tmp_path: Path, name: str, text: str | None, source: str | None
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    assert likely_source(path) == source


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.timeout(10)
def test_a_pipe_is_no_table_and_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert likely_source(tmp_path / "a.txt") != "table"


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ([], "image_folder"),
        (["cat/a.png", "dog/b.png", "readme.txt"], "image_folder"),
        (["cat/a.txt", "dog/b.txt", "dog/c.md"], "text_folder"),
        (["a.txt", "b.txt", "more/c.txt"], "text_file"),
    ],
)
def test_a_folder_goes_by_what_lies_in_it(tmp_path: Path, files: list[str], source: str) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("x")
    assert likely_source(tmp_path) == source
