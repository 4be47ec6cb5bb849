"""What keeps a run from being trained, as sentences."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine import runs
from engine.controls import Controls
from engine.data import prepare as preparing
from engine.data.reading import read
from engine.data.samples import Samples
from engine.errors import DataError, DeviceError, EngineError, GraphProblems, RunError
from engine.runs import Run
from engine.runs.events import event_log
from engine.runs.events.event_types import EpochEnded, Failed
from engine.training import stretch
from engine.training.loop import train
from engine.weights import weights_file
from tests.engine.drawings import QUICK, digits, dropping
from tests.engine.running import begun, trained


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
    monkeypatch.setattr("engine.procedures.supervised.Supervised.training_step", greedy)

    last = list(train(folder, Controls()))[-1]

    assert isinstance(last, Failed)
    assert "batch size 128" in last.message
    assert "a batch size of 64 (with accumulate 2 it learns the same)" in last.message
    assert "the precision bf16-mixed" in last.message
    assert Run.open(folder).state == "failed"


def test_a_failed_step_of_another_kind_is_raised_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: Any) -> None:
        raise RuntimeError("a bug")

    folder = begun(dropping(), tmp_path)
    monkeypatch.setattr("engine.procedures.supervised.Supervised.training_step", faulty)

    with pytest.raises(RuntimeError, match="a bug"):
        list(train(folder, Controls()))
    assert Run.open(folder).status.message == "a bug"


def test_the_cost_of_checkpoints_sets_how_often_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(stretch, "CHECKPOINT_SHARE", 1e9)
    monkeypatch.setattr(stretch, "REPORT_SECONDS", 0.0)
    written = []
    write = weights_file.write

    def counted(path: Path, *rest: Any, **more: Any) -> str:
        written.append(path)
        return write(path, *rest, **more)

    monkeypatch.setattr(weights_file, "write", counted)
    folder, events = trained(digits(**QUICK).document(), tmp_path)

    assert len(written) > 30
    assert len(Run.open(folder).checkpoints()) == 2
    assert event_log.read(folder / runs.EVENTS) == tuple(events)
