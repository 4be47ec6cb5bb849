"""Training from the document to the last event."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.controls import Controls
from engine.data import prepare as preparing
from engine.data.batching.splits import Split
from engine.data.reading import read
from engine.data.samples import Samples
from engine.data.splitting import by_plan
from engine.data.splitting.split import split
from engine.network.compiling import compiled
from engine.runs import BEST, Run
from engine.runs.events.event_types import EpochEnded, Finished, Progress, Started
from engine.training.loop import train
from engine.weights import weights_file
from graphs.describe import Chosen
from graphs.plan.augmentations import Augmentation
from graphs.plan.optimizers import SGD, Adam, AdamW
from graphs.plan.schedules import OneCycle
from tests.engine.drawings import DIGITS, QUICK, digits, dropping
from tests.engine.running import begun, last_weights, losses, same, trained


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
    ran = compiled(document).run(prepared.train.take(slice(None)))
    right = (ran.scores[0].argmax(1) == prepared.train.take(slice(None))["digit"]).float().mean()
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


@pytest.mark.parametrize("kind", Augmentation.members(), ids=lambda kind: kind.id)
def test_augmentation_touches_training_images_only(
    kind: type[Augmentation], tmp_path: Path
) -> None:
    shift = (Chosen(kind.id, kind.defaults()),)
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
    kept = weights_file.read(folder / BEST)
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

    monkeypatch.setattr(by_plan, "split", as_before)
    monkeypatch.setattr(preparing, "read", noisy)
    fooled, heard = trained(digits(**plan).document(), tmp_path, "fooled")

    ends = [[e for e in events if isinstance(e, EpochEnded)] for events in (told, heard)]
    assert ends[0] == ends[1]
    assert losses(told) == losses(heard)
    assert (honest / BEST).read_bytes() == (fooled / BEST).read_bytes()
    assert same(last_weights(honest), last_weights(fooled))
    assert told[-1].test["accuracy"] > heard[-1].test["accuracy"] + 0.3


def test_the_test_split_is_read_once_and_only_after_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    read_test = preparing.Prepared.test

    def spied(prepared: preparing.Prepared) -> Split:
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
