"""Whatever passes the check trains: changed documents are refused in words, or train."""

import json
import subprocess
import sys

import pytest

from tests.engine.commanding import environment


def came_of(count: int, seed: int) -> dict[str, int]:
    """What came of so many changed documents; fails with what was neither refused nor trained."""
    words = [sys.executable, "-m", "tests.engine.fuzzing", str(count), str(seed)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert not told["failures"], told["failures"][:2]
    came: dict[str, int] = told["came"]
    return came


def test_whatever_passes_the_check_trains() -> None:
    came = came_of(100, 7)
    assert came["trained"] >= 10 and came["refused"] >= 30


@pytest.mark.proof
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(3))
def test_three_thousand_changed_documents_are_refused_in_words_or_train(seed: int) -> None:
    came = came_of(1000, seed)
    assert came["trained"] >= 150 and came["refused"] >= 400
