"""How a table lies in its file: what is decided on all lines, told, and written down."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from engine.data.sources import reader
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.files.text import delimited
from engine.errors import DataError
from graphs.data.sources import Source
from graphs.data.sources.table_layout import TableLayout

ROWS = "".join(f"{n / 7:.2f},{n * n},{'ab'[n % 3 == 0]}\n" for n in range(1, 13))
NAMES = "x,y,kind\n"


def sheet(folder: Path, text: str | bytes, name: str = "t.csv", **layout: Any) -> Sheet:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sheet(path, layout=TableLayout(**layout))


def told(found: Sheet) -> str:
    return " ".join(found.notices)


# ---- names of columns ----

ROWS_WITHOUT_NAMES = [
    ROWS,
    "2.2,0.7,0.83,virginica\n4.0,0.7,0.66,setosa\n2.8,0.9,0.84,setosa\n4.4,0.8,0.47,virginica\n",
    "56, State, 335841, Female, <=50K\n88, State, 49992, Male, >50K\n26, Private, 1, Female, >50K\n"
    "32, State, 22948, Female, >50K\n",
    "2024-01-01,3,u\n2024-01-02,4,v\n2024-01-03,3,u\n",
    "$ 4.50;12%;a\n$ 3.20;7%;b\n$ 1.00;9%;a\n",
    "yes,no\nno,no\nyes,yes\nno,yes\n",
    "1,2,3\n4,5,6\n",
    "2019,2020,a\n2018,2019,b\n2017,2020,a\n",
    "0.5,0.5\n0.25,1\n1,2\n",
]


@pytest.mark.parametrize("text", ROWS_WITHOUT_NAMES)
def test_a_first_line_like_those_below_is_a_row(tmp_path: Path, text: str) -> None:
    found = sheet(tmp_path, text)
    assert found.layout.header == "no"
    assert found.frame.height == text.count("\n")
    assert found.frame.columns[0] == "column 1"
    assert found.lines[0] == 1
    assert "called “column 1”" in told(found) and "set the header" in told(found)


FILES_WITH_NAMES = [
    NAMES + ROWS,
    "price;2019;2020;2021\nlow;1,5;2,5;3\nhigh;2;3;4\nhigh;2;3;4,5\n",
    "label,1x1,1x2\n5,0,0\n4,0,255\n",
    "kind,2019,2020\na,0.5,1.5\nb,0.25,3\na,1,2\na,4,4\n",
    "0,1,2,3\n0.5,0.25,1,9\n0.5,0.5,1,9\n",
    "review,label\ngood and cheap,1\nbad,0\n",
    "name,city\nAnna,Bern\nUrs,Chur\nReto,Bern\nEva,Bern\nLea,Chur\n",
    "id,flag\nu1,yes\nu2,no\nu3,yes\nu4,no\n",
    "text\nyou won\ncall now\n",
    "a,b\n,1\n,2\n",
]


@pytest.mark.parametrize("text", FILES_WITH_NAMES)
def test_words_above_values_are_names(tmp_path: Path, text: str) -> None:
    found = sheet(tmp_path, text)
    assert found.layout.header == "yes"
    assert found.frame.height == text.count("\n") - 1
    assert found.lines[0] == 2
    assert "column 1" not in told(found)


def test_what_nothing_decides_is_told_with_both_readings(tmp_path: Path) -> None:
    text = "Anna Muster,x9\nUrs Beispiel,y9\nEva Probe,x7\nReto Test,z8\n"
    found = sheet(tmp_path, text)
    assert found.layout.header == "yes"
    assert "not clear what the first line is" in told(found)
    assert "“Anna Muster, x9”" in told(found) and "header to “no”" in told(found)


def test_the_user_has_the_last_word_about_the_header(tmp_path: Path) -> None:
    assert sheet(tmp_path, NAMES + ROWS, header="no").frame.height == 13
    assert sheet(tmp_path, ROWS, header="yes").frame.height == 11


def test_a_number_of_very_many_digits_is_a_value(tmp_path: Path) -> None:
    found = sheet(tmp_path, f"{'9' * 5000},1\n5,2\n6,3\n")
    assert (found.layout.header, found.frame.height) == ("no", 3)


def test_names_that_stand_twice_are_refused_with_both_ways_out(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"2 columns called “x”.*set the header to “no”"):
        sheet(tmp_path, "x,x,y\n1,2,a\n")


# ---- what is no row ----


def test_comments_are_no_rows_wherever_they_stand(tmp_path: Path) -> None:
    text = f"# device 7, v2\n#\n{NAMES}{ROWS}# the end\n"
    found = sheet(tmp_path, text)
    assert found.frame.columns == ["x", "y", "kind"]
    assert (found.frame.height, found.lines[0]) == (12, 4)
    assert found.layout.comment == "#" and "“#”" in told(found)
    inside = NAMES + ROWS.replace("\n", "\n# note\n", 1)
    found = sheet(tmp_path, inside)
    assert (found.frame.height, list(found.lines[:2])) == (12, [2, 4])


@pytest.mark.parametrize("indent", ["  ", "\t", " \t ", "   \t"])
def test_comments_may_be_indented(tmp_path: Path, indent: str) -> None:
    text = f"# made in May\na,b\n1,2\n{indent}# half, way\n3,4\n5,6\n"
    found = sheet(tmp_path, text)
    assert found.frame.to_dict(as_series=False) == {"a": ["1", "3", "5"], "b": ["2", "4", "6"]}
    assert list(found.lines) == [3, 5, 6]


def test_an_empty_cell_before_a_hash_begins_no_comment(tmp_path: Path) -> None:
    text = "# made in May\na\tb\n1\t#2\n\t#3\n4\t#5\n"
    for last in ("", '6\t"#7"\n'):  # read by one reader, and by the other
        found = sheet(tmp_path, text + last)
        assert found.frame["b"].to_list()[:3] == ["#2", "#3", "#5"]


def test_a_line_with_the_sign_of_a_comment_may_name_the_columns(tmp_path: Path) -> None:
    found = sheet(tmp_path, f"# written by hand\n# x,y,kind\n{ROWS}")
    assert found.frame.columns == ["x", "y", "kind"]
    assert found.frame.height == 12
    numbered = sheet(tmp_path, "#,name,kind\n1,Bulb,a\n2,Ivy,b\n3,Fern,a\n")
    assert numbered.frame.columns == ["#", "name", "kind"]


def test_values_that_begin_like_comments_are_values(tmp_path: Path) -> None:
    found = sheet(tmp_path, 'tag,n\n#red,1\n#blue,2\n"a\n#b",3\n')
    assert found.frame["tag"].to_list() == ["#red", "#blue", "a\n#b"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", 'q,"a ""b"""'])
