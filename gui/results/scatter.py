"""Predicted numbers against the true ones: every sample a point, the diagonal is right."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel

from engine.runs.events.record import Floats
from graphs.wording.figures import figure
from gui.look import theme
from gui.plots.plot_card import PlotCard, cosmetic
from gui.results.asked import Points

RIM = 0.04
"""The share of the plot that is left free around the points."""


class Scatter(PlotCard):
    """A card like those of a run's curves; residuals are drawn instead when asked for."""

    def __init__(self) -> None:
        super().__init__(12)
        self.points: Points = ()
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        self._residuals = self._switch(
            self.tr("residuals"), "residuals", self.tr("Draw how far each prediction is off")
        )
        self._residuals.toggled.connect(lambda on: self._draw())
        self._right = pg.PlotCurveItem()
        self._dots = pg.ScatterPlotItem(size=6, pxMode=True)
        for item in (self._right, self._dots):
            self._plot.addItem(item)
        self._lay_out(self._title, self._reading, self._residuals)

    def show_points(self, name: str, points: Points) -> None:
        """Show what was said of another output."""
        self._title.setText(name)
        self.points = points
        self._draw()
        self._read_again()

    def drawn(self) -> tuple[Floats, Floats]:
        """Where the points lie: what is true, and what was said or by how much that is off."""
        x, y = self._dots.getData()
        return x, y

    def _draw(self) -> None:
        true, said = np.array(self.points).reshape(-1, 2).T
        off = self._residuals.isChecked()
        y = said - true if off else said
        self._dots.setData(true, y)
        self._plot.setLabel("bottom", self.tr("true"))
        self._plot.setLabel("left", self.tr("predicted − true") if off else self.tr("predicted"))
        if not len(true):
            return
        low, high = float(true.min()), float(true.max())
        self._right.setData([low, high], [0, 0] if off else [low, high])
        self._widget.setXRange(low, high, padding=RIM)
        self._widget.setYRange(
            min(float(y.min()), 0 if off else low),
            max(float(y.max()), 0 if off else high),
            padding=RIM,
        )

    def _read(self, at: QPointF) -> None:
        """Say the numbers of the point under the pointer."""
        found = self._dots.pointsAt(self._plot.getViewBox().mapSceneToView(at))
        here = found[0].pos() if len(found) else None
        self._reading.setText(
            f"{figure(here.x())} → {figure(here.y())}" if here is not None else ""
        )

    def _dress(self) -> None:
        super()._dress()
        self._dots.setPen(None)
        self._dots.setBrush(theme.color("accent", 0.6))
        self._right.setPen(cosmetic(theme.color("ok"), 1, Qt.PenStyle.DashLine))
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.label.setFont(theme.font(11))
            axis.setLabel(axis.labelText, color=theme.color("muted").name())
        self._plot.getAxis("left").setWidth(56)
