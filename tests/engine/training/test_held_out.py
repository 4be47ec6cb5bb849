"""What is measured on the training samples is never called a test or a validation."""

import json
from pathlib import Path

import pytest

from engine import runs
from engine.controls import Controls
from engine.runs import Run
from engine.runs.events.event_types import HELD_OUT, Started, decoded, encoded
from engine.training.loop import train
from graphs import files
from tests.engine.commanding import Layerloom
from tests.engine.drawings import QUICK, digits


@pytest.mark.parametrize(
    ("shares", "held_out"),
    [
        ({}, HELD_OUT),
        ({"test": 0.0}, ("valid",)),
        ({"validation": 0.0}, ("test",)),
        ({"test": 0.0, "validation": 0.0}, ()),
    ],
)
def test_every_run_says_which_parts_have_samples_of_their_own(
    tmp_path: Path, shares: dict[str, float], held_out: tuple[str, ...]
) -> None:
    folder = runs.create(digits(**{**QUICK, "epochs": 1, **shares}).document(), tmp_path / "run")
    started = next(e for e in list(train(folder, Controls())) if isinstance(e, Started))
    assert started.held_out == held_out
    assert decoded(json.loads(json.dumps(encoded(started)))) == started
    assert ("held_out" in encoded(started)) == (held_out != HELD_OUT)
    run = Run.open(folder)
    assert run.status.held_out == run.summary().held_out == held_out


def test_people_are_told_on_the_command_line(layerloom: Layerloom, tmp_path: Path) -> None:
    path, out = tmp_path / "digits.loom", tmp_path / "run"
    plan = {**QUICK, "epochs": 1, "test": 0.0, "validation": 0.0}
    files.write(digits(**plan).document(), path)

    trained = layerloom("train", path, "--out", out)
    evaluated = layerloom("evaluate", out)
    listed = layerloom("runs", tmp_path)

    for done in (trained, evaluated, listed):
        assert done.code == 0, done.err
        assert "training samples" in done.out
        assert "alidation" not in done.out
        assert "Test," not in done.out
    assert json.loads(layerloom("evaluate", out, "--json").out)["split"] == "train"


def test_a_run_of_before_is_taken_as_it_was_told_then(tmp_path: Path) -> None:
    folder = runs.create(digits(**{**QUICK, "epochs": 1}).document(), tmp_path / "run")
    list(train(folder, Controls()))
    status = folder / "status.json"
    told = json.loads(status.read_text())
    del told["held_out"]
    status.write_text(json.dumps(told))
    assert Run.open(folder).summary().held_out == HELD_OUT
