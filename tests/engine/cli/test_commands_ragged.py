"""Texts of different lengths through every command, and to the same bits after an interruption."""

import json
from pathlib import Path

import onnxruntime
import pytest
import torch

from engine import runs
from engine.asking.prediction import Predictor
from engine.controls import Controls
from engine.data.sources import reader_of
from engine.runs import Run
from engine.runs.events.event_types import Finished, Progress, Stopped
from engine.runs.trained.evaluating import evaluate
from engine.training import stretch
from engine.training.loop import train
from graphs import files
from graphs.data.sources.files.text_folder import TextFolder
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.plan.optimizers import AdamW
from graphs.setting_kinds import FilePath
from tests.engine.commanding import Layerloom
from tests.engine.drawings import Drawing
from tests.engine.killing import killer

QUICK_ADAM = Chosen.of(AdamW(lr=0.03))
WORDS = {"cold": ("ice", "snow", "frost"), "warm": ("sun", "fire", "glow")}


def texts(folder: Path) -> Path:
    """Texts of 1 to 24 words, of which one word alone says the class."""
    for name, own in WORDS.items():
        (folder / name).mkdir(parents=True)
        for number in range(24):
            words = (["the", "and", "of", "it"] * 6)[: 1 + number]
            words[min(number, number % 5)] = own[number % 3]
            (folder / name / f"{number}.txt").write_text(" ".join(words))
    return folder


def reader(folder: Path, **plan: object) -> Document:
    """Words to a class by all that knows of padding: a GRU both ways, its last step and a mean."""
    section = reader_of(TextFolder(path=FilePath(str(folder)), least=1)).section()
    usual = {"epochs": 15, "batch_size": 7, "optimizer": QUICK_ADAM, "threads": 1}
    drawing = Drawing(section, **{**usual, **plan})
    drawing.node("input", "text", field="text")
    drawing.node("embedding", "embed", embedding_dim=8, padding_idx=0)
    drawing.node("dropout", "dropout", p=0.1)
    drawing.node("gru", "read", hidden_size=6, bidirectional=True)
    drawing.node("last_step", "last")
    drawing.node("mean", "mean", dim=1)
    drawing.node("concatenate", "both", dim=1)
    drawing.node("linear", "classify", out_features=2)
    drawing.node("output", "label")
    drawing.node("cross_entropy_loss", "loss", target="label")
    drawing.chain("text", "embed", "dropout", "read", "last", "both", "classify", "label")
    drawing.chain("read", "mean")
    drawing.wire("mean", "both", 1)
    drawing.wire("classify", "loss")
    return drawing.document()


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("ragged")
    folder = runs.create(reader(texts(place / "texts")), place / "run")
    *_, last = train(folder, Controls())
    assert isinstance(last, Finished)
    return folder


def test_it_learns_what_stands_at_the_beginning_of_long_texts(trained: Path) -> None:
    found = evaluate(trained)

    assert found.test["accuracy"] >= 0.9
    assert found.classes == ("cold", "warm")


def test_a_prediction_does_not_depend_on_what_it_is_asked_together_with(trained: Path) -> None:
    predictor = Predictor(trained)
    asked = ["snow", "the and of snow it the and of it the and of it", "the fire"]

    together = predictor.predict(asked).samples
    alone = [predictor.predict(text).samples[0] for text in asked]

    for one, other in zip(together, alone, strict=True):
        assert one[0].class_ == other[0].class_
        assert one[0].probabilities == pytest.approx(other[0].probabilities, abs=2e-6)


@pytest.mark.proof
def test_every_command_takes_texts_of_different_lengths(
    trained: Path, tmp_path: Path, layerloom: Layerloom
) -> None:
    path = tmp_path / "reader.loom"
    files.write(reader(texts(tmp_path / "texts"), epochs=1), path)

    checked = layerloom("check", path, "--json")
    trained_now = layerloom("train", path, "--out", tmp_path / "run", "--json")
    measured = layerloom("evaluate", tmp_path / "run", "--json")
    said = layerloom("predict", trained, "the sun of the", "--json")
    exported = layerloom("export", trained, "--to", "onnx", "-o", tmp_path / "x.onnx", "--json")

    assert checked.code == 0 and checked.json()["problems"] == []
    assert json.loads(trained_now.out.splitlines()[-1])["event"] == "finished"
    assert measured.json()["test"]["loss"] > 0
    assert said.json()["predictions"][0]["class"] == "warm"
    assert exported.code == 0, exported.err
    stretch = onnxruntime.InferenceSession(str(tmp_path / "x.onnx"))
    assert [one.name for one in stretch.get_inputs()] == ["text", "text_lengths"]


def test_what_is_said_of_each_step_ends_with_the_real_ones(trained: Path, tmp_path: Path) -> None:
    document = Run.open(trained).document
    drawing = Drawing(document.data, epochs=1, threads=1)
    drawing.node("input", "text", field="text")
    drawing.node("embedding", "embed", embedding_dim=2)
    drawing.node("output", "steps")
    drawing.node("mean", "mean", dim=1)
    drawing.node("cross_entropy_loss", "loss", target="label")
    drawing.chain("text", "embed", "steps")
    drawing.chain("embed", "mean", "loss")
    folder = runs.create(drawing.document(), tmp_path / "run")
    list(train(folder, Controls()))

    short, long = Predictor(folder).predict(["the snow", "the and of snow"]).samples

    assert [len(one[0].value or ()) for one in (short, long)] == [2 * 2, 4 * 2]  # type: ignore[arg-type]


def weights_of(folder: Path) -> dict[str, torch.Tensor]:
    return dict(Predictor(folder).network.state_dict())


def test_stopped_in_the_middle_of_an_epoch_it_goes_on_to_the_same_bits(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "REPORT_SECONDS", 0.0)  # each step is told
    folder = runs.create(Run.open(trained).document, tmp_path / "run")
    for stop in (3, 11, 40):
        controls = Controls()
        for event in train(folder, controls):
            if isinstance(event, Progress) and event.step >= stop:
                controls.stop()
        assert isinstance(event, Stopped)
    *_, last = train(folder, Controls())

    assert isinstance(last, Finished)
    assert evaluate(folder) == evaluate(trained)
    for name, wanted in weights_of(trained).items():
        assert torch.equal(weights_of(folder)[name], wanted)


@pytest.mark.proof
def test_killed_inside_of_a_write_it_goes_on_to_the_same_bits(
    trained: Path, tmp_path: Path
) -> None:
    folder = runs.create(Run.open(trained).document, tmp_path / "run")

    with killer() as process:
        assert process.train(folder, at="write 5")
        assert not process.train(folder)

    assert evaluate(folder) == evaluate(trained)
    for name, wanted in weights_of(trained).items():
        assert torch.equal(weights_of(folder)[name], wanted)
