"""A run that goes on with more epochs than it was planned with: exact, and no new run."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine import runs
from engine.asking.prediction import Predictor
from engine.controls import Controls
from engine.errors import RunError
from engine.measuring.trend import kept, still_falls
from engine.runs import Run, comparison
from engine.runs.events.event_types import EpochEnded, Finished, Started, Stopped
from engine.runs.trained.trained_weights import trained as weights_of
from engine.training.loop import train
from graphs.describe import Chosen
from graphs.plan.schedules import Cosine, OneCycle, Schedule, WarmUp
from tests.engine.commanding import Layerloom
from tests.engine.running import last_weights, losses, same, trained
from tests.gui.finished_runs import template


def finished(tmp_path: Path, epochs: int, name: str = "run", **plan: object) -> Path:
    folder, events = trained(template("xor", epochs=epochs, threads=1, **plan), tmp_path, name)
    assert isinstance(events[-1], Finished)
    return folder


def test_where_the_rate_is_constant_the_weights_are_those_of_a_longer_run(tmp_path: Path) -> None:
    longer, folder = finished(tmp_path, 10, "longer"), finished(tmp_path, 4)
    about = (folder / runs.ABOUT).read_bytes()

    runs.extend(folder, 10)
    more = list(train(folder, Controls()))

    assert isinstance(more[0], Started) and isinstance(more[-1], Finished)
    assert (more[0].epoch, more[0].epochs, more[0].notices) == (4, 10, ())
    assert (folder / runs.ABOUT).read_bytes() == about
    assert Run.open(folder).document.plan.epochs == 10
    assert same(last_weights(folder), last_weights(longer))
    assert losses(Run.open(folder).events()) == losses(Run.open(longer).events())
    assert Run.open(folder).best == Run.open(longer).best


def test_a_warm_up_that_is_over_does_not_begin_again(tmp_path: Path) -> None:
    folder = finished(tmp_path, 10, schedule=Chosen.of(WarmUp(warmup=0.1)))
    runs.extend(folder, 14)
    first, *_ = train(folder, Controls())
    assert isinstance(first, Started) and first.notices == ()


@pytest.mark.parametrize("schedule", [Cosine(), OneCycle()])
def test_where_the_rate_depends_on_the_length_that_is_said(
    schedule: Schedule, tmp_path: Path
) -> None:
    folder = finished(tmp_path, 4, schedule=Chosen.of(schedule))

    runs.extend(folder, 8)
    first, *more = train(folder, Controls())

    assert isinstance(first, Started)
    assert "planned with 4 epochs. From epoch 5 on it goes by the schedule of 8" in first.notices[0]
    assert isinstance(more[-1], Finished) and more[-1].epochs == 8


def test_a_longer_run_that_is_stopped_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    cosine = Chosen.of(Cosine())
    whole, stopped = (finished(tmp_path, 3, name, schedule=cosine) for name in ("a", "b"))
    for folder in (whole, stopped):
        runs.extend(folder, 9)
    list(train(whole, Controls()))
    controls = Controls()
    for event in train(stopped, controls):
        if isinstance(event, EpochEnded) and event.epoch == 5:
            controls.stop()
    assert isinstance(event, Stopped) and Run.open(stopped).state == "stopped"
    assert comparison.tested(Run.open(stopped)) == {}, "these were of the shorter run"
    assert weights_of(Run.open(stopped)).epoch == Run.open(stopped).best["epoch"]

    list(train(stopped, Controls()))

    assert same(last_weights(whole), last_weights(stopped))
    assert Predictor(whole).predict([0, 1]) == Predictor(stopped).predict([0, 1])


def test_what_was_asked_for_can_be_asked_for_again(tmp_path: Path) -> None:
    folder = finished(tmp_path, 2)
    for epochs in (3, 5):
        runs.extend(folder, epochs)
        list(train(folder, Controls()))
    ended = [event.epoch for event in Run.open(folder).events() if isinstance(event, EpochEnded)]
    assert ended == [1, 2, 3, 4, 5]
    assert Run.open(folder).state == "finished"


def test_a_run_that_was_stopped_can_have_more_epochs(tmp_path: Path) -> None:
    folder, controls = runs.create(template("xor", epochs=50), tmp_path / "run"), Controls()
    for event in train(folder, controls):
        if isinstance(event, EpochEnded):
            controls.stop()
    runs.extend(folder, 51)
    *_, last = train(folder, Controls())
    assert isinstance(last, Finished) and last.epochs == 51


@pytest.mark.parametrize("epochs", [-1, 0, 2, 3, 10**7, 10**400])
def test_a_number_that_is_not_more_is_a_sentence(epochs: int, tmp_path: Path) -> None:
    folder = finished(tmp_path, 3)
    with pytest.raises(RunError, match=r"has 3 epochs\. To train on, ask for more than that"):
        runs.extend(folder, epochs)
    assert Run.open(folder).state == "finished"
    assert not (folder / "epochs.json").exists()


def test_a_run_that_ended_early_says_that_more_would_end_it_at_once(tmp_path: Path) -> None:
    folder = finished(tmp_path, 400, patience=1)
    with pytest.raises(RunError, match="ended early, as 1 epochs brought no better"):
        runs.extend(folder, 800)


@pytest.mark.parametrize("data", [b"{", b'{"epochs": 0}', b'{"epochs": "9"}', b"[" * 99_999])
def test_a_broken_number_of_epochs_is_a_sentence(data: bytes, tmp_path: Path) -> None:
    folder = finished(tmp_path, 2)
    runs.extend(folder, 3)
    (folder / "epochs.json").write_bytes(data)
    with pytest.raises(RunError, match=r"is broken: “epochs\.json” "):
        list(train(folder, Controls()))


def test_a_run_is_trained_on_from_the_shell(layerloom: Layerloom, tmp_path: Path) -> None:
    folder = finished(tmp_path, 2)
    done = layerloom("train", "--resume", folder, "--epochs", 4, "--json")
    assert done.code == 0
    assert '"epochs": 4' in done.out.splitlines()[0]
    assert "asks" not in done.err
    assert layerloom("train", "--resume", folder, "--seed", 4).code == 2
    assert layerloom("train", "--resume", folder, "--epochs", 4).code == 1


def test_the_shell_says_that_the_loss_was_still_falling(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    folder = runs.create(template("binary-classifier", epochs=4), tmp_path / "run")
    done = layerloom("train", "--resume", folder)
    more = f"Train on with: layerloom train --resume {folder} --epochs 8"
    assert f"The loss was still falling. {more}" in done.err


@pytest.mark.parametrize(
    ("losses", "falls"),
    [
        ([], False),
        ([0.7], False),
        ([0.7, 0.6], True),
        ([0.7, 0.75], False),
        ([0.7, 0.699], False),
        ([math.exp(-0.1 * n) for n in range(30)], True),
        ([math.exp(-0.1 * n) + 1 for n in range(200)], False),
        ([0.5 + 0.01 * (-1) ** n for n in range(50)], False),
        ([1 - 0.03 * n + 0.005 * (-1) ** n for n in range(30)], True),
        ([*(1 - 0.1 * n for n in range(8)), *(0.3 + 0.05 * n for n in range(8))], False),
        ([-1.0 - 0.1 * n for n in range(12)], True),
        ([math.exp(-0.2 * n) for n in range(22)] + [0.0175, 0.014, 0.0153, 0.0151, 0.0151], False),
    ],
)
def test_a_loss_falls_when_its_end_does(losses: list[float], falls: bool) -> None:
    assert still_falls(losses) is falls


def still_fell(curve: Callable[[int], float], epochs: int) -> bool:
    """What is said after so many epochs, of which a run keeps the first and the last."""
    known: list[float] = []
    for epoch in range(epochs):
        known = kept([*known, curve(epoch)])
    return still_falls(known)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("offset", [0.0, 0.2])
def test_a_loss_that_goes_to_nothing_is_let_go_in_any_unit(unit: float, offset: float) -> None:
    def falling(epoch: int) -> float:
        return unit * (offset + math.exp(-0.1 * epoch))

    assert still_fell(falling, 15)
    assert not any(still_fell(falling, epochs) for epochs in (60, 120, 240, 480, 960))


@pytest.mark.parametrize(
    ("curve", "epochs", "falls"),
    [
        (lambda n: 4 - 0.5 * math.log(n + 1), 40, True),  # of a language model
        (lambda n: 1 / (n + 1), 20, True),
        (lambda n: 1 / (n + 1), 60, False),  # 0.017, of which going on would win half
        (lambda n: [1e9, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0][n], 8, True),
        (lambda n: 0.69 - 0.001 * n - 0.02 * (n // 10), 60, True),
    ],
)
def test_what_is_left_to_win_is_held_against_all_that_was_won(
    curve: Callable[[int], float], epochs: int, falls: bool
) -> None:
    assert still_fell(curve, epochs) is falls


def test_noise_is_no_fall_and_hides_none() -> None:
    random = np.random.default_rng(0)
    noise = random.normal(0, 0.01, (200, 60))
    falling, converged = 1 - 0.01 * np.arange(60), np.exp(-0.3 * np.arange(60))
    assert not any(still_falls(list(0.1 + one)) for one in noise)
    assert not any(still_falls(list(converged + 0.1 * abs(one))) for one in noise)
    assert all(still_falls(list(falling + one)) for one in noise)
