"""The training view shows what a run says, and its buttons are heard."""

import math
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from engine.controls import Controls
from engine.runs.events.event_types import (
    Continued,
    EpochEnded,
    Failed,
    Finished,
    Paused,
    Progress,
    Started,
    Stopped,
    TrainingEvent,
)
from engine.runs.events.record import State, recorded
from gui.live_run import LiveRun, Past, Prepare
from gui.plots.run_plot import Plot
from gui.training.training_view import PLOT, TrainingView, duration
from tests.gui.found_widgets import part, press

Tell = Callable[[Prepare, Controls], Iterable[object]]
STEPS = 10


def started() -> Started:
    return Started("/runs/run-7", 30, STEPS, "cpu", 1234)


def epochs(count: int, loss: float = 0.5) -> Iterator[TrainingEvent]:
    """What a run says over its first epochs."""
    yield started()
    for epoch in range(1, count + 1):
        step = epoch * STEPS
        yield Progress(epoch, step, 30 * STEPS, (loss,) * STEPS, 1e-3, 4480.0, 12.3)
        yield EpochEnded(
            epoch, step, {"loss": loss, "accuracy": 0.9}, {"loss": loss, "accuracy": 0.8}, True
        )


class Scripted:
    """Tells prepared events, then waits between two until it is told to go on or to stop."""

    def __init__(self, events: Iterable[TrainingEvent], last: TrainingEvent) -> None:
        self._events, self._last = events, last
        self.finish = threading.Event()

    def __call__(self, prepare: Prepare, controls: Controls) -> Iterator[object]:
        yield Past(prepare())
        yield from self._events
        paused = False
        while not self.finish.wait(0.005):
            if controls.stopping:
                yield Stopped("/runs/run-7", 19, 180)
                return
            if controls.paused != paused:
                paused = controls.paused
                yield Paused(19, 180) if paused else Continued(19, 180)
        yield self._last


Show = Callable[[Tell], tuple[LiveRun, TrainingView]]


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """A view of a training that is told by the given function, and has begun."""
    trainings: list[LiveRun] = []

    def begin(tell: Tell) -> tuple[LiveRun, TrainingView]:
        training = LiveRun(tell)
        trainings.append(training)
        view = TrainingView(training)
        qtbot.addWidget(view)
        view.resize(900, 300)
        view.show()
        training.start(lambda: Path("/runs/run-7"))
        return training, view

    yield begin
    for training in trainings:
        training.stop()
        assert training.wait(2000)
        qtbot.waitUntil(partial(is_over, training))


def is_over(training: LiveRun) -> bool:
    return not training.is_live


def words(view: TrainingView, name: str) -> str:
    return part(view, QLabel, name).text()


def seen(view: TrainingView, name: str) -> bool:
    return part(view, QPushButton, name).isVisible()


def finished(test: float = 0.9912) -> Finished:
    return Finished("/runs/run-7", {"loss": 0.03, "accuracy": test}, 17, 30, 4480.0, 31.4)


def test_without_a_run_the_view_offers_to_train(qtbot: QtBot) -> None:
    view = TrainingView(LiveRun(lambda prepare, controls: []))
    qtbot.addWidget(view)
    view.show()
    with qtbot.waitSignal(view.train_asked):
        press(view, "train_first")


def test_the_header_says_run_epoch_speed_and_time_left(qtbot: QtBot, show: Show) -> None:
    _, view = show(Scripted(epochs(18), finished()))
    wanted = "run-7 · epoch 18 of 30 · 4,480 samples/s · 12 s left"
    qtbot.waitUntil(lambda: words(view, "numbers") == wanted)
    assert words(view, "state") == "Training"
    assert part(view, QProgressBar, "progress").value() == 600


def test_of_a_run_that_ended_whole_epochs_are_told_as_in_the_list_of_runs(qtbot: QtBot) -> None:
    training = LiveRun(lambda prepare, controls: [])
    view = TrainingView(training)
    qtbot.addWidget(view)
    view.show()
    part_of_next = Progress(19, 18 * STEPS + 1, 30 * STEPS, (0.5,), 1e-3, 4480.0, 12.3)
    training.show(recorded((*epochs(18), part_of_next, Stopped("/runs/run-7", 18, 181))))
    qtbot.waitUntil(lambda: "18 of 30 epochs" in words(view, "numbers"))
    assert "epoch 19" not in words(view, "numbers")


