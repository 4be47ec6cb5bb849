"""Icons of layers and of controls, drawn from the SVG files in any colour and size."""

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

import assets
from graphs.layers import Layer
from gui.look import theme, tokens

TILE_CORNER = 0.25
"""Radius of a tile's corners, as a share of its side."""


def layer_file(layer: str) -> Path:
    """The icon of a layer, or of a layer and ``:more``; that of an unknown one when it has none."""
    file = assets.path(f"layers/{layer.partition(':')[0]}.svg")
    return file if file.exists() else assets.path("layers/unknown.svg")


def family_color(layer: str) -> QColor:
    """The colour of the family that a layer belongs to; grey for an unknown layer."""
    kind = Layer.find(layer.partition(":")[0])
    return theme.family(kind.group if kind is not None else "")


def recoloured(file: Path, color: QColor) -> bytes:
    """The SVG with its black lines in another colour."""
    return file.read_bytes().replace(b"#000", color.name().encode())


def draw(painter: QPainter, file: Path, color: QColor, into: QRectF) -> None:
    """Paint an icon into a rectangle."""
    _renderer(file, color.name()).render(painter, into)


@lru_cache(maxsize=512)
def _renderer(file: Path, color: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(recoloured(file, QColor(color))))


def draw_tile(painter: QPainter, layer: str, into: QRectF) -> None:
    """Paint a layer's tile: rounded, in the family's colour, the icon on it in white."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(family_color(layer))
    corner = into.width() * TILE_CORNER
    painter.drawRoundedRect(into, corner, corner)
    rim = into.width() * 0.14
    draw(painter, layer_file(layer), QColor(tokens.ON_FAMILY), into.adjusted(rim, rim, -rim, -rim))


@lru_cache(maxsize=512)
def tile(layer: str, side: int = 18, ratio: float = 2.0) -> QPixmap:
    """A layer's tile as a picture of ``side`` x ``side`` pixels, sharp up to ``ratio``."""
    picture = _empty(side, ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_tile(painter, layer, QRectF(0, 0, side, side))
    painter.end()
    return picture


def layer_icon(layer: str) -> QIcon:
    """A layer's tile, for lists and menus."""
    return QIcon(tile(layer))


def icon(name: str, color: str = "text", side: int = 18) -> QIcon:
    """A control's icon (a file of ``assets/ui``) in the colour of a token, as it is now."""
    return QIcon(pixmap(name, theme.color(color), side))


def wear(on: QAbstractButton, name: str, color: str = "text") -> None:
    """Have a button wear an icon in the colour of a token, whatever the theme is."""
    on.installEventFilter(_Wearing(on, name, color))


class _Wearing(QObject):
    """Hears of another theme, in which an icon has another colour."""

    def __init__(self, on: QAbstractButton, name: str, color: str) -> None:
        super().__init__(on)
        self._on, self._name, self._color = on, name, color
        self._dress()

    def _dress(self) -> None:
        self._on.setIcon(icon(self._name, self._color))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
        return False


def pixmap(name: str, color: QColor, side: int = 18, ratio: float = 2.0) -> QPixmap:
    """A control's icon as a picture."""
    picture = _empty(side, ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter, assets.path(f"ui/{name}.svg"), color, QRectF(0, 0, side, side))
    painter.end()
    return picture


def _empty(side: int, ratio: float) -> QPixmap:
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture
