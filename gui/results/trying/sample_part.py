"""What every widget for one input of a sample has in common."""

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.results.asked import HeldInput
from gui.samples.sample_widgets import draw_sample
from gui.samples.tiles import DrawnTile

SIDE = 132


class SamplePicture(QWidget):
    """One sample, drawn large."""

    def __init__(self) -> None:
        super().__init__()
        self.tile: DrawnTile | None = None
        self.fit(SIDE)

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def fit(self, height: int) -> int:
        """Be as large as so much room allows, and say how large."""
        self._side = min(height, SIDE)
        self.setFixedHeight(self._side)
        self.setMinimumWidth(self._side)
        self._fit_width()
        return self._side

    def _fit_width(self) -> None:
        wide = self.tile is not None and bool(self.tile.curve)
        self.setMaximumWidth(16 * SIDE if wide else self._side)

    def show_tile(self, tile: DrawnTile | None) -> None:
        """Show another sample, or none; a curve is drawn as wide as there is room."""
        self.tile = tile
        self._fit_width()
        self.setVisible(tile is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.tile is not None:
            painter = QPainter(self)
            draw_sample(painter, self.tile, QRectF(self.rect()).adjusted(0, 0, -1, -1))
            painter.end()


class SamplePart(QWidget):
    """What one input holds."""

    changed = Signal()
    """The user has changed it."""

    def show_held(self, held: HeldInput) -> None:
        """Show what a sample holds here, without saying so."""
        raise NotImplementedError

    @property
    def is_blank(self) -> bool:
        """Whether nothing is there yet that an answer could be about."""
        return False

    def held(self) -> HeldInput:
        """What is shown, as it is given to the network."""
        raise NotImplementedError
