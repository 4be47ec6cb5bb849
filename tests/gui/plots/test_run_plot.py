"""A plot shows all of a run, on either scale, and moves only when it must."""

import math
from itertools import pairwise, product

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QFontMetricsF, QPainter, QPicture
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from engine.runs.events.record import GrowingCurve
from gui.plots.run_plot import Plot, PlotLines
from tests.gui.found_widgets import click, part


def curve(*values: float) -> GrowingCurve:
    made = GrowingCurve()
    for x, value in enumerate(values, 1):
        made.add(x, value)
    return made


@pytest.fixture
def plot(qtbot: QtBot) -> Plot:
    made = Plot("Loss")
    qtbot.addWidget(made)
    made.resize(500, 260)
    made.show()
    return made


def height(plot: Plot) -> tuple[float, float]:
    low, high = plot._box.viewRange()[1]
    return low, high


def test_every_value_lies_within_the_height(plot: Plot) -> None:
    plot.show_lines(PlotLines(raw=curve(3.0, -1.0, 2.0), valid=curve(5.0, 4.0), epochs=3))
    low, high = height(plot)
    assert low < -1 and high > 5
    plot.show_lines(PlotLines(raw=curve(3.0, 40.0), epochs=3))
    assert height(plot)[1] > 40


def test_the_height_stays_while_the_lines_stay_within(plot: Plot) -> None:
    raw = curve(2.0, 0.0)
    plot.show_lines(PlotLines(raw=raw, epochs=9))
    before = height(plot)
    for value in (1.5, 0.5, 1.0):
        raw.add(len(raw) + 1, value)
        plot.show_lines(PlotLines(raw=raw, epochs=9))
    assert height(plot) == before


def test_a_constant_line_has_a_height_too(plot: Plot) -> None:
    plot.show_lines(PlotLines(training=curve(0.0, 0.0), epochs=2))
    low, high = height(plot)
    assert low < 0 < high


def test_the_logarithmic_scale_shows_values_as_powers_of_ten(plot: Plot) -> None:
    plot.show_lines(PlotLines(raw=curve(100.0, 0.0, 0.01), epochs=3))
    click(part(plot, QToolButton))
    low, high = height(plot)
    assert low == pytest.approx(-2, abs=0.5) and high == pytest.approx(2, abs=0.5)
    click(part(plot, QToolButton))
    assert height(plot)[1] > 100


def test_a_million_values_are_drawn_as_few_points_with_their_extremes(plot: Plot) -> None:
    raw = GrowingCurve()
    raw._points = np.empty((2, 2**20))
    raw._count = 1_000_000
    raw.x[:] = np.linspace(0, 10, 1_000_000)
    raw.y[:] = 1.0
    raw.y[123_456], raw.y[999_999] = 9.0, -9.0
    plot.show_lines(PlotLines(raw=raw, epochs=10))
    x, y = plot._raw.getData()
    assert len(x) < 2 * plot.width()
    assert (y.min(), y.max()) == (-9.0, 9.0)


def test_zooming_in_shows_more_of_what_is_in_view(plot: Plot) -> None:
    raw = curve(*range(10_000))
    plot.show_lines(PlotLines(raw=raw, epochs=10_000))
    plot._box.setXRange(5000, 5050)
    x, y = plot._raw.getData()
    assert {*range(5000, 5050)} <= set(y)
    assert x.min() > 4900
    plot.show_all()
    assert plot._raw.getData()[0].min() <= 1


def test_the_word_at_the_best_epoch_keeps_off_the_curves(plot: Plot) -> None:
    plot.show_lines(PlotLines(valid=curve(0.1, 0.8, 1.0), best=3, epochs=3))
    assert plot._best.label.orthoPos < 0.5, "accuracies end at the top"
    plot.show_lines(PlotLines(valid=curve(1.0, 0.2, 0.1), best=3, epochs=3))
    assert plot._best.label.orthoPos > 0.5, "losses end at the bottom"


