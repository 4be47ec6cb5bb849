"""Forecasts: how cells are written is settled, and holds for files to predict from."""

from pathlib import Path

import numpy as np
import pytest

from engine.data.reading import read
from engine.data.series.windows import PAST
from engine.data.sources import reader, reader_of
from engine.data.sources.spec import Proposal
from engine.data.splitting.by_plan import indices_of
from engine.errors import DataError
from graphs.data.sources import Source
from graphs.data.sources.files.forecast import Forecast
from graphs.notation import Notation
from graphs.plan.plan import Plan

DECIMAL = ["1,037", "0,5", "2,25", "3,125", "1,5", "2,75", "0,125", "4,5"]


def written(path: Path, cells: list[str]) -> Path:
    path.write_text("step;v\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells)))
    return path


def proposed(path: Path, **settings: object) -> Proposal:
    found = {"path": str(path), "window": 3, "horizon": 1, **settings}
    return reader("forecast", found).propose()


def forecast(proposal: Proposal, **settings: object) -> Forecast:
    made = Source.get("forecast").made({**proposal.section.settings, **settings})
    assert isinstance(made, Forecast)
    return made


def window(source: Forecast, path: Path) -> list[float]:
    newest = reader_of(source).newest(path)
    assert newest is not None
    found = newest.values[PAST]
    assert isinstance(found, np.ndarray)
    return [float(one) for one in found.reshape(-1)]


def test_a_new_file_is_read_by_the_signs_of_the_training(tmp_path: Path) -> None:
    trained = proposed(written(tmp_path / "a.csv", DECIMAL))
    assert trained.section.settings["notations"]["v"]["decimal"] == ","
    assert read(trained.section).fingerprint() == trained.samples.fingerprint()
    source = forecast(trained)
    new = written(tmp_path / "new.csv", ["1,250", "1,313", "1,900", "500", "700", "999"])
    assert window(source, new) == [500, 700, 999]
    new = written(tmp_path / "new.csv", ["500", "700", "999", "1,250", "1,313", "1,900"])
    assert window(source, new) == [1.25, 1.313, 1.9]
    alone = written(tmp_path / "new.csv", ["1,037", "2,250", "3,125"])  # which asked before
    assert window(source, alone) == [1.037, 2.25, 3.125]


def test_thousands_of_the_training_are_thousands_in_a_new_file(tmp_path: Path) -> None:
    cells = ["1,037", "2,250", "1,234.5", "3,125", "999", "1,500", "2,750", "4,500"]
    trained = proposed(written(tmp_path / "a.csv", cells))
    new = written(tmp_path / "new.csv", ["1,250", "1,313", "1,900"])
    assert window(forecast(trained), new) == [1250, 1313, 1900]


def test_numbers_of_another_writing_are_refused_by_line(tmp_path: Path) -> None:
    trained = proposed(written(tmp_path / "a.csv", ["1.5", "2", "3.25", "4", "5.5", "6", "7.75"]))
    new = written(tmp_path / "new.csv", ["500", "700", "1,250"])
    with pytest.raises(DataError, match=r"new.csv, line 4: the column “v”.*“1,250”, which may be"):
        reader_of(forecast(trained)).newest(new)
    words = written(tmp_path / "new.csv", ["500", "seven", "999"])
    with pytest.raises(DataError, match=r"new.csv, line 3: the column “v” takes numbers") as told:
        reader_of(forecast(trained)).newest(words)
    assert "Choose" not in str(told.value)


def test_what_means_missing_is_missing_in_a_new_file(tmp_path: Path) -> None:
    cells = ["1", "2", "-999", "4", "5", "6", "7", "8"]
    path = written(tmp_path / "a.csv", cells)
    trained = proposed(path, notations={"v": {"missing": ["-999"]}})
    assert window(forecast(trained), path) == [6, 7, 8]
    assert "-999" not in str(np.asarray(trained.samples.values[PAST]).tolist())
    new = written(tmp_path / "new.csv", ["3", "-999", "5"])
    assert window(forecast(trained), new) == [3, 3, 5]


def test_an_open_column_is_settled_by_a_notation(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", ["1,037", "2,250", "3,125", "1,500", "2,750", "4,500"])
    with pytest.raises(DataError, match="two ways"):
        proposed(path)
    found = proposed(path, notations={"v": {"decimal": ","}})
    assert np.asarray(found.samples.values[PAST])[0].reshape(-1).tolist() == [1.037, 2.25, 3.125]
    assert "decimal comma" in found.samples.told["v"]
    assert any("decimal comma" in notice for notice in found.samples.notices)


def test_a_document_of_before_reads_as_it_did(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", DECIMAL)
    before = forecast(proposed(path), notations=None)
    assert before.notations is None
    assert window(before, path) == [2.75, 0.125, 4.5]
    assert reader_of(before).read().fingerprint() == proposed(path).samples.fingerprint()


def test_steps_that_are_counted_are_numbers_in_a_new_file_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("step;v\n" + "".join(f"{n};{n}\n" for n in range(1, 9)))
    settled = forecast(proposed(path)).notations
    assert settled is not None
    assert settled["step"] == Notation("number", ".", "", (), step=1.0)
    new = tmp_path / "new.csv"  # by itself, these would be months
    new.write_text("step;v\n" + "200612;1\n200610;2\n200611;3\n")
    assert window(forecast(proposed(path)), new) == [2, 3, 1]


@pytest.mark.parametrize(("steps", "window"), [(150, 24), (60, 12), (500, 48)])
def test_a_short_series_gets_a_window_that_can_be_trained_with(
    steps: int, window: int, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.csv", [str(n % 7) for n in range(steps)])
    found = reader("forecast", {"path": str(path)}).propose()
    assert forecast(found).window == window
    told = [line for line in found.samples.notices if "“Window” changes it" in line]
    assert bool(told) == (window < Forecast().window)
    parts = indices_of(found.samples, Plan())
    assert len(parts.train) >= len(parts.valid) > 0 and len(parts.test)


def test_windows_that_leave_nothing_name_what_makes_them_shorter(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [str(n % 7) for n in range(150)])
    found = proposed(path, window=47)
    assert forecast(found).window == 47
    with pytest.raises(DataError, match="window or the horizon"):
        indices_of(found.samples, Plan())


def dated(path: Path, cells: list[str]) -> Path:
    path.write_text("day;v\n" + "".join(f"{cell};{n}\n" for n, cell in enumerate(cells)))
    return path


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["05.06.2023", "04.06.2023", "06.06.2023", "07.06.2023"], "day first"),
        (["05/30/2023", "05/29/2023", "05/31/2023", "06/01/2023"], "month first"),
    ],
)
def test_dates_of_a_new_file_in_another_order_are_read_where_it_is_sure_and_told(
    cells: list[str], order: str, tmp_path: Path
) -> None:
    trained = proposed(dated(tmp_path / "a.csv", [f"2023-05-{day:02}" for day in range(1, 20)]))
    source = forecast(trained)
    new = dated(tmp_path / "new.csv", cells)
    assert window(source, new) == [0, 2, 3]  # by time
    newest = reader_of(source).newest(new)
    assert newest is not None
    told = f"written with the {order}, and those of the training with the year first"
    assert any(told in one for one in newest.notices)


def test_dates_that_may_be_in_another_order_are_refused_with_that_of_the_training(
    tmp_path: Path,
) -> None:
    trained = proposed(dated(tmp_path / "a.csv", [f"2023-05-{day:02}" for day in range(1, 20)]))
    for cells in (["05/06/2023", "04/06/2023", "06/06/2023"], ["2023-06-01", "30.06.2023"]):
        new = dated(tmp_path / "new.csv", cells)
        with pytest.raises(DataError, match=r"come with the year first\. .* such as 2024-05-31"):
            reader_of(forecast(trained)).newest(new)
