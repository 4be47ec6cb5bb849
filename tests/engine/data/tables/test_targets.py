"""Columns to predict: whole numbers beyond what floats hold keep their digits as classes."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import polars
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.data.tables.files.table_file import Sheet
from engine.data.tables.label_columns import rows_with_labels
from engine.errors import DataError
from graphs.data import ClassKind, Field
from tests.engine.data.written_tables import propose

LARGE = (9007199254740992, 9007199254740993, 9007199254740994)
CLOSE = (1152921504606846976, 1152921504606847026)


def target(path: Path, text: str | bytes | None = None, **settings: str) -> Field:
    text = path.read_bytes() if text is None else text
    return propose(path, text, target="y", **settings).samples.fields["y"]


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


SPELLINGS = (
    "{0}", "+{0}", "{0}.0", "{0}.", "{0}.000", "${0:,}", "{0:,} kg", "({0:,})", "{0}-", "{0}e+0",
    "{0}0e-1", "€ {0}", "{0:,}.00 %",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SPELLINGS), st.integers(2**53, 10**25), st.integers(1, 3))
@example("{0}.0", 2**53, 1)
@example("${0:,}", 2**53, 1)
def test_no_spelling_of_large_whole_numbers_merges_classes(form: str, first: int, by: int) -> None:
    numbers = [first + by * n for n in range(3)]
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv")
        texts = [form.format(numbers[n % 3]) for n in range(60)]
        polars.DataFrame({"x": [n * n % 37 for n in range(60)], "y": texts}).write_csv(path)
        found = target(path)
    assert found.content == ClassKind.id
    assert sorted(abs(int(name)) for name in found.classes) == numbers


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


def test_a_number_in_an_error_is_written_as_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"x": at % 7, "y": (1, -999)[at % 2]} for at in range(40)]))
    with pytest.raises(DataError, match="has one value alone, “1”, as"):
        propose(path, path.read_bytes(), target="y", notations={"y": {"missing": ["-999"]}})
    sheet = Sheet(path, polars.DataFrame({"y": [0.0, 1.0, 2.0]}), range(1, 4))
    with pytest.raises(DataError, match="holds “2” in"):
        rows_with_labels(sheet, ["y"])


def test_lists_that_are_too_many_for_classes_are_said_to_be_labels(tmp_path: Path) -> None:
    sets = [[str(n) for n in range(7) if at >> n & 1] for at in range(1, 100)]
    rows = [f"{at}.5,{';'.join(f'tag {one}' for one in held)}" for at, held in enumerate(sets)]
    with pytest.raises(DataError, match=r"several labels in one cell: .*target kind to “labels”"):
        target(tmp_path / "a.csv", text="\n".join(["x,y", *rows]))
