"""Words that give way: cut with dots, and still told apart."""

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from gui.look import stylesheet, theme
from gui.look.stylesheet import give_role
from gui.widgets.elided import ElidedBox, ElidedButton, told_apart

ROUNDING = 2
"""Pixels by which widths of words differ with what follows them."""


@pytest.mark.parametrize(
    "names",
    [
        ["class_0", "class_1", "class_2"],
        ["left ventricle", "right ventricle", "aorta"],
        ["a_very_long_beginning_1", "a_very_long_beginning_2"],
    ],
)
def test_names_that_begin_or_end_alike_are_cut_where_they_differ(
    qtbot: QtBot, names: list[str]
) -> None:
    metrics = QFontMetrics(theme.mono(11))
    room = metrics.horizontalAdvance("class…_")
    shown = told_apart(names, metrics, room)
    assert len(set(shown)) == len(names)
    assert all(metrics.horizontalAdvance(one) <= room for one in shown)


def test_names_that_fit_are_whole(qtbot: QtBot) -> None:
    names = ["cat", "dog"]
    assert told_apart(names, QFontMetrics(theme.mono(11)), 400) == names


def test_the_invitation_of_a_narrow_list_is_cut_with_dots(qtbot: QtBot) -> None:
    box = ElidedBox()
    qtbot.addWidget(box)
    box.setPlaceholderText("Choose the data first")
    box.resize(96, 28)
    assert box.shown().endswith("…") and box.shown().startswith("Cho")
    box.resize(400, 28)
    assert box.shown() == "Choose the data first"
    box.addItem("image")
    box.setCurrentIndex(0)
    assert box.shown() == "image"


@pytest.mark.parametrize(("role", "padding"), [("", 14), ("primary", 14), ("link", 8)])
def test_the_words_of_a_button_get_what_its_padding_leaves_and_no_more(
    qtbot: QtBot, role: str, padding: int
) -> None:
    button = ElidedButton("Name and note…")
    qtbot.addWidget(button)
    give_role(button, role)
    button.setStyleSheet(stylesheet.text(theme.tokens(), theme.CORNER))
    button.ensurePolished()
    metrics, aside = button.fontMetrics(), 2 * (padding + 1)
    whole = metrics.horizontalAdvance(button.text()) + aside
    for width in range(60, whole + 20):
        button.resize(width, 28)
        assert metrics.horizontalAdvance(button.shown()) <= width - aside
        assert width < whole + ROUNDING or button.shown() == button.text()
    button.resize(button.sizeHint())
    assert button.shown() == button.text()
