"""What single samples look like: pictures drawn again, series continued, several kinds at once."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.runs.trained.evaluating import evaluate
from engine.runs.trained.read_run import ReadRun
from gui.results.trained_run import TrainedRun
from gui.results.trying.answer_view import AnswerView
from tests.gui.finished_runs import template, trained


def trial_of(id: str, folder: Path, **plan: object) -> TrainedRun:
    run = trained(template(id, **plan), folder)
    return TrainedRun(ReadRun(run), evaluate(run))


def test_a_picture_is_shown_beside_the_one_that_was_drawn_again(tmp_path: Path) -> None:
    trial = trial_of("autoencoder", tmp_path, epochs=1)
    asked = trial.ask(3)
    (answer,) = asked.answers
    given, said, true = asked.held["image"].tile, answer.said_tile, answer.true_tile
    assert given is not None and said is not None and true is not None
    assert given.image is not None and said.image is not None
    assert given.image == true.image
    assert said.image.size() == given.image.size()
    assert said.image != given.image, "after one epoch nobody draws perfectly"


def test_two_outputs_have_their_own_truths_and_points(tmp_path: Path) -> None:
    trial = trial_of("two-outputs", tmp_path, epochs=1)
    answers = {answer.prediction.output: answer for answer in trial.ask(0).answers}
    assert set(answers) == {"digit", "slant"}
    assert answers["digit"].truth in trial.evaluated.classes
    truth, said = trial.swept.points["slant"][0]
    assert f"{truth:.4g}" == answers["slant"].truth
    assert answers["slant"].prediction.value == pytest.approx(said, rel=1e-4)
    assert sum(map(len, trial.swept.cells.values())) == len(trial)


def test_several_inputs_are_given_by_name(tmp_path: Path) -> None:
    trial = trial_of("two-inputs", tmp_path, epochs=1)
    asked = trial.ask(0)
    assert set(asked.held) == set(trial.fields) and len(asked.held) == 2
    again = trial.ask_new(asked.held)
    (before,), (after,) = asked.answers, again.answers
    assert before.prediction.class_ == after.prediction.class_
    assert after.truth == "", "nobody knows what is true of a new sample"


def test_a_series_of_classes_is_told_beside_the_right_one(tmp_path: Path, qtbot: QtBot) -> None:
    """Digits that are read from a strip, or none of them."""
    trial = trial_of("strip-reader", tmp_path, epochs=1)
    view = AnswerView()
    qtbot.addWidget(view)
    (answer,) = trial.ask(0).answers
    said, true = answer.prediction.sequence, answer.truth
    assert said is not None and answer.said == "".join(said)
    assert 3 <= len(true) <= 6 and set(true) <= set("0123456789")
    for told, role in ((tuple(true), "ok"), (tuple(true[1:]), "error"), ((), "error")):
        prediction = replace(answer.prediction, sequence=told)
        view.show_answers([replace(answer, prediction=prediction, said="".join(told))])
        verdict = view.findChild(QLabel, "verdict")
        assert verdict is not None and verdict.property("role") == role
        assert verdict.text() == f"read: {''.join(told) or '–'}\ntrue: {answer.truth}"
        assert view.findChild(QLabel, "steps_told") is None
