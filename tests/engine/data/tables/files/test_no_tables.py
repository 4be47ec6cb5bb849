"""What is no table, or is written in a way that is not read, is called by its name."""

import json
from pathlib import Path

import pytest

from engine.data.tables.files.reading_tables import read_sheet
from engine.errors import DataError
from tests.engine.data.written_tables import propose

ROWS = "a,b,y\n" + "".join(f"{n}.5,{n * 7 % 11},{n}.25\n" for n in range(40))


@pytest.mark.parametrize("marks", [b"\0", b"\0" * 4000, b"\x1a", b"\x1a\0\0"])
@pytest.mark.parametrize("begin", [ROWS.encode(), ROWS.replace("\n", "\r\n").encode()])
def test_zero_bytes_and_control_z_at_the_very_end_are_no_part_of_a_table(
    tmp_path: Path, begin: bytes, marks: bytes
) -> None:
    assert len(propose(tmp_path / "a.csv", begin + marks).samples) == 40
    assert len(propose(tmp_path / "a.csv", begin.rstrip() + marks).samples) == 40
    with pytest.raises(DataError, match=r"a.csv, line 42"):
        propose(tmp_path / "a.csv", begin + marks + begin)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.xlsx", "a.json"])
def test_a_pointer_of_git_lfs_is_said_to_be_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 1234\n")
    with pytest.raises(DataError, match=f"{name} is a pointer of Git LFS.*git lfs pull"):
        read_sheet(path)


@pytest.mark.parametrize("sign", ["^", "~", "¦", "§", "\x1f"])
def test_a_sign_that_is_not_read_between_columns_is_named(tmp_path: Path, sign: str) -> None:
    shown = "U[+]001F" if sign == "\x1f" else f"\\{sign}"
    with pytest.raises(DataError, match=f"a.csv has “{shown}” between its columns"):
        propose(tmp_path / "a.csv", ROWS.replace(",", sign))


@pytest.mark.parametrize("name", ["word", "one^two", "50%(net)", "a-b"])
def test_one_column_stays_one_column(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="has one column only"):
        propose(tmp_path / "a.csv", "\n".join([name, *(f"word {n}" for n in range(40))]))


def test_shapes_on_a_map_are_called_so(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [1, 2]},
        "properties": {"y": 3},
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature] * 20}))
    with pytest.raises(DataError, match="is GeoJSON"):
        read_sheet(path)
    path.write_text(json.dumps({"type": "measurements", "features": [{"a": 1, "b": 2}] * 20}))
    assert read_sheet(path).frame.columns == ["a", "b"]
