"""Icons that Qt can draw and the window can recolour, fonts that Qt can load."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontDatabase, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

import assets

ICONS = sorted(assets.path("layers").glob("*.svg"))
FONTS = sorted(assets.path("fonts").glob("*.[ot]tf"))


def inked(icon: Path, side: int) -> float:
    """The share of a `side` x `side` picture that the icon covers."""
    image = QImage(side, side, QImage.Format.Format_Alpha8)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(icon)).render(painter, QRectF(image.rect()))
    painter.end()
    return sum(bytes(image.constBits())) / (255 * side * side)


def test_there_are_icons_and_fonts() -> None:
    assert len(ICONS) >= 27
    assert len(FONTS) == 7


@pytest.mark.parametrize("icon", ICONS, ids=lambda icon: icon.stem)
def test_an_icon_shows_something_at_16_and_24_pixels(icon: Path, qtbot: QtBot) -> None:
    assert QSvgRenderer(str(icon)).isValid()
    for side in (16, 24):
        assert 0.08 < inked(icon, side) < 0.65


@pytest.mark.parametrize("icon", ICONS, ids=lambda icon: icon.stem)
def test_an_icon_has_one_colour_and_the_common_line(icon: Path) -> None:
    text = icon.read_text(encoding="utf-8")
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', text))
    assert colours <= {"none", "#000"}
    assert 'viewBox="0 0 24 24"' in text
    assert set(re.findall(r'stroke-width="([^"]+)"', text)) == {"1.75"}


def test_the_program_has_an_icon(qtbot: QtBot) -> None:
    assert inked(assets.path("layerloom.svg"), 64) > 0.8


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_a_font_loads_as_the_family_its_file_names(font: Path, qtbot: QtBot) -> None:
    number = QFontDatabase.addApplicationFont(str(font))
    families = QFontDatabase.applicationFontFamilies(number)
    QFontDatabase.removeApplicationFont(number)
    expected = {"Inter": "Inter", "JetBrainsMono": "JetBrains Mono"}[font.stem.split("-")[0]]
    assert families[0].startswith(expected)


@pytest.mark.parametrize("family", ["Inter", "JetBrainsMono"])
def test_a_font_comes_with_its_licence(family: str) -> None:
    text = assets.path(f"fonts/{family}-OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