def test_as_many_lines_are_skipped_as_are_set(tmp_path: Path, end: str, last: str) -> None:
    above = [f"remark {n}; of {n}, and é" for n in range(300)]
    rows = [f"{n};{n / 7:.2f}" for n in range(20)]
    text = end.join([*above, "x;y", *rows, *([last.replace(",", ";")] if last else [])])
    found = sheet(tmp_path, text + end, skipped=300)
    assert found.frame.columns == ["x", "y"]
    assert found.frame["x"].to_list()[:20] == [str(n) for n in range(20)]
    assert (found.frame.height, found.lines[0]) == (20 + bool(last), 302)


def test_long_lines_above_a_table_are_skipped_like_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "HEAD", 2000)
    text = "".join(f"{'remark ' * 100}{n}\n" for n in range(5)) + "x;y\n" + "1;2\n" * 4
    found = sheet(tmp_path, text, skipped=5)
    assert found.frame.to_dict(as_series=False) == {"x": ["1"] * 4, "y": ["2"] * 4}
    assert list(found.lines) == [7, 8, 9, 10]


@pytest.mark.parametrize("above", ["# a remark, in parts\n", "\n", "# a; remark\n\n"])
def test_any_number_of_comments_and_blank_lines_stand_above(tmp_path: Path, above: str) -> None:
    text = above * 300 + "x;y\n" + "".join(f"{n};{n / 7:.2f}\n" for n in range(20))
    found = sheet(tmp_path, text)
    assert (found.frame.columns, found.frame.height) == (["x", "y"], 20)
    assert found.lines[0] == 300 * above.count("\n") + 2


