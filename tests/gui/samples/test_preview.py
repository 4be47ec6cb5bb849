"""What of a data set there is to look at."""

from datetime import datetime

import numpy as np

from engine.data.samples import Samples
from graphs.data import ClassKind, DataSection, Domain, Field, SeriesKind, TableKind
from gui.samples.preview import preview, table_of


def test_classes_of_steps_are_counted_also_when_there_are_as_many_steps_as_classes() -> None:
    fields = {
        "series": Field(SeriesKind.id, ("T", 1)),
        "state": Field(ClassKind.id, ("T",), classes=("off", "on"), target=True),
    }
    domains = {"T": Domain(1, 2)}
    states = np.array([[0, 1], [0, 0], [0, 1]])
    samples = Samples(fields, domains, {"series": np.zeros((3, 2, 1)), "state": states})

    shown = preview(DataSection("waves", {}, fields, domains), samples)

    assert [(bar.name, bar.value) for bar in shown.bars] == [("off", 4), ("on", 2)]


def test_numbers_of_several_columns_are_counted_each_on_its_own_scale() -> None:
    fields = {
        "past": Field(SeriesKind.id, (3, 2)),
        "future": Field(SeriesKind.id, (2, 2), target=True, names=("degrees", "guests")),
    }
    ahead = np.array([[[at, 150000 + 10 * at]] * 2 for at in range(13)], dtype=float)
    samples = Samples(fields, {}, {"past": np.zeros((13, 3, 2)), "future": ahead})

    shown = preview(DataSection("forecast", {}, fields), samples)

    for name, first in (("degrees", "0 … 1"), ("guests", "150000 … 150010")):
        bars = [bar for bar in shown.bars if bar.name.startswith(f"{name} ")]
        assert bars[0].name == f"{name} {first}"  # as it is written, without a power of ten
        assert [bar.value for bar in bars] == [2] * 11 + [4]


def test_days_are_days_unless_a_row_has_a_time_of_day() -> None:
    columns = ("day", "moment")
    section = DataSection("table", {}, {"row": Field(TableKind.id, (2,))})
    days = [datetime(2024, 2, 9), None]
    moments = [datetime(2024, 2, 9), datetime(2024, 2, 9, 6, 30)]
    first = {
        "row": [dict(zip(columns, cells, strict=True)) for cells in zip(days, moments, strict=True)]
    }

    table = table_of(section, first)

    assert table.headers == columns
    assert table.rows == (("2024-02-09", "2024-02-09 00:00:00"), ("–", "2024-02-09 06:30:00"))
