"""Whatever array or list is given: an answer in finite numbers, or a sentence on what is wrong."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.asking.user_input import encode_input
from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.preprocessing import Preprocessing
from engine.errors import DataError
from graphs.data import Column, Domain, Field, Normalize
from graphs.notation import Notation

PLAIN = FittedNumbers((0.0,) * 2, (1.0,) * 2, (0.0,) * 2)
COLUMNS = (
    Column("a"),
    Column("b", notation=Notation("number", ".", "", (), beside=("",))),
    Column("c", ("x", "y")),
)
FIELDS = {
    "table": (Field("table", (4,), columns=COLUMNS), PLAIN),
    "picture": (Field("image", (1, 4, 4)), FittedNumbers()),
    "measured": (
        Field("image", (1, 4, 4), normalize=Normalize.STANDARD),
        FittedNumbers((9.0,), (5.0,), span=(0, 255)),
    ),
    "series": (Field("series", ("T", 2)), FittedNumbers()),
    "ragged": (Field("series", ("T", 2), ragged=True), FittedNumbers()),
    "flat": (Field("series", ("T",), ragged=True), FittedNumbers()),
    "tokens": (Field("tokens", (3,), vocabulary=9), FittedNumbers()),
    "numbers": (Field("tokens", ("T",), vocabulary=9, ragged=True), FittedNumbers()),
}
KNOWN = Preprocessing(
    {name: field for name, (field, _) in FIELDS.items()},
    {"T": Domain(1, 8)},
    {name: numbers for name, (_, numbers) in FIELDS.items()},
)
DTYPES = (
    *("?", "u1", "i1", "u2", "i8", "u8", "f2", "f4", "f8", "g"),
    *("c8", "U3", "S3", "M8[s]", "m8[s]", "V4", "f4,i4", "O"),
)
SHAPES = (
    *((), (0,), (1,), (3,), (6,), (0, 3), (2, 0), (2, 3), (3, 2), (2, 6), (4, 4), (1, 1, 3)),
    *((2, 3, 2), (0, 4, 4), (2, 4, 4), (4, 4, 1), (2, 1, 4, 4), (2, 0, 4, 4), (1, 2, 1, 4, 4)),
)


def most_of(dtype: str) -> list[Any]:
    """What may stand in an array of this kind, with the most and the least of all."""
    kind = np.dtype(dtype).kind
    if kind in "iu":
        return [0, 1, np.iinfo(dtype).min, np.iinfo(dtype).max]
    if kind == "f":
        return [0, 0.5, np.finfo(dtype).max, -np.finfo(dtype).max, np.inf, np.nan]
    if kind == "O":
        return [0, None, "x", [1], {"a": 1}, 10**400]
    return [0, 1] if kind in "?cMmb" else [np.zeros((), dtype)]


def given_arrays() -> list[np.ndarray]:
    arrays = []
    for dtype, shape in product(DTYPES, SHAPES):
        for one in most_of(dtype):
            array = np.empty(shape, dtype)
            for place in np.ndindex(shape):
                array[place] = one
            arrays.append(array)
    return arrays


def is_answered(name: str, given: Any) -> bool:
    """Whether there is an answer, which is one in numbers; anything but a sentence is raised."""
    try:
        encoded = encode_input(KNOWN, name, given)
    except DataError as error:
        said = str(error)
    else:
        assert len(encoded.tensor) and bool(encoded.tensor.isfinite().all())
        return True
    assert said.endswith(".") and "object at 0x" not in said
    return False


@pytest.mark.parametrize("name", FIELDS)
def test_any_array_is_answered_or_refused_in_words(name: str) -> None:
    answered = [array for array in given_arrays() if is_answered(name, array)]
    assert answered and all(array.dtype.kind not in "cMmV" for array in answered)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("dtype", ["f2", "i8", "?", "U3", "f4,i4"])
def test_any_array_of_a_file_is_answered_or_refused_in_words(
    name: str, dtype: str, tmp_path: Path
) -> None:
    for number, shape in enumerate(SHAPES):
        path = tmp_path / f"{number}.npy"
        np.save(path, np.zeros(shape, dtype))
        is_answered(name, path)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", [0, -1, True, None, "x", 1e308, 10**400, {}, {"a": 1}, [], ""])
def test_any_lists_are_answered_or_refused_in_words(name: str, value: Any) -> None:
    for shape in SHAPES:
        lists: Any = np.full(shape, None)
        for place in np.ndindex(shape):
            lists[place] = value
        found = lists.tolist() if shape else value
        is_answered(name, found)
        if isinstance(found, list | dict):
            is_answered(name, json.dumps(found))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "i4", "u8"])
def test_any_kind_of_number_counts_as_what_it_is(dtype: str) -> None:
    digits = np.arange(16).reshape(1, 1, 4, 4) * 16
    wanted = encode_input(KNOWN, "measured", digits.astype("u1")).tensor
    assert np.allclose(encode_input(KNOWN, "measured", digits.astype(dtype)).tensor, wanted)
