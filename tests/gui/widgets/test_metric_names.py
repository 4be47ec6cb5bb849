"""Figures that stand together are written alike."""

import pytest

from gui.widgets.metric_names import figure


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.9, "0.9000"),
        (0.9167, "0.9167"),
        (0.0, "0.0000"),
        (-0.5, "-0.5000"),
        (0.00012345, "0.0001234"),
        (1234.5, "1234"),
        (31.4159, "31.42"),
    ],
)
def test_usual_figures_have_as_many_digits_behind_the_point(value: float, written: str) -> None:
    assert figure(value) == written


def test_a_large_figure_has_all_of_its_whole_digits() -> None:
    assert figure(13219.4) == "13219"
    assert figure(0.9) == "0.9000"
