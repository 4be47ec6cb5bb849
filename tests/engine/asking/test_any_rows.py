"""New rows of any shape are answered, or refused in a sentence, and known by their names."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.asking.user_input import encode_input
from engine.data.prepare import prepare
from engine.data.preprocessing import Preprocessing
from engine.data.sources import reader
from engine.errors import DataError
from graphs.plan.plan import Plan

NAMES = ("age", "town", "seen")
ROW = ("30", "Ulm", "2024-01-05")
ENDS = ".!?"
ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
FEW = settings(ANY, max_examples=6)

CELLS = st.sampled_from(
    ["30", "3,5", "", " ", "Ulm", "2024-01-05", '"', "1e400", "nan", "٣", "30 kg", "\x00", "\ud800"]
)
VALUES = st.one_of(
    CELLS, st.none(), st.booleans(), st.integers(), st.floats(), st.lists(CELLS, max_size=2)
)
HEADS = st.one_of(
    st.permutations(NAMES),
    st.lists(st.sampled_from([*NAMES, "AGE", " age ", "more", ""]), max_size=5),
)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Preprocessing:
    path = tmp_path_factory.mktemp("rows") / "people.csv"
    rows = [
        f"{20 + at * 7 % 23},{'Ulm' if at % 3 else 'Bonn'},2024-01-{at % 28 + 1:02},{'pq'[at % 2]}"
        for at in range(60)
    ]
    path.write_text("\n".join(["age,town,seen,y", *rows]))
    section = reader("table", {"path": str(path)}).section()
    return prepare(section, Plan(validation=0, test=0), "cpu").preprocessing


def answer(people: Preprocessing, rows: Any) -> torch.Tensor | None:
    """The rows encoded, or None where a sentence of ours refuses them."""
    try:
        return encode_input(people, "features", rows).tensor
    except DataError as error:
        told = str(error)
    assert told.rstrip()[-1] in ENDS
    return None


@ANY
@given(head=HEADS, rows=st.lists(st.lists(CELLS, max_size=5), max_size=3))
def test_any_csv_of_new_rows_is_answered_or_refused_in_a_sentence(
    people: Preprocessing, tmp_path: Path, head: list[str], rows: list[list[str]]
) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([head, *rows])
    path = tmp_path / "new.csv"
    path.write_text(written.getvalue(), "utf-8", "replace")
    found = answer(people, path)
    assert found is None or (len(found) and torch.isfinite(found).all())


@ANY
@given(
    document=st.one_of(
        VALUES,
        st.lists(VALUES, max_size=4),
        st.lists(st.lists(VALUES, max_size=4), max_size=3),
        st.lists(st.dictionaries(st.sampled_from([*NAMES, "more", ""]), VALUES), max_size=3),
        st.dictionaries(st.sampled_from([*NAMES, "more", ""]), st.lists(VALUES, max_size=3)),
    ),
    as_file=st.booleans(),
)
def test_any_json_of_new_rows_is_answered_or_refused_in_a_sentence(
    people: Preprocessing, tmp_path: Path, document: Any, *, as_file: bool
) -> None:
    path = tmp_path / "new.json"
    path.write_text(json.dumps(document), "utf-8")
    found = answer(people, path if as_file else document)
    assert found is None or (len(found) and torch.isfinite(found).all())


@pytest.mark.parametrize("more", [[], ["more"]])
@given(order=st.permutations(range(3)))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=6
)
def test_columns_of_new_rows_are_known_by_their_names(
    people: Preprocessing, tmp_path: Path, more: list[str], order: list[int]
) -> None:
    wanted = answer(people, list(ROW))
    assert wanted is not None
    head, row = [*(NAMES[at] for at in order), *more], [*(ROW[at] for at in order), *more]
    named = dict(zip(head, row, strict=True))
    (tmp_path / "new.csv").write_text(f"{','.join(head)}\n{','.join(row)}\n")
    (tmp_path / "new.json").write_text(json.dumps([named]))
    for given_so in (named, tmp_path / "new.csv", tmp_path / "new.json"):
        found = answer(people, given_so)
        assert found is not None
        assert torch.equal(found, wanted)


@pytest.mark.parametrize(
    ("cells", "why"), [('"age": 30, "age": 31', "“age” twice"), ('"age": "\\ud83d"', "half of a")]
)
def test_json_that_means_no_row_is_refused_as_text_and_as_file(
    people: Preprocessing, tmp_path: Path, cells: str, why: str
) -> None:
    text = f'[{{"town": "Ulm", "seen": "2024-01-05", {cells}}}]'
    (tmp_path / "new.json").write_text(text)
    for rows in (text, tmp_path / "new.json"):
        with pytest.raises(DataError, match=why):
            encode_input(people, "features", rows)
