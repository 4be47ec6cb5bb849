"""The curves of several runs in one plot, each run in its colour."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt

from engine.runs.events.record import GrowingCurve
from gui.plots.plot_card import PlotCard, cosmetic
from gui.plots.run_plot import EpochAxis, value_at
from gui.runs.strokes import stroke
from gui.widgets.building_blocks import DOT, label
from gui.widgets.metric_names import figure


@dataclass(frozen=True, slots=True)
class Overlaid:
    """One run's line: what was measured on the training split, and on the one held out."""

    name: str
    train: GrowingCurve | None
    valid: GrowingCurve | None


class Overlay(PlotCard):
    """A card like those of one run: training dashed, held-out by strokes, read at the pointer."""

    def __init__(self) -> None:
        self._axis = EpochAxis(orientation="bottom")
        super().__init__(30, {"bottom": self._axis})
        self._axis.word = self.tr("epoch")
        self.setMinimumSize(220, 130)
        self.runs: tuple[Overlaid, ...] = ()
        self._items: list[pg.PlotDataItem] = []
        self._train = self._switch(
            self.tr("training"), "overlay_train", self.tr("Also draw the training split, dashed")
        )
        self._log = self._switch(
            self.tr("log"), "overlay_log", self.tr("Draw the values on a logarithmic scale")
        )
        for switch in (self._train, self._log):
            switch.toggled.connect(lambda on: self._draw())
        self._splits = label("", "muted", "overlay_splits")
        self._lay_out(self._reading, self._splits, self._train, self._log)

    def show_runs(self, runs: Sequence[Overlaid]) -> None:
        """Show other curves."""
        self.runs = tuple(runs)
        self._draw()
        self._plot.autoRange()
        self._read_again()

    def drawn(self) -> list[tuple[str, list[float]]]:
        """The colour and the values of each line, as they are drawn."""
        return [
            (pg.mkPen(item.opts["pen"]).color().name(), list(item.getOriginalDataset()[1]))
            for item in self._items
        ]

    def strokes(self) -> list[tuple[str, Qt.PenStyle]]:
        """The colour and the style of each line."""
        pens = [pg.mkPen(item.opts["pen"]) for item in self._items]
        return [(pen.color().name(), pen.style()) for pen in pens]

    def _draw(self) -> None:
        for item in self._items:
            self._plot.removeItem(item)
        self._items = []
        both = self._train.isChecked()
        both_words = self.tr("validation, and training dashed")
        self._splits.setText(both_words if both else self.tr("validation"))
        self._plot.setLogMode(y=self._log.isChecked())
        for number, run in enumerate(self.runs):
            if run.train is not None and self._train.isChecked():
                self._add(run.train, number, Qt.PenStyle.DashLine)
            if run.valid is not None:
                self._add(run.valid, number, stroke(number).style)
        self._plot.enableAutoRange()

    def _add(self, curve: GrowingCurve, number: int, style: Qt.PenStyle) -> None:
        color = stroke(number).color
        pen = cosmetic(color, 2, style)
        alone = len(curve) == 1  # one point makes no line
        item = self._plot.plot(
            np.array(curve.x),
            np.array(curve.y),
            pen=pen,
            antialias=True,
            symbol="o" if alone else None,
            symbolBrush=color,
        )
        self._items.append(item)

    def _read(self, at: QPointF) -> None:
        """Say the held-out values under the pointer, run by run."""
        box = self._plot.getViewBox()
        epoch = box.mapSceneToView(at).x()
        told = []
        for number, run in enumerate(self.runs):
            value = value_at(run.valid, epoch)
            if value is not None:
                color, _, sign = stroke(number)
                words = figure(value) if sign == DOT else f"{sign} {figure(value)}"
                told.append(f'<span style="color:{color.name()}">{words}</span>')
        inside = box.sceneBoundingRect().contains(at) and told
        words = self.tr("epoch {at:.1f}: {values}")
        said = words.format(at=max(epoch, 0), values="&nbsp; ".join(told))
        self._reading.setText(said if inside else "")
