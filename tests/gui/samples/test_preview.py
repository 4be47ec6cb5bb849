"""What of a data set there is to look at."""

import numpy as np

from engine.data.samples import Samples
from graphs.data import ClassKind, DataSection, Domain, Field, SeriesKind
from gui.samples.preview import preview


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
