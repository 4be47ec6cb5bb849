"""The look: readable in both schemes, colours that colour-blind eyes can tell apart, one switch."""

import itertools
import math
import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QLabel,
    QProxyStyle,
    QStyle,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.look import icons, stylesheet, theme, tokens
from gui.look.theme import Scheme
from gui.look.tokens import DARK, FAMILIES, LIGHT, Tokens

# What the three kinds of colour-blind eye see of linear red, green and blue: Machado, Oliveira and
# Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency", 2009.
EYES = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(color: str) -> tuple[float, ...]:
    made = QColor(color)
    parts = (made.redF(), made.greenF(), made.blueF())
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def luminance(color: str) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def seen(color: str, eye: str) -> tuple[float, float, float]:
    """CIE 1976 L*, a*, b* of a color as an eye sees it."""
    light = linear(color)
    sums = [sum(a * b for a, b in zip(row, light, strict=True)) for row in EYES[eye]]
    rgb = [min(1.0, max(0.0, value)) for value in sums]
    x = (0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.95047
    y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
    z = (0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("look", [DARK, LIGHT], ids=["dark", "light"])
def test_text_can_be_read_on_every_surface(look: Tokens) -> None:
    for ground in (look.background, look.panel, look.raised, look.hover):
        assert contrast(look.text, ground) >= 4.5
        assert contrast(look.muted, ground) >= 4.5
    for ground in (look.background, look.panel, look.raised):
        assert contrast(look.error, ground) >= 4.5
    assert contrast(look.on_accent, look.accent) >= 4.5
    assert contrast(look.accent, look.panel) >= 4.5


@pytest.mark.parametrize("eye", EYES)
def test_families_stay_apart_for_every_eye(eye: str) -> None:
    colors = {*FAMILIES.values(), theme.family("").name()}
    for one, other in itertools.combinations(sorted(colors), 2):
        assert math.dist(seen(one, eye), seen(other, eye)) > 20


@pytest.mark.parametrize("color", sorted({*FAMILIES.values()}))
def test_icons_can_be_seen_on_their_tiles(color: str) -> None:
    assert contrast(tokens.ON_FAMILY, color) >= 2.9


def test_a_switch_reaches_every_widget_and_back(qapp: QApplication, qtbot: QtBot) -> None:
    class Listener(QObject):
        heard = 0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            self.heard += event.type() == QEvent.Type.PaletteChange
            return False

    widget, listener = QWidget(), Listener()
    qtbot.addWidget(widget)
    widget.installEventFilter(listener)
    widget.show()
    theme.use(qapp, Scheme.LIGHT)
    assert theme.tokens() is LIGHT
    assert widget.palette().color(QPalette.ColorRole.Window).name() == LIGHT.panel
    theme.use(qapp, Scheme.DARK)
    assert theme.tokens() is DARK
    assert widget.palette().color(QPalette.ColorRole.Window).name() == DARK.panel
    assert listener.heard >= 2


def test_without_a_word_from_the_system_it_is_dark(qapp: QApplication) -> None:
    theme.use(qapp, Scheme.SYSTEM)
    assert theme.scheme() is Scheme.SYSTEM
    assert theme.tokens() is DARK


def test_the_fonts_that_are_asked_for_are_there(qapp: QApplication, qtbot: QtBot) -> None:
    theme.start(qapp, Scheme.DARK)
    assert QFontInfo(theme.font()).family() == "Inter"
    assert QFontInfo(theme.mono()).family() == "JetBrains Mono"
    label = QLabel("32 × 26")
    qtbot.addWidget(label)
    stylesheet.give_role(label, "mono")
    label.ensurePolished()
    assert QFontInfo(label.font()).family() == "JetBrains Mono"


@pytest.mark.parametrize("look", [DARK, LIGHT], ids=["dark", "light"])
def test_the_stylesheet_is_whole(look: Tokens) -> None:
    text = stylesheet.text(look, theme.CORNER)
    assert text.count("{") == text.count("}")
    assert "%(" not in text
    for file in re.findall(r'url\("([^"]+)"\)', text):
        assert Path(file).read_bytes().startswith(b"<svg")


def test_no_colour_is_written_outside_the_theme() -> None:
    folder = Path(theme.__file__).parents[1]
    strays = [
        f"{file.name}:{number}"
        for file in sorted(folder.rglob("*.py"))
        if file.name != "tokens.py"
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"#[0-9a-fA-F]{6}\b", line)
    ]
    assert strays == []


def test_an_unknown_layer_has_an_icon_and_a_colour(qtbot: QtBot) -> None:
    assert icons.layer_file("no such layer").exists()
    assert icons.family_color("no such layer") == theme.family("")
    assert icons.tile("no such layer").width() == 36


class WithIcons(QProxyStyle):
    """The style as desktops have it that put icons on the buttons of dialogs."""

    def styleHint(self, hint: QStyle.StyleHint, *rest: Any) -> int:
        if hint is QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons:
            return 1
        return super().styleHint(hint, *rest)


def test_no_button_of_a_dialog_has_a_stock_icon(qtbot: QtBot) -> None:
    standard = QDialogButtonBox.StandardButton
    style = WithIcons("Fusion")
    box = QDialogButtonBox()
    qtbot.addWidget(box)
    box.setStyle(style)
    box.setStyleSheet(stylesheet.text(DARK, theme.CORNER))
    box.setStandardButtons(standard.Save | standard.Close | standard.Discard)
    icons_of = [button.icon().isNull() for button in box.buttons()]
    box.setStyle(QApplication.style())
    assert icons_of == [True] * 3
