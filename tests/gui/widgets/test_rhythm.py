"""The rhythm of drawings: quick where they are cheap, slow where they would take from the run."""

import pytest

from gui.widgets import rhythm
from gui.widgets.rhythm import LONGEST, SHARE, SHORTEST, Rhythm


class Clocks:
    """The wall's time and the thread's, both set by hand."""

    wall = worked = 0.0


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    monkeypatch.setattr(rhythm, "perf_counter", lambda: clocks.wall)
    monkeypatch.setattr(rhythm, "thread_time", lambda: clocks.worked)
    return clocks


def drawn(clocks: Clocks, cost: float, times: int = 50) -> list[int]:
    """Waits between drawings that cost ``cost`` seconds each."""
    beats, waits = Rhythm(), []
    for _ in range(times):
        clocks.wall += beats.milliseconds / 1000 + cost
        clocks.worked += cost
        waits.append(beats.beat())
    return waits


def test_cheap_drawings_follow_each_other_ten_times_a_second(clocks: Clocks) -> None:
    assert set(drawn(clocks, cost=0.001)) == {SHORTEST}


@pytest.mark.parametrize("cost", [0.004, 0.007, 0.012])
def test_dear_drawings_take_no_more_than_their_share(clocks: Clocks, cost: float) -> None:
    wait = drawn(clocks, cost)[-1]
    assert SHORTEST < wait < LONGEST
    assert cost / (wait / 1000) == pytest.approx(SHARE, rel=0.05)


def test_no_drawing_waits_longer_than_half_a_second(clocks: Clocks) -> None:
    assert drawn(clocks, cost=0.5)[-1] == LONGEST
