"""What all plots have in common: a card with words above the plot, in the colours of the theme."""

import math
from collections.abc import Mapping

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.look import theme


class ScrolledPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot that the wheel moves along with its panel where that scrolls; Ctrl makes it zoom."""

    pointer_left = Signal()
    """The pointer is no longer in it."""

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointer_left.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.pointer_left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        above = self.parentWidget()
        while above is not None and not (
            isinstance(above, QScrollArea) and above.verticalScrollBar().maximum() > 0
        ):
            above = above.parentWidget()
        if above is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        else:
            event.ignore()  # which hands it on to what lies around


class ValueAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Values beside the plot, also where a logarithmic scale has no round one in view."""

    _within = False
    """Whether the scale is logarithmic and all in view lies between two of its usual numbers."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        ticks: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
        self._within = self.logMode and sum(len(values) for _, values in ticks) < 2
        if not self._within:
            return ticks
        least, greatest = 10**low, 10**high
        spacing = self.tickSpacing(least, greatest, size)[0][0]
        first, last = math.ceil(least / spacing), math.floor(greatest / spacing)
        values = [math.log10(at * spacing) for at in range(first, last + 1) if at > 0]
        return [(spacing, values)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self._within:
            return [f"{10**value:.6g}" for value in values]
        told: list[str] = super().tickStrings(values, scale, spacing)
        return told


class PlotCard(QFrame):
    """Base of every plot. ``right`` is the room in pixels that is left free beside it."""

    def __init__(self, right: int, axes: Mapping[str, pg.AxisItem] | None = None) -> None:
        super().__init__()
        self.setProperty("role", "plot")
        self.setMinimumSize(180, 130)
        self._reading = QLabel()
        self._reading.setProperty("role", "mono")
        self._reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._widget = ScrolledPlot(
            axisItems={"left": ValueAxis(orientation="left"), **(axes or {})}
        )
        self._widget.setFrameShape(QFrame.Shape.NoFrame)
        self._plot = self._widget.getPlotItem()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.layout.setContentsMargins(0, 4, right, 0)
        self._pointer: QPointF | None = None
        self._widget.scene().sigMouseMoved.connect(self._point)
        self._widget.pointer_left.connect(self._leave)

    def sizeHint(self) -> QSize:
        """No higher than it must be: where words wrap, a page would ask for as much as it hints."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def _lay_out(self, *above: QWidget) -> None:
        """Put words and switches above the plot; what is read takes the room that is left."""
        top = QHBoxLayout()
        top.setSpacing(10)
        for part in above:
            top.addWidget(part, 1 if part is self._reading else 0)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 6, 8, 4)
        rows.setSpacing(2)
        rows.addLayout(top)
        rows.addWidget(self._widget)
        self._dress()

    def _switch(self, words: str, name: str, tip: str) -> QToolButton:
        made = QToolButton()
        made.setText(words)
        made.setObjectName(name)
        made.setCheckable(True)
        made.setProperty("role", "small")
        made.setToolTip(tip)
        return made

    def _point(self, at: QPointF) -> None:
        self._pointer = QPointF(at)
        self._read(at)

    def _leave(self) -> None:
        self._pointer = None
        self._reading.clear()

    def _read_again(self) -> None:
        """Say what lies under the pointer now that other values are drawn."""
        if self._pointer is not None:
            self._read(self._pointer)

    def _read(self, at: QPointF) -> None:
        """Say what lies under the pointer."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()
        super().changeEvent(event)

    def _dress(self) -> None:
        """Take on the colours of the theme."""
        self._widget.setBackground(theme.color("background"))
        dress_axes(self._plot)


def dress_axes(plot: pg.PlotItem) -> None:
    """Numbers in the monospaced face, and a grid that is barely visible."""
    for name in ("left", "bottom"):
        axis = plot.getAxis(name)
        axis.setPen(cosmetic(theme.color("line", 0), 1))
        axis.setTickPen(cosmetic(theme.color("line"), 1))
        axis.setTextPen(theme.color("faint"))
        axis.setStyle(tickFont=theme.mono(10), tickLength=0, tickTextOffset=6)
    left = plot.getAxis("left")
    left.setStyle(maxTickLevel=1)  # finer lines than numbers would be stripes in a low plot
    left.setWidth(40)
    plot.showGrid(y=True, alpha=0.6)


def cosmetic(color: QColor, width: int, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A line that is as wide at every zoom."""
    pen = QPen(color, width, style)
    pen.setCosmetic(True)
    return pen
