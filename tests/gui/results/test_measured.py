"""Numbers against what is true: points, residuals, and what the pointer reads."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QTableWidget
from pytestqt.qtbot import QtBot

from engine.measuring.measures import EvaluationResult
from engine.measuring.per_loss import Counted
from gui.results.asked import Points, Swept
from gui.results.confusion import Confusion
from gui.results.measured import NUMBERS, SHARE, MeasuredView
from gui.results.scatter import Scatter
from gui.widgets.metric_names import metric_words
from tests.gui.found_widgets import choose, part, press
from tests.gui.hand import settled

HEIGHT: Points = ((1.0, 1.5), (2.0, 1.0), (4.0, 4.0))
WEIGHT: Points = ((10.0, 11.0), (20.0, 18.0))


class Trialed:
    """Stands for a trial: what was measured, and nothing to ask."""

    folder = Path("/runs/1")
    whose = SimpleNamespace(part="test")

    def __init__(self, evaluated: EvaluationResult, swept: Swept) -> None:
        self.evaluated, self.swept = evaluated, swept


@pytest.fixture
def measured(qtbot: QtBot) -> MeasuredView:
    view = MeasuredView()
    qtbot.addWidget(view)
    view.resize(900, 260)
    view.show()
    points = {"height": HEIGHT, "weight": WEIGHT}
    trial = Trialed(EvaluationResult({"loss": 0.25, "height/r2": 0.5}), Swept(points=points))
    view.show_trial(trial)  # type: ignore[arg-type]
    return view


def test_numbers_are_points_with_what_is_true_to_the_right(measured: MeasuredView) -> None:
    x, y = part(measured, Scatter).drawn()
    assert list(zip(x, y, strict=True)) == list(HEIGHT)
    assert not part(measured, Confusion, "confusion").isVisible()
    assert measured.metrics() == {"loss": 0.25, "height/r2": 0.5}
    assert part(measured, QTableWidget, "metrics").rowCount() == 2


def test_residuals_are_what_was_said_less_what_is_true(measured: MeasuredView) -> None:
    press(measured, "residuals")
    x, y = part(measured, Scatter).drawn()
    assert np.allclose(x, [1, 2, 4])
    assert np.allclose(y, [0.5, -1, 0])


def test_another_output_has_its_own_points(measured: MeasuredView) -> None:
    choose(part(measured, QComboBox, "measured_output"), "weight")
    x, _ = part(measured, Scatter).drawn()
    assert list(x) == [10.0, 20.0]


def test_each_class_has_its_own_numbers(qtbot: QtBot) -> None:
    view = MeasuredView()
    qtbot.addWidget(view)
    view.resize(900, 260)
    view.show()
    cats = Counted("cat", 0.5, 1.0, 2 / 3, 1200)
    dogs = Counted("dog", 0.0, None, 0.0, 0)
    evaluated = EvaluationResult(
        {"loss": 1.0}, ((1, 0), (1, 0)), ("cat", "dog"), {"animal": (cats, dogs)}
    )
    view.show_trial(Trialed(evaluated, Swept()))  # type: ignore[arg-type]
    table = part(view, QTableWidget, "per_class")
    rows = [[table.item(row, at) for at in range(table.columnCount())] for row in (0, 1)]
    assert [[cell.text() for cell in row if cell] for row in rows] == [
        ["cat", "0.500", "1.000", "0.667", "1,200"],
        ["dog", "0.000", "–", "0.000", "0"],
    ]
    assert view.findChildren(Scatter) == []
    assert part(view, Confusion, "confusion").isVisible()


@pytest.mark.parametrize("width", [480, 754, 1200])
@pytest.mark.parametrize(
    "names", [("class_0", "class_1", "class_2"), tuple("0123456789"), ("a" * 60 + "1", "a" * 60)]
)
def test_every_class_is_told_by_its_name_and_every_number_of_it_can_be_reached(
    names: tuple[str, ...], width: int, qtbot: QtBot
) -> None:
    view = MeasuredView()
    qtbot.addWidget(view)
    view.resize(width, 260)
    view.show()
    rows = tuple((1,) * len(names) for _ in names)
    counted = tuple(Counted(name, 0.5, 1.0, 2 / 3, 1200) for name in names)
    evaluated = EvaluationResult({"loss": 1.0}, rows, names, {"kind": counted})
    view.show_trial(Trialed(evaluated, Swept()))  # type: ignore[arg-type]
    settled()
    table = part(view, QTableWidget, "per_class")
    shown = range(table.columnCount())
    for at in shown:
        assert table.columnWidth(at) >= min(table.sizeHintForColumn(at), 160)
    beyond = sum(map(table.columnWidth, shown)) - table.viewport().width()
    assert table.horizontalScrollBar().isVisible() == (beyond > 0)
    if width >= 754 and names[0] == "class_0":
        assert beyond <= 0, "the usual window of a small screen"
    least = view.minimumSizeHint()
    view.resize(width + 300, 260)
    settled()
    assert view.minimumSizeHint() == least, "what asks for more the wider it is grows for ever"


def test_what_cannot_be_measured_is_said(qtbot: QtBot) -> None:
    view = MeasuredView()
    qtbot.addWidget(view)
    view.show()
    said = "R2 is not defined for one sample alone."
    trial = Trialed(EvaluationResult({"loss": 0.25}, remarks=(said,)), Swept(points={}))
    view.show_trial(trial)  # type: ignore[arg-type]
    assert part(view, QLabel, "remarks").text() == said
    view.show_trial(Trialed(EvaluationResult({"loss": 0.25}), Swept(points={})))  # type: ignore[arg-type]
    assert not part(view, QLabel, "remarks").isVisible()


def test_every_metric_is_called_in_words() -> None:
    for name, words in {
        "top_3_accuracy": "Top-3 accuracy",
        "digit/roc_auc": "digit · ROC AUC",
        "bits_per_character": "Bits per character",
        "never_heard_of": "Never heard of",
        "r2[Sales]": "R² of “Sales”",
        "out/mae[km/h]": "out · Mean absolute error of “km/h”",
    }.items():
        assert metric_words(name) == words


def test_the_names_of_metrics_are_whole_where_there_is_room(qtbot: QtBot) -> None:
    view = MeasuredView()
    qtbot.addWidget(view)
    view.resize(1000, 120)  # so low that a bar stands beside them
    view.show()
    columns = ("temperature", "visitors", "rain", "wind", "sunshine")
    names = [f"{metric}[{column}]" for metric in ("mae", "r2") for column in columns]
    values = dict.fromkeys(names, 123456.789)
    view.show_trial(Trialed(EvaluationResult(values), Swept()))  # type: ignore[arg-type]
    settled()
    table = part(view, QTableWidget, "metrics")
    assert table.verticalScrollBar().isVisible()
    for at in (0, 1):
        assert table.columnWidth(at) >= table.sizeHintForColumn(at)
    for width in (500, 900):
        view.resize(width, 120)
        assert table.width() <= max(NUMBERS, SHARE * width)


def test_copied_figures_say_on_which_samples_they_were_measured(qtbot: QtBot) -> None:
    view = MeasuredView()
    qtbot.addWidget(view)
    view.resize(900, 260)
    view.show()
    trial = Trialed(EvaluationResult({"loss": 0.25}), Swept())
    trial.whose = SimpleNamespace(part="valid")
    view.show_trial(trial)  # type: ignore[arg-type]
    press(view, "copy_metrics")
    assert json.loads(QGuiApplication.clipboard().text()) == {"valid": {"loss": 0.25}}
