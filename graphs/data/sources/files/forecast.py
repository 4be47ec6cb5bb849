"""Time series from files, whose next values are to be predicted."""

from typing import Literal

from graphs.data.sources.files.table_source import TableFile
from graphs.describe import param
from graphs.notation import DateOrder, DecimalSign, Notations


class Forecast(
    TableFile,
    id="forecast",
    title="Time series",
    group="From files",
    search="forecast window horizon csv excel parquet",
):
    """A file with a line per moment, whose next values are to be predicted.

    Windows of the past are learned from; none reaches from one series into another. The split keeps
    the order of time: the last windows of all series are the test, those before them validation,
    and no two parts have a moment in common.
    """

    predicted: tuple[str, ...] = param(
        default=(), help="The columns whose future is predicted; none takes all with numbers."
    )
    further: tuple[str, ...] = param(
        default=(), help="Further columns whose past is learned from, but not predicted."
    )
    time: str = param(
        default="", help="The column to sort by; empty looks for one that holds times."
    )
    time_parts: tuple[str, ...] | None = param(
        default=None,
        title="Further columns of time",
        help="Columns with the rest of the time, such as the time of day beside a date, or the "
        "month beside a year; none looks for them where a time stands several times.",
    )
    lines: Literal["by time", "as they come"] = param(
        default="by time",
        title="Order of lines",
        help="Whether lines are sorted by time, or stay in the order of the file.",
    )
    date_order: DateOrder = param(
        default="auto",
        title="Order of dates",
        help="Which part of a date comes first; auto looks at the whole column.",
    )
    century: int | None = param(
        default=None,
        low=1000,
        high=2900,
        title="First year of the century",
        help="The first of the hundred years in which years of two digits lie, such as 1950; "
        "nothing finds it out.",
    )
    series: tuple[str, ...] | None = param(
        default=None,
        title="Series columns",
        help="The columns that tell several series apart; none looks for them where a time stands "
        "several times.",
    )
    window: int = param(
        default=48, low=1, high=100_000, unit="steps", help="How much of the past is seen."
    )
    horizon: int = param(
        default=1, low=1, high=10_000, unit="steps", help="How much of the future is predicted."
    )
    stride: int = param(
        default=1, low=1, high=100_000, unit="steps", help="How far apart windows begin."
    )
    decimal: DecimalSign = param(
        default="auto",
        title="Decimal sign",
        help="The sign before the decimals of a number; auto looks at the column.",
    )
    notations: Notations = param(
        default=None,
        title="How cells are written",
        help="By column: numbers, their signs, and what stands for no value; what is not said is "
        "found out.",
    )
