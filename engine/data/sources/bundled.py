"""The small data sets that scikit-learn ships, read from its files."""

import csv
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from engine.data.samples import Array
from engine.errors import DataError


def bundled(name: str) -> tuple[Array, Array, tuple[str, ...]]:
    """Values (samples × columns, float64), classes (int64) and class names of a set.

    Importing scikit-learn to get at them would stall the window for more than a second.
    """
    path = _folder() / name
    names: tuple[str, ...] = ()
    try:
        if path.suffix != ".gz":  # iris and breast cancer say their counts and classes first
            with path.open(encoding="utf-8", newline="") as file:
                names = tuple(next(csv.reader(file))[2:])
        table = np.loadtxt(path, delimiter=",", skiprows=1 if names else 0)
    except OSError as error:
        raise DataError(
            f"The data file {name} of scikit-learn cannot be read ({error.strerror}). "
            "Install scikit-learn again."
        ) from None
    return table[:, :-1], table[:, -1].astype(np.int64), names


@cache
def _folder() -> Path:
    spec = find_spec("sklearn")
    if spec is None or spec.origin is None:
        raise DataError("scikit-learn, which brings this data, is not there. Install it.")
    return Path(spec.origin).parent / "datasets" / "data"
