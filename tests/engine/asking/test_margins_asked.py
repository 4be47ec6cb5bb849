"""What was learned by a margin decides for a class, and says of none how likely it is."""

import csv
import json
from pathlib import Path

import pytest
import torch

from engine.asking.answer_file import write
from engine.asking.answers import InputAnswers
from engine.asking.prediction import Predictor, predict
from engine.export import metadata
from engine.export.model import from_run
from engine.runs.trained.evaluating import evaluate
from tests.engine.commanding import Layerloom
from tests.engine.drawings import QUICK, XOR, Drawing
from tests.engine.running import trained

KINDS = {"hinge_loss": 1, "multi_margin_loss": 2}
"""The losses, and how many scores each takes for two classes."""
POINTS = [{"a": a, "b": b} for a in (0, 1) for b in (0, 1)]


@pytest.fixture(scope="module", params=KINDS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two points of four on each side of a line, learned by a margin."""
    drawing = Drawing(XOR, **QUICK)
    drawing.node("input", "point", field="point")
    drawing.node("linear", "score", out_features=KINDS[request.param])
    drawing.node("output", "xor")
    drawing.node(request.param, "loss", target="xor")
    drawing.chain("point", "score", "xor")
    drawing.chain("score", "loss")
    folder, _ = trained(drawing.document(), tmp_path_factory.mktemp("run"))
    return folder


def scores(folder: Path) -> torch.Tensor:
    """What the network gives for the four points."""
    predictor = Predictor(folder)
    points = torch.tensor([[one["a"], one["b"]] for one in POINTS], dtype=torch.float32)
    numbers = predictor.preprocessing.numbers.get("point")
    if numbers is not None and numbers.shift:
        points = (points - torch.tensor(numbers.shift)) / torch.tensor(numbers.scale)
    with torch.no_grad():
        (found,) = predictor.network(points)
    assert isinstance(found, torch.Tensor)
    return found


def wanted(folder: Path) -> list[str]:
    found = scores(folder)
    seconds = found.flatten() > 0 if found.shape[1] == 1 else found[:, 1] > found[:, 0]
    return ["yes" if second else "no" for second in seconds.tolist()]


def test_the_sign_or_the_largest_score_decides_and_nothing_is_said_of_how_likely(run: Path) -> None:
    said = predict(run, POINTS)
    assert [one.class_ for one in said] == wanted(run)
    assert {one.probabilities for one in said} == {None}


def test_answers_in_a_file_have_no_column_for_probabilities(run: Path, tmp_path: Path) -> None:
    rows = "".join(f"{one['a']},{one['b']}\n" for one in POINTS)
    (tmp_path / "new.csv").write_text(f"a,b\n{rows}")
    predictor = Predictor(run)
    write(tmp_path / "said.csv", predictor, InputAnswers(predictor, [tmp_path / "new.csv"]))
    with (tmp_path / "said.csv").open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert [row["predicted class"] for row in told] == wanted(run)
    assert not any("probability" in title for title in told[0])


def test_the_command_line_tells_the_class_alone(
    layerloom: Layerloom, run: Path, tmp_path: Path
) -> None:
    done = layerloom("predict", run, json.dumps(POINTS[0]))
    assert done.code == 0 and wanted(run)[0] in done.out and "%" not in done.out
    done = layerloom("predict", run, json.dumps(POINTS[0]), "--json")
    assert '"probabilities": null' in done.out


def test_what_is_measured_follows_the_decision(run: Path) -> None:
    found = evaluate(run).test
    assert {"loss", "accuracy", "precision", "recall", "f1"} <= found.keys()
    assert 0 <= found["accuracy"] <= 1


def test_an_exported_model_says_how_its_scores_decide(run: Path) -> None:
    told = metadata.described(from_run(run))["outputs"]["xor"]["means"]
    assert told in {
        "scores; above 0 they decide for the second class",
        "scores; the largest decides for its class",
    }
    assert ("largest" in told) == (scores(run).shape[1] == 2)
