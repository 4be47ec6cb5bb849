"""Gradients of several batches added up for one step, and the L1 penalty."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engine.controls import Controls
from engine.network.compiling import compiled
from engine.optimizing.accumulating import parts
from engine.optimizing.optimization import Descent, penalized
from engine.runs.events.event_types import EpochEnded, Finished, Started
from engine.training.loop import train
from graphs.describe import Chosen
from graphs.plan.augmentations import RandomShift
from graphs.plan.optimizers import SGD, AdamW
from graphs.plan.schedules import OneCycle
from tests.engine.drawings import QUICK, digits, dropping
from tests.engine.running import begun, last_weights, losses, same, trained
from tests.engine.stepping import SupervisedSteps

CPU = torch.device("cpu")


@pytest.mark.parametrize(
    "plan",
    [{}, {"clip_norm": 0.1, "schedule": Chosen.of(OneCycle()), "l1": 1e-3}],
    ids=["plain", "clipped"],
)
def test_accumulating_learns_what_one_large_batch_learns(
    tmp_path: Path, plan: dict[str, Any]
) -> None:
    shift = (Chosen.of(RandomShift(pixels=1)),)
    plan = {**QUICK, **plan, "augmentation": shift, "optimizer": Chosen.of(SGD(lr=0.05))}
    one, whole = trained(digits(**{**plan, "batch_size": 120}).document(), tmp_path, "one")
    added = {**plan, "batch_size": 30, "accumulate": 4}
    two, parted = trained(digits(**added).document(), tmp_path, "two")

    assert losses(parted) == pytest.approx(losses(whole), abs=1e-5)
    ends = [[e for e in events if isinstance(e, EpochEnded)] for events in (whole, parted)]
    for wanted, got in zip(*ends, strict=True):
        assert got.step == wanted.step
        assert got.train == pytest.approx(wanted.train, abs=1e-5)
        assert got.valid == pytest.approx(wanted.valid, abs=1e-5)
    wanted, got = last_weights(one), last_weights(two)
    assert all(torch.allclose(got[name], wanted[name], atol=1e-5) for name in wanted)
    assert isinstance(parted[0], Started)
    assert isinstance(whole[0], Started)
    assert parted[0].steps_per_epoch == whole[0].steps_per_epoch


def test_a_stopped_run_that_accumulates_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    plan = {"batch_size": 40, "accumulate": 3, "l1": 1e-4}
    whole, unbroken = trained(dropping(**plan), tmp_path, "whole")
    controls, heard = Controls(), []
    folder = begun(dropping(**plan), tmp_path, "stopped")
    for event in train(folder, controls):
        heard.append(event)
        if isinstance(event, EpochEnded):
            controls.stop()
    heard += train(folder, Controls())

    assert isinstance(heard[-1], Finished)
    assert losses(heard) == losses(unbroken)
    assert same(last_weights(folder), last_weights(whole))


def test_the_parts_of_a_batch_hold_all_its_samples_and_none_of_one() -> None:
    batch = {"a": torch.arange(21), "b": torch.rand(21, 2)}

    found = parts(batch, 10)

    assert [len(part["a"]) for part in found] == [10, 11]
    assert torch.equal(torch.cat([part["b"] for part in found]), batch["b"])
    assert [len(part["a"]) for part in parts(batch, 21)] == [21]


def test_a_part_that_is_not_finite_leaves_the_whole_step_out() -> None:
    document = digits(batch_size=2, accumulate=3).document()
    network = compiled(document)
    steps = SupervisedSteps(network, document.plan)
    batch = {"image": torch.rand(6, 1, 8, 8), "digit": torch.arange(6)}
    steps.step(batch, 0)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    broken = batch["image"].clone()
    broken[3] = torch.inf

    steps.step({**batch, "image": broken}, 1)

    assert steps.learner.left_out() == 1
    assert same(before, network.state_dict())
    assert steps.first_broken({**batch, "image": broken}, 1) is not None


def test_the_l1_penalty_is_that_of_a_loss_with_the_sum_of_all_weights() -> None:
    plan: dict[str, Any] = {"optimizer": Chosen.of(AdamW(lr=0.01)), "clip_norm": 0.5}
    document = digits(l1=0.01, **plan).document()
    ours, theirs = compiled(document), compiled(document)
    one = SupervisedSteps(ours, document.plan)
    other = Descent(theirs, digits(**plan).document().plan, 10, CPU)
    batch = {"image": torch.rand(6, 1, 8, 8), "digit": torch.arange(6)}

    for step in range(3):
        loss = one.ran(batch, step).total
        ran = theirs.run(batch)
        assert loss.item() == pytest.approx(ran.total.item(), abs=1e-6)
        weights = [p for name, p in theirs.named_parameters() if name.endswith("weight")]
        penalty = torch.stack([weight.abs().sum() for weight in weights]).sum()
        other.descend(ran.total + 0.01 * penalty, step)

    found = dict(ours.state_dict())
    assert all(torch.allclose(found[n], t, atol=1e-6) for n, t in theirs.state_dict().items())


def test_the_l1_penalty_counts_weights_and_neither_biases_nor_norms() -> None:
    model = nn.Sequential(
        nn.Linear(3, 4), nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.LayerNorm((4, 4)), nn.PReLU(2)
    )
    model[1].bias.requires_grad_(False)

    found = penalized(model)

    assert [tuple(one.shape) for one in found] == [(4, 3), (2, 1, 3, 3)]
    model[0].requires_grad_(False)
    assert [tuple(one.shape) for one in penalized(model)] == [(2, 1, 3, 3)]