def test_the_plots_hold_every_point_and_mark_the_best_epoch(qtbot: QtBot, show: Show) -> None:
    _, view = show(Scripted(epochs(18), finished()))
    qtbot.waitUntil(lambda: len(view.findChildren(Plot)) == 2)
    loss, accuracy = view.findChildren(Plot)
    qtbot.waitUntil(lambda: loss.lines.best == 18)
    assert loss.lines.raw is not None and len(loss.lines.raw) == 18 * STEPS
    assert loss.lines.training is not None and set(loss.lines.training.y) == {0.5}
    assert loss.lines.valid is not None and loss.lines.valid.x.tolist() == [*range(1, 19)]
    assert accuracy.lines.valid is not None and set(accuracy.lines.valid.y) == {0.8}


def test_pause_go_on_and_stop_reach_the_run_and_come_back_as_its_state(
    qtbot: QtBot, show: Show
) -> None:
    training, view = show(Scripted(epochs(18), finished()))
    qtbot.waitUntil(lambda: training.record.state is State.RUNNING)
    press(view, "pause")
    qtbot.waitUntil(lambda: words(view, "state") == "Paused")
    assert "left" not in words(view, "numbers"), "it does not end while nobody goes on"
    press(view, "proceed")
    qtbot.waitUntil(lambda: words(view, "state") == "Training")
    press(view, "stop")
    assert words(view, "state") == "Stopping"
    qtbot.waitUntil(lambda: words(view, "state") == "Stopped")
    qtbot.waitUntil(lambda: seen(view, "resume"))
    assert not seen(view, "stop") and not seen(view, "pause")
    with qtbot.waitSignal(view.resume_asked):
        press(view, "resume")


def test_a_paused_run_can_be_stopped(qtbot: QtBot, show: Show) -> None:
    training, view = show(Scripted(epochs(1), finished()))
    qtbot.waitUntil(lambda: training.record.state is State.RUNNING)
    press(view, "pause")
    qtbot.waitUntil(lambda: training.record.state is State.PAUSED)
    press(view, "stop")
    qtbot.waitUntil(lambda: training.record.state is State.STOPPED)


def test_a_finished_run_says_its_time_and_its_test_metrics(qtbot: QtBot, show: Show) -> None:
    script = Scripted(epochs(2), finished(0.9912))
    _, view = show(script)
    script.finish.set()
    qtbot.waitUntil(lambda: words(view, "state") == "Finished")
    assert words(view, "numbers").endswith("31 s · Accuracy 0.9912 (test) · Loss 0.0300 (test)")
    assert part(view, QProgressBar, "progress").value() == 1000


def test_a_failure_is_a_sentence_with_a_way_to_its_node(qtbot: QtBot, show: Show) -> None:
    failed = Failed("The loss is no number; “conv1” gave the first one.", "...", "conv1")
    script = Scripted(epochs(2), failed)
    _, view = show(script)
    assert not part(view, QLabel, "failure").isVisible()
    script.finish.set()
    qtbot.waitUntil(lambda: words(view, "failure") == failed.message)
    with qtbot.waitSignal(view.node_asked) as asked:
        press(view, "show_node")
    assert asked.args == ["conv1"]


def test_a_run_that_fails_before_it_begins_is_called_by_its_name(qtbot: QtBot, show: Show) -> None:
    def tell(prepare: Prepare, controls: Controls) -> Iterator[object]:
        yield Past(prepare(), recorded([], "table 2"))
        yield Failed("“table.csv” is not there.", "...")

    _, view = show(tell)
    qtbot.waitUntil(lambda: words(view, "state") == "Failed")
    assert words(view, "numbers") == "table 2"


def test_a_loss_that_is_no_number_is_marked_on_the_plot(qtbot: QtBot, show: Show) -> None:
    bad = Progress(1, 3, 300, (1.0, math.nan, 1.1), 1e-3, 1.0, 1.0)
    _, view = show(Scripted([started(), bad], finished()))
    qtbot.waitUntil(lambda: len(view.findChildren(Plot)) == 2)
    loss = view.findChildren(Plot)[0]
    qtbot.waitUntil(lambda: loss.lines.not_finite == [0.2])
    qtbot.waitUntil(lambda: len(loss._not_finite.points()) == 1)


def test_an_exception_on_the_thread_ends_the_run_as_failed(
    qtbot: QtBot, show: Show, expect_log: Callable[[str, str], None]
) -> None:
    expect_log("gui.jobs", "work on a thread broke off")

    def tell(prepare: Prepare, controls: Controls) -> Iterator[object]:
        yield started()
        raise ZeroDivisionError("division by zero")

    training, view = show(tell)
    qtbot.waitUntil(lambda: not training.is_live)
    assert words(view, "state") == "Failed"
    assert "division by zero" in words(view, "failure")


