"""The table of classes taken for each other says every count, whatever its digits."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.look import theme
from gui.results.confusion import LARGEST, Confusion, in_brief


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


@pytest.mark.parametrize("width", [200, 260, 330, 600])
@pytest.mark.parametrize("classes", [("malignant", "benign"), ("square", "triangle", "circle")])
def test_names_are_whole_where_there_is_room_and_in_reach_where_not(
    qtbot: QtBot, width: int, classes: tuple[str, ...]
) -> None:
    table = Confusion()
    qtbot.addWidget(table)
    count = len(classes)
    table.show_counts(((7,) * count,) * count, classes)
    table.resize(width, 160)
    cells = [table.cell(0, at) for at in range(count)]
    longest = max(theme.width_of(name, theme.mono(LARGEST)) for name in classes)
    free = width - cells[0].left()
    assert cells[0].width() >= min(longest, free // count)
    assert cells[-1].right() <= max(width, table.minimumSizeHint().width())
    for at, name in enumerate(classes):
        assert table.named_at(QPoint(cells[at].center().x(), 5)) == name
        beside = table.cell(at, 0)
        assert table.named_at(QPoint(4, beside.center().y())) == name
        with qtbot.waitSignal(table.chosen) as chosen:
            QTest.mouseClick(table, Qt.MouseButton.LeftButton, pos=cells[at].center())
        assert chosen.args == [0, at]


def cell_of(table: Confusion) -> QImage:
    """The first cell as it is painted."""
    return table.grab(table.cell(0, 0)).toImage()
