"""The colours of each scheme: the one place where colours of the window are written."""

from dataclasses import dataclass


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
_VIOLET, GREY, _GREEN = "#9b53b5", "#696d74", "#2f7d38"
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
