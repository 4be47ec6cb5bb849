"""What gives no finite number is no answer: it is told in its place."""

import csv
import json
from pathlib import Path

import pytest

from engine.asking.answer_file import write
from engine.asking.answers import InputAnswers
from engine.asking.prediction import Predictor, predict
from tests.engine.commanding import Layerloom
from tests.engine.drawings import QUICK, XOR, Drawing
from tests.engine.running import trained


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two exponentials, which are beyond all numbers for what is large."""
    drawing = Drawing(XOR, **QUICK)
    drawing.node("input", "point", field="point")
    drawing.node("exp", "once")
    drawing.node("exp", "twice")
    drawing.node("linear", "classify", out_features=2)
    drawing.node("output", "xor")
    drawing.node("cross_entropy_loss", "loss", target="xor")
    drawing.chain("point", "once", "twice", "classify", "xor")
    drawing.chain("classify", "loss")
    folder, _ = trained(drawing.document(), tmp_path_factory.mktemp("run"))
    return folder


SOUND, BEYOND = {"a": 1, "b": 0}, {"a": 0, "b": 10}


def test_a_prediction_without_a_number_says_so(run: Path) -> None:
    sound, broken = predict(run, [SOUND, BEYOND])
    assert sound.class_ in {"no", "yes"} and not sound.problem
    assert (broken.class_, broken.probabilities, broken.value) == (None, None, None)
    assert "gives no finite number for “xor”" in broken.problem


def test_only_the_row_without_a_number_has_a_problem(run: Path, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("a,b\n1,0\n0,10\n1,1\n")
    answers = InputAnswers(Predictor(run), [str(tmp_path / "new.csv")])
    assert write(tmp_path / "said.csv", Predictor(run), answers) == (3, 1)
    assert answers.refused == "1 row was refused"
    with (tmp_path / "said.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [bool(row["predicted class"]) for row in rows] == [True, False, True]
    assert "no finite number" in rows[1]["problem"]


def test_the_command_line_ends_with_the_sentence(
    layerloom: Layerloom, run: Path, tmp_path: Path
) -> None:
    done = layerloom("predict", run, json.dumps(BEYOND))
    assert done.code != 0 and "gives no finite number for “xor”" in done.err
    assert "nan" not in done.out
