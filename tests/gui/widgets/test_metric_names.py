"""Figures that stand together are written alike."""

import pytest

from gui.widgets.metric_names import figure, in_column


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


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (31.41592, "31.4159"),
        (0.0, "0.0000"),
        (0.00312, "0.0031"),
        (4.2e-7, "4.2e-07"),
        (-0.0004321, "-0.0004321"),
        (12345678901.5, "12345678902"),
    ],
)
def test_no_figure_in_a_column_reads_as_nothing(value: float, written: str) -> None:
    assert in_column(value) == written


def test_a_large_figure_has_all_of_its_whole_digits() -> None:
    assert figure(13219.4) == "13219"
    assert figure(0.9) == "0.9000"
