"""Columns to predict: whole numbers beyond what floats hold keep their digits as classes."""

from pathlib import Path

import polars
import pytest

from engine.errors import DataError
from graphs.data import ClassKind, Field
from tests.engine.data.written_tables import propose

LARGE = (9007199254740992, 9007199254740993, 9007199254740994)
CLOSE = (1152921504606846976, 1152921504606847026)


def target(path: Path, **settings: str) -> Field:
    return propose(path, path.read_bytes(), target="y", **settings).samples.fields["y"]


def written(folder: Path, ending: str, numbers: tuple[int, ...]) -> Path:
    path = folder / f"a{ending}"
    frame = polars.DataFrame(
        {"x": [n * n % 37 for n in range(60)], "y": numbers * (60 // len(numbers))}
    )
    match ending:
        case ".csv":
            frame.write_csv(path)
        case ".parquet":
            frame.write_parquet(path)
        case _:
            frame.write_json(path)
    return path


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".json"])
@pytest.mark.parametrize("numbers", [LARGE, CLOSE, tuple(-one for one in CLOSE)])
def test_large_whole_numbers_are_classes_with_all_their_digits(
    tmp_path: Path, ending: str, numbers: tuple[int, ...]
) -> None:
    found = target(written(tmp_path, ending, numbers))
    assert found.content == ClassKind.id
    assert found.classes == tuple(map(str, sorted(numbers)))


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_numbers_alike_but_for_digits_that_floats_lack_are_refused_as_numbers(
    tmp_path: Path, ending: str
) -> None:
    with pytest.raises(DataError, match="differ only in digits beyond the sixteenth"):
        target(written(tmp_path, ending, CLOSE), target_kind="number")


def test_ids_are_too_many_classes_and_not_all_the_same(tmp_path: Path) -> None:
    ids = tuple(1152921504606846976 + n for n in range(60))
    with pytest.raises(DataError, match="60 different values"):
        target(written(tmp_path, ".parquet", ids))


def test_large_amounts_that_differ_stay_numbers(tmp_path: Path) -> None:
    amounts = tuple(10**16 + 10**14 * n for n in range(60))
    assert target(written(tmp_path, ".csv", amounts)).content != ClassKind.id
