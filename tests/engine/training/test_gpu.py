"""What differs on a graphics card: nothing is asked in each step, and memory runs out."""

from pathlib import Path

import pytest
import torch

from engine import devices, runs
from engine.controls import Controls
from engine.precision import reason_against
from engine.runs import Run
from engine.runs.events.event_types import (
    EpochEnded,
    Failed,
    Finished,
    Progress,
    Started,
    TrainingEvent,
)
from engine.runs.trained.checkpoints import newest
from engine.training.loop import train
from graphs.describe import Chosen
from graphs.plan.optimizers import SGD
from tests.engine.drawings import QUICK, digits, dropping

pytestmark = pytest.mark.gpu


def losses(events: list[TrainingEvent]) -> list[float]:
    return [loss for e in events if isinstance(e, Progress) for loss in e.losses]


def test_it_learns_there_and_resumes_to_nearly_the_same_losses(tmp_path: Path) -> None:
    whole = list(train(runs.create(dropping(device="cuda"), tmp_path / "whole"), Controls()))
    controls, heard = Controls(), []
    folder = runs.create(dropping(device="cuda"), tmp_path / "stopped")
    for event in train(folder, controls):
        heard.append(event)
        if isinstance(event, EpochEnded):
            controls.stop()
    heard += train(folder, Controls())

    assert isinstance(heard[0], Started)
    assert heard[0].device.startswith("cuda")
    assert isinstance(heard[-1], Finished)
    assert heard[-1].test["accuracy"] > 0.7
    assert losses(heard) == pytest.approx(losses(whole), abs=1e-4)


def test_an_absurd_learning_rate_leaves_finite_weights(tmp_path: Path) -> None:
    plan = {**QUICK, "device": "cuda", "epochs": 50, "optimizer": Chosen.of(SGD(lr=1e30))}
    folder = runs.create(digits(**plan).document(), tmp_path / "run")

    events = list(train(folder, Controls()))

    assert isinstance(events[-1], Failed)
    assert events[-1].node in {"hidden", "classify", "loss"}
    assert len(losses(events)) <= 2
    checkpoint = newest(Run.open(folder))
    assert checkpoint is not None
    assert all(tensor.isfinite().all() for tensor in checkpoint.network().values())


def test_running_out_of_its_memory_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(*_: object) -> None:
        torch.empty(2**50, device="cuda")

    folder = runs.create(dropping(device="cuda"), tmp_path / "run")
    monkeypatch.setattr("engine.procedures.supervised.Supervised.training_step", greedy)

    last = list(train(folder, Controls()))[-1]

    assert isinstance(last, Failed)
    assert "batch size" in last.message


@pytest.mark.parametrize("precision", ["bf16-mixed", "fp16-mixed"])
def test_shorter_numbers_learn_and_go_on_nearly_as_before(tmp_path: Path, precision: str) -> None:
    if fault := reason_against(precision, torch.device("cuda:0")):  # type: ignore[arg-type]
        pytest.skip(fault)
    plan = {"device": "cuda", "precision": precision, "accumulate": 2, "batch_size": 64}
    whole = list(train(runs.create(dropping(**plan), tmp_path / "whole"), Controls()))
    controls, heard = Controls(), []
    folder = runs.create(dropping(**plan), tmp_path / "stopped")
    for event in train(folder, controls):
        heard.append(event)
        if isinstance(event, EpochEnded):
            controls.stop()
    heard += train(folder, Controls())

    assert isinstance(heard[-1], Finished)
    assert heard[-1].test["accuracy"] > 0.7
    assert losses(heard) == pytest.approx(losses(whole), abs=1e-2)


def test_an_absurd_learning_rate_ends_an_fp16_run_too(tmp_path: Path) -> None:
    sgd = Chosen.of(SGD(lr=1e30))
    plan = {**QUICK, "device": "cuda", "epochs": 50, "optimizer": sgd, "precision": "fp16-mixed"}
    events = list(train(runs.create(digits(**plan).document(), tmp_path / "run"), Controls()))

    assert isinstance(events[-1], Failed)
    assert "learning rate" in events[-1].message


def test_data_that_is_sent_is_sent_and_learned_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(train(runs.create(dropping(device="cuda"), tmp_path / "whole"), Controls()))
    monkeypatch.setattr(devices, "room_for_data", lambda _: 1000)

    sent = list(train(runs.create(dropping(device="cuda"), tmp_path / "sent"), Controls()))

    assert isinstance(sent[0], Started)
    assert "each batch is sent there" in sent[0].notices[-1]
    assert losses(sent) == pytest.approx(losses(whole), abs=1e-4)


def test_cards_are_offered_by_name_with_their_memory() -> None:
    offers = {offer.id: offer.words for offer in devices.offers()}

    assert torch.cuda.get_device_name(0) in offers["cuda:0"]
    assert offers["cuda:0"].endswith("B free")
    assert torch.cuda.get_device_name(0) in offers["auto"]
