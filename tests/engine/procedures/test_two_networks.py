"""A way to train two networks: trained, killed, resumed, measured, asked and told as any other."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import readiness, runs
from engine.asking.prediction import Predictor
from engine.controls import Controls
from engine.data.prepare import prepare
from engine.data.reading import read
from engine.export.model import from_run
from engine.network.compiling import compiled
from engine.runs import BEST, METRICS, OTHERS, Run, listed
from engine.runs.comparison import compare
from engine.runs.events.event_types import EpochEnded, Failed, Finished, Progress, Started
from engine.runs.events.record import recorded
from engine.runs.trained import checkpoints
from engine.runs.trained.evaluating import evaluate
from engine.runs.trained.trained_network import loaded
from engine.training.loop import train
from graphs.checking.structure import NO_LOSS
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.plan.plan import Plan
from graphs.templates import find
from tests.engine.drawings import DIGITS, Drawing, dropping
from tests.engine.procedures.adversarial import Adversarial
from tests.engine.procedures.teaching import Teaching
from tests.engine.running import begun, trained
from tests.quickly import some_of

PLAN: dict[str, Any] = {"epochs": 4, "threads": 1}
KILLED = """
import os, signal, sys
from pathlib import Path

from engine.controls import Controls
from engine.runs.events.event_types import Progress
from engine.training import stretch
from engine.training.loop import train
from tests.engine.procedures import adversarial, teaching

