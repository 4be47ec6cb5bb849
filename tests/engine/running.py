"""Runs as tests begin, hear and compare them."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from engine import runs
from engine.controls import Controls
from engine.network import compiling
from engine.network.compiling import Network, compiled
from engine.runs import Run
from engine.runs.events.event_types import Progress, TrainingEvent
from engine.runs.trained.checkpoints import newest
from engine.training.loop import train
from graphs.document.document import Document


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


BEGUN: list[tuple[threading.Thread, Controls]] = []
"""The runs of one test, which its end stops: one that goes on would spoil whatever comes after."""


def in_thread(folder: Path, controls: Controls) -> tuple[threading.Thread, list[TrainingEvent]]:
    heard: list[TrainingEvent] = []
    thread = threading.Thread(target=lambda: heard.extend(train(folder, controls)))
    BEGUN.append((thread, controls))
    thread.start()
    return thread, heard


def stop_all() -> None:
    """End the runs that a test has begun, also where it failed."""
    for thread, controls in BEGUN:
        controls.stop()
        thread.join()
    BEGUN.clear()


def wait_for(heard: list[TrainingEvent], kind: type[TrainingEvent]) -> None:
    deadline = time.monotonic() + 120
    while not any(isinstance(event, kind) for event in list(heard)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


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

    monkeypatch.setattr(compiling, "compiled", slow)
