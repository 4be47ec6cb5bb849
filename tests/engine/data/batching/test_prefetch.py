"""Data that a device has no room for, and what is sent there ahead of time."""

from pathlib import Path

import pytest
import torch

from engine import devices
from engine.data.batching import prefetch
from engine.data.batching.prefetch import ahead, moved
from engine.data.batching.splits import Batch
from engine.data.prepare import prepare
from engine.runs.events.event_types import Started
from tests.engine.drawings import DIGITS, QUICK, digits, dropping
from tests.engine.running import last_weights, losses, same, trained


def test_each_item_is_sent_while_the_one_before_it_is_in_use() -> None:
    order: list[str] = []

    def send(item: int) -> int:
        order.append(f"send {item}")
        return 10 * item

    def arrive(item: int) -> int:
        order.append(f"arrive {item}")
        return item

    order.extend(f"use {item}" for item in ahead(iter([0, 1, 2]), send, arrive))

    assert order == [
        *("send 0", "arrive 0", "send 1", "use 0"),
        *("arrive 10", "send 2", "use 10"),
        *("arrive 20", "use 20"),
    ]
    assert list(ahead(iter([]), send, arrive)) == []


def test_what_does_not_fit_is_sent_and_says_so() -> None:
    plan = digits(**QUICK).document().plan
    whole = prepare(DIGITS, plan, "cpu")
    size = whole.train.nbytes() + whole.valid.nbytes() + whole.test().nbytes()

    fits = prepare(DIGITS, plan, "meta", room=size + 1000)
    too_large = prepare(DIGITS, plan, "meta", room=size // 2)

    assert not fits.is_sent
    assert fits.train.take(slice(None))["image"].device.type == "meta"
    assert fits.notices == ()
    assert too_large.is_sent
    assert too_large.train.take(slice(None))["image"].device.type == "cpu"
    assert "each batch is sent there" in too_large.notices[-1]


def test_a_run_learns_the_same_from_data_that_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, unbroken = trained(dropping(epochs=1), tmp_path, "plain")
    sent: list[int] = []

    def sending(batches: object, device: torch.device) -> object:
        def send(batch: Batch) -> Batch:
            sent.append(len(batch["digit"]))
            return {name: tensor.clone() for name, tensor in batch.items()}

        return ahead(batches, send, lambda batch: batch)  # type: ignore[arg-type]

    monkeypatch.setattr(devices, "room_for_data", lambda _: 1000)
    monkeypatch.setattr("engine.training.stretch.moved", sending)

    folder, heard = trained(dropping(epochs=1), tmp_path, "sent")

    assert isinstance(heard[0], Started)
    assert len(heard[0].notices) == 1
    assert losses(heard) == losses(unbroken)
    assert same(last_weights(folder), last_weights(plain))
    assert sum(sent) == 1797  # training, validation and test, each sample once


def test_on_the_cpu_there_is_nothing_to_send() -> None:
    batches = iter([{"x": torch.ones(2)}])
    assert moved(batches, torch.device("cpu")) is batches
    assert devices.room_for_data(torch.device("cpu")) is None
    (batch,) = prefetch.moved(iter([{"x": torch.ones(2)}]), torch.device("meta"))
    assert batch["x"].device.type == "meta"