stretch.REPORT_SECONDS = stretch.CHECKPOINT_SECONDS = 0.0
stretch.CHECKPOINT_SHARE = 1e9
for event in train(Path(sys.argv[1]), Controls()):
    if isinstance(event, Progress) and event.step >= int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def learning(procedure: Teaching | None = None, **plan: Any) -> Document:
    return dropping(**{**PLAN, **plan, "procedure": Chosen.of(procedure or Teaching())})


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """A run that nobody disturbs, and what it told."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(tmp_path_factory.mktemp("home")))
        folder = runs.create(learning(), tmp_path_factory.mktemp("whole") / "run", name="digits")
        return folder, list(train(folder, Controls()))


def outcome(folder: Path) -> tuple[Any, ...]:
    """What must not depend on interruptions."""
    events = Run.open(folder).events()
    checkpoint = checkpoints.newest(Run.open(folder))
    assert checkpoint is not None
    progress = [event for event in events if isinstance(event, Progress)]
    return (
        [(folder / name).read_bytes() for name in (BEST, OTHERS, METRICS)],
        {name: tensor.numpy().tobytes() for name, tensor in checkpoint.tensors.items()},
        [loss for event in progress for loss in event.losses],
        [loss for event in progress for (losses,) in [event.further.values()] for loss in losses],
        [event for event in events if isinstance(event, EpochEnded)],
    )


def killed_and_resumed(folder: Path, step: int) -> None:
    """Train the run in a process that is killed after a step, and go on with it in this one."""
    words = [sys.executable, "-c", KILLED, str(folder), str(step)]
    killed = subprocess.run(words, cwd=Path(__file__).parents[3], check=False)
    assert killed.returncode == -signal.SIGKILL
    run = Run.open(folder)
    assert (run.state, run.status.step) == ("stopped", step - 1)
    assert isinstance(list(train(folder, Controls()))[-1], Finished)


@pytest.mark.parametrize("step", some_of([14, 3, 30], 3))
def test_a_killed_run_goes_on_to_the_same_bits(
    tmp_path: Path, whole: tuple[Path, list[Any]], step: int
) -> None:
    folder = begun(learning(), tmp_path)
    killed_and_resumed(folder, step)
    assert outcome(folder) == outcome(whole[0])


def points(**plan: Any) -> Document:
    """Noise to points, without a loss of its own."""
    found = find("binary-classifier")
    assert found is not None
    adversarial = {"epochs": 3, "threads": 1, "procedure": Chosen.of(Adversarial())}
    drawing = Drawing(found.document().data, **{**adversarial, **plan})
    drawing.node("input", "noise", field="point")
    drawing.node("linear", "hidden", out_features=16)
    drawing.node("relu", "relu")
    drawing.node("linear", "made", out_features=2)
    drawing.node("output", "points")
    drawing.chain("noise", "hidden", "relu", "made", "points")
    return drawing.document()


def test_a_generator_without_a_loss_of_its_own_is_trained_against_a_discriminator(
    tmp_path: Path,
) -> None:
    usual = points(procedure=Plan().procedure)
    assert any(one.template == NO_LOSS for one in readiness.errors(usual))
    assert not readiness.errors(points())
    whole, events = trained(points(), tmp_path, "whole")
    folder = begun(points(), tmp_path, "killed")
    killed_and_resumed(folder, 9)

    assert outcome(folder) == outcome(whole)
    assert set(events[-1].test) == {*Adversarial.losses, *Adversarial.measures}
    assert evaluate(whole).test == pytest.approx(events[-1].test, rel=1e-5)
    ends = [event for event in events if isinstance(event, EpochEnded)]
    nearest = min(ends, key=lambda event: event.valid["generator/distance"])
    assert events[-1].best_epoch == nearest.epoch
    (made,) = Predictor(whole).predict([0.5, -0.5]).samples[0]
    assert isinstance(made.value, tuple) and len(made.value) == 2
    assert compiled(points(), needs_loss=False).losses == ()


def test_both_networks_learn_and_each_loss_is_told_step_by_step(
    whole: tuple[Path, list[Any]],
) -> None:
    folder, events = whole
    started, last = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(last, Finished)
    assert started.step_losses == Teaching.losses
    assert last.test["student/accuracy"] > 0.5
    assert last.test["teacher/accuracy"] > 0.7
    record = recorded(Run.open(folder).events())
    assert tuple(record.steps) == Teaching.losses
    steps = started.epochs * started.steps_per_epoch
    for name, losses in record.steps.items():
        assert len(losses.raw) == len(losses.smooth) == steps
        assert len(record.valid[name]) == started.epochs
    taught = record.steps["teacher/loss"].smooth.y
    assert taught[-1] < taught[0]
    assert record.metrics == ("student/accuracy", "teacher/accuracy")


def test_the_epoch_is_kept_in_which_what_the_procedure_looks_at_was_most(
    whole: tuple[Path, list[Any]],
) -> None:
    folder, events = whole
    ends = [event for event in events if isinstance(event, EpochEnded)]
    best = max(ends, key=lambda event: event.valid["student/accuracy"])

    assert events[-1].best_epoch == best.epoch
    (run,) = listed(folder.parent)
    assert run.best == {"epoch": best.epoch, **best.valid}
    assert run.state == "finished"


def test_what_it_measures_anew_is_what_it_measured_then(whole: tuple[Path, list[Any]]) -> None:
    folder, events = whole
    assert evaluate(folder).test == pytest.approx(events[-1].test, rel=1e-5)


def test_the_student_is_what_is_asked_and_exported(whole: tuple[Path, list[Any]]) -> None:
    folder, events = whole
    samples, run = read(DIGITS), Run.open(folder)
    known = loaded(folder).preprocessing
    rows = prepare(DIGITS, run.document.plan, "cpu", known).indices.test
    images, right = (np.asarray(samples.values[name])[rows] for name in ("image", "digit"))

    said = [row[0].class_ for row in Predictor(folder).predict(images).samples]

    hits = np.mean([one == str(digit) for one, digit in zip(said, right, strict=True)])
    assert hits == pytest.approx(events[-1].test["student/accuracy"], abs=1e-6)
    assert from_run(folder).network.state_dict().keys() == loaded(folder).weights.tensors.keys()


def test_a_stopped_run_is_asked_and_measured_by_its_checkpoint(tmp_path: Path) -> None:
    folder, controls = begun(learning(), tmp_path), Controls()
    for event in train(folder, controls):
        if isinstance(event, EpochEnded) and event.epoch == 2:
            controls.stop()

    found = loaded(folder, whole=True)

    assert set(found.networks) == {"student", "teacher"}
    assert not any(network.training for network in found.networks.values())
    measured = evaluate(folder, "valid").test
    best = {name: value for name, value in Run.open(folder).best.items() if name != "epoch"}
    assert measured == pytest.approx(best, rel=1e-5)


def test_a_teacher_that_breaks_stops_the_student_too(tmp_path: Path) -> None:
    folder = begun(learning(Teaching(rate=1e30)), tmp_path)

    last = list(train(folder, Controls()))[-1]

    assert isinstance(last, Failed)
    assert "is not a finite number" in last.message
    checkpoint = checkpoints.newest(Run.open(folder))
    assert checkpoint is not None
    student = checkpoint.network("student")
    assert student and all(tensor.isfinite().all() for tensor in student.values())
    assert Run.open(folder).state == "diverged"


def test_compile_is_said_to_have_no_part_in_it(tmp_path: Path) -> None:
    folder = begun(learning(compile=True, epochs=1), tmp_path)
    started = next(iter(train(folder, Controls())))
    assert isinstance(started, Started)
    assert any("Teaching trains without it" in notice for notice in started.notices)


def test_it_is_compared_with_a_usual_run(whole: tuple[Path, list[Any]], tmp_path: Path) -> None:
    usual = begun(dropping(**PLAN), tmp_path)
    found = compare([whole[0], usual])
    told = {one.name: one.values for one in found.differences if one.part == "plan"}
    assert told["procedure"] == ("teaching", "")
    assert "student/accuracy" in found.test


def test_settings_of_its_own_are_kept_in_files(tmp_path: Path) -> None:
    document = learning(Teaching(width=5))
    run = Run.open(begun(document, tmp_path))
    assert run.document.plan.procedure == Chosen("teaching", {"width": 5, "rate": 0.2})