def test_a_run_that_ends_without_a_last_word_counts_as_failed(qtbot: QtBot, show: Show) -> None:
    training, view = show(lambda prepare, controls: [started()])
    qtbot.waitUntil(lambda: not training.is_live)
    assert words(view, "state") == "Failed"


def test_plots_keep_their_data_while_nobody_looks(qtbot: QtBot, show: Show) -> None:
    script = Scripted(epochs(18), finished())
    training, view = show(script)
    view.hide()
    script.finish.set()
    qtbot.waitUntil(lambda: training.record.state is State.FINISHED)
    view.show()
    qtbot.waitUntil(lambda: len(view.findChildren(Plot)) == 2)
    raw = view.findChildren(Plot)[0].lines.raw
    assert raw is not None and len(raw) == 18 * STEPS


def test_a_resumed_run_begins_with_the_curves_it_had(qtbot: QtBot, show: Show) -> None:
    def tell(prepare: Prepare, controls: Controls) -> Iterator[object]:
        yield Past(prepare(), recorded((*epochs(3), Stopped("/runs/run-7", 3, 30))))
        yield Started("/runs/run-7", 30, STEPS, "cpu", 1234, epoch=3, step=30)
        yield finished()

    states: list[State] = []
    training = LiveRun(tell)
    training.state_changed.connect(lambda: states.append(training.record.state))
    training.start(lambda: Path("/runs/run-7"))
    qtbot.waitUntil(lambda: not training.is_live)
    assert len(training.record.losses) == 30
    assert State.STOPPED not in states
    assert states[-1] is State.FINISHED


def test_several_metrics_can_be_chosen_from(qtbot: QtBot, show: Show) -> None:
    measured = EpochEnded(1, 10, {}, {"loss": 1.0, "f1": 0.5, "accuracy": 0.8}, False)
    _, view = show(Scripted([started(), measured], finished()))
    metric = part(view, QComboBox, "metric")
    qtbot.waitUntil(metric.isVisible)
    assert [metric.itemData(i) for i in range(metric.count())] == ["accuracy", "f1"]
    shown = view.findChildren(Plot)[1]
    metric.setCurrentIndex(1)
    metric.activated.emit(1)
    assert shown.lines.valid is not None and shown.lines.valid.y.tolist() == [0.5]


def test_a_past_run_can_be_looked_at(qtbot: QtBot) -> None:
    training = LiveRun(lambda prepare, controls: [])
    view = TrainingView(training)
    qtbot.addWidget(view)
    view.resize(900, 300)
    view.show()
    training.show(recorded((*epochs(4), finished())))
    assert words(view, "state") == "Finished"
    assert not seen(view, "resume")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-1, "0 s"),
        (12.4, "12 s"),
        (89, "89 s"),
        (180, "3 min"),
        (3900, "65 min"),
        (7500, "2 h 05 min"),
    ],
)
def test_a_time_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_what_the_run_wants_known_is_said_in_short(qtbot: QtBot, show: Show) -> None:
    notices = ("“broken.png” is no picture; it is left out.", "“empty.png” is left out.")
    begun = Started("/runs/run-7", 30, STEPS, "cpu", 1234, notices=notices)
    _, view = show(Scripted([begun], finished()))
    qtbot.waitUntil(lambda: words(view, "run_notices") == f"{notices[0]} (and 1 more)")
    assert part(view, QLabel, "run_notices").toolTip() == "\n".join(notices)


def test_long_notices_take_one_line_until_all_are_wanted_and_the_plots_keep_their_height(
    qtbot: QtBot, show: Show
) -> None:
    notices = ("A long sentence about what was found in the data. " * 12, "Another one.")
    begun = Started("/runs/run-7", 30, STEPS, "cpu", 1234, notices=notices)
    _, view = show(Scripted([begun, *list(epochs(18))[1:]], finished()))
    qtbot.waitUntil(lambda: len(view.findChildren(Plot)) == 2)
    view.resize(912, view.minimumSizeHint().height())
    qtbot.waitUntil(lambda: part(view, QLabel, "run_notices").isVisible())
    line, whole = part(view, QLabel, "run_notices"), part(view, QLabel, "run_notices_all")
    assert line.height() < 2 * line.fontMetrics().height()
    assert not whole.isVisible()
    assert all(plot.height() >= PLOT for plot in view.findChildren(Plot))
    press(view, "run_notices_more")
    assert whole.isVisible()
    assert whole.text() == "\n".join(notices)
    view.resize(912, view.minimumSizeHint().height())
    assert all(plot.height() >= PLOT for plot in view.findChildren(Plot))
    press(view, "run_notices_more")
    assert not whole.isVisible()
