import random
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine import event_log, runs, session, weights
from engine.checkpoints import newest
from engine.compiling import Network, compiled
from engine.controls import Controls
from engine.data import prepare as preparing
from engine.data.samples import Samples, read
from engine.data.split import split
from engine.errors import DataError, DeviceError, EngineError, GraphProblems, RunError
from engine.events import (
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
from engine.procedure import Supervised
from engine.runs import Run
from engine.training import train
from graphs.augmentations import RandomShift
from graphs.describe import Chosen
from graphs.document import Document
from graphs.optimizers import SGD, Adam, AdamW
from graphs.schedules import OneCycle
from tests.engine.drawings import DIGITS, QUICK, XOR, Drawing, digits, dropping


def begun(document: Document, tmp_path: Path, name: str = "run") -> Path:
    return runs.create(document, tmp_path / name)


def trained(document: Document, tmp_path: Path, name: str = "run") -> tuple[Path, list[Any]]:
    folder = begun(document, tmp_path, name)
    return folder, list(train(folder, Controls()))


def losses(events: Sequence[TrainingEvent]) -> list[float]:
    return [loss for e in events if isinstance(e, Progress) for loss in e.losses]


def last_weights(folder: Path) -> dict[str, torch.Tensor]:
    checkpoint = newest(Run.open(folder))
    assert checkpoint is not None
    return checkpoint.network()


def same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    assert left.keys() == right.keys()
    return all(torch.equal(left[name], right[name]) for name in left)


# ---- what a run does ----


def test_a_network_learns_digits_and_tells_all_about_it(tmp_path: Path) -> None:
    folder, events = trained(digits(**QUICK).document(), tmp_path)

    ends = [event for event in events if isinstance(event, EpochEnded)]
    started, finished = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    assert (started.epochs, started.device, started.parameters) == (3, "cpu", 2410)
    assert [end.epoch for end in ends] == [1, 2, 3]
    assert [end.step for end in ends] == [started.steps_per_epoch * n for n in (1, 2, 3)]
    assert ends[-1].valid["loss"] < ends[0].valid["loss"] < 2.3
    assert finished.test["accuracy"] > 0.85
    assert finished.run == str(folder)
    assert finished.samples_per_second > 0
    assert Run.open(folder).state == "finished"


def test_the_loss_of_every_step_is_told_once_and_in_order(tmp_path: Path) -> None:
    _, events = trained(digits(**QUICK).document(), tmp_path)

    told = [event for event in events if isinstance(event, Progress)]
    assert told[-1].step == told[-1].steps == 30
    assert len(losses(events)) == 30
    before = 0
    for event in told:
        assert event.step == before + len(event.losses)
        before = event.step


def test_the_log_holds_what_was_told(tmp_path: Path) -> None:
    folder, events = trained(digits(**QUICK).document(), tmp_path)

    assert list(Run.open(folder).events()) == events


def test_training_metrics_are_means_over_the_samples_of_the_epoch(tmp_path: Path) -> None:
    plan = {**QUICK, "epochs": 1, "batch_size": 500, "optimizer": Chosen.of(SGD(lr=1e-30))}
    folder, events = trained(digits(**plan).document(), tmp_path)

    (end,) = [event for event in events if isinstance(event, EpochEnded)]
    document = Run.open(folder).document
    prepared = preparing.prepare(document.data, document.plan, "cpu")
    ran = compiled(document).run(prepared.train.tensors)
    right = (ran.scores[0].argmax(1) == prepared.train.tensors["digit"]).float().mean()
    assert end.train["loss"] == pytest.approx(ran.total.item(), rel=1e-5)
    assert end.train["accuracy"] == pytest.approx(right.item())


def test_two_runs_of_one_seed_are_the_same_bits_and_of_another_are_not(tmp_path: Path) -> None:
    torch.manual_seed(1)
    first, one = trained(dropping(), tmp_path, "first")
    torch.manual_seed(2)
    second, two = trained(dropping(), tmp_path, "second")
    third, _ = trained(dropping(seed=5), tmp_path, "third")

    assert losses(one) == losses(two)
    assert same(last_weights(first), last_weights(second))
    assert not same(last_weights(first), last_weights(third))


def test_learning_follows_the_schedule(tmp_path: Path) -> None:
    schedule = OneCycle()
    plan = {**QUICK, "schedule": Chosen.of(schedule), "optimizer": Chosen.of(Adam(lr=0.5))}
    _, events = trained(digits(**plan).document(), tmp_path)

    for event in events:
        if isinstance(event, Progress):
            wanted = 0.5 * schedule.factor(event.step - 1, event.steps)
            assert event.learning_rate == pytest.approx(wanted)


def test_augmentation_touches_training_images_only(tmp_path: Path) -> None:
    shift = (Chosen.of(RandomShift(pixels=2)),)
    slow = {**QUICK, "optimizer": Chosen.of(SGD(lr=1e-30))}
    _, plain = trained(digits(**slow).document(), tmp_path, "plain")
    _, shifted = trained(digits(**slow, augmentation=shift).document(), tmp_path, "shifted")

    ends = [[e for e in events if isinstance(e, EpochEnded)] for events in (plain, shifted)]
    assert ends[0][0].valid["loss"] == ends[1][0].valid["loss"]
    assert ends[0][0].train["loss"] != ends[1][0].train["loss"]


def test_the_best_weights_are_those_of_the_best_epoch(tmp_path: Path) -> None:
    plan = {**QUICK, "epochs": 12, "optimizer": Chosen.of(AdamW(lr=0.05))}
    folder, events = trained(digits(**plan).document(), tmp_path)

    ends = [event for event in events if isinstance(event, EpochEnded)]
    best = min(ends, key=lambda end: end.valid["loss"])
    assert isinstance(events[-1], Finished)
    assert events[-1].best_epoch == best.epoch < 12
    assert [end.epoch for end in ends if end.best][-1] == best.epoch
    kept = weights.read(Run.open(folder).weights())
    assert kept.facts["best"]["loss"] == best.valid["loss"]
    assert not same(dict(kept.tensors), last_weights(folder))


def test_patience_ends_the_run_early(tmp_path: Path) -> None:
    plan = {**QUICK, "epochs": 50, "patience": 2, "optimizer": Chosen.of(SGD(lr=1e-30))}
    _, events = trained(digits(**plan).document(), tmp_path)

    ends = [event for event in events if isinstance(event, EpochEnded)]
    assert [end.best for end in ends] == [True, False, False]
    assert isinstance(events[-1], Finished)
    assert events[-1].epochs == 3


def test_a_last_batch_of_one_does_not_break_batch_normalisation(tmp_path: Path) -> None:
    folder = begun(dropping(), tmp_path)
    document = Run.open(folder).document
    prepared = preparing.prepare(document.data, document.plan, "cpu")
    batch_size = len(prepared.train) - 1  # one sample would be left over

    _, events = trained(dropping(batch_size=batch_size), tmp_path, "other")

    assert isinstance(events[0], Started)
    assert events[0].steps_per_epoch == 1
    assert isinstance(events[-1], Finished)


def test_noise_in_the_place_of_test_targets_changes_neither_weights_nor_stopping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = {**QUICK, "epochs": 30, "patience": 2, "optimizer": Chosen.of(AdamW(lr=0.05))}
    honest, told = trained(digits(**plan).document(), tmp_path, "honest")

    def noisy(section: Any, *_: Any) -> Samples:
        samples = read(section)
        document = digits(**plan).document()
        rows = preparing.prepare_samples(samples, section, document.plan, "cpu").indices.test
        labels = np.array(samples.values["digit"])
        labels[rows] = np.random.default_rng(0).permutation(labels[rows])
        # The classes of the split must stay: it is stratified by them.
        return replace(samples, values={**samples.values, "digit": labels})

    def as_before(count: int, valid: float, test: float, seed: int, classes: Any) -> Any:
        labels = np.asarray(read(DIGITS).values["digit"])
        return split(count, valid, test, seed, labels)

    monkeypatch.setattr(preparing, "split", as_before)
    monkeypatch.setattr(preparing, "read", noisy)
    fooled, heard = trained(digits(**plan).document(), tmp_path, "fooled")

    ends = [[e for e in events if isinstance(e, EpochEnded)] for events in (told, heard)]
    assert ends[0] == ends[1]
    assert losses(told) == losses(heard)
    assert Run.open(honest).weights().read_bytes() == Run.open(fooled).weights().read_bytes()
    assert same(last_weights(honest), last_weights(fooled))
    assert told[-1].test["accuracy"] > heard[-1].test["accuracy"] + 0.3


def test_the_test_split_is_read_once_and_only_after_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    read_test = preparing.Prepared.test

    def spied(prepared: preparing.Prepared) -> preparing.Split:
        order.append("test")
        return read_test(prepared)

    monkeypatch.setattr(preparing.Prepared, "test", spied)
    folder = begun(digits(**QUICK).document(), tmp_path)
    order.extend("epoch" for e in train(folder, Controls()) if isinstance(e, EpochEnded))

    assert order == ["epoch", "epoch", "epoch", "test"]


def test_threads_are_set_while_training_and_put_back(tmp_path: Path) -> None:
    before = torch.get_num_threads()
    document = digits(**{**QUICK, "threads": before + 1}).document()
    run = train(begun(document, tmp_path), Controls())

    next(run)
    inside = torch.get_num_threads()
    list(run)

    assert (inside, torch.get_num_threads()) == (before + 1, before)


# ---- stop, pause, resume ----


def test_stop_acts_between_two_steps_and_resuming_gives_the_same_bits(tmp_path: Path) -> None:
    whole, unbroken = trained(dropping(), tmp_path, "whole")
    controls = Controls()
    folder = begun(dropping(), tmp_path, "stopped")
    heard = []
    for event in train(folder, controls):
        heard.append(event)
        if isinstance(event, EpochEnded):
            controls.stop()

    assert isinstance(heard[-1], Stopped)
    assert Run.open(folder).state == "stopped"
    resumed = list(train(folder, Controls()))

    assert isinstance(resumed[0], Started)
    assert resumed[0].step == heard[-1].step
    assert losses(heard) + losses(resumed) == losses(unbroken)
    assert losses(Run.open(folder).events()) == losses(unbroken)
    assert same(last_weights(folder), last_weights(whole))
    assert isinstance(resumed[-1], Finished)
    assert isinstance(unbroken[-1], Finished)
    assert resumed[-1].test == unbroken[-1].test
    assert Run.open(folder).weights().read_bytes() == Run.open(whole).weights().read_bytes()


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A run that would take a day."""
    return begun(dropping(epochs=100_000, batch_size=16), tmp_path)


def in_thread(folder: Path, controls: Controls) -> tuple[threading.Thread, list[TrainingEvent]]:
    heard: list[TrainingEvent] = []
    thread = threading.Thread(target=lambda: heard.extend(train(folder, controls)))
    thread.start()
    return thread, heard


def wait_for(heard: list[TrainingEvent], kind: type[TrainingEvent]) -> None:
    deadline = time.monotonic() + 30
    while not any(isinstance(event, kind) for event in list(heard)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_stop_and_pause_act_within_half_a_second(endless: Path) -> None:
    controls = Controls()
    thread, heard = in_thread(endless, controls)
    wait_for(heard, Progress)

    start = time.monotonic()
    controls.pause()
    wait_for(heard, Paused)
    paused_after = time.monotonic() - start
    steps = len(losses(heard))
    time.sleep(0.3)
    assert len(losses(heard)) == steps
    controls.proceed()
    wait_for(heard, Continued)
    start = time.monotonic()
    controls.stop()
    thread.join(10)
    stopped_after = time.monotonic() - start

    assert isinstance(heard[-1], Stopped)
    assert max(paused_after, stopped_after) < 0.5


def test_a_paused_run_can_be_stopped(endless: Path) -> None:
    controls = Controls()
    controls.pause()
    thread, heard = in_thread(endless, controls)
    wait_for(heard, Paused)

    controls.stop()
    thread.join(10)

    assert [type(event) for event in heard] == [Started, Paused, Stopped]


def test_a_run_stopped_in_validation_measures_again_when_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, unbroken = trained(dropping(), tmp_path, "whole")
    monkeypatch.setattr("engine.evaluation.MOST_SAMPLES", 50)
    controls = Controls()
    folder = begun(dropping(), tmp_path)
    steps = 0
    heard = []
    for event in train(folder, controls):
        heard.append(event)
        if isinstance(event, Progress):
            steps = event.step
            if steps == 10:  # the last of the epoch: validation comes next
                controls.stop()

    resumed = list(train(folder, Controls()))

    assert not any(isinstance(event, EpochEnded) for event in heard)
    assert losses(heard) + losses(resumed) == losses(unbroken)
    ends = [[e for e in events if isinstance(e, EpochEnded)] for events in (resumed, unbroken)]
    assert [end.train for end in ends[0]] == [end.train for end in ends[1]]


def test_stop_before_the_first_step_leaves_a_run_that_can_begin(tmp_path: Path) -> None:
    controls = Controls()
    controls.stop()
    folder = begun(dropping(), tmp_path)

    heard = list(train(folder, controls))

    assert [type(event) for event in heard] == [Started, Stopped]
    assert isinstance(list(train(folder, Controls()))[-1], Finished)


def test_a_listener_that_goes_away_leaves_a_stopped_run(tmp_path: Path) -> None:
    folder = begun(dropping(), tmp_path)
    run = train(folder, Controls())
    next(run)
    assert Run.open(folder).state == "running"

    run.close()

    assert Run.open(folder).state == "stopped"
    assert isinstance(list(train(folder, Controls()))[-1], Finished)


def slowed(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let each layer take its time, forwards and backwards, so that a step takes ten times that."""

    def rest(*values: Any) -> None:
        time.sleep(seconds)
        if len(values) == 3 and values[2].requires_grad:  # a layer, what it got, what it gives
            values[2].register_hook(rest)

    def slow(document: Document, **options: Any) -> Network:
        network = compiled(document, **options)
        for child in network.children():
            child.register_forward_hook(rest)
        return network

    monkeypatch.setattr(session, "compiled", slow)


def test_a_step_that_takes_long_is_broken_off(
    endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowed(monkeypatch, 0.1)
    controls = Controls()
    thread, heard = in_thread(endless, controls)
    wait_for(heard, Started)

    for wait in (0.15, 0.75):  # on the way forwards, and backwards
        time.sleep(wait)
        start = time.monotonic()
        controls.pause()
        wait_for(heard, Paused)
        assert time.monotonic() - start < 0.5
        controls.proceed()
        wait_for(heard, Continued)
        heard.clear()
    start = time.monotonic()
    controls.stop()
    thread.join(10)

    assert time.monotonic() - start < 0.5
    assert isinstance(heard[-1], Stopped)


def test_breaking_steps_off_changes_no_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = {"epochs": 2, "batch_size": 512}
    whole, unbroken = trained(dropping(**plan), tmp_path, "whole")
    monkeypatch.setattr(session, "SLOW_SECONDS", 0.0)
    slowed(monkeypatch, 0.002)
    controls = Controls()
    folder = begun(dropping(**plan), tmp_path, "broken off")
    thread, heard = in_thread(folder, controls)
    moments = random.Random(0)
    pauses = 0
    while thread.is_alive():
        time.sleep(moments.uniform(0.01, 0.15))
        controls.pause()
        while thread.is_alive() and _pauses(heard) == pauses:
            time.sleep(0.001)
        pauses = _pauses(heard)
        controls.proceed()
    thread.join()

    assert pauses >= 2
    assert losses(heard) == losses(unbroken)
    assert same(last_weights(folder), last_weights(whole))


def _pauses(heard: list[TrainingEvent]) -> int:
    return sum(isinstance(event, Paused) for event in heard)


# ---- numbers that are not finite ----


def test_an_absurd_learning_rate_ends_the_run_at_the_first_broken_step(tmp_path: Path) -> None:
    document = digits(**{**QUICK, "optimizer": Chosen.of(SGD(lr=1e30))}).document()
    folder, events = trained(document, tmp_path)

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.node in {"hidden", "classify", "loss"}
    assert f"“{failed.node}”" in failed.message
    assert "learning rate" in failed.message
    assert len(losses(events)) <= 2
    assert all(np.isfinite(losses(events)))
    run = Run.open(folder)
    assert (run.state, run.status.node) == ("diverged", failed.node)
    assert all(tensor.isfinite().all() for tensor in last_weights(folder).values())
    with pytest.raises(RunError, match="learning rate"):
        list(train(folder, Controls()))


def test_a_loss_on_probabilities_breaks_like_any_other(tmp_path: Path) -> None:
    points = {**QUICK, "validation": 0.0, "test": 0.0, "optimizer": Chosen.of(SGD(lr=1e30))}
    drawing = Drawing(XOR, **points)
    drawing.node("input", "point", field="point")
    drawing.node("linear", "hidden", out_features=4)
    drawing.node("linear", "score", out_features=1)
    drawing.node("sigmoid", "sigmoid")
    drawing.node("output", "xor")
    drawing.node("bce_loss", "loss", target="xor")
    drawing.chain("point", "hidden", "score", "sigmoid", "xor")
    drawing.wire("sigmoid", "loss")

    folder, events = trained(drawing.document(), tmp_path)

    assert isinstance(events[-1], Failed)
    assert events[-1].node in {"hidden", "score", "loss"}
    assert Run.open(folder).state == "diverged"


def test_the_last_good_weights_stay_with_their_running_statistics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def poisoned(section: Any, *_: Any) -> Samples:
        samples = read(section)
        images = np.array(samples.values["image"])
        images[700] = 3e38
        return replace(samples, values={**samples.values, "image": images})

    monkeypatch.setattr(preparing, "read", poisoned)
    monkeypatch.setattr("engine.data.preprocessing.GREATEST", np.inf)
    folder, events = trained(dropping(), tmp_path)

    assert isinstance(events[-1], Failed)
    assert events[-1].node in {"conv", "norm"}
    assert all(tensor.isfinite().all() for tensor in last_weights(folder).values())
    assert isinstance(events[0], Started)
    assert len(losses(events)) < events[0].steps_per_epoch


def test_a_broken_step_changes_no_weight(tmp_path: Path) -> None:
    """The run with one absurd step in it keeps the weights of the run without that step."""
    document = digits(**QUICK).document()
    network = compiled(document)
    procedure = Supervised(network, document.plan, 10, torch.device("cpu"))
    batch = {"image": torch.rand(4, 1, 8, 8), "digit": torch.arange(4)}
    procedure.step(batch, 0)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    state = {path: t.clone() for path, t in procedure.state()[0].items()}

    procedure.step({**batch, "image": torch.full((4, 1, 8, 8), torch.inf)}, 1)

    assert procedure.stumbled
    assert procedure.left_out() == 1
    assert same(before, network.state_dict())
    assert same(state, procedure.state()[0])
    assert procedure.first_broken({**batch, "image": torch.full((4, 1, 8, 8), torch.inf)}, 1) in {
        "flatten",
        "hidden",
    }


# ---- what stops a run before it begins ----


def test_a_device_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    if torch.backends.mps.is_available():
        pytest.skip("this machine has it")
    folder = begun(digits(**QUICK, device="mps").document(), tmp_path)

    with pytest.raises(DeviceError, match="cpu"):
        list(train(folder, Controls()))
    assert Run.open(folder).state == "failed"


def test_what_does_not_fit_into_memory_is_refused_with_the_number(tmp_path: Path) -> None:
    drawing = digits(hidden=10**9, **QUICK)
    folder = begun(drawing.document(), tmp_path)

    with pytest.raises(GraphProblems, match="TB") as raised:
        list(train(folder, Controls()))
    assert raised.value.problems[0].node == "#hidden"


def test_changed_data_is_refused_on_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = begun(dropping(), tmp_path)
    controls = Controls()
    for event in train(folder, controls):
        if isinstance(event, EpochEnded):
            controls.stop()

    def changed(section: Any, *_: Any) -> Samples:
        samples = read(section)
        images = np.array(samples.values["image"])
        images[3, 0, 2, 2] += 0.5
        return replace(samples, values={**samples.values, "image": images})

    monkeypatch.setattr(preparing, "read", changed)
    with pytest.raises(RunError, match="data has changed"):
        list(train(folder, Controls()))


def test_a_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    folder, events = trained(digits(**QUICK).document(), tmp_path)

    with pytest.raises(RunError, match="finished"):
        list(train(folder, Controls()))
    assert list(Run.open(folder).events()) == events


def test_a_run_is_trained_by_one_at_a_time(tmp_path: Path) -> None:
    folder = begun(dropping(), tmp_path)
    first = train(folder, Controls())
    next(first)

    with pytest.raises(RunError, match="already"):
        list(train(folder, Controls()))
    with pytest.raises(RunError, match="Stop it"):
        runs.delete(folder)
    first.close()


def test_data_that_cannot_be_read_is_a_sentence_and_a_failed_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(section: Any, *_: Any) -> Samples:
        raise DataError("The file is gone. Choose another.")

    monkeypatch.setattr(preparing, "read", broken)
    folder = begun(dropping(), tmp_path)

    with pytest.raises(EngineError, match="is gone"):
        list(train(folder, Controls()))
    run = Run.open(folder)
    assert (run.state, run.status.message) == ("failed", "The file is gone. Choose another.")


def test_running_out_of_memory_is_a_sentence_not_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(*_: Any) -> None:
        torch.empty(2**60)

    folder = begun(dropping(), tmp_path)
    monkeypatch.setattr("engine.procedure.Supervised.step", greedy)

    last = list(train(folder, Controls()))[-1]

    assert isinstance(last, Failed)
    assert "batch size 128" in last.message
    assert Run.open(folder).state == "failed"


def test_a_failed_step_of_another_kind_is_raised_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: Any) -> None:
        raise RuntimeError("a bug")

    folder = begun(dropping(), tmp_path)
    monkeypatch.setattr("engine.procedure.Supervised.step", faulty)

    with pytest.raises(RuntimeError, match="a bug"):
        list(train(folder, Controls()))
    assert Run.open(folder).status.message == "a bug"


def test_the_cost_of_checkpoints_sets_how_often_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(session, "CHECKPOINT_SHARE", 1e9)
    monkeypatch.setattr(session, "REPORT_SECONDS", 0.0)
    written = []
    write = weights.write

    def counted(path: Path, *rest: Any) -> str:
        written.append(path)
        return write(path, *rest)

    monkeypatch.setattr(weights, "write", counted)
    folder, events = trained(digits(**QUICK).document(), tmp_path)

    assert len(written) > 30
    assert len(Run.open(folder).checkpoints()) == 2
    assert event_log.read(folder / runs.EVENTS) == tuple(events)
