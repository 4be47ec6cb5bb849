"""How Layerloom looks: every colour, font and rule of style, for dark and for light.

No colour is written anywhere else. Widgets that paint themselves ask ``tokens()`` each time they
paint; Qt tells every widget of a switch by a ``PaletteChange`` event.
"""

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

import assets
from graphs.types import Kind
from gui.look import stylesheet
from gui.look.tokens import APART, DARK, FAMILIES, GREY, LIGHT, Tokens

CORNER = 6
"""Radius of controls, in pixels; nodes on the canvas have 8."""


class Scheme(StrEnum):
    """What the user chose in the View menu."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


_active = [DARK]
_chosen = [Scheme.SYSTEM]


def tokens() -> Tokens:
    """The colours in use."""
    return _active[-1]


def scheme() -> Scheme:
    """What the user chose, which may be to follow the system."""
    return _chosen[-1]


def color(name: str, opacity: float = 1.0) -> QColor:
    """The token ``name`` as Qt paints it: ``color("muted")``."""
    made = QColor(getattr(tokens(), name))
    if opacity < 1.0:
        made.setAlphaF(opacity)
    return made


def family(group: str) -> QColor:
    """The colour of a group of layers; grey for regularisation, shapes and all that has none."""
    return QColor(FAMILIES.get(group, GREY))


def apart(number: int) -> QColor:
    """The colour of the thing of that number; they begin again when there are many."""
    return QColor(APART[number % len(APART)])


def kind_color(kind: Kind | None) -> QColor:
    """The colour of links and ports that carry ``kind``; None while it is not known."""
    if kind is None:
        return color("faint")
    names = {Kind.FLOAT: "accent", Kind.TOKENS: "held_out", Kind.INDEX: "ok", Kind.MASK: "muted"}
    return color(names[kind])


def font(pixels: int = 13, *, bold: bool = False) -> QFont:
    """The face of all text."""
    made = QFont("Inter")
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def mono(pixels: int = 12) -> QFont:
    """The face of shapes and numbers, so that they line up."""
    made = QFont("JetBrains Mono")
    made.setStyleHint(QFont.StyleHint.Monospace)
    made.setPixelSize(pixels)
    return made


def width_of(words: str, face: QFont) -> int:
    """How many pixels ``words`` take."""
    return QFontMetrics(face).horizontalAdvance(words)


def load_fonts() -> None:
    """Have the faces that the program brings with it."""
    for file in sorted(assets.path("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))


def start(app: QApplication, chosen: Scheme = Scheme.SYSTEM) -> None:
    """Load the fonts, dress the application, and follow the system from now on."""
    load_fonts()
    app.setStyle("Fusion")
    app.setFont(font())
    app.styleHints().colorSchemeChanged.connect(lambda: use(app, scheme()))
    use(app, chosen)


def use(app: QApplication, chosen: Scheme) -> None:
    """Switch to another scheme; every widget hears of it as a change of its palette."""
    _chosen[:] = [chosen]
    _active[:] = [_tokens_of(app, chosen)]
    app.setPalette(palette(tokens()))
    app.setStyleSheet(stylesheet.text(tokens(), CORNER))


def _tokens_of(app: QApplication, chosen: Scheme) -> Tokens:
    if chosen is not Scheme.SYSTEM:
        return DARK if chosen is Scheme.DARK else LIGHT
    return LIGHT if app.styleHints().colorScheme() is Qt.ColorScheme.Light else DARK


def palette(look: Tokens) -> QPalette:
    """What Fusion paints with where no rule of style says otherwise."""
    role = QPalette.ColorRole
    made = QPalette(QColor(look.panel))
    for which, value in {
        role.Window: look.panel,
        role.WindowText: look.text,
        role.Base: look.panel,
        role.AlternateBase: look.hover,
        role.Text: look.text,
        role.PlaceholderText: look.muted,
        role.Button: look.raised,
        role.ButtonText: look.text,
        role.BrightText: look.error,
        role.ToolTipBase: look.raised,
        role.ToolTipText: look.text,
        role.Highlight: look.accent,
        role.HighlightedText: look.on_accent,
        role.Link: look.accent,
        role.LinkVisited: look.accent,
        role.Light: look.line,
        role.Midlight: look.line,
        role.Mid: look.line,
        role.Dark: look.background,
        role.Shadow: look.background,
        role.Accent: look.accent,
    }.items():
        made.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(look.faint))
    return made
