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
