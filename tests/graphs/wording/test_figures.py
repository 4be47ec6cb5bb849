"""Numbers in few digits stay apart where they differ in whole ones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.wording.figures import MOST_WHOLE, figure


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.123456, "0.1235"),
        (13.2000003, "13.2"),
        (9999.4, "9999"),
        (1000000014.12, "1000000014"),
        (-45254.6, "-45255"),
        (1e20, "1e+20"),
        (1e-9, "1e-09"),
        (math.inf, "inf"),
    ],
)
def test_a_number_is_short_but_whole(value: float, said: str) -> None:
    assert figure(value) == said


@given(st.floats(-MOST_WHOLE, MOST_WHOLE), st.integers(3, 8))
def test_no_figure_is_further_off_than_its_digits_say(value: float, digits: int) -> None:
    off = abs(float(figure(value, digits)) - value)
    assert off <= 0.5 if abs(value) >= 10**digits else off <= abs(value) * 10 ** (1 - digits)
