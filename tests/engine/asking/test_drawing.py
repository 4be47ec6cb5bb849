"""What is drawn by hand comes to look like the pictures that were learned from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.asking.drawing import Look, can_be_drawn, fitted, look_of
from engine.data.array import Array
from engine.data.sources import reader_of
from graphs.data import Field, ImageKind, SeriesKind
from graphs.data.sources import Source


def box(picture: Array, look: Look) -> tuple[int, int, int, int]:
    ink = np.abs(picture - look.background) > 0.05
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def figure(height: int, width: int, top: int, left: int, side: int = 200) -> Array:
    drawn = np.zeros((side, side))
    drawn[top : top + height, left : left + width] = 1
    return drawn


def test_the_digits_that_come_with_the_program_are_light_on_dark() -> None:
    samples = reader_of(Source.get("digits")()).read()
    raw = np.asarray(samples.values["image"])[:200]
    look = look_of(raw[:, 0] / (255 if raw.dtype == np.uint8 else 1))
    assert look is not None
    assert look.background < 0.1 and look.ink == 1
    assert 0.7 < look.size[0] <= 1 and 0.4 < look.size[1] < look.size[0]
    assert look.centre == pytest.approx((0.5, 0.5), abs=0.08)


def test_dark_on_light_is_seen_and_drawn_so() -> None:
    pictures = np.ones((20, 28, 28))
    pictures[:, 8:20, 11:17] = 0.05
    look = look_of(pictures)
    assert look == Look(1.0, 0.0, (12 / 28, 6 / 28), (0.5, 0.5))
    picture = fitted(figure(80, 40, 100, 10), look, 28, 28)
    assert picture[0, 0] == 1 and picture[14, 14] == 0


def test_pictures_without_a_ground_are_not_drawn() -> None:
    assert look_of(np.random.default_rng(0).random((50, 12, 12))) is None
    assert look_of(np.zeros((5, 12, 12))) is None


@given(
    st.integers(8, 120),
    st.integers(8, 120),
    st.integers(0, 80),
    st.integers(0, 80),
    st.integers(8, 64),
    st.integers(8, 64),
)
def test_a_figure_is_as_large_and_where_it_usually_is_wherever_it_is_drawn(
    high: int, wide: int, top: int, left: int, height: int, width: int
) -> None:
    look = Look(0.0, 1.0, (0.7, 0.6), (0.5, 0.5))
    picture = fitted(figure(high, wide, top, left), look, height, width)
    assert picture.shape == (height, width) and picture.dtype == np.float32
    assert picture.min() >= 0 and picture.max() <= 1
    above, below, first, last = box(picture, look)
    tall = high >= wide
    side, usual = (below - above, 0.7 * height) if tall else (last - first, 0.6 * width)
    across = (last - first, width) if tall else (below - above, height)
    assert abs(side - usual) <= 1.01 or across[0] >= across[1] - 1  # or the other side is full
    assert abs((above + below) / 2 - height / 2) <= 1
    assert abs((first + last) / 2 - width / 2) <= 1


def test_an_empty_pad_is_an_empty_picture() -> None:
    look = Look(0.25, 1.0, (0.7, 0.6), (0.5, 0.5))
    assert (fitted(np.zeros((10, 10)), look, 8, 8) == 0.25).all()


@pytest.mark.parametrize(
    ("sizes", "can"),
    [
        ((1, 28, 28), True),
        ((3, 28, 28), False),
        ((1, 65, 28), False),
        ((1, "H", "W"), False),
        ((1, 12, 48), False),
        ((1, 48, 20), False),
        ((1, 12, 24), True),
    ],
)
def test_small_grey_pictures_of_one_size_can_be_drawn(
    sizes: tuple[int | str, ...], can: bool
) -> None:
    assert can_be_drawn(Field(ImageKind.id, sizes)) == can
    assert not can_be_drawn(Field(SeriesKind.id, sizes))
