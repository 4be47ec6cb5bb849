"""What ``check`` says of a document's files, by their beginnings alone."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytest
from PIL import Image

from engine.data.choosing import at_hand
from engine.data.choosing.at_hand import WHOLE, differences
from engine.data.sources import reader
from graphs.data import DataSection
from graphs.data.sources import Source
from graphs.data.sources.files.table_source import TableFile
from graphs.files import write
from graphs.mending.choosing import choose_data
from graphs.templates import find
from tests.engine.commanding import Layerloom

ROWS = [f"{n},{n % 7},{('Ulm', 'Jena')[n % 2]},{('no', 'yes')[n % 3 > 1]}" for n in range(60)]
HEAD = "number,age,city,class"


def table(path: Path, head: str = HEAD, times: int = 1) -> Path:
    path.write_text("\n".join([head, *(ROWS * times)]) + "\n")
    return path


def section(source: str, path: Path, **settings: Any) -> DataSection:
    return reader(source, {"path": str(path), **settings}).propose().section


@pytest.mark.parametrize("times", [1, 2 * WHOLE // 600])
def test_columns_that_are_gone_or_new_are_told_whatever_the_size(
    times: int, tmp_path: Path
) -> None:
    known = section("table", table(tmp_path / "a.csv"), ignored=["number"])
    table(tmp_path / "a.csv", times=times)
    assert differences(known) == []

    table(tmp_path / "a.csv", "number,years,city,class", times)

    lacking, more = differences(known)
    assert lacking.startswith("a.csv has no column “age”, which the document names. ")
    assert more.startswith("a.csv has the column “years”, which the document does not know. ")


@pytest.mark.parametrize("gone", ["number", "age", "city", "class"])
def test_whatever_the_document_names_is_looked_for(gone: str, tmp_path: Path) -> None:
    known = section("table", table(tmp_path / "a.csv"), ignored=["number"])

    table(tmp_path / "a.csv", HEAD.replace(gone, "other"))

    assert f"has no column “{gone}”" in differences(known)[0]


def test_parts_of_a_time_are_looked_for(tmp_path: Path) -> None:
    rows = [f"2024-01-{n // 24 + 1:02},{n % 24}:00,{n}" for n in range(240)]
    text = "\n".join(["date,at,v", *rows])
    (tmp_path / "a.csv").write_text(text)
    known = section("forecast", tmp_path / "a.csv")
    assert known.settings["time_parts"] == ("at",)
    assert differences(known) == []

    (tmp_path / "a.csv").write_text(text.replace("date,at", "date,hour"))

    (told,) = differences(known)
    assert told.startswith("a.csv has no column “at”, which the document names. ")


def test_columns_with_a_label_each_are_looked_for(tmp_path: Path) -> None:
    for n in range(12):
        Image.new("L", (8, 8), n).save(tmp_path / f"{n}.png")
    text = "\n".join(["file,cat,dog", *(f"{n}.png,{n % 2},{n % 3 // 2}" for n in range(12))])
    (tmp_path / "a.csv").write_text(text)
    known = section("picture_table", tmp_path / "a.csv", size=[8, 8])
    assert known.settings["label_columns"] == ("cat", "dog")
    assert differences(known) == []

    (tmp_path / "a.csv").write_text(text.replace("cat", "bird"))

    (told,) = differences(known)
    assert told.startswith("a.csv has no column “cat”, which the document names. ")


@pytest.mark.parametrize("source", [one for one in Source.members() if issubclass(one, TableFile)])
def test_every_setting_that_names_columns_is_known(source: type[TableFile]) -> None:
    kinds = {str, tuple[str, ...], tuple[str, ...] | None}
    named = {one.name for one in source.parameters() if one.kind in kinds}
    assert named - {"workbook_sheet"} <= set(at_hand.NAMING)


def test_a_large_table_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = section("table", table(tmp_path / "a.csv"), ignored=["number"])
    with table(tmp_path / "a.csv", times=2 * WHOLE // 600).open("ab") as file:
        file.truncate(2**34)
    monkeypatch.setattr("engine.data.tables.files.reading_tables.read_sheet", None)

    assert differences(known) == []


def test_parquet_says_its_columns_itself(tmp_path: Path) -> None:
    frame = polars.DataFrame(
        {"a": range(90), "b": [n % 5 for n in range(90)], "class": ["x", "y", "y"] * 30}
    )
    frame.write_parquet(tmp_path / "a.parquet")
    known = section("table", tmp_path / "a.parquet", ignored=[])
    assert differences(known) == []
    noise = np.random.default_rng(0).bytes(2 * WHOLE)
    large = polars.DataFrame({"a": [1], "other": [noise], "class": ["x"]})
    large.write_parquet(tmp_path / "a.parquet", compression="uncompressed")

    assert "a.parquet has no column “b”" in differences(known)[0]


ARRAYS: Mapping[str, Any] = {
    "x": np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32),
    "y": np.arange(40) % 2,
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"x": None}, "a.npz has no array “x”, which the document names."),
        ({"y": None}, "a.npz has no array “y”, which the document names."),
        (
            {"x": ARRAYS["x"][:, :4]},
            "“x” in a.npz has 4 numbers per sample, but the document expects 6.",
        ),
        ({"z": ARRAYS["y"]}, ""),
        ({}, ""),
    ],
    ids=["no input", "no target", "narrower", "one more", "the same"],
)
def test_arrays_are_held_against_the_document_by_their_headers(
    changed: Mapping[str, Any], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez(tmp_path / "a.npz", **ARRAYS)
    known = section("arrays", tmp_path / "a.npz")
    now = {name: array for name, array in {**ARRAYS, **changed}.items() if array is not None}
    np.savez(tmp_path / "a.npz", **now)
    monkeypatch.setattr("engine.data.arrays.array_files.read_arrays", None)

    said = differences(known)

    assert [one[: len(told)] for one in said] == ([told] if told else [])


def test_arrays_in_parts_are_found_by_what_they_are_called_together(tmp_path: Path) -> None:
    parts = {
        f"{name}_{part}": array for name, array in ARRAYS.items() for part in ("train", "test")
    }
    np.savez(tmp_path / "a.npz", **parts)
    assert differences(section("arrays", tmp_path / "a.npz")) == []


@pytest.mark.parametrize("kind", ["gone", "folder", "pipe", "empty"])
def test_a_file_that_is_none_is_told_and_waits_for_nobody(kind: str, tmp_path: Path) -> None:
    known = section("table", path := table(tmp_path / "a.csv"))
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()
    elif kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("there are no pipes here")
        os.mkfifo(path)

    (told,) = differences(known)

    assert "a.csv" in told
    assert ("is not there" in told) == (kind == "gone")


def test_check_warns_and_says_that_the_document_can_be_trained(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    found = find("binary-classifier")
    assert found is not None
    document = found.document()
    path = table(tmp_path / "a {x}.csv")
    document.apply(choose_data(document, section("table", path, ignored=["number"])))
    write(document, tmp_path / "net.loom")
    assert layerloom("check", tmp_path / "net.loom", "--json").json()["problems"] == []

    table(path, HEAD.replace("age", "{years}"))
    done = layerloom("check", tmp_path / "net.loom", "--json")

    assert done.code == 0
    first, _ = done.json()["problems"]
    assert (first["severity"], first["node"], first["fix"]) == ("warning", None, None)
    assert first["message"].startswith("a {x}.csv has no column “age”")
    assert f"warning: {first['message']}" in layerloom("check", tmp_path / "net.loom").out
    path.unlink()
    gone = layerloom("check", tmp_path / "net.loom", "--json")
    assert gone.code == 0 and "is not there" in gone.json()["problems"][0]["message"]


@pytest.mark.parametrize("source", ["", "unknown", "digits"])
def test_data_without_files_has_nothing_to_lack(source: str) -> None:
    assert at_hand.differences(DataSection(source)) == []
