"""What the line of a run looks like among those of others, in a plot and in its legend."""

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gui.look import theme
from gui.look.tokens import APART
from gui.widgets.building_blocks import DOT

STYLES = ((Qt.PenStyle.SolidLine, DOT), (Qt.PenStyle.DotLine, "○"), (Qt.PenStyle.DashDotLine, "◆"))
"""When all colours are taken they begin again in another style, and with another sign."""


class Stroke(NamedTuple):
    """How a run is drawn, and the sign that stands before its name or its figures."""

    color: QColor
    style: Qt.PenStyle
    sign: str


def stroke(number: int) -> Stroke:
    """That of the run of this number; no two of the first eighteen are alike."""
    style, sign = STYLES[number // len(APART) % len(STYLES)]
    return Stroke(theme.apart(number), style, sign)
