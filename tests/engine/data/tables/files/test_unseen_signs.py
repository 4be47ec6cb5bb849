"""Signs without width at the ends of cells are taken off, in training and prediction alike."""

from pathlib import Path

import polars
import pytest

from engine.data.tables.files.reading_tables import read_sheet
from tests.engine.data.written_tables import frame, propose

BODY = "".join(f"{at}.5,{at % 3}.25,{'Bern' if at % 2 else 'Zürich'},{at}.25\n" for at in range(40))


@pytest.mark.parametrize("sign", ["\ufeff", "\u200b", "\u2060"])
def test_they_are_taken_off_as_spaces_are_and_told_once(tmp_path: Path, sign: str) -> None:
    text = f"a,{sign}b,city,y\n{BODY}{sign}9.5,1.5 {sign},{sign} Bern,3.5{sign}\n"
    samples = propose(tmp_path / "a.csv", text).samples
    assert frame(samples)["a"][-1] == 9.5
    assert frame(samples).columns == ["a", "b", "city"]
    assert frame(samples)["city"].unique().sort().to_list() == ["Bern", "Zürich"]
    said = [one for one in samples.notices if "without width" in one]
    assert len(said) == 1
    assert said[0].startswith("4 cells, first in a.csv, line 42")


def test_a_cell_of_nothing_else_is_empty_in_files_of_all_kinds(tmp_path: Path) -> None:
    cells = polars.DataFrame({"a": ["x", "\u200b", "\ufeff y"]})
    cells.write_parquet(tmp_path / "a.parquet")
    cells.write_ndjson(tmp_path / "a.jsonl")
    for name in ("a.parquet", "a.jsonl"):
        assert read_sheet(tmp_path / name).frame["a"].to_list() == ["x", None, "y"]


def test_signs_inside_of_texts_and_other_wide_letters_are_left_as_they_are(tmp_path: Path) -> None:
    word = "a\u200bb – “c”"
    samples = propose(tmp_path / "a.csv", f"a,b,city,y\n{BODY}1.5,2.5,{word},1.5\n").samples
    assert word in frame(samples)["city"].to_list()
    assert not any("without width" in one for one in samples.notices)
