"""Forecasts: windows in the order of time, from generated series and from files."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.data.array import Array
from engine.data.preprocessing import Preprocessing
from engine.data.samples import Samples, Spans
from engine.data.series.windows import SeriesWindows, forecast_samples
from engine.data.sources import reader
from engine.data.sources.generated.hourly_load import pattern
from engine.data.sources.spec import Proposal
from engine.data.splitting.split import split_in_order
from engine.errors import DataError
from graphs.data import SeriesKind


def array(found: Samples, name: str) -> Array:
    values = found.values[name]
    assert isinstance(values, np.ndarray)
    return values


@given(
    steps=st.integers(1, 60),
    window=st.integers(1, 12),
    horizon=st.integers(1, 12),
    stride=st.integers(1, 7),
    columns=st.integers(1, 3),
)
def test_what_is_to_be_told_comes_right_after_the_window(
    steps: int, window: int, horizon: int, stride: int, columns: int
) -> None:
    line = np.arange(steps)[:, None] * 10.0 + np.arange(columns)
    cut = SeriesWindows(window, horizon, stride)
    if steps < window + horizon:
        with pytest.raises(DataError, match=f"The series has {steps} steps"):
            forecast_samples(line, line[:, :1], cut)
        return
    found = forecast_samples(line, line[:, :1], cut)
    past, future = array(found, "past"), array(found, "future")
    starts = np.arange(len(found)) * stride
    assert len(found) == (steps - window - horizon) // stride + 1
    assert past.shape[1:] == found.fields["past"].sizes == (window, columns)
    assert future.shape[1:] == found.fields["future"].sizes == (horizon,)
    assert np.array_equal(past, line[starts[:, None] + np.arange(window)])
    assert np.array_equal(future, line[starts[:, None] + window + np.arange(horizon), 0])


@pytest.mark.parametrize("ahead", [1, 2])
def test_columns_have_names_wherever_there_are_several(ahead: int) -> None:
    line, names = np.arange(30.0).reshape(10, 3), ("a", "b", "c")
    found = forecast_samples(line, line[:, :ahead], SeriesWindows(3, 2, 1), names=names)
    assert found.fields["past"].names == names
    assert found.fields["future"].names == (names[:ahead] if ahead > 1 else ())


def test_several_columns_to_tell_keep_their_axis() -> None:
    line = np.arange(20.0).reshape(10, 2)
    found = forecast_samples(line, line, SeriesWindows(3, 2, 1))
    assert found.fields["future"].sizes == (2, 2)
    assert array(found, "future")[0].tolist() == [[6, 7], [8, 9]]


@given(
    count=st.integers(3, 200),
    length=st.integers(1, 20),
    stride=st.integers(1, 9),
    share=st.sampled_from([0.0, 0.1, 0.2, 0.3]),
)
def test_parts_follow_each_other_and_have_no_moment_in_common(
    count: int, length: int, stride: int, share: float
) -> None:
    starts = np.arange(count) * stride
    assume(share == 0 or count * stride * (1 - 2 * share) > 3 * length + 2 * stride)
    assume(share == 0 or count * share * stride > length)
    parts = split_in_order(Spans(starts, starts + length), share, share)
    if not share:
        assert parts.train is parts.valid is parts.test
        assert len(parts.train) == count
        return
    assert len(parts.test) == len(parts.valid) == max(1, int(count * share + 0.5))
    assert parts.test[-1] == count - 1
    assert (starts[parts.train] + length).max() <= starts[parts.valid].min()
    assert (starts[parts.valid] + length).max() <= starts[parts.test].min()
    left_out = count - len(parts.train) - len(parts.valid) - len(parts.test)
    assert left_out <= 2 * (length // stride + 1)


def test_windows_that_reach_over_everything_are_refused_in_words() -> None:
    starts = np.arange(30)
    with pytest.raises(DataError, match="overlap so far that nothing is left"):
        split_in_order(Spans(starts, starts + 29), 0.2, 0.2)


def test_the_noise_of_the_hourly_load_is_what_is_said() -> None:
    found = reader("hourly_load", {"stride": 24}).read()
    hours = np.arange(168, 168 + 24) + np.arange(len(found))[:, None] * 24
    off = array(found, "future") - pattern(hours)
    assert abs(off.std() - 3.0) < 0.1
    repeated = array(found, "past")[:, -1:, 0] - array(found, "future")
    assert np.sqrt((repeated**2).mean()) > 4 * 3.0  # so half of this can be had


def test_all_steps_of_a_future_share_their_scale() -> None:
    found = reader("hourly_load", {"days": 30}).read()
    fitted = Preprocessing.fitted(found, np.arange(50))
    assert len(fitted.numbers["future"].shift) == 1
    assert Preprocessing.decoded(fitted.encoded()) == fitted
    encoded = fitted.encode("future", array(found, "future")[:3])
    assert encoded.shape == (3, 24)
    assert np.allclose(fitted.restore("future", encoded), array(found, "future")[:3], atol=1e-3)


# ---- from files ----


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def sorted_by(column: str) -> str:
    return f"The lines are not in the order of time; they are sorted by “{column}”."


def propose(path: Path, **settings: object) -> Proposal:
    made = {"path": str(path), "window": 2, "horizon": 1, **settings}
    return reader("forecast", made).propose()


def test_a_file_is_cut_into_windows_in_the_order_of_time(tmp_path: Path) -> None:
    file = write(
        tmp_path / "sales.csv",
        "date,sold,price,shop\n2024-01-03,3,30,a\n2024-01-01,1,10,a\n"
        "2024-01-02,2,20,b\n2024-01-04,4,40,b\n",
    )
    found = propose(file)
    assert found.section.settings["time"] == "date"
    assert found.section.settings["predicted"] == ("sold", "price")
    assert found.samples.notices[:-1] == (sorted_by("date"),)  # the last: too few to split
    assert array(found.samples, "past")[:, :, 0].tolist() == [[1, 2], [2, 3]]
    assert array(found.samples, "future").tolist() == [[[3, 30]], [[4, 40]]]


def test_further_columns_are_learned_from_but_not_predicted(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "sold,price\n1,10\n2,20\n3,30\n4,40\n")
    samples = propose(file, predicted=["sold"], further=["price"]).samples
    assert samples.fields["past"].sizes == (2, 2)
    assert array(samples, "past")[0].tolist() == [[1, 10], [2, 20]]
    assert array(samples, "future").tolist() == [[3], [4]]


@pytest.mark.parametrize(
    "times",
    [
        ("2024-05-31 23:00", "2024-05-31 22:00", "2024-06-01 00:00", "2024-06-01 01:00"),
        ("2024-05-31T23:00", "2024-05-31T22:00", "2024-06-01T00:00", "2024-06-01T01:00"),
        ("2024-11-02", "2024-11-01", "2024-11-03", "2024-11-04"),
        ("9", "8", "10", "11"),
    ],
)  # fmt: skip
def test_times_are_dates_or_numbers(tmp_path: Path, times: tuple[str, ...]) -> None:
    lines = "".join(f"{time},{value}\n" for time, value in zip(times, (2, 1, 3, 4), strict=True))
    found = propose(write(tmp_path / "a.csv", "when,value\n" + lines), time="when")
    assert array(found.samples, "past")[:, :, 0].tolist() == [[1, 2], [2, 3]]
    assert found.samples.notices[:-1] == (sorted_by("when"),)  # the last: too few to split


def test_parquet_keeps_its_times_for_sorting(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    days = [datetime(2024, 5, day, tzinfo=UTC) for day in (3, 1, 2, 4)]
    polars.DataFrame({"date": days, "v": [3.0, 1.0, 2.0, 4.0]}).write_parquet(path)
    found = propose(path)
    assert found.section.settings["time"] == "date"
    assert found.samples.notices[:-1] == (sorted_by("date"),)  # the last: too few to split
    assert array(found.samples, "past")[:, :, 0].tolist() == [[1, 2], [2, 3]]
    gap = polars.DataFrame({"date": [days[0], None, days[2]], "v": [1.0, 2.0, 3.0]})
    gap.write_parquet(path)
    with pytest.raises(DataError, match="row 2: the column “date” is empty"):
        propose(path)


def test_equal_and_uneven_times_are_told(tmp_path: Path) -> None:
    same = write(tmp_path / "a.csv", "time,v\n1,1\n1,2\n2,3\n3,4\n")
    assert "same time as the line before in 1 line" in propose(same).samples.notices[0]
    gaps = write(tmp_path / "b.csv", "time,v\n1,1\n2,2\n3,3\n9,4\n")
    assert "not all alike: 1 differ" in propose(gaps).samples.notices[0]


def test_a_gap_is_filled_with_the_value_before_and_told(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "time,v\n4,8\n1,5\n3,\n2,6\n")
    found = propose(file)
    assert array(found.samples, "past")[:, :, 0].tolist() == [[5, 6], [6, 6]]
    assert "“v” has no value in 1 row; there, the value before" in found.samples.notices[1]


@pytest.mark.parametrize(
    ("text", "settings", "words"),
    [
        ("time,v\n1,1\nsoon,2\n3,3\n", {}, r"line 3: the column “time” holds “soon”, which is no"),
        ("time,v\n1,1\n,2\n3,3\n", {}, "line 3: the column “time” is empty"),
        ("a,b\nx,y\nz,w\n", {}, "has no column of numbers to predict"),
        ("a,b\nx,1\nz,2\nu,3\n", {"predicted": ["a"]}, "“a” of a.csv holds texts"),
        ("a,b\n1,1\n2,2\n3,3\n", {"predicted": ["c"]}, "has no column “c”"),
        ("a,b\n1,1\n2,2\n3,3\n", {"time": "c"}, "has no column “c”"),
        ("a,b\n1,1\n2,2\n", {}, "has 2 steps, but a window of 2 and 1"),
        ("a,b\n1,1\n2,inf\n3,3\n", {}, "line 3: the column “b” holds an infinite number"),
        ("a,b\n1,\n2,\n3,\n", {"predicted": ["b"]}, "“b” of a.csv has no values"),
    ],
)
def test_what_is_no_series_is_refused_in_words(
    tmp_path: Path, text: str, settings: dict[str, object], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        propose(write(tmp_path / "a.csv", text), **settings)


def test_a_decimal_comma_can_be_chosen(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "t;v\n1;0,5\n2;1,5\n3;2,5\n")
    found = propose(file, predicted=["v"], decimal=",")
    assert found.section.fields["past"].content == SeriesKind.id
    assert array(found.samples, "future").tolist() == [[2.5]]
