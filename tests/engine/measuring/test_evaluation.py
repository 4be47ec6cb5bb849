"""What a trained run is worth on its test split, and what it says of new samples."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn import metrics as oracle

from engine import runs
from engine.asking.prediction import Predictor, predict
from engine.controls import Controls
from engine.data.prepare import prepare
from engine.data.reading import read
from engine.data.sources import reader_of
from engine.errors import DataError, RunError
from engine.measuring.evaluation import measuring_batch
from engine.runs import Run
from engine.runs.events.event_types import EpochEnded, Finished
from engine.runs.trained.checkpoints import newest
from engine.runs.trained.evaluating import evaluate
from engine.runs.trained.trained_network import load
from engine.training.loop import train
from graphs.data.sources import Source
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.plan.optimizers import AdamW
from tests.engine.drawings import DIGITS, QUICK, Drawing, digits, dropping
from tests.engine.running import same


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(tmp_path_factory.mktemp("home")))
        folder = runs.create(dropping(), tmp_path_factory.mktemp("run"))
        last = list(train(folder, Controls()))[-1]
    assert isinstance(last, Finished)
    return folder, last


def test_evaluating_a_run_gives_what_training_measured(finished: tuple[Path, Finished]) -> None:
    folder, last = finished

    found = evaluate(folder)

    assert found.test == pytest.approx(last.test, rel=1e-6)
    assert found.classes == tuple("0123456789")


def test_metrics_and_confusion_equal_scikit_learns(finished: tuple[Path, Finished]) -> None:
    folder, last = finished
    network, preprocessing = load(folder)
    document = Run.open(folder).document
    test = prepare(document.data, document.plan, "cpu", preprocessing).test().take(slice(None))
    with torch.no_grad():
        (scores,) = network(test["image"])
    right, said = test["digit"].numpy(), scores.argmax(1).numpy()

    found = evaluate(folder)

    assert [list(row) for row in found.confusion] == oracle.confusion_matrix(right, said).tolist()
    assert found.test["f1"] == pytest.approx(oracle.f1_score(right, said, average="macro"))
    loss = torch.nn.functional.cross_entropy(scores, test["digit"]).item()
    assert last.test["loss"] == pytest.approx(loss, rel=1e-5)


def test_a_prediction_names_the_class_and_all_probabilities(
    finished: tuple[Path, Finished],
) -> None:
    folder, _ = finished
    samples = read(DIGITS)
    images = np.asarray(samples.values["image"])[:50]

    (one,) = predict(folder, images[0])
    many = predict(folder, images)

    assert one.output == "digit"
    assert one.probabilities is not None
    assert sum(one.probabilities.values()) == pytest.approx(1, abs=1e-4)
    assert one.class_ == max(one.probabilities.items(), key=lambda pair: pair[1])[0]
    assert many[0].class_ == one.class_
    right = [str(label) for label in np.asarray(samples.values["digit"])[:50]]
    hits = sum(p.class_ == label for p, label in zip(many, right, strict=True))
    assert hits > 40


def test_input_that_does_not_fit_is_a_sentence(finished: tuple[Path, Finished]) -> None:
    folder, _ = finished

    with pytest.raises(DataError):
        predict(folder, [[1.0, 2.0]])


def test_weights_of_the_last_step_can_be_used_after_a_stop(tmp_path: Path) -> None:
    folder = runs.create(digits(**QUICK).document(), tmp_path / "run")
    controls = Controls()
    for event in train(folder, controls):
        if isinstance(event, EpochEnded) and event.epoch == 2:
            controls.stop()

    best, _ = load(folder)
    last, _ = load(folder, best=False)

    checkpoint = newest(Run.open(folder))
    assert checkpoint is not None
    for name, tensor in last.state_dict().items():
        assert torch.equal(tensor, checkpoint.network()[name])
    assert evaluate(folder).test["accuracy"] > 0.5
    assert not best.training


def test_damaged_weights_are_not_half_loaded(
    tmp_path: Path, finished: tuple[Path, Finished]
) -> None:
    folder, _ = finished
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in folder.iterdir():
        if path.is_file():
            (copy / path.name).write_bytes(path.read_bytes())
    best = copy / runs.BEST
    best.write_bytes(best.read_bytes()[:-8] + bytes(8))

    with pytest.raises(RunError, match="checksum"):
        load(copy)


def test_a_lost_file_of_best_weights_is_made_good_by_a_checkpoint(
    tmp_path: Path, finished: tuple[Path, Finished]
) -> None:
    whole, _ = load(finished[0])
    copy = tmp_path / "copy"
    shutil.copytree(finished[0], copy)
    (copy / runs.BEST).unlink()
    assert same(dict(load(copy)[0].state_dict()), dict(whole.state_dict()))
    shutil.rmtree(copy / runs.CHECKPOINTS)
    with pytest.raises(RunError, match=r"is missing from the run in .* Put it back"):
        load(copy)


def test_a_run_without_weights_cannot_be_asked(tmp_path: Path) -> None:
    folder = runs.create(digits(**QUICK).document(), tmp_path / "run")

    with pytest.raises(RunError):
        evaluate(folder)
    with pytest.raises(RunError):
        predict(folder, [[0.0]])


def plane(tmp_path: Path) -> Document:
    """y = 300 a - 200 b + 5000, from a table."""
    numbers = np.random.default_rng(0)
    a, b = numbers.normal(size=(2, 200))
    y = 300 * a - 200 * b + 5000
    rows = "\n".join(f"{p},{q},{r}" for p, q, r in zip(a, b, y, strict=True))
    path = tmp_path / "plane.csv"
    path.write_text(f"a,b,y\n{rows}\n")
    settings = {"path": str(path), "target": "y"}
    source = Source.get("table")
    section: Any = reader_of(source.made({**source.defaults(), **settings})).section()
    target = section.targets()[0]
    drawing = Drawing(
        section,
        epochs=60,
        batch_size=20,
        threads=1,
        optimizer=Chosen.of(AdamW(lr=0.05)),
    )
    drawing.node("input", "features", field=section.inputs()[0])
    drawing.node("linear", "slope", out_features=1)
    drawing.node("output", "height")
    drawing.node("mse_loss", "loss", target=target)
    drawing.chain("features", "slope", "height")
    drawing.wire("slope", "loss")
    return drawing.document()


def test_numbers_are_measured_and_predicted_in_the_users_units(tmp_path: Path) -> None:
    folder = runs.create(plane(tmp_path), tmp_path / "run")
    events = list(train(folder, Controls()))

    last = events[-1]
    assert isinstance(last, Finished)
    assert last.test["r2"] > 0.99
    assert last.test["mae"] < 30
    ends = [event for event in events if isinstance(event, EpochEnded)]
    assert ends[0].valid["mae"] > 100 > ends[-1].valid["mae"]
    asked = Predictor(folder)
    (row,) = asked.predict({"a": 1.0, "b": -1.0}).samples
    assert isinstance(row[0].value, float)
    assert row[0].value == pytest.approx(5500, abs=60)
    assert row[0].output == "height"


def test_slow_networks_are_measured_in_small_batches_but_no_smaller_than_they_learn_from() -> None:
    assert measuring_batch(digits().document()) == 1024
    assert measuring_batch(digits(hidden=10**6, batch_size=4).document()) < 20
    assert measuring_batch(digits(hidden=10**6, batch_size=300).document()) == 300
