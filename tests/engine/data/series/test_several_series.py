"""Several series in one file: no window crosses them, and all are split at the same times."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.series.windows import SeriesWindows, Several, forecast_samples
from engine.data.splitting.split import split_in_order


def array(found: Samples, name: str) -> Array:
    values = found.values[name]
    assert isinstance(values, np.ndarray)
    return values


@given(
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=5),
    window=st.integers(1, 6),
    horizon=st.integers(1, 4),
    stride=st.integers(1, 3),
)
def test_no_window_reaches_from_one_series_into_the_next(
    lengths: list[int], window: int, horizon: int, stride: int
) -> None:
    if max(lengths) < window + horizon:
        return
    which = np.repeat(np.arange(len(lengths)), lengths)
    step = np.concatenate([np.arange(length) for length in lengths])
    line = np.stack([which, step], axis=1).astype(np.float64)
    several = Several(np.cumsum([0, *lengths]), step)
    found = forecast_samples(line, line, SeriesWindows(window, horizon, stride), several)
    whole = np.concatenate([array(found, "past"), array(found, "future")], axis=1)
    assert (whole[:, :, 0] == whole[:, :1, 0]).all()
    assert (np.diff(whole[:, :, 1], axis=1) == 1).all()
    counts = [max(0, (n - window - horizon) // stride + 1) for n in lengths]
    assert len(found) == sum(counts)


@given(length=st.integers(40, 90), series=st.integers(2, 4), later=st.integers(0, 10))
def test_all_series_are_split_at_the_same_times(length: int, series: int, later: int) -> None:
    moments = np.concatenate([np.arange(length) + later * n for n in range(series)])
    line = moments[:, None].astype(np.float64)
    several = Several(np.arange(series + 1) * length, moments)
    found = forecast_samples(line, line, SeriesWindows(3, 1, 1), several)
    assert found.spans is not None
    parts = split_in_order(found.spans, 0.15, 0.15)
    ends = array(found, "future")[:, 0]
    firsts = array(found, "past")[:, 0, 0]
    assert ends[parts.train].max() < firsts[parts.valid].min()
    assert ends[parts.valid].max() < firsts[parts.test].min()
