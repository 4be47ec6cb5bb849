"""The first moment predicted is told where the lines of a series tell it, and only there."""

import numpy as np
import pytest

from engine.data.series.ends import following, spelled_moment

DAY = 86_400_000_000


def after(cells: list[str], days: float = 0) -> str:
    """What is told to come after some dates, whose usual step is so many days, or their own."""
    times = np.array(cells, dtype="datetime64[us]").astype(np.int64).astype(np.float64)
    step = days * DAY or float(np.median(np.diff(times)))
    ahead = following(times, True, step)
    return "" if ahead is None else spelled_moment(ahead, True)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["2024-01-01", "2024-01-02", "2024-01-03"], "2024-01-04"),
        (["2024-01-01T22:00", "2024-01-01T23:00"], "2024-01-02"),
        (["2024-01-01T21:30", "2024-01-01T22:00"], "2024-01-01 22:30:00"),
        (["2023-12-01", "2024-01-01", "2024-02-01"], "2024-03-01"),
        (["2023-12-31", "2024-01-31", "2024-02-29"], "2024-03-31"),
        (["2023-03-31", "2023-06-30", "2023-09-30"], "2023-12-31"),
        (["2023-03-15", "2023-06-15", "2023-09-15"], "2023-12-15"),
        (["2022-01-01", "2023-01-01", "2024-01-01"], "2025-01-01"),
        (["2024-01-05", "2024-02-02", "2024-03-01"], "2024-03-29"),  # four weeks
    ],
)
def test_what_comes_next_follows_the_step_of_the_lines(cells: list[str], told: str) -> None:
    assert after(cells) == told


@pytest.mark.parametrize(
    "cells",
    [
        ["2024-01-04", "2024-01-05", "2024-01-08"],  # days of work
        ["2024-01-01", "2024-01-01", "2024-01-02"],
        ["2024-01-01"],
        ["2021-02-28", "2022-02-28", "2023-02-28"],  # then the 28th or the 29th
    ],
)
def test_what_the_lines_do_not_tell_is_left_open(cells: list[str]) -> None:
    assert after(cells, days=365 if cells[0].startswith("2021") else 1) == ""


def test_lines_further_apart_than_usual_tell_nothing() -> None:
    assert after(["2024-01-01", "2024-01-03"], days=1) == ""


def test_counted_steps_are_told_as_numbers() -> None:
    ahead = following(np.array([7.0, 8.0, 9.0]), False, 1.0)
    assert ahead == 10 and spelled_moment(ahead, False) == "10"
