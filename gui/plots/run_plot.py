"""One plot of a run: raw values faint, the smoothed line above, held-out points, the best epoch."""

import math
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QGraphicsItem, QLabel

from engine.runs.events.record import GrowingCurve, envelope
from gui.look import theme
from gui.plots.plot_card import PlotCard, cosmetic
from gui.widgets.building_blocks import dots
from gui.widgets.elided import Elided
from gui.widgets.metric_names import figure

NOTHING = np.empty(0)
PlotSpan = tuple[float, float, float]
"""The least value of a line, the least above zero, and the greatest."""
SMALLEST = 1e-12
"""Where a logarithmic scale ends."""
FULLEST, RIM = 0.6, 0.08
"""The share of the height that the lines fill at least, and what is left free above and below."""
HIGH_LABEL, LOW_LABEL = 1.0, 0.0
"""Which end of its line the word at the best epoch keeps to."""
CROWDED = 0.75
"""Curves above this share of the height would run through the word at the top."""
PIXELS_PER_PIECE = 3
"""Each piece of a curve is a line from its lowest to its highest value."""
MOST_SYMBOLS = 100
"""More held-out points than this are a line without circles."""


@dataclass(frozen=True, slots=True)
class PlotLines:
    """What one plot shows, all over epochs."""

    raw: GrowingCurve | None = None
    training: GrowingCurve | None = None
    valid: GrowingCurve | None = None
    not_finite: list[float] = field(default_factory=list)
    best: int | None = None
    epochs: int = 0


class EpochAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Whole epochs below the plot; the first one says what they are.

    It has the room beside the numbers of the other axis; the last one would run into its neighbour.
    Numbers that it would touch, and be read as one with, are left out.
    """

    word = "epoch"
    _first = 0.0
    _next = 0.0
    """The least number that stands apart from the first."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        ticks: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
        known = sorted(value for _, values in ticks for value in values)
        self._first = known[0] if known else low
        width = QFontMetricsF(self.style["tickFont"] or theme.mono(10)).horizontalAdvance
        reach = (width(self._told(self._first)) + width(f"{high:.0f}")) / 2 + APART
        self._next = self._first + reach * (high - low) / max(size, 1)
        return ticks

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [self._told(value) for value in values]

    def _told(self, value: float) -> str:
        if value == self._first:
            return f"{self.word} {value:g}"
        return f"{value:g}" if value >= self._next else ""


LEFT_OF, RIGHT_OF = 1, 0
"""Which side of the label lies on the line."""
APART = 6
"""Pixels between the first words below the plot and the number beside them."""
ROOM_FOR_LEGEND = 250
"""A card narrower than this, in pixels, has no room to say which line is which."""
NEAR_EDGE = 0.25
"""In this part of the width, from the left, a label left of its line would be cut off."""


