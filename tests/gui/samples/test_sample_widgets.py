"""What is painted of samples."""

from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from gui.samples.sample_widgets import Tiles
from gui.samples.tiles import DrawnTile


def test_the_name_of_a_sample_stays_below_it(qtbot: QtBot) -> None:
    names = ("bar with a very long name", "mmmmmmmmmmmm", "WWWWWWWWW", "cat")
    tiles = Tiles()
    qtbot.addWidget(tiles)
    tiles.setStyleSheet("background: white")
    tiles.show_tiles(tuple(DrawnTile(caption=name) for name in names))
    tiles.resize(4 * (Tiles.SIDE + Tiles.GAP), Tiles.SIDE + Tiles.CAPTION + Tiles.GAP)
    shown = tiles.grab().toImage()
    below = range(Tiles.SIDE + 2, Tiles.SIDE + Tiles.CAPTION)
    written = {
        x for x in range(tiles.width()) for y in below if shown.pixelColor(x, y) != QColor("white")
    }
    sides = [at * (Tiles.SIDE + Tiles.GAP) for at in range(4)]
    assert written <= {x for side in sides for x in range(side, side + Tiles.SIDE)}
    assert all(written & set(range(side, side + Tiles.SIDE)) for side in sides)
