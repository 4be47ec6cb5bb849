"""The small data sets that scikit-learn ships, read from its files."""

import csv
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from engine.data.array import Array
from engine.errors import DataError


def bundled(name: str) -> tuple[Array, Array, tuple[str, ...]]:
    """Values (samples × columns, float64), classes (int64) and class names of a set.

    Importing scikit-learn to get at them would stall the window for more than a second.
    """
    path = _folder() / name
    names: tuple[str, ...] = ()
    try:
        if path.suffix != ".gz":  # the plain files say their counts and classes first
            with path.open(encoding="utf-8", newline="") as file:
                names = tuple(next(csv.reader(file))[2:])
    except OSError as error:
        raise _unreadable(name, error) from None
    table = bundled_numbers(name, ",", skipped=1 if names else 0)
    return table[:, :-1], table[:, -1].astype(np.int64), names


def bundled_numbers(name: str, delimiter: str | None = None, skipped: int = 0) -> Array:
    """All numbers of a file, in rows (float64), after its first ``skipped`` lines."""
    try:
        return np.loadtxt(_folder() / name, delimiter=delimiter, skiprows=skipped)
    except OSError as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: OSError) -> DataError:
    return DataError(
        "The data file {name} of scikit-learn cannot be read ({strerror}). Install "
        "scikit-learn again.",
        name=name,
        strerror=error.strerror,
    )


@cache
def _folder() -> Path:
    spec = find_spec("sklearn")
    if spec is None or spec.origin is None:
        raise DataError("scikit-learn, which brings this data, is not there. Install it.")
    return Path(spec.origin).parent / "datasets" / "data"