class Plot(PlotCard):
    """A card with a title, a legend, what lies under the pointer, and the lines."""

    def __init__(self, title: str) -> None:
        self._epoch_axis = EpochAxis(orientation="bottom")
        self._epoch_axis.setStyle(hideOverlappingLabels=40)  # pixels that a label may hang over
        super().__init__(30, {"bottom": self._epoch_axis})
        self._epoch_axis.word = self.tr("epoch")
        self.lines = PlotLines()
        self._part = self.tr("validation")
        self._title = Elided(title)
        self._title.setProperty("role", "heading")
        self._legend = QLabel()
        self._legend.setProperty("role", "muted")
        self._log = self._switch(
            self.tr("log"), "log", self.tr("Draw the values on a logarithmic scale")
        )
        self._log.toggled.connect(self._switch_scale)
        self._make_plot()
        self._lay_out(self._title, self._reading, self._legend, self._log)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._legend.setVisible(self.width() >= ROOM_FOR_LEGEND)

    def _make_plot(self) -> None:
        for name in ("left", "bottom"):  # text is slow to draw: a third of a frame for each axis
            axis = self._plot.getAxis(name)
            axis.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._box = self._plot.getViewBox()
        self._box.setMouseEnabled(x=True, y=False)
        self._box.disableAutoRange()
        self._box.sigXRangeChanged.connect(self._draw)
        self._raw = self._plot.plot(antialias=False)
        self._training = self._plot.plot(antialias=True, symbolSize=6)
        self._valid = self._plot.plot(antialias=True, symbol="o", symbolSize=6)
        # At the top, where curves that fall are not, and on the side where they end.
        self._best = pg.InfiniteLine(
            label=self.tr("best"), labelOpts={"position": HIGH_LABEL, "anchors": [(LEFT_OF, 0)] * 2}
        )
        self._not_finite = pg.ScatterPlotItem(symbol="x", size=10, pxMode=True)
        for item in (self._best, self._not_finite):
            self._plot.addItem(item, ignoreBounds=True)
        self._drawing = False
        self._shown: dict[pg.PlotDataItem, tuple[float, ...]] = {}
        self._spans: dict[pg.PlotDataItem, PlotSpan] = {}

    def show_title(self, title: str) -> None:
        """What the values are."""
        self._title.setText(title)
        self._title.setToolTip(title)

    def show_part(self, words: str) -> None:
        """What the samples are called that are measured after each epoch."""
        if words != self._part:
            self._part = words
            self._dress()

    def show_lines(self, lines: PlotLines) -> None:
        """Draw other lines; a plot that the user has moved about stays where it is."""
        fresh = lines.epochs != self.lines.epochs
        self.lines = lines
        if fresh:
            self.show_all()
        self._draw()
        self._read_again()

    def show_all(self) -> None:
        """Back to the whole run."""
        self._box.setXRange(0, max(self.lines.epochs, 1), padding=0.01)

    def mouseDoubleClickEvent(self, event: object) -> None:
        self.show_all()

    def _draw(self) -> None:
        if self._drawing:
            return
        self._drawing = True
        lines = self.lines
        self._put(self._raw, lines.raw)
        self._put(self._training, lines.training)
        self._put(self._valid, lines.valid)
        _dot(self._valid, lines.valid, MOST_SYMBOLS)
        _dot(self._training, lines.training, 1)  # a line that is no line yet
        if self._best.isVisible() != (lines.best is not None):
            self._best.setVisible(lines.best is not None)
        if lines.best is not None:
            self._best.setValue(lines.best)
        self._fit()
        self._place_best()
        self._mark_not_finite()
        self._drawing = False

    def _switch_scale(self, logarithmic: bool) -> None:
        self._plot.setLogMode(y=logarithmic)
        self._draw()

    def _fit(self) -> None:
        """Let the height follow the lines, but only when it must: new labels are slow to draw."""
        if not self._spans:
            return
        lows, leasts, highs = zip(*self._spans.values(), strict=True)
        low, high = min(lows), max(highs)
        if self._log.isChecked():
            low, high = (math.log10(max(value, SMALLEST)) for value in (min(leasts), high))
        room = (high - low) or abs(high) or 1.0
        bottom, top = self._box.viewRange()[1]
        rim, full = RIM / 2 * (top - bottom), FULLEST * (top - bottom)
        if bottom + rim <= low and high <= top - rim and room >= full:
            return
        self._box.setYRange(low - RIM * room, high + RIM * room, padding=0)

    def _put(self, item: pg.PlotDataItem, curve: GrowingCurve | None) -> None:
        """Draw what is in view of a curve, as many points as there are pixels for.

        A curve that is drawn already is left alone: while a run trains, its thread waits for
        every line that is drawn for nothing.
        """
        left, right = self._box.viewRange()[0]
        width = max(int(self._box.width()), 100)
        shown = (id(curve), curve.changes if curve is not None else 0, left, right, width)
        if self._shown.get(item) == shown:
            return
        self._shown[item] = shown
        if curve is None or not len(curve):
            self._spans.pop(item, None)
            item.setData(NOTHING, NOTHING)
            return
        first, last = np.searchsorted(curve.x, (left, right))
        part = slice(max(int(first) - 1, 0), int(last) + 1)
        x, y = envelope(curve.x[part], curve.y[part], width // PIXELS_PER_PIECE)
        item.setData(x, y)
        if len(y):
            self._spans[item] = (y.min(), y[y > 0].min(initial=np.inf), y.max())

    def _place_best(self) -> None:
        """Write “best” at the top of its line, or at the bottom where the curves are at the top."""
        best, lines = self.lines.best, (self.lines.raw, self.lines.training, self.lines.valid)
        if best is None:
            return
        known = [value for value in (value_at(curve, best) for curve in lines) if value is not None]
        if self._log.isChecked():
            known = [math.log10(max(value, SMALLEST)) for value in known]
        bottom, top = self._box.viewRange()[1]
        is_full = any(value > bottom + CROWDED * (top - bottom) for value in known)
        left, right = self._box.viewRange()[0]
        side = RIGHT_OF if best < left + NEAR_EDGE * (right - left) else LEFT_OF
        # Inside the plot, however low that is; the same whichever way the label leans.
        self._best.label.anchors = [(side, 1 if is_full else 0)] * 2
        self._best.label.setPosition(LOW_LABEL if is_full else HIGH_LABEL)

    def _mark_not_finite(self) -> None:
        places = self.lines.not_finite[:1000]
        if len(places) != len(self._not_finite.points()):
            top = self._box.viewRange()[1][1]
            self._not_finite.setData(places, [top] * len(places))

    def _read(self, at: QPointF) -> None:
        """Say the values under the pointer."""
        epoch = self._box.mapSceneToView(at).x()
        inside = self._box.sceneBoundingRect().contains(at)
        told = [value_at(curve, epoch) for curve in (self.lines.training, self.lines.valid)]
        known = [value for value in told if value is not None]
        values = "  ".join(map(figure, known))
        text = self.tr("epoch {at:.1f}: {values}").format(at=max(epoch, 0), values=values)
        self._reading.setText(text if inside and known else "")

    def _dress(self) -> None:
        super()._dress()
        look = theme.tokens()
        self._raw.setPen(cosmetic(theme.color("accent", 0.5), 1))
        self._training.setPen(cosmetic(theme.color("accent"), 2))
        self._valid.setPen(cosmetic(theme.color("held_out"), 2))
        for line, color in ((self._training, "accent"), (self._valid, "held_out")):
            line.setSymbolBrush(theme.color(color))
            line.setSymbolPen(None)
        self._best.setPen(cosmetic(theme.color("ok"), 1, Qt.PenStyle.DashLine))
        self._best.label.setColor(theme.color("ok"))
        self._best.label.setFont(theme.mono(10))
        self._not_finite.setPen(cosmetic(theme.color("error"), 2))
        self._legend.setText(
            dots([(look.accent, self.tr("training")), (look.held_out, self._part)])
        )


def _dot(line: pg.PlotDataItem, curve: GrowingCurve | None, most: int) -> None:
    """Draw circles at the values of a line that has so many at most."""
    few = curve is not None and len(curve) <= most
    if (line.opts["symbol"] is not None) != few:
        line.setSymbol("o" if few else None)


def value_at(curve: GrowingCurve | None, epoch: float) -> float | None:
    """The value of a curve next to ``epoch``."""
    if curve is None or not len(curve) or not math.isfinite(epoch):
        return None
    place = min(int(np.searchsorted(curve.x, epoch)), len(curve) - 1)
    return float(curve.y[place])
