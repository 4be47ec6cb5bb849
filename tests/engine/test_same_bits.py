"""What README says of equal losses: to the last bit on one machine, up to rounding on others."""

import json
from pathlib import Path

import pytest

from engine import machine
from graphs import files
from graphs.templates import find
from tests.engine.commanding import process


def losses(document: Path, name: str, threads: int = 1, **settings: str) -> list[float]:
    """The losses of each epoch, trained in a process of its own."""
    words = ("--epochs", 3, "--seed", 5, "--device", "cpu", "--threads", threads, "--json")
    done = process("train", document, "--out", document.parent / name, *words, **settings)
    assert done.code == 0, done.err
    events = [json.loads(line) for line in done.out.splitlines()]
    return [event["train"]["loss"] for event in events if event["event"] == "epoch"]


@pytest.mark.proof
def test_another_processor_or_more_threads_change_losses_by_rounding_alone(tmp_path: Path) -> None:
    path = tmp_path / "digits.loom"
    template = find("digits-mlp")
    assert template is not None
    files.write(template.document(), path)
    first = losses(path, "first")
    assert losses(path, "again") == first
    assert losses(path, "two", threads=2) == pytest.approx(first, rel=1e-3)
    older = losses(path, "older", ATEN_CPU_CAPABILITY="default")
    assert older == pytest.approx(first, rel=1e-3)
    if "avx" in machine.processor():
        assert older != first


def test_a_run_says_on_which_processor_its_bits_were_made() -> None:
    if name := machine.processor():
        assert machine.environment()["processor"] == name
