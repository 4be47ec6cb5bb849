"""Numbers of JSON do not show what the texts beside them mean."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.judging import judged, read
from engine.data.tables.open_columns import Judgement
from graphs.notation import OPEN, Notation
from tests.engine.data.tables.files.workbook_files import Cell, write_xlsx


def judgement(
    folder: Path, cells: Sequence[object], given: Notation = OPEN, joint: str = ","
) -> Judgement:
    path = folder / "a.json"
    rows = joint.join(json.dumps({"v": cell, "x": n}) for n, cell in enumerate(cells))
    path.write_text(rows if joint == "\n" else f"[{rows}]")
    return judged(read_sheet(path), ["v"], {"v": given})["v"]


@pytest.mark.parametrize("joint", [",", "\n"])
@pytest.mark.parametrize("text", ["4.234", "4,234"])
def test_a_text_beside_numbers_is_asked_about(tmp_path: Path, text: str, joint: str) -> None:
    cells = [1000.25 + n for n in range(20)] + [text, None]
    found = judgement(tmp_path, cells, joint=joint)
    assert f"texts such as “{text}” among them, which may be" in found.question
    assert "4234" in found.question and "4.234" in found.question
    assert [way.notation.holds for way in found.ways] == ["number", "number", "text"]
    values = read_sheet(tmp_path / "a.json").column("v")
    assert read(values, found.ways[0].notation)[20] == float(text.replace(",", ""))
    assert read(values, found.ways[1].notation).to_list() == [*cells[:20], None, None]
    for way in found.ways:
        assert not judgement(tmp_path, cells, way.notation, joint).ways


@pytest.mark.parametrize("text", ["4.25", "1,234.5", "7", "n/a"])
def test_texts_that_mean_one_thing_are_not_asked_about(tmp_path: Path, text: str) -> None:
    found = judgement(tmp_path, [1000.25 + n for n in range(20)] + [text])
    assert found.notation.holds == "number"
    assert not found.ways


@pytest.mark.parametrize(("text", "ways"), [("4.234", 3), ("4.25", 0)])
def test_a_text_beside_the_numbers_of_a_workbook_is_asked_about(
    tmp_path: Path, text: str, ways: int
) -> None:
    path = tmp_path / "a.xlsx"
    rows: list[list[Cell]] = [["v", "x"]]
    rows += [[1000.25 + n, n] for n in range(20)]
    rows.append([text, 7])
    write_xlsx(path, {"Sheet": rows})
    found = judged(read_sheet(path), ["v"], {"v": OPEN})["v"]
    assert len(found.ways) == ways
