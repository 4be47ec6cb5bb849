"""Drawing a digit: the answer follows each stroke, and what is drawn is read as it is meant."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.runs.trained.evaluating import evaluate
from engine.runs.trained.read_run import ReadRun
from gui.jobs import Jobs
from gui.results.results_view import Results
from gui.results.trained_run import TrainedRun
from gui.results.trying.answer_view import AnswerView
from gui.results.trying.pad import LEAST, SIDE, DrawingPad
from gui.results.trying.pad_part import PadPart
from gui.results.trying.sample_part import SamplePicture
from gui.results.trying.try_page import TryPage
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import part, press
from tests.gui.hand import settled
from tests.gui.windows import LONG, show_page, words

CIRCLE = [
    (round(98 + 50 * float(np.sin(angle))), round(98 - 75 * float(np.cos(angle))))
    for angle in np.linspace(0, 2 * np.pi, 25)
]
DIGITS = {
    "0": [CIRCLE],
    "1": [[(100, 20), (100, 180)]],
    "7": [[(50, 30), (140, 30), (90, 180)]],
    "4": [[(110, 20), (45, 115), (150, 115)], [(115, 70), (115, 185)]],
}
"""Strokes on the pad."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained(template("digits-cnn", epochs=8), tmp_path_factory.mktemp("runs"))


@pytest.fixture
def asking(qtbot: QtBot, run: Path) -> TryPage:
    jobs = Jobs()
    view = TryPage(jobs)
    qtbot.addWidget(view)
    view.setProperty("jobs", jobs)
    view.resize(900, 400)
    view.show()
    view.show_trial(TrainedRun(ReadRun(run), evaluate(run)))
    settle(qtbot, view)
    return view


def settle(qtbot: QtBot, view: TryPage) -> None:
    jobs = view.property("jobs")
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)


def draw(pad: DrawingPad, stroke: list[tuple[int, int]]) -> None:
    """One stroke with the left button."""
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(pad, left, pos=QPoint(*stroke[0]))
    for before, after in pairwise(stroke):
        for part_of in np.linspace(0, 1, 5)[1:]:
            at = np.array(before) + part_of * (np.array(after) - np.array(before))
            QTest.mouseMove(pad, QPoint(round(at[0]), round(at[1])))
    QTest.mouseRelease(pad, left, pos=QPoint(*stroke[-1]))


def said(view: TryPage) -> str:
    """The class that the network says."""
    held = view.held()
    trial = view._trial
    assert trial is not None
    (answer,) = trial.ask_new(held).answers
    return str(answer.prediction.class_)


@pytest.mark.proof
def test_what_is_drawn_is_read_as_it_is_meant(qtbot: QtBot, asking: TryPage) -> None:
    pad = part(asking, DrawingPad)
    right = 0
    for digit, strokes in DIGITS.items():
        press(asking, "pad_clear_image")
        for stroke in strokes:
            draw(pad, stroke)
        settle(qtbot, asking)
        right += said(asking) == digit
    assert right >= 3  # after a few epochs


def test_each_stroke_is_answered_and_can_be_taken_back(qtbot: QtBot, asking: TryPage) -> None:
    pad, undo = part(asking, DrawingPad), part(asking, QPushButton, "pad_undo_image")
    assert not undo.isEnabled(), "nothing is drawn yet"
    draw(pad, DIGITS["1"][0])
    settle(qtbot, asking)
    assert words(asking, "which") == "changed by hand"
    one = np.asarray(asking.held()["image"].given)
    draw(pad, [(60, 180), (140, 180)])
    settle(qtbot, asking)
    assert not np.array_equal(one, np.asarray(asking.held()["image"].given))
    press(asking, "pad_undo_image")
    settle(qtbot, asking)
    assert np.array_equal(one, np.asarray(asking.held()["image"].given))
    press(asking, "pad_clear_image")
    settle(qtbot, asking)
    assert np.asarray(asking.held()["image"].given).max() == 0


def test_another_sample_takes_the_place_of_what_was_drawn(qtbot: QtBot, asking: TryPage) -> None:
    pad = part(asking, DrawingPad)
    draw(pad, DIGITS["1"][0])
    settle(qtbot, asking)
    press(asking, "next")
    settle(qtbot, asking)
    assert pad.strokes == 0
    assert words(asking, "which").startswith("sample 2 of")


