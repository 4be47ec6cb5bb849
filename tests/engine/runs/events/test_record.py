"""What a run says becomes curves, and nothing of it is lost or smoothed away."""

import math

import numpy as np
import pytest

from engine.runs.events.event_types import (
    Continued,
    EpochEnded,
    Failed,
    Finished,
    FoldBegan,
    Paused,
    Progress,
    Started,
    Stopped,
)
from engine.runs.events.record import GrowingCurve, RunRecord, Smoothed, State, envelope


def started(epoch: int = 0, step: int = 0) -> Started:
    return Started("runs/7", 30, 10, "cpu", 1234, epoch, step)


def progress(step: int, *losses: float) -> Progress:
    return Progress(step // 10 + 1, step, 300, losses, 1e-3, 4480.0, 12.0)


def test_a_curve_keeps_every_point_while_it_grows() -> None:
    curve = GrowingCurve()
    for x in range(1000):
        curve.add(x, -x)
    assert curve.x.tolist() == list(range(1000))
    assert curve.y.tolist() == [-x for x in range(1000)]


def test_a_constant_is_smoothed_to_exactly_itself() -> None:
    smoothed = Smoothed(50)
    assert {smoothed.next(0.1) for _ in range(10_000)} == {0.1}


def test_smoothing_is_the_weighted_mean_of_what_came_so_far() -> None:
    values = np.random.default_rng(0).normal(size=40)
    smoothed = Smoothed(8)
    for count, value in enumerate(values, 1):
        weights = (1 - 1 / 8) ** np.arange(count)[::-1]
        expected = np.average(values[:count], weights=weights)
        assert smoothed.next(value) == pytest.approx(expected)


def test_the_smoothed_line_of_a_short_run_follows_a_loss_that_falls() -> None:
    record = RunRecord()
    record.tell(Started("runs/7", 1, 100, "cpu", 1234))
    falling = [3.0 - 0.02 * step for step in range(100)]
    record.tell(Progress(1, 100, 100, tuple(falling), 1e-3, 4480.0, 12.0))
    assert record.smooth.y[-1] - falling[-1] == pytest.approx(0.08, abs=0.005)


def test_every_loss_of_every_step_is_on_the_curve_in_epochs() -> None:
    record = RunRecord()
    record.tell(started())
    record.tell(progress(3, 2.0, 1.9, 1.8))
    record.tell(progress(5, 1.7, 1.6))
    assert record.losses.x.tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert record.losses.y.tolist() == [2.0, 1.9, 1.8, 1.7, 1.6]
    assert len(record.smooth) == 5


def test_a_loss_that_is_no_number_is_kept_apart_with_its_place() -> None:
    record = RunRecord()
    record.tell(started())
    record.tell(progress(3, 1.0, math.nan, math.inf))
    assert record.losses.y.tolist() == [1.0]
    assert record.not_finite == [0.2, 0.3]


def test_the_time_that_is_left_is_that_of_all_folds() -> None:
    def left(fold: int, step: int) -> float | None:
        record = RunRecord()
        record.tell(started())
        if fold:
            record.tell(FoldBegan("runs/7", fold, 5, f"runs/7/fold-00{fold}"))
        if step:
            record.tell(progress(step, 1.0))
        return record.remaining

    assert left(0, 100) == left(5, 100) == left(5, 300) == 12
    assert left(1, 100) == pytest.approx(12 + 4 * 18)
    assert left(4, 100) == pytest.approx(12 + 18)
    assert left(0, 0) is left(1, 0) is left(1, 300) is None


def test_held_out_metrics_are_points_at_the_ends_of_epochs_and_the_best_is_known() -> None:
    record = RunRecord()
    record.tell(started())
    record.tell(EpochEnded(1, 10, {"loss": 1.0, "accuracy": 0.5}, {"loss": 1.1}, True))
    record.tell(EpochEnded(2, 20, {"loss": 0.9}, {"loss": 1.2, "mae": 3.0}, False))
    assert record.valid["loss"].x.tolist() == [1, 2]
    assert record.valid["loss"].y.tolist() == [1.1, 1.2]
    assert record.best == 1
    assert record.metrics == ("accuracy", "mae")


def test_a_resumed_run_forgets_what_it_does_again() -> None:
    record = RunRecord()
    record.tell(started())
    record.tell(progress(10, *[1.0] * 10))
    record.tell(EpochEnded(1, 10, {}, {"loss": 1.0}, True))
    record.tell(progress(20, *[9.0] * 10))
    record.tell(EpochEnded(2, 20, {}, {"loss": 9.0}, True))
    record.tell(started(epoch=1, step=10))
    assert len(record.losses) == len(record.smooth) == 10
    assert record.valid["loss"].y.tolist() == [1.0]
    assert record.best is None
    record.tell(progress(20, *[0.5] * 10))
    assert record.losses.x.tolist() == pytest.approx([step / 10 for step in range(1, 21)])
    assert 9.0 not in record.losses.y


def test_a_run_that_goes_on_still_says_what_was_to_know_when_it_began() -> None:
    record = RunRecord()
    record.tell(Started("runs/7", 30, 10, "cpu", 1234, notices=("of another", "left out")))
    record.tell(Started("runs/7", 30, 10, "cpu", 1234, 4, 40, notices=("goes on", "left out")))
    assert record.started is not None
    assert list(record.started.notices) == ["goes on", "left out", "of another"]
    record.tell(Started("runs/8", 30, 10, "cpu", 1234, notices=("new",)))
    assert list(record.started.notices) == ["new"]


def test_an_epoch_that_is_under_way_is_not_done() -> None:
    record = RunRecord()
    for event in (
        started(),
        EpochEnded(1, 10, {}, {}, True),
        Progress(2, 13, 300, (0.5,), 1e-3, 1.0, 1.0),
    ):
        record.tell(event)
    assert (record.epoch, record.whole_epochs) == (2, 1)
    record.tell(Stopped("runs/7", 1, 13))
    assert record.whole_epochs == 1
    record.tell(started(1, 13))
    assert (record.epoch, record.whole_epochs) == (2, 1)


def test_the_state_follows_what_the_run_says() -> None:
    record = RunRecord()
    states = []
    for event in (
        started(),
        Paused(0, 3),
        Continued(0, 3),
        Stopped("runs/7", 0, 5),
        started(0, 5),
        Finished("runs/7", {"accuracy": 0.99}, 12, 30, 4480.0, 31.0),
        Failed("The disk is full.", run="runs/7"),
    ):
        record.tell(event)
        states.append(record.state)
    assert states == [
        State.RUNNING,
        State.PAUSED,
        State.RUNNING,
        State.STOPPED,
        State.RUNNING,
        State.FINISHED,
        State.FAILED,
    ]
    assert record.version == 7
    assert record.best == 12


def test_progress_does_not_hide_that_a_stop_was_asked_for() -> None:
    record = RunRecord()
    record.tell(started())
    for wish in (State.STOPPING, State.PAUSING):
        record.wish(wish)
        record.tell(progress(1, 1.0))
        assert record.state is wish


@pytest.mark.parametrize("count", [1, 7, 199, 200, 201, 12_345])
def test_an_envelope_keeps_the_extremes_and_the_ends(count: int) -> None:
    x = np.arange(count, dtype=float)
    y = np.random.default_rng(count).normal(size=count)
    y[-1], y[count // 2] = 99.0, -99.0
    thin_x, thin_y = envelope(x, y, 100)
    assert len(thin_x) == len(thin_y) <= 200
    assert (thin_y.max(), thin_y.min()) == (y.max(), y.min())
    assert thin_x[0] == 0
    assert (np.diff(thin_x) >= 0).all()
    assert set(thin_y) <= set(y)
