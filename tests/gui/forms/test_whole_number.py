"""Counters show both of their arrows, whatever they hold and however narrow they are."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStyle, QStyleOptionSpinBox
from pytestqt.qtbot import QtBot

from graphs.describe import Parameter
from graphs.layers import Layer
from gui.forms.form import Form
from gui.forms.whole_number import Counter, WholeNumber
from gui.look import stylesheet, theme
from gui.look.tokens import DARK, LIGHT, Tokens
from tests.gui.hand import settled

UP, DOWN = QStyle.SubControl.SC_SpinBoxUp, QStyle.SubControl.SC_SpinBoxDown
SHOWN = 4
"""Pixels that differ from their ground where an arrow is."""


def channels() -> Parameter:
    return next(p for p in Layer.get("conv2d").parameters() if p.name == "out_channels")


def arrow(box: Counter, which: QStyle.SubControl) -> int:
    """How many pixels of an arrow can be seen, by how they differ from the ground."""
    option = QStyleOptionSpinBox()
    box.initStyleOption(option)
    style = box.style()
    place = style.subControlRect(QStyle.ComplexControl.CC_SpinBox, option, which, box)
    assert box.rect().contains(place)
    return drawn(box.grab(place).toImage(), place)


def drawn(picture: QImage, place: QRect) -> int:
    """The pixels inside of a picture that are of another lightness than its middle left."""
    ground = picture.pixelColor(2, picture.height() // 2).lightness()
    across, down = range(2, picture.width() - 4), range(2, picture.height() - 2)
    pixels = (picture.pixelColor(x, y).lightness() for x in across for y in down)
    return sum(abs(one - ground) > 12 for one in pixels)


@pytest.mark.parametrize("look", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("width", [180, 216, 288])
@pytest.mark.parametrize("at", ["least", "between", "most"])
def test_a_counter_shows_two_arrows(qtbot: QtBot, look: Tokens, width: int, at: str) -> None:
    form = Form([channels()], {"out_channels": 8})
    qtbot.addWidget(form)
    form.setStyleSheet(stylesheet.text(look, theme.CORNER))
    form.resize(width, 40)
    form.show()
    editor = form.editor("out_channels")
    assert isinstance(editor, WholeNumber)
    box = editor.box
    box.setValue({"least": box.minimum(), "between": 8, "most": box.maximum()}[at])
    settled()
    for which in (UP, DOWN):
        assert arrow(box, which) >= SHOWN