def test_undo_by_keys_takes_a_stroke_back_and_no_step_of_a_document(
    qtbot: QtBot, asking: TryPage
) -> None:
    pad = part(asking, DrawingPad)
    steps: list[bool] = []
    shortcut = QShortcut(QKeySequence.StandardKey.Undo, asking)
    shortcut.activated.connect(lambda: steps.append(True))
    draw(pad, DIGITS["1"][0])
    draw(pad, [(60, 180), (140, 180)])
    settle(qtbot, asking)
    assert pad.hasFocus() and pad.strokes == 2
    QTest.keyClick(pad, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, asking)
    assert pad.strokes == 1 and not steps


def test_an_empty_pad_says_where_to_draw_and_is_not_answered(qtbot: QtBot, asking: TryPage) -> None:
    pad, clear = part(asking, DrawingPad), part(asking, QPushButton, "pad_clear_image")
    assert words(asking, "verdict")
    press(asking, "pad_clear_image")
    settle(qtbot, asking)
    assert (words(asking, "verdict"), words(asking, "which")) == ("", "nothing drawn yet")
    assert not clear.isEnabled()
    blank = pad.grab().toImage()
    draw(pad, DIGITS["1"][0])
    press(asking, "pad_undo_image")  # at once: what the stroke was answered comes too late
    settle(qtbot, asking)
    assert words(asking, "verdict") == ""
    assert pad.grab().toImage() == blank
    draw(pad, DIGITS["1"][0])
    settle(qtbot, asking)
    assert words(asking, "verdict")


def test_what_is_done_with_the_pad_is_in_view_in_a_low_panel(asking: TryPage) -> None:
    asking.resize(480, 200)
    pad = part(asking, DrawingPad)
    for name in ("pad_undo_image", "pad_clear_image"):
        made = part(asking, QPushButton, name)
        assert made.mapTo(asking, QPoint()).y() + made.height() <= asking.height()
        assert made.mapTo(asking, QPoint()).y() < pad.mapTo(asking, QPoint()).y() + 90


@pytest.mark.parametrize(("width", "height"), [(748, 200), (748, 170), (900, 400), (1200, 300)])
def test_what_is_said_beside_the_pad_is_whole(asking: TryPage, width: int, height: int) -> None:
    """Also in the panel of a window of the usual size, whose pictures take much of the room."""
    asking.resize(width, height)
    settled()
    asking.resize(width, height + 1)
    settled()
    for widget in (
        part(asking, QPushButton, "pad_undo_image"),
        part(asking, QPushButton, "pad_clear_image"),
        part(asking, QLabel, "pad_hint"),
    ):
        seen = widget.visibleRegion().boundingRect()
        assert (seen.left(), seen.width()) == (0, widget.width()), widget.objectName()
    answers = part(asking, AnswerView)
    assert answers.visibleRegion().boundingRect().width() >= width / 4


@pytest.mark.parametrize("height", [150, 190, 230, 300, 500])
def test_the_pad_and_what_is_seen_fit_the_room(qtbot: QtBot, asking: TryPage, height: int) -> None:
    asking.resize(1000, height)
    settled()
    pad = part(asking, DrawingPad)
    seen = part(part(asking, PadPart), SamplePicture)
    assert LEAST <= pad.width() == pad.height() <= SIDE and seen.isVisible()
    if height >= 190:
        assert pad.visibleRegion().boundingRect() == pad.rect()
        assert seen.visibleRegion().boundingRect() == seen.rect()
    assert not pad.geometry().intersects(seen.geometry())
    scale = pad.width() / SIDE
    press(asking, "pad_clear_image")
    draw(pad, [(round(x * scale), round(y * scale)) for x, y in DIGITS["1"][0]])
    settle(qtbot, asking)
    image = np.asarray(asking.held()["image"].given).reshape(28, 28)
    inked = np.argwhere(image > image.max() / 2)
    assert np.ptp(inked[:, 0]) > 3 * np.ptp(inked[:, 1]), "a line that stands, at any size"


def test_the_split_is_named_only_above_samples_of_it(qtbot: QtBot, run: Path) -> None:
    jobs = Jobs()
    results = Results(jobs)
    qtbot.addWidget(results)
    results.resize(1200, 500)
    results.show()
    results.show_run(run)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
    show_page(results, "Try it")
    assert "test split" in words(results, "whose")
    draw(part(results, DrawingPad), DIGITS["1"][0])
    assert "test split" not in words(results, "whose")
    show_page(results, "Test split")
    assert "test split" in words(results, "whose")
    show_page(results, "Try it")
    press(results, "next")
    assert "test split" in words(results, "whose")
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
