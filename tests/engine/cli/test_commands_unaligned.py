"""A series of classes that nobody has aligned, through every command."""

import csv
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from engine import runs
from engine.asking.prediction import Predictor, predict
from engine.controls import Controls
from engine.data.array import Array
from engine.data.sources import reader
from engine.runs.events.event_types import Finished
from engine.runs.trained.evaluating import evaluate
from engine.training.loop import train
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.plan.optimizers import AdamW
from tests.engine.commanding import Layerloom
from tests.engine.drawings import Drawing

SETTINGS = {"strips": 60, "room": 2}
BLANK = 4


def strip_reader() -> Document:
    """A score for each column of a strip, with that of the blank among them."""
    section = reader("digit_strips", SETTINGS).section()
    optimizer = Chosen.of(AdamW(lr=1e-5))  # one that has learned little says more than the blank
    drawing = Drawing(section, epochs=1, batch_size=20, optimizer=optimizer, threads=1)
    drawing.node("input", "strip", field="strip")
    drawing.node("conv2d", "conv", out_channels=6, kernel_size=(12, 5), padding=(0, 2))
    drawing.node("squeeze", "flat", dim=2)
    drawing.node("transpose", "columns", dim0=1, dim1=2)
    drawing.node("linear", "scores", out_features=11)
    drawing.node("softmax", "shares", dim=2)
    drawing.node("output", "read")
    drawing.node("ctc_loss", "loss", target="digits", blank=BLANK)
    drawing.chain("strip", "conv", "flat", "columns", "scores", "shares", "read")
    drawing.chain("scores", "loss")
    return drawing.document()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = runs.create(strip_reader(), tmp_path_factory.mktemp("unaligned") / "run")
    *_, last = train(folder, Controls())
    assert isinstance(last, Finished)
    return folder


@pytest.fixture(scope="module")
def strips() -> Array:
    found = reader("digit_strips", SETTINGS).read().values["strip"]
    assert isinstance(found, np.ndarray)
    return found[:5]


@pytest.fixture(scope="module")
def said(trained: Path, strips: Array) -> list[list[str]]:
    """What the likeliest classes of the columns come to, one strip after the other."""
    predictor = Predictor(trained)
    (name,) = predictor.fields
    taken = predictor.encode_field(name, strips).tensor
    (shares,) = predictor.network(taken)
    digits = [*"0123456789"[:BLANK], "", *"0123456789"[BLANK:]]
    paths = shares.argmax(-1).tolist()
    return [[digits[one] for one, _ in groupby(path) if digits[one]] for path in paths]


def test_a_series_is_predicted_for_each_sample(
    trained: Path, strips: Array, said: list[list[str]]
) -> None:
    found = predict(trained, strips)
    assert [list(one.sequence or ()) for one in found] == said
    assert any(said), "it says something"
    assert {(one.class_, one.steps, one.value) for one in found} == {(None, None, None)}


def test_the_commands_tell_series_of_classes(
    trained: Path, strips: Array, said: list[list[str]], tmp_path: Path, layerloom: Layerloom
) -> None:
    path, answers = tmp_path / "strips.npy", tmp_path / "answers.csv"
    np.save(path, strips)
    told = layerloom("predict", trained, path, "--json").json()["predictions"]
    assert [one["sequence"] for one in told] == said
    shown = layerloom("predict", trained, path)
    for line, own in zip(shown.out.splitlines(), said, strict=True):
        assert line.endswith(" ".join(own) or "nothing")
    assert layerloom("predict", trained, path, "-o", answers).code == 0
    with answers.open(encoding="utf-8-sig", newline="") as file:
        assert [row["predicted sequence"].split() for row in csv.DictReader(file)] == said


def test_the_test_split_is_measured_by_rates(trained: Path, layerloom: Layerloom) -> None:
    found = evaluate(trained)
    assert set(found.test) == {"loss", "exact_match", "label_error_rate"}
    assert found.confusion == () and not found.per_class
    assert layerloom("evaluate", trained, "--json").json()["test"] == pytest.approx(found.test)


@pytest.mark.proof
def test_scores_leave_an_exported_file_as_they_are(
    trained: Path, tmp_path: Path, layerloom: Layerloom
) -> None:
    exported = layerloom("export", trained, "--to", "onnx", "-o", tmp_path / "x.onnx", "--json")
    assert exported.code == 0, exported.err
