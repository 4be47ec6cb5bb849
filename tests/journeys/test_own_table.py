"""Somebody brings a table of their own, with all that real tables have, and gets a model of it."""

import random
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from pytestqt.qtbot import QtBot

from engine.asking.prediction import Predictor
from engine.asking.user_input import encode_input
from gui.data.column_uses import IGNORE, PREDICT
from gui.data.columns import Columns
from gui.data.data_view import DataView
from gui.window.window import Window
from tests.gui.found_widgets import part, press
from tests.gui.windows import LONG, drop, trigger, words
from tests.journeys.steps import export_onnx, measured, set_epochs, train

HEAD = "customer_id,age,income,city,plan\n"


def row(number: int, chance: random.Random) -> str:
    """A customer; who is older and earns more takes the bigger plan. Some values are missing."""
    age, income = chance.randint(18, 80), chance.randint(10, 90)
    city = chance.choice(["Ulm", "Köln", "Jena"])
    score = age + income + {"Ulm": 0, "Köln": 25, "Jena": 50}[city]
    plan = "small" if score < 95 else "middle" if score < 130 else "big"
    told_age = "" if chance.random() < 0.05 else age
    told_city = "" if chance.random() < 0.05 else city
    return f"C{number:05},{told_age},{income},{told_city},{plan}\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    chance = random.Random(7)
    path = tmp_path / "customers.csv"
    path.write_text(HEAD + "".join(row(n, chance) for n in range(600)), encoding="utf-8")
    return path


@pytest.mark.proof
def test_their_own_table_becomes_a_model_that_answers_alike_everywhere(
    qtbot: QtBot, window: Window, table: Path, tmp_path: Path
) -> None:
    trigger(window, "template_digits-mlp")
    assert drop(window, table)
    view = part(window, DataView)
    qtbot.waitUntil(lambda: words(view, "preview_summary") == "600 samples", timeout=LONG)
    roles = part(view, Columns, "columns").roles
    assert roles["customer_id"] == IGNORE
    assert roles["plan"] == PREDICT
    press(view, "use_data")
    assert window.workspace.problems == (), "ten digits became three plans"

    set_epochs(window, 40)
    train(qtbot, window)
    assert measured(qtbot, window)["accuracy"] > 0.75

    fresh = tmp_path / "new.csv"  # without the answer, with a city that nobody has seen
    fresh.write_text(
        "customer_id,age,income,city\nC1,70,80,Jena\nC2,,20,Ulm\nC3,40,55,Atlantis\nC4,33,41,\n",
        encoding="utf-8",
    )
    folder = window.training.folder
    assert folder is not None
    predictor = Predictor(folder)
    said = predictor.predict(fresh)
    assert [len(answers) for answers in said.samples] == [1, 1, 1, 1]
    assert said.samples[0][0].class_ == "big"

    export_onnx(qtbot, window, tmp_path / "plans.onnx")
    workspace = onnxruntime.InferenceSession(tmp_path / "plans.onnx")
    (given,) = workspace.get_inputs()
    encoded = encode_input(predictor.preprocessing, predictor.fields[0], fresh).tensor.numpy()
    (scores,) = workspace.run(None, {given.name: encoded})
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    for answers, share in zip(said.samples, shares, strict=True):
        told = answers[0].probabilities
        assert told is not None
        assert [told[name] for name in told] == pytest.approx(share.tolist(), abs=1e-4)