@pytest.mark.parametrize(
    "title",
    ["Report of May,,\n", "Report of May\n", "Report of May\n\n", "Report, May\nof Bern,,\n\n"],
)
def test_a_title_above_the_table_is_skipped_and_told(tmp_path: Path, title: str) -> None:
    found = sheet(tmp_path, title + NAMES + ROWS)
    assert found.frame.columns == ["x", "y", "kind"]
    assert found.frame.height == 12
    above = title.count("\n")
    assert found.layout.skipped is not None and 0 < found.layout.skipped <= above
    assert found.lines[0] == above + 2
    assert "“Report" in told(found) and "lines to skip" in told(found)


def test_a_short_first_line_without_names_below_is_not_guessed_about(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 2, has 2 values.*lines to skip"):
        sheet(tmp_path, "x\n1,2\n3,4\n5,6\n")


def test_the_line_of_excel_names_the_separator(tmp_path: Path) -> None:
    found = sheet(tmp_path, "sep=;\na;b\n1,5;x\n2,5;y\n3;x\n")
    assert found.frame.columns == ["a", "b"]
    assert (found.layout.separator, found.layout.skipped, found.lines[0]) == ("semicolon", 1, 3)


def test_colons_part_columns_where_that_is_said_and_are_no_guess(tmp_path: Path) -> None:
    text = "at:x:y\n" + "".join(f"{n}:{n}.5:b{n}\n" for n in range(9))
    assert sheet(tmp_path, text).frame.width == 1
    for found in (sheet(tmp_path, text, separator="colon"), sheet(tmp_path, "sep=:\n" + text)):
        assert found.frame.columns == ["at", "x", "y"]
        assert found.frame["y"].to_list() == [f"b{n}" for n in range(9)]
    times = "".join(f"{n}:30,{n}:40,a\n" for n in range(9))
    assert sheet(tmp_path, "from,to,y\n" + times).layout.separator == "comma"


@pytest.mark.parametrize("names", [NAMES, "x,y,kind,\n"])
def test_a_separator_at_every_end_makes_no_column(tmp_path: Path, names: str) -> None:
    found = sheet(tmp_path, names + ROWS.replace("\n", ",\n"))
    assert found.frame.columns == ["x", "y", "kind"]
    assert found.frame.height == 12


def test_a_separator_at_some_ends_only_is_a_line_that_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"line 4, has 4 values, but the first line names 3"):
        sheet(tmp_path, NAMES + ROWS.replace("\n", "\n", 2).replace("0.43,9,b\n", "0.43,9,b,\n"))


# ---- separators ----


@pytest.mark.parametrize(
    ("sign", "name"),
    [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar"), ("   ", "spaces")],
)
@pytest.mark.parametrize("names", [NAMES, ""])
def test_the_separator_is_found_and_told(tmp_path: Path, sign: str, name: str, names: str) -> None:
    found = sheet(tmp_path, (names + ROWS).replace(",", sign))
    assert found.layout.separator == name
    assert found.frame.shape == (12, 3)
    assert (name.removesuffix("s") in told(found)) == (name != "comma")


@pytest.mark.parametrize(
    "text",
    [
        "a;b;c\n1,5;2,5;u\n2,5;3,5;v\n",
        "1,5;2,5;u\n2,5;3,5;v\n1,5;4,5;u\n",
        "name;text;kind\nA, B;yes, no;u\nC, D;no, no;v\n",
    ],
)
def test_commas_inside_of_values_part_no_columns(tmp_path: Path, text: str) -> None:
    assert sheet(tmp_path, text).frame.width == 3


def test_words_are_not_parted_by_spaces(tmp_path: Path) -> None:
    assert sheet(tmp_path, "text\nyou won it\ncall me now\nsee you soon\n").frame.width == 1


# ---- letters ----

CITIES = "city,kind\nZürich,a\nGenève,b\nKøbenhavn,a\nMálaga,b\n"


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_letters_and_line_ends_are_recognised(tmp_path: Path, codec: str, end: str) -> None:
    found = sheet(tmp_path, CITIES.replace("\n", end).encode(codec))
    assert found.frame["city"].to_list() == ["Zürich", "Genève", "København", "Málaga"]
    assert ("Western European" in told(found)) == (codec == "cp1252")
    assert list(found.lines) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("word", "codec", "setting"),
    [
        ("Москва", "cp1251", "windows-1251"),
        ("北京市", "gb18030", "gb18030"),
        ("東京都", "shift-jis", "shift-jis"),
        ("Łódź", "cp1250", "windows-1250"),
    ],
)
def test_other_letters_are_asked_about_and_read_when_set(
    tmp_path: Path, word: str, codec: str, setting: str
) -> None:
    text = f"city,kind\n{word},a\nBern,b\n".encode(codec)
    with pytest.raises(DataError, match=f"line 2, is not written in UTF-8.*“{word}” as {setting}"):
        sheet(tmp_path, text)
    assert sheet(tmp_path, text, encoding=setting).frame["city"][0] == word


