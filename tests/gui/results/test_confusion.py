"""The table of classes taken for each other says every count, whatever its digits."""

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui.look import theme
from gui.results.confusion import Confusion, in_brief


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (1234, "1.2k"),
        (9960, "10k"),
        (12_345, "12k"),
        (999_400, "999k"),
        (999_600, "1M"),
        (7_400_000, "7.4M"),
    ],
)
def test_a_large_count_is_said_in_few_signs(count: int, words: str) -> None:
    assert in_brief(count) == words


def shown(qtbot: QtBot, count: int, side: int, classes: int = 10) -> Confusion:
    """A table whose counts are all the same, as small as ``side`` pixels each way."""
    table = Confusion()
    qtbot.addWidget(table)
    row = (count,) * classes
    table.show_counts((row,) * classes, tuple(map(str, range(classes))))
    table.resize(max(side, table.minimumSizeHint().width()), side)
    return table


@pytest.mark.parametrize("count", [7, 42, 980, 5_876, 61_234, 999_999])
@pytest.mark.parametrize("side", [100, 260, 320, 480])
def test_every_count_fits_in_its_cell(qtbot: QtBot, count: int, side: int) -> None:
    table = shown(qtbot, count, side)
    said, pixels = table.written()
    assert (
        said(count) and theme.width_of(said(count), theme.mono(pixels)) < table.cell(0, 0).width()
    )


def test_a_count_of_three_digits_is_written_into_the_smallest_cell(qtbot: QtBot) -> None:
    table, other = shown(qtbot, 980, 100), shown(qtbot, 970, 100)
    assert cell_of(table) != cell_of(other)


def test_counts_stand_in_full_where_there_is_room(qtbot: QtBot) -> None:
    said, pixels = shown(qtbot, 5_876, 600).written()
    assert said(5_876) == "5876" and pixels >= 9


def cell_of(table: Confusion) -> QImage:
    """The first cell as it is painted."""
    return table.grab(table.cell(0, 0)).toImage()
