"""What samples look like, also those of a kind of data that brings no view of its own."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame
from pytestqt.qtbot import QtBot

from engine.data.sources import reader_of
from engine.runs.trained.evaluating import evaluate
from engine.runs.trained.read_run import ReadRun
from graphs.data import (
    ClassKind,
    Column,
    Field,
    ImageKind,
    NumberKind,
    SeriesKind,
    TableKind,
    TokensKind,
)
from graphs.data.sources import Source
from graphs.notation import Notation
from graphs.plan.plan import Plan
from graphs.proposing import drafted
from gui.look import stylesheet, theme
from gui.results.asked import HeldInput
from gui.results.trained_run import TrainedRun
from gui.results.trying.sample_form import PicturePart, RowPart, SampleForm, TextPart
from gui.samples.preview import can_be_drawn, preview, tile_of
from tests.engine.data.kinds.new_kinds import COUNT, MOMENTS, SIDE, new_kinds
from tests.gui.finished_runs import trained


@pytest.fixture
def known() -> Iterator[None]:
    with new_kinds():
        yield


def asked(source: str, folder: Path) -> TrainedRun:
    section = reader_of(Source.get(source)()).propose().section
    run = trained(drafted(section, COUNT, Plan(epochs=5, threads=1)).document, folder)
    return TrainedRun(ReadRun(run), evaluate(run))


def test_pictures_and_series_are_drawn_and_everything_else_of_before_is_told() -> None:
    drawn = {kind for kind in (ImageKind, SeriesKind) if can_be_drawn(Field(kind.id, (4, 4, 4)))}
    told = (TableKind, NumberKind, ClassKind, TokensKind)
    assert len(drawn) == 2
    assert not any(can_be_drawn(Field(kind.id, (5,))) for kind in told)


def test_numbers_of_a_new_kind_are_a_curve(known: None) -> None:
    found = reader_of(Source.get("recordings")()).propose()
    shown = preview(found.section, found.samples)
    assert len(shown.tiles) == COUNT and {tile.caption for tile in shown.tiles} == {"low", "high"}
    assert all(len(tile.curve) == MOMENTS for tile in shown.tiles)
    assert not can_be_drawn(Field("sound", (2,))) and can_be_drawn(Field("sound", ("T",)))
    assert tile_of(Field("sound", (2,)), np.zeros(2)) is None


def test_pictures_with_a_target_of_a_new_kind_are_shown(known: None) -> None:
    found = reader_of(Source.get("outlined")()).propose()
    shown = preview(found.section, found.samples)
    assert all(tile.image is not None for tile in shown.tiles)
    assert [bar.name for bar in shown.bars] == ["ground", "square"]


def test_a_sample_of_a_new_kind_is_shown_in_the_results_and_asked_again(
    known: None, tmp_path: Path, qtbot: QtBot
) -> None:
    run = asked("recordings", tmp_path)
    sample = run.ask(0)
    tile = sample.held["clip"].tile
    assert tile is not None and len(tile.curve) == MOMENTS
    form = SampleForm()
    qtbot.addWidget(form)
    form.show_fields(run.fields, {})
    form.show_held(sample.held)
    assert form.findChild(PicturePart) is not None
    (before,), (after,) = sample.answers, run.ask_new(form.held()).answers
    assert before.prediction == after.prediction and before.truth in {"low", "high"}


def test_what_is_true_of_a_new_kind_is_told(known: None, tmp_path: Path) -> None:
    (answer,) = asked("outlined", tmp_path).ask(0).answers
    assert len(answer.prediction.steps or ()) == SIDE * SIDE
    assert set(answer.truth.split()) == {"ground", "square"} and answer.said


def test_numbers_that_are_predicted_stand_beside_those_that_are_true(
    known: None, tmp_path: Path
) -> None:
    run = asked("cornered", tmp_path)
    (answer,) = run.ask(0).answers
    assert answer.said_tile is not None and answer.true_tile is not None
    assert len(answer.said_tile.curve) == len(answer.true_tile.curve) == 4
    first, second = np.array(answer.true_tile.curve).reshape(2, 2)
    assert (second - first).tolist() == [4, 4]


def test_a_sample_that_is_not_drawn_is_given_as_numbers(known: None, qtbot: QtBot) -> None:
    form = SampleForm()
    qtbot.addWidget(form)
    form.show_fields({"clip": Field("sound", (2,))}, {})
    assert form.findChild(TextPart) is not None


@pytest.mark.parametrize("written", ["2024-03-01", "2024-03-01 00:10", "2024-03-01 00:10:59"])
def test_a_time_is_seen_whole_where_it_is_tried(qtbot: QtBot, written: str) -> None:
    part = RowPart((Column("when", notation=Notation("date", order="year first")), Column("x")))
    part.setStyleSheet(stylesheet.text(theme.tokens(), theme.CORNER))
    qtbot.addWidget(part)
    part.show()
    part.show_held(HeldInput({"when": written}))
    line = part.findChild(QLineEdit, "when")
    assert line is not None and line.text() == written
    option, inside = QStyleOptionFrame(), QStyle.SubElement.SE_LineEditContents
    line.initStyleOption(option)
    room = line.style().subElementRect(inside, option, line).width()
    assert line.fontMetrics().horizontalAdvance(written) < room
