"""Runs whose files another hand has changed: nothing false is computed, and a sentence says why."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import runs
from engine.asking import prediction
from engine.controls import Controls
from engine.errors import EngineError, RunError
from engine.runs import ABOUT, BEST, CHECKPOINTS, METRICS, PREPROCESSING, STATUS, Run
from engine.runs.events.event_types import EpochEnded, Finished, Started
from engine.runs.trained import trained_network
from engine.training.loop import train
from engine.weights import weights_file
from graphs.templates import find
from tests.engine.drawings import QUICK, dropping

PLAN = {**QUICK, "epochs": 2}
LIBRARY = ("state_dict", "Error(s)", "Unexpected key", "Missing key", "expected str", "got ")


def finished(tmp_path: Path) -> Path:
    folder = runs.create(dropping(**PLAN), tmp_path / "run")
    list(train(folder, Controls()))
    return folder


def stopped(tmp_path: Path) -> Path:
    folder = runs.create(dropping(**PLAN), tmp_path / "run")
    controls = Controls()
    for event in train(folder, controls):
        if isinstance(event, EpochEnded):
            controls.stop()
    assert Run.open(folder).checkpoints()
    return folder


def changed(path: Path, change: Callable[[Any], Any]) -> None:
    tree = json.loads(path.read_text())
    path.write_text(json.dumps(change(tree)))


def numbers(new: float) -> Callable[[Any], Any]:
    """All fitted numbers become one."""

    def change(tree: Any) -> Any:
        if isinstance(tree, dict):
            return {name: change(value) for name, value in tree.items()}
        if isinstance(tree, list):
            return list(map(change, tree))
        return new if isinstance(tree, float) else tree

    return change


@pytest.mark.parametrize("new", [0.0, 1.5, 1e30, 1e308])
def test_weights_are_not_used_with_what_they_have_not_learned_with(
    new: float, tmp_path: Path
) -> None:
    folder = finished(tmp_path)
    prediction.check(folder)
    changed(folder / PREPROCESSING, numbers(new))
    for use in (prediction.check, trained_network.load):
        with pytest.raises(EngineError, match=r"too large or too small|is not what it was when"):
            use(folder)
    runs.extend(folder, 3)
    with pytest.raises(EngineError, match=r"too large or too small|is not what it was when"):
        list(train(folder, Controls()))


def test_a_run_that_was_stopped_does_not_go_on_with_another_preprocessing(tmp_path: Path) -> None:
    folder = stopped(tmp_path)
    before = (folder / PREPROCESSING).read_bytes()
    changed(folder / PREPROCESSING, numbers(0.0))
    with pytest.raises(RunError, match=r"“preprocessing\.json” in .* is not what it was .*Put it"):
        list(train(folder, Controls()))
    (folder / PREPROCESSING).write_bytes(before)
    *_, last = train(folder, Controls())
    assert isinstance(last, Finished)


def test_runs_of_before_that_keep_no_checksum_still_open_and_get_one(tmp_path: Path) -> None:
    folder = stopped(tmp_path)
    for path in Run.open(folder).checkpoints():
        old = weights_file.read(path)
        del old.facts["position"]["preprocessing"]
        weights_file.write(path, old.tensors, old.facts)
    prediction.check(folder)
    *_, last = train(folder, Controls())
    assert isinstance(last, Finished)
    assert weights_file.read(folder / BEST).facts["preprocessing"]
    best = weights_file.read(folder / BEST)
    weights_file.write(folder / BEST, best.tensors, {"best": best.facts["best"]})
    prediction.check(folder)


def of_before(folder: Path) -> Path:
    """A finished run as one of before is, which kept no checksum."""
    best = weights_file.read(folder / BEST)
    weights_file.write(folder / BEST, best.tensors, {"best": best.facts["best"]})
    return folder


def swapped_classes(tree: Any) -> Any:
    for field in tree["fields"].values():
        field["classes"] = field["classes"][::-1]
    return tree


def other_numbers(**new: float) -> Callable[[Any], Any]:
    def change(tree: Any) -> Any:
        for fitted in tree["numbers"].values():
            for name, number in new.items():
                fitted[name] = [number for _ in fitted[name]]
        return tree

    return change


@pytest.mark.parametrize(
    "change", [swapped_classes, other_numbers(scale=0.0), other_numbers(shift=3.0)]
)
def test_of_runs_of_before_what_the_document_says_is_checked(
    change: Callable[[Any], Any], tmp_path: Path
) -> None:
    found = find("xor")
    assert found is not None
    document = found.document()
    document.plan = replace(document.plan, epochs=1)
    folder = runs.create(document, tmp_path / "run")
    list(train(folder, Controls()))
    changed(of_before(folder) / PREPROCESSING, change)
    for use in (prediction.check, prediction.Predictor):
        with pytest.raises(EngineError, match=r"is not what it was when|do not fit it"):
            use(folder)


def test_what_cannot_be_checked_in_runs_of_before_is_told_with_predictions(tmp_path: Path) -> None:
    folder = finished(tmp_path)
    given = np.zeros((1, 1, 8, 8), np.uint8)
    assert not prediction.Predictor(folder).predict(given).notices
    told = prediction.Predictor(of_before(folder)).predict(given).notices
    assert any("“preprocessing.json”" in one and "cannot be checked" in one for one in told)


def test_a_checkpoint_of_another_document_is_refused_in_words_of_ours(tmp_path: Path) -> None:
    folder = stopped(tmp_path)
    text = (folder / ABOUT).read_text()
    assert '\\"conv\\"' in text
    (folder / ABOUT).write_text(text.replace('\\"conv\\"', '\\"cone\\"'))
    with pytest.raises(RunError, match=r"“cone\.weight” is in the document, but not") as caught:
        list(train(folder, Controls()))
    assert not any(words in str(caught.value) for words in LIBRARY)


def test_an_optimizer_of_another_run_is_refused_in_words_of_ours(tmp_path: Path) -> None:
    folder = stopped(tmp_path)
    for path in Run.open(folder).checkpoints():
        old = weights_file.read(path)
        strange = {
            n.replace("/conv", "/cone") if n.startswith("optimizers/") else n: tensor
            for n, tensor in old.tensors.items()
        }
        assert strange.keys() != old.tensors.keys()
        weights_file.write(path, strange, old.facts)
    with pytest.raises(RunError, match="what the optimizer had learned is of another") as caught:
        list(train(folder, Controls()))
    assert not any(words in str(caught.value) for words in LIBRARY)


@pytest.mark.parametrize("name", [BEST, METRICS, STATUS])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes and links")
def test_what_lies_in_the_way_is_set_aside_before_training_and_it_ends_well(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "mine").write_text("mine")
    harms: list[Callable[[Path], object]] = [
        Path.mkdir,
        os.mkfifo,
        lambda path: path.symlink_to(path),
        lambda path: path.symlink_to(tmp_path / "mine"),
    ]
    for number, harm in enumerate(harms):
        folder = runs.create(dropping(**PLAN), tmp_path / f"{number}")
        harm(folder / name)
        *_, last = train(folder, Controls())
        assert isinstance(last, Finished)
        assert (folder / name).is_file() and os.path.lexists(folder / f"{name}.broken-1")
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize("name", [BEST, METRICS, STATUS, PREPROCESSING])
def test_a_file_that_may_not_be_written_is_told_before_training_begins(
    name: str, tmp_path: Path
) -> None:
    folder = runs.create(dropping(**PLAN), tmp_path / "run")
    (folder / name).write_text("{}")
    (folder / name).chmod(0o444)
    with pytest.raises(RunError, match=rf"“{name}” in .* is read-only.* Allow writing it"):
        next(train(folder, Controls()))
    (folder / name).chmod(0o644)
    (folder / name).unlink()
    assert isinstance(next(train(folder, Controls())), Started)


def test_checkpoints_that_are_no_folder_are_told_before_training_begins(tmp_path: Path) -> None:
    folder = runs.create(dropping(**PLAN), tmp_path / "run")
    (folder / CHECKPOINTS).write_text("x")
    with pytest.raises(RunError, match=r"“checkpoints” in .* is no folder"):
        next(train(folder, Controls()))


NONSENSE: list[dict[str, Any]] = [
    {"epoch": -5},
    {"epoch": 10**15},
    {"step": -1},
    {"log": -1},
    {"best": {"epoch": 1e308, "loss": 1.0}},
    {"best": {"epoch": 99.0, "loss": 1.0}},
    {"best": {"epoch": 1.5, "loss": 1.0}},
    {"best": {"epoch": 0.0, "loss": 1.0}},
    {"best": {"loss": 1.0}},
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=str)
def test_a_state_that_cannot_be_is_broken_and_not_shown(
    nonsense: dict[str, Any], tmp_path: Path
) -> None:
    folder = finished(tmp_path)
    changed(folder / STATUS, lambda tree: {**tree, **nonsense})
    run = Run.open(folder)
    assert run.state == "stopped" and run.status.message.startswith("“status.json” ")
    assert run.status.message.endswith("ut it back as it was.")
    [listed] = runs.listed(tmp_path)
    assert listed.epochs == 0 and listed.best == {} and listed.cause == run.status.message


def test_a_run_that_ended_before_its_time_without_a_reason_is_broken(tmp_path: Path) -> None:
    folder = finished(tmp_path)
    changed(folder / STATUS, lambda tree: {**tree, "epoch": 1, "best": {}})
    with pytest.raises(RunError, match="finished after 1 of its 2 epochs") as caught:
        runs.extend(folder, 9)
    assert "None" not in str(caught.value)


@pytest.mark.parametrize("started", ["yesterday", "9999-12-31T23:59:59-23:59", ""])
def test_a_run_begun_at_no_moment_is_not_the_newest(started: str, tmp_path: Path) -> None:
    bad, good = (runs.create(dropping(**PLAN), tmp_path / name) for name in ("z", "a"))
    changed(bad / ABOUT, lambda tree: {**tree, "started": started})
    assert [run.folder for run in runs.listed(tmp_path)] == [str(good), str(bad)]
