"""Files whose columns are parted by another sign than the one that is set: the sign is named."""

from pathlib import Path

import pytest

from engine.data.tables.files.reading_tables import read_sheet
from engine.errors import DataError
from graphs.data.sources.table_layout import ColumnSeparator, TableLayout


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ('v;x\n"12,5";"1"\n"7";"2"\n', "comma", "semicolon"),
        ("v;x\n12,5;1\n7,2;2\n", "comma", "semicolon"),
        ('"v"\t"x"\n"1,5"\t"a"\n"2,5"\t"b"\n', "comma", "tab"),
        ("v,x\n1,2\n3,4\n", "semicolon", "comma"),
        ('"v"|"x"\n"1;5"|"2"\n"3;5"|"4"\n', "semicolon", "bar"),
    ],
)
def test_the_separator_that_a_file_has_is_named(
    tmp_path: Path, text: str, wanted: ColumnSeparator, found: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=f"has a {found} between its columns, but a {wanted} is"):
        read_sheet(path, layout=TableLayout(separator=wanted))
    assert read_sheet(path).frame.columns == ["v", "x"]


@pytest.mark.parametrize(
    ("text", "words"),
    [('v,x\n"1"2,3\n4,5\n', "closing quotation mark"), ("v,x\n1,2,3\n4,5\n", "has 3 values")],
)
def test_other_faults_are_told_as_before(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=words):
        read_sheet(path, layout=TableLayout(separator="comma"))


def test_a_single_column_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\na; b\nc; d\n")
    assert read_sheet(path, layout=TableLayout(separator="comma")).frame.columns == ["text"]
