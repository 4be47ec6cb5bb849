"""What training says on the command line, and how it is interrupted."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from engine.cli.progress import ProgressView
from engine.runs.events import event_types
from graphs import files
from graphs.describe import Chosen
from graphs.document.edits import ChangePlan, Step
from graphs.plan.optimizers import SGD
from tests.engine.commanding import Layerloom, environment
from tests.engine.drawings import digits


def test_training_prints_one_json_object_per_event(
    layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    done = layerloom("train", xor, "--epochs", 3, "--seed", 7, "--out", tmp_path / "r", "--json")

    told = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert done.err == ""
    assert told[0]["event"] == "started"
    assert told[0]["run"] == told[-1]["run"] == str(tmp_path / "r")
    assert told[0]["epochs"] == 3
    epochs = [one for one in told if one["event"] == "epoch"]
    assert [one["epoch"] for one in epochs] == [1, 2, 3]
    assert all({"loss", "accuracy"} <= one["train"].keys() & one["valid"].keys() for one in epochs)
    assert told[-1]["event"] == "finished"
    assert {"test", "samples_per_second", "seconds", "run"} <= told[-1].keys()
    assert {one["event"] for one in told} <= {"started", "progress", "epoch", "finished"}
    for one in told:
        assert json.loads(json.dumps(event_types.encoded(event_types.decoded(one)))) == one


def test_training_tells_people_each_epoch_on_a_plain_line(
    layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    done = layerloom("train", xor, "--epochs", 2, "--out", tmp_path / "r")

    lines = done.out.splitlines()
    assert done.code == 0
    assert [line.split(":")[0] for line in lines if line.startswith("epoch")] == [
        "epoch 1/2",
        "epoch 2/2",
    ]
    assert str(tmp_path / "r") in lines[0]
    assert "accuracy" in lines[-2]
    assert "\x1b" not in done.out


def test_a_run_without_a_folder_of_its_own_lies_among_the_users_runs(
    layerloom: Layerloom, xor: Path
) -> None:
    done = layerloom("train", xor, "--epochs", 1, "--json")

    folder = json.loads(done.out.splitlines()[0])["run"]
    (listed,) = layerloom("runs", "--json").json()["runs"]
    assert listed["run"] == folder
    assert listed["document"] == "xor"


def test_a_run_that_breaks_ends_with_3_and_names_the_node(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    document = digits(batch_size=64, epochs=3).document()
    plan = replace(document.plan, optimizer=Chosen.of(SGD(lr=1e30, momentum=0.0)))
    document.apply(Step("Plan", (ChangePlan(document.plan, plan),)))
    files.write(document, tmp_path / "wild.loom")

    done = layerloom("train", tmp_path / "wild.loom", "--out", tmp_path / "run", "--json")

    last = json.loads(done.out.splitlines()[-1])
    assert done.code == 3
    assert last["event"] == "failed"
    assert last["node"]
    assert done.err.strip() == last["message"]


def interrupted(number: signal.Signals, *words: object) -> tuple[int, list[dict[str, Any]], str]:
    """Start to train, send a signal after the first steps, and return what was said."""
    with subprocess.Popen(
        [sys.executable, "-m", "engine", "train", *map(str, words), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        told = []
        for line in child.stdout:
            told.append(json.loads(line))
            if told[-1]["event"] == "progress":
                child.send_signal(number)
                break
        told += [json.loads(line) for line in child.stdout]
        said = child.stderr.read()
    return child.returncode, told, said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals between processes")
def test_an_interrupted_run_stops_cleanly_and_goes_on_where_it_was(
    layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"

    code, first, said = interrupted(signal.SIGINT, xor, "--epochs", 1_000_000, "--out", run)
    listed = layerloom("runs", run, "--json").json()["runs"][0]
    state, done = listed["state"], listed["epochs"]
    again, second, _ = interrupted(signal.SIGTERM, "--resume", run)

    assert (code, again) == (3, 3)
    assert first[-1]["epoch"] == done, "whole epochs, in the list as in what was said"
    assert first[-1]["event"] == second[-1]["event"] == "stopped"
    assert said.strip() == f"Stopped. Go on with: layerloom train --resume {run}"
    assert state == "stopped"
    assert second[0]["step"] == first[-1]["step"] > 0
    assert second[-1]["step"] > second[0]["step"]


def test_a_finished_run_does_not_go_on(layerloom: Layerloom, trained: Path) -> None:
    done = layerloom("train", "--resume", trained)

    assert done.code == 1
    assert "is finished" in done.err


def test_a_terminal_gets_a_bar_and_the_same_lines() -> None:
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=100, color_system=None)
    run: list[event_types.TrainingEvent] = [
        event_types.Started("runs/[bold]a", 2, 5, "cpu", 1234, notices=("[red] 3 files left out",)),
        event_types.Progress(1, 3, 10, (0.5, 0.25), 1e-3, 1000.0, 1.0),
        event_types.EpochEnded(1, 5, {"loss": 0.2}, {"loss": 0.3}, True),
        event_types.Stopped("runs/[bold]a", 1, 6),
    ]

    with ProgressView(console) as watch:
        for event in run:
            watch.show(event)
            watch._bar.refresh()

    shown = screen.getvalue()
    assert "epoch 1/2" in shown
    assert "loss 0.2500, 1,000 samples/s" in shown
    assert "runs/[bold]a" in shown
    assert "[red] 3 files left out" in shown
    assert "epoch 1/2: loss 0.2000; validation loss 0.3000 (best)" in shown
    assert "Stopped at step 6; whole epochs done: 1." in shown
