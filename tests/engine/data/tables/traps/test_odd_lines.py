"""Lines that break a whole table are named as its cause, and not each cell of them."""

from pathlib import Path

import pytest

from engine.data.tables.undecided import Undecided
from tests.engine.data.written_tables import propose

BODY = "".join(f"{at}.5,{at * 7 % 13}.25,{at * 3 % 11}.5\n" for at in range(40))


def asked(folder: Path, text: str) -> str:
    with pytest.raises(Undecided) as refused:
        propose(folder / "a.csv", text)
    return str(refused.value)


@pytest.mark.parametrize("units", ["(mm),(mm),(N)", "mm,mm,N", "kg,m/s,°C", "[s],[1/min],[%]"])
def test_a_line_of_units_is_said_to_be_one(tmp_path: Path, units: str) -> None:
    said = asked(tmp_path, f"length,width,force\n{units}\n{BODY}")
    assert said.startswith("a.csv, line 2 holds units")
    assert "Delete the line" in said


def test_a_second_line_of_names_is_said_to_be_one(tmp_path: Path) -> None:
    said = asked(tmp_path, f"Inputs,,Output\nlength,width,force\n{BODY}")
    assert said.startswith("a.csv, line 2 holds words (“length”, “width” and “force”)")
    assert "lines to skip to 1" in said
    path = tmp_path / "a.csv"
    found = propose(path, path.read_bytes(), lines_to_skip=1)
    assert len(found.samples) == 40


def test_names_that_come_again_are_said_to_do_so(tmp_path: Path) -> None:
    part = f"length,width,force\n{BODY}"
    assert "line 42 repeats the names of the columns" in asked(tmp_path, part * 2)
    assert "3 in all" in asked(tmp_path, part * 4)


def test_one_odd_cell_stays_the_cell_that_is_asked_about(tmp_path: Path) -> None:
    said = asked(tmp_path, f"length,width,force\nbroken,1.5,2.5\n{BODY}")
    assert "the column “length” holds numbers, but here “broken”" in said
    said = asked(tmp_path, f"length,width,force\n{BODY}broken,mm,2.5\n")
    assert "the column “length” holds numbers, but here “broken”" in said
