"""How Layerloom looks: every colour, font and rule of style, for dark and for light.

No colour is written anywhere else. Widgets that paint themselves ask ``tokens()`` each time they
paint; Qt tells every widget of a switch by a ``PaletteChange`` event.
"""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

import assets
from graphs.types import Kind
from gui.look import stylesheet

CORNER = 6
"""Radius of controls, in pixels; nodes on the canvas have 8."""


class Scheme(StrEnum):
    """What the user chose in the View menu."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme, as ``#rrggbb``."""

    dark: bool
    background: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    ok: str
    warn: str
    error: str
    held_out: str
    hover: str
    """Under the pointer, and chosen rows."""
    on_accent: str
    """Text on buttons filled with the accent."""
    dots: str
    """The grid of the canvas."""
    shadow: str
    """Under cards; with its own opacity, as ``#aarrggbb``."""


DARK = Tokens(
    dark=True,
    background="#14161a",
    panel="#1b1e24",
    raised="#23272f",
    line="#2e333d",
    text="#e6e9ef",
    muted="#98a1b0",
    faint="#667085",
    accent="#5b9dff",
    ok="#3fb27f",
    warn="#e5a50a",
    error="#f0616d",
    held_out="#f5a524",
    hover="#2a2f39",
    on_accent="#0d1420",
    dots="#2a2e37",
    shadow="#40000000",
)
LIGHT = Tokens(
    dark=False,
    background="#f4f5f7",
    panel="#ffffff",
    raised="#ffffff",
    line="#d9dde4",
    text="#1a1d23",
    muted="#5a6372",
    faint="#8a93a3",
    accent="#1f6feb",
    ok="#1a7f4e",
    warn="#9a6700",
    error="#c9302c",
    held_out="#b45309",
    hover="#eef1f5",
    on_accent="#ffffff",
    dots="#d3d8e0",
    shadow="#1a101828",
)

# Six colours that stay 20 apart (CIE 1976) for each kind of colour-blind eye, in both schemes, and
# on which a white icon can be read. Groups of layers share them; the icon carries the meaning.
_TEAL, _BLUE, _AMBER = "#32a6b3", "#3165e2", "#bd7c13"
_VIOLET, _GREY, _GREEN = "#9b53b5", "#696d74", "#2f7d38"
FAMILIES = {
    "Convolution": _TEAL,
    "Pooling": _BLUE,
    "Recurrent": _BLUE,
    "Activation": _AMBER,
    "Linear": _VIOLET,
    "Attention": _VIOLET,
    "Embedding": _VIOLET,
    "In and out": _GREEN,
    "Loss": _GREEN,
}
APART = ("#3d8fd1", "#e69f00", "#16a27c", "#cc79a7", "#d55e00", "#8c7ae6")
"""For things side by side, such as runs (after Okabe and Ito's colours for all kinds of eyes)."""
ON_FAMILY = "#ffffff"
"""Icons on a tile in a family's colour."""

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
    return QColor(FAMILIES.get(group, _GREY))


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


def start(app: QApplication, chosen: Scheme = Scheme.SYSTEM) -> None:
    """Load the fonts, dress the application, and follow the system from now on."""
    for file in sorted(assets.path("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))
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
