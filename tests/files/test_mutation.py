"""A damaged file opens or is refused, and never does anything else, nor takes long."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("resource", reason="needs limits on memory and time")
SAMPLE = Path(__file__).with_name("version-1.loom")


def mutated(way: str, count: int = 0, seed: int = 0) -> dict[str, Any]:
    """What came of all mutants, from a child process with bounded memory and time."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.files.mutating", str(SAMPLE), way, str(count), str(seed)],
        capture_output=True,
        text=True,
        cwd=SAMPLE.parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_a_file_cut_off_at_any_byte_is_refused() -> None:
    result = mutated("truncate")
    size = len(SAMPLE.read_bytes())
    # Without the line end after the last bracket nothing is missing.
    assert result["came"] == {"BrokenFile": size - 1, "opened": 1}
    assert result["slowest"] < 2


@pytest.mark.parametrize("count", [1000, pytest.param(10_000, marks=pytest.mark.proof)])
def test_a_file_with_one_changed_byte_opens_or_is_refused(count: int) -> None:
    result = mutated("flip", count, seed=count)
    came = result["came"]
    assert sum(came.values()) == count
    assert came.keys() <= {"opened", "BrokenFile", "NewerFile", "TooLarge"}
    assert came["opened"] > count / 20 and came["BrokenFile"] > count / 20
    assert result["slowest"] < 2