def test_a_setting_that_spoils_the_letters_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is written in UTF-8, but it is to be read as windows"):
        sheet(tmp_path, CITIES, encoding="windows-1252")
    with pytest.raises(DataError, match="is not written in UTF-8"):
        sheet(tmp_path, CITIES.encode("cp1252"), encoding="utf-8")


# ---- lines that do not fit ----

RAGGED = NAMES + "1,2\n" + ROWS + "1,2,3,4\n1,2,3,4\n"


def test_all_lines_that_do_not_fit_are_listed(tmp_path: Path) -> None:
    words = r"line 2, has 2 values.*bad lines to “skip”.*line 15 has 4 values, line 16 has 4 values"
    with pytest.raises(DataError, match=words):
        sheet(tmp_path, RAGGED)


def test_they_are_skipped_when_the_user_says_so_and_still_listed(tmp_path: Path) -> None:
    found = sheet(tmp_path, RAGGED, bad_lines="skip")
    assert found.frame.height == 12
    assert found.skipped == (
        "3 lines of t.csv do not have 3 values: line 2 has 2 values, line 15 has 4 values, "
        "line 16 has 4 values",
    )
    many = sheet(tmp_path, NAMES + ROWS + "1\n" * 50, bad_lines="skip")
    (told,) = many.skipped
    assert told.startswith("50 lines of t.csv do not have 3 values: line 14 has 1 value, line 15 ")
    assert told.endswith(" and 47 more")
    (alone,) = sheet(tmp_path, NAMES + ROWS + "1\n", bad_lines="skip").skipped
    assert alone == "t.csv, line 14 has 1 value instead of 3"


def test_blank_lines_are_no_rows_and_do_not_move_the_others(tmp_path: Path) -> None:
    found = sheet(tmp_path, "text\nyou won\n\n   \ncall now\n\n\n")
    assert found.frame["text"].to_list() == ["you won", "call now"]
    assert list(found.lines) == [2, 5]
    assert list(found.blank[:2]) == [3, 4]


def test_a_very_long_value_is_read(tmp_path: Path) -> None:
    long = "word " * 100_000
    found = sheet(tmp_path, f'text,label\n"{long}",0\nshort,1\n')
    assert found.frame["text"].str.len_chars()[0] == len(long) - 1


# ---- settings ----


def test_what_was_decided_is_written_into_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(("Report\n# by hand\n" + ROWS.replace(",", ";")).encode("utf-16"))
    settings = {"path": str(path), "lines_to_skip": 1}
    section = reader("table", settings).propose().section
    wanted = {
        "header": "no",
        "column_separator": "semicolon",
        "lines_to_skip": 1,
        "comment_sign": "#",
        "encoding": "utf-16",
        "workbook_sheet": "",
        "bad_lines": "stop",
    }
    assert {name: section.settings[name] for name in wanted} == wanted
    again = reader("table", section.settings).propose()
    assert again.section == section


def test_the_form_shows_how_the_file_lies_after_everything_else() -> None:
    names = [one.name for one in Source.get("table").parameters()]
    assert names[:2] == ["path", "target"]
    assert names[-7:] == list(TableLayout().settings())
    assert [one.name for one in Source.get("forecast").parameters()][-7:] == names[-7:]


def test_packed_text_is_read_as_it_is_inside(tmp_path: Path) -> None:
    found = sheet(tmp_path, gzip.compress((NAMES + ROWS).encode()), "t.csv.gz")
    assert found.frame.shape == (12, 3)
    with pytest.raises(DataError, match=r"packed \(gzip\), but damaged"):
        sheet(tmp_path, gzip.compress((NAMES + ROWS).encode())[:-9], "t.csv.gz")
    with pytest.raises(DataError, match="holds an empty file"):
        sheet(tmp_path, gzip.compress(b""), "t.csv.gz")
