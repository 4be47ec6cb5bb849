"""Plain tables are read by polars, and all others row by row: both say the same."""

from pathlib import Path
from typing import Any

import polars
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.controls import go_on
from engine.data.tables.files.text import quick
from engine.data.tables.files.text.delimited import read_delimited
from engine.errors import DataError
from graphs.data.sources.table_layout import TableLayout

PATH = Path("t.csv")
TEXTS = st.text(st.sampled_from("ab1.-; \t'é\u00a0\x0b#"), max_size=4)
CELLS = TEXTS | st.text(st.sampled_from("ab, "), max_size=4).map('"{}"'.format)
ENDS = st.sampled_from(["\n", "\r\n"])


def both(data: bytes, layout: TableLayout, patch: pytest.MonkeyPatch) -> tuple[list[Any], bool]:
    """What is said with the quick reader and without, and whether that was used at all."""
    used: list[bool] = []
    read_plain = quick.read_plain

    def noted(*args: Any) -> polars.DataFrame | None:
        found = read_plain(*args)
        used.append(found is not None)
        return found

    said: list[Any] = []
    for reader in (noted, lambda *_: None):
        patch.setattr(quick, "read_plain", reader)
        try:
            found = read_delimited(PATH, data, layout)
        except DataError as error:
            said.append(str(error))
        else:
            frame = found.frame.to_dict(as_series=False)
            said.append((frame, list(found.lines), found.notices, found.layout))
    return said, any(used)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=12),
    end=ENDS,
    last=st.sampled_from(["", "\n", "\r\n\n"]),
    header=st.sampled_from(["auto", "yes", "no"]),
    comment=st.sampled_from(["none", "#", "auto"]),
    skipped=st.sampled_from([None, 0, 1]),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_readers_say_the_same_of_even_tables(
    monkeypatch: pytest.MonkeyPatch,
    rows: list[list[str]],
    end: str,
    last: str,
    header: Any,
    comment: Any,
    skipped: int | None,
) -> None:
    text = end.join(",".join(row) for row in rows) + last
    layout = TableLayout(header, "comma", skipped, comment)
    said, _ = both(text.encode(), layout, monkeypatch)
    assert said[0] == said[1]


@given(text=st.text(st.sampled_from('ab1,\n\r" #\t;'), max_size=60))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_readers_say_the_same_of_any_text(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    said, _ = both(text.encode(), TableLayout(separator="comma"), monkeypatch)
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ("x,y\n1,a\n2,b\n", True),
        ("x,y\r\n1,a\r\n2,b\r\n", True),
        (" x , y\n 1,a\n2,\n", True),
        ("# note\nx,y\n1,a\n2,b\n", True),
        ('x,y\n1,"a"\n2,b\n', True),
        ('"x","y"\r\n1,"a, c"\r\n"",""\r\n', True),
        ('x,y\n1,"a ""b"""\n2,b\n', False),
        ('x,y\n1,"a\nb"\n2,b\n', False),
        ('x,y\n1, "a"\n2,b\n', False),
        ('x,y\n1,a"b"\n2,b\n', False),
        ("x,y\n1,a\n\n2,b\n", False),
        ("x,y\n1,a\n# note, too\n2,b\n", False),
        ("x,y\n1,a,c\n2\n", False),
        ("x,y\n1,a\r2,b\n3,c\n", False),
    ],
)
def test_only_plain_tables_are_read_quickly(
    monkeypatch: pytest.MonkeyPatch, text: str, is_plain: bool
) -> None:
    layout = TableLayout(comment="#") if "#" in text else TableLayout()
    said, used = both(text.encode(), layout, monkeypatch)
    assert used is is_plain
    assert said[0] == said[1]


def test_the_separators_of_every_line_are_counted_over_the_bounds_of_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quick, "_BLOCK", 16)
    even = b"x,y\n" + b"".join(b"%d,%d\n" % (n, n * n * n) for n in range(60))
    found = quick.read_plain(even, 0, ",", "none", go_on)
    assert found is not None and found.shape == (61, 2)
    uneven = even.replace(b"40,64000\n41,", b"40,64000,41\n")
    assert quick.read_plain(uneven, 0, ",", "none", go_on) is None