@pytest.mark.parametrize("height", [130, 260])
@pytest.mark.parametrize("epochs", [1, 2, 15, 100])
def test_the_word_at_the_best_epoch_is_cut_off_nowhere(
    plot: Plot, epochs: int, height: int
) -> None:
    plot.resize(500, height)
    falling = curve(*(1 / at for at in range(1, epochs + 1)))
    for valid, best in product((curve(*[0.5] * epochs), falling), {1, (epochs + 1) // 2, epochs}):
        plot.show_lines(PlotLines(valid=valid, best=best, epochs=epochs))
        QApplication.processEvents()
        label, box = plot._best.label, plot._box.sceneBoundingRect()
        words = label.mapRectToScene(label.boundingRect())
        assert box.left() <= words.left()
        assert words.right() <= plot._widget.sceneRect().right()
        assert box.top() - 1 <= words.top() and words.bottom() <= box.bottom() + 1


@pytest.mark.parametrize("epochs", [1, 3, 15, 40, 92, 132, 146, 1000])
def test_no_words_below_the_plot_run_into_each_other(plot: Plot, epochs: int) -> None:
    plot.show_lines(PlotLines(valid=curve(*[0.5] * epochs), epochs=epochs))
    QApplication.processEvents()
    picture = QPicture()
    painter = QPainter(picture)
    _, _, texts = plot._epoch_axis.generateDrawSpecs(painter)
    painter.end()
    places = sorted((rect.left(), rect.right(), words) for rect, _, words in texts if words)
    digit = QFontMetricsF(plot._epoch_axis.style["tickFont"]).horizontalAdvance("0")
    assert all(left - right > digit / 2 for (_, right, _), (left, _, _) in pairwise(places))
    assert places[0][2].startswith("epoch ")
    assert sum("epoch" in words for *_, words in places) == 1


def words_beside(plot: Plot) -> list[tuple[float, float, str]]:
    """Where each number beside the plot begins and ends, from above, and what it says."""
    QApplication.processEvents()
    picture = QPicture()
    painter = QPainter(picture)
    _, _, texts = plot._plot.getAxis("left").generateDrawSpecs(painter)
    painter.end()
    return sorted((rect.top(), rect.bottom(), words) for rect, _, words in texts if words)


@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize("height", [130, 150, 260])
@pytest.mark.parametrize("values", [(0.951, 0.96), (1e-4, 3.0), (0.1, 0.3), (2.0, 2.0), (7, 8123)])
def test_no_numbers_beside_the_plot_run_into_each_other(
    plot: Plot, values: tuple[float, float], height: int, logarithmic: bool
) -> None:
    plot.resize(500, height)
    plot.show_lines(PlotLines(valid=curve(*values), epochs=2))
    if logarithmic:
        click(part(plot, QToolButton, "log"))
    beside = words_beside(plot)
    assert all(bottom <= top for (_, bottom, _), (top, _, _) in pairwise(beside))


@pytest.mark.parametrize("values", [(0.951, 0.96), (0.021, 0.0286), (1.05, 1.9), (31.5, 38.0)])
def test_a_logarithmic_scale_without_powers_of_ten_is_numbered_too(
    plot: Plot, values: tuple[float, float]
) -> None:
    plot.show_lines(PlotLines(valid=curve(*values), epochs=2))
    click(part(plot, QToolButton, "log"))
    bottom, top = (10**end for end in height(plot))
    told = [float(words) for _, _, words in words_beside(plot)]
    assert len(set(told)) >= 2
    assert all(bottom <= value <= top for value in told)


def test_a_line_of_one_value_is_a_dot(plot: Plot) -> None:
    plot.show_lines(PlotLines(training=curve(0.25), valid=curve(0.5), epochs=1))
    assert plot._training.opts["symbol"] is not None
    plot.show_lines(PlotLines(training=curve(0.25, 0.2), valid=curve(0.5, 0.4), epochs=2))
    assert plot._training.opts["symbol"] is None


def test_the_best_epoch_is_marked_where_it_is(plot: Plot) -> None:
    plot.show_lines(PlotLines(valid=curve(1.0, 0.5, 0.7), best=2, epochs=3))
    assert plot._best.isVisible() and plot._best.value() == 2
    plot.show_lines(PlotLines(valid=curve(1.0), epochs=3))
    assert not plot._best.isVisible()


def test_the_values_under_the_pointer_are_said(plot: Plot) -> None:
    plot.show_lines(PlotLines(training=curve(0.5, 0.25), valid=curve(0.75, 0.125), epochs=2))
    at = plot._box.mapViewToScene(QPointF(2.0, 0.2))
    plot._read(at)
    said = [label.text() for label in plot.findChildren(QLabel)]
    assert any("0.25" in text and "0.125" in text for text in said)
    plot._read(QPointF(-5, -5))
    assert not any("0.125" in label.text() for label in plot.findChildren(QLabel))


def said(plot: Plot) -> str:
    return " ".join(label.text() for label in plot.findChildren(QLabel))


def test_what_is_said_under_the_pointer_is_of_the_run_that_is_shown(plot: Plot) -> None:
    plot.show_lines(PlotLines(valid=curve(0.5, 0.25), epochs=2))
    plot._widget.scene().sigMouseMoved.emit(plot._box.mapViewToScene(QPointF(2.0, 0.3)))
    assert "0.25" in said(plot)
    plot.show_lines(PlotLines(valid=curve(7.5, 6.25), epochs=2))
    assert "6.25" in said(plot)
    plot.show_lines(PlotLines(epochs=2))
    assert "6.25" not in said(plot)


@pytest.mark.parametrize("leave", ["the pointer moves out", "another page is shown"])
def test_nothing_is_said_once_the_pointer_is_elsewhere(plot: Plot, leave: str) -> None:
    plot.show_lines(PlotLines(valid=curve(0.5, 0.25), epochs=2))
    plot._widget.scene().sigMouseMoved.emit(plot._box.mapViewToScene(QPointF(2.0, 0.3)))
    if leave == "another page is shown":
        plot.hide()
    else:
        QApplication.sendEvent(plot._widget, QEvent(QEvent.Type.Leave))
    assert "0.25" not in said(plot)
    plot.show_lines(PlotLines(valid=curve(7.5, 6.25), epochs=2))
    assert "6.25" not in said(plot)


def test_a_plot_without_values_is_empty_and_harmless(plot: Plot) -> None:
    plot.show_lines(PlotLines(raw=GrowingCurve(), training=GrowingCurve(), valid=GrowingCurve()))
    plot._read(QPointF(50, 50))
    assert len(plot._raw.getData()[0] if plot._raw.getData()[0] is not None else []) == 0
    assert all(map(math.isfinite, height(plot)))
