"""What the command line makes of runs that lie there."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from engine.runs import Run
from engine.runs.events.event_types import Failed
from graphs.describe import Chosen
from graphs.plan.optimizers import SGD
from tests.engine.commanding import Layerloom
from tests.engine.drawings import QUICK, digits
from tests.engine.running import trained as trained_run


def test_runs_are_listed_with_how_they_stand(layerloom: Layerloom, trained: Path) -> None:
    (run,) = layerloom("runs", trained.parent, "--json").json()["runs"]

    always = {"run", "document", "started", "state", "epochs", "best"}
    assert run.keys() == {*always, "name", "note", "starred", "cause"}
    assert (run["run"], run["state"], run["epochs"]) == (str(trained), "finished", 40)
    assert {"epoch", "loss", "accuracy"} <= run["best"].keys()
    for_people = layerloom("runs", trained.parent)
    assert f"epoch {run['best']['epoch']:.0f}: loss" in for_people.out
    assert " on the training samples" in for_people.out


def test_a_run_is_evaluated_on_its_test_split(layerloom: Layerloom, trained: Path) -> None:
    done = layerloom("evaluate", trained, "--json")

    told = done.json()
    assert done.code == 0
    assert {"loss", "accuracy"} <= told["test"].keys()
    assert told["classes"] == ["no", "yes"]
    confusion = np.array(told["confusion"])
    assert confusion.shape == (2, 2)
    assert confusion.trace() / confusion.sum() == pytest.approx(told["test"]["accuracy"])
    assert layerloom("evaluate", trained).code == 0


def test_new_inputs_are_predicted_one_or_many(layerloom: Layerloom, trained: Path) -> None:
    one = layerloom("predict", trained, "[0, 1]", "--json").json()["predictions"]
    many = layerloom("predict", trained, "[[0, 1], [1, 1]]", "--json").json()["predictions"]

    assert [p["output"] for p in (*one, *many)] == ["xor"] * 3
    assert many[0] == one[0]
    for told in many:
        assert told["class"] == max(told["probabilities"], key=told["probabilities"].__getitem__)
        assert sum(told["probabilities"].values()) == pytest.approx(1)
    assert many[0]["class"] in layerloom("predict", trained, "[0, 1]").out


def test_a_run_is_exported_and_its_file_answers_as_predict_does(
    layerloom: Layerloom, trained: Path, tmp_path: Path
) -> None:
    done = layerloom("export", trained, "--to", "onnx", "-o", tmp_path / "xor.onnx", "--json")

    told = done.json()
    assert done.code == 0
    assert done.err == ""
    assert told["path"] == str(tmp_path / "xor.onnx")
    assert 0 <= told["max_abs_diff"] <= 1e-4
    assert [one["batch"] for one in told["checked"]][:3] == [1, 2, 7]
    assert all(one["sizes"] == {} for one in told["checked"])
    said = layerloom("predict", trained, "[0, 1]", "--json").json()["predictions"][0]
    stretch = onnxruntime.InferenceSession(told["path"])
    (answer,) = stretch.run(["xor"], {"point": np.array([[0, 1]], dtype=np.float32)})
    assert said["probabilities"]["yes"] == pytest.approx(float(answer.ravel()[0]), abs=1e-5)


@pytest.mark.proof
def test_an_export_takes_no_file_that_is_there_but_by_force(
    layerloom: Layerloom, trained: Path, tmp_path: Path
) -> None:
    code, weights = tmp_path / "xor.py", tmp_path / "xor_weights.safetensors"
    for there in (code, weights):
        there.write_text("mine")
        done = layerloom("export", trained, "--to", "python", "-o", code)
        assert (done.code, there.read_text()) == (1, "mine")
        assert f"{there} is there already" in done.err and "--force" in done.err
        there.unlink()
    code.write_text("mine")
    done = layerloom("export", trained, "--to", "python", "-o", code, "--force")
    assert done.code == 0, done.err
    assert str(weights) in done.out
    assert f"run “{Run.open(trained).title}”, after epoch" in done.out
    document = layerloom("export", trained, "--to", "onnx", "-o", tmp_path / "a.loom", "--force")
    assert document.code == 1 and "would be the name of a document" in document.err


@pytest.mark.proof
def test_what_was_changed_to_open_a_document_is_told_once_with_its_export(
    layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    tree = json.loads(xor.read_text())
    tree["plan"]["epochs"] = 0
    path = tmp_path / "repaired.loom"
    path.write_text(json.dumps(tree))

    done = layerloom("export", path, "--to", "safetensors", "-o", tmp_path / "model", "--json")

    assert done.code == 0
    assert sum("epochs must be" in notice for notice in done.json()["notices"]) == 1
    assert done.err.count("epochs must be") == 1


def test_weights_that_were_changed_are_not_exported(
    layerloom: Layerloom, trained: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for file in trained.iterdir():
        if file.is_file():
            (run / file.name).write_bytes(file.read_bytes())
    best = run / "best.safetensors"
    best.write_bytes(best.read_bytes()[:-1] + b"\x07")

    done = layerloom("export", run, "--to", "onnx", "-o", tmp_path / "xor.onnx")

    assert done.code == 1
    assert "checksum" in done.err
    assert not (tmp_path / "xor.onnx").exists()


def test_a_run_that_broke_off_is_measured_with_a_word_on_why(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    document = digits(**{**QUICK, "optimizer": Chosen.of(SGD(lr=1e30))}).document()
    folder, events = trained_run(document, tmp_path)
    assert isinstance(events[-1], Failed)
    done = layerloom("evaluate", folder)
    assert done.code == 0
    assert "These are the weights from before the training broke off." in done.out + done.err
    assert "Lower the learning rate" in done.out + done.err
