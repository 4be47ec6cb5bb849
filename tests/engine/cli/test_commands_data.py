"""Data is chosen without a window: told as it was understood, and written with a network for it."""

import csv
import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from engine.cli.commands.data_settings import settings_of
from engine.errors import DataError
from graphs import files
from graphs.data.sources import Source
from graphs.describe import Parameter
from tests.engine.commanding import Layerloom, process

READERS = [source for source in Source.members() if "path" in source.defaults()]


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    """A table with numbers, a category, an id and two columns that can be predicted."""
    rng = np.random.default_rng(0)
    rows = [
        (f"id-{n}", f"{x:.3f}", "wet" if y > 0 else "dry", "rose" if x > 0 else "tulip", f"{x:.2f}")
        for n, (x, y) in enumerate(rng.normal(size=(60, 2)))
    ]
    path = tmp_path / "flowers.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("id", "width", "soil", "kind", "height"), *rows])
    return path


def test_without_a_file_to_write_it_only_tells(flowers: Path, layerloom: Layerloom) -> None:
    done = layerloom("data", flowers, "--target", "kind")
    assert (done.code, done.err) == (0, "")
    lines = [line.split(maxsplit=1) for line in done.out.splitlines()]
    told = {words[0]: words[1] for words in lines}
    assert told["width"].split() == ["learned", "from", "number"]
    assert told["soil"] == "learned from  category, 2 values: dry, wet"
    assert told["kind"] == "predicted     class, 2 values: rose, tulip"
    assert told["id"] == "ignored"
    assert f"{Source.get('table').title}, 60 samples" in done.out
    assert "“id”" in done.out
    assert [path.name for path in flowers.parent.iterdir()] == ["flowers.csv"]


def test_what_a_column_holds_is_said_once(tmp_path: Path, layerloom: Layerloom) -> None:
    rows = [f"0{n % 5}234,2024{n % 12 + 1:02}{n % 28 + 1:02},{n % 2}" for n in range(40)]
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(["zip,day,y", *rows]))
    out = layerloom("data", path).out
    lines = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert lines["zip"].startswith("learned from  category, 5 values: 00234")
    assert lines["zip"].endswith("04234; codes rather than numbers, as “00234” begins with 0")
    assert lines["day"].startswith("learned from  date: “20240101” is 2024-01-01")
    assert "otations" not in out


def test_the_document_that_is_written_can_be_trained(flowers: Path, layerloom: Layerloom) -> None:
    out = flowers.parent / "flowers.loom"
    done = layerloom("data", flowers, "--target", "kind", "--target", "height", "--json", "-o", out)
    assert done.code == 0
    told = done.json()
    assert told["source"] == "table"
    assert told["path"] == str(out)
    assert told["settings"]["target"] == "kind"
    assert told["settings"]["also"] == ["height"]
    fields = {field["name"]: field for field in told["fields"]}
    assert fields["kind"]["classes"] == ["rose", "tulip"]
    assert [column["name"] for column in fields["features"]["columns"]] == ["width", "soil"]
    assert fields["features"]["columns"][1]["categories"] == ["dry", "wet"]
    assert any("“id”" in notice for notice in told["notices"])
    assert layerloom("check", out).code == 0
    run = flowers.parent / "run"
    assert layerloom("train", out, "--epochs", 2, "--out", run).code == 0


def test_what_is_left_out_is_listed(flowers: Path, layerloom: Layerloom) -> None:
    with flowers.open("a", newline="") as file:
        csv.writer(file).writerow(("id-x", "1", "dry", "", "2"))
    told = layerloom("data", flowers, "--target", "kind", "--json").json()
    assert any("no value for “kind”" in line for line in told["skipped"])
    out = flowers.parent / "flowers.loom"
    words = "Left out: flowers.csv, line 62: no value for “kind”"
    assert words in layerloom("data", flowers, "--target", "kind", "-o", out).out
    trained = layerloom("train", out, "--epochs", 1, "--out", flowers.parent / "run")
    assert words in trained.out + trained.err


def test_a_setting_changes_how_it_is_read(flowers: Path, layerloom: Layerloom) -> None:
    words = ("--target", "kind", "--set", "ignored=id, soil", "--set", "categories=[]", "--json")
    told = layerloom("data", flowers, *words).json()
    assert told["settings"]["ignored"] == ["id", "soil"]
    (columns,) = (one["columns"] for one in told["fields"] if one["columns"])
    assert [column["name"] for column in columns] == ["width", "height"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "wide=3"), r"has no setting “wide”\. There are: target, .*decimal"),
        (("--set", "window=3"), r"has no setting “window”\. It is one of --source forecast"),
        (("--set", "text_length=many"), "“text_length” must be a whole number of at least 1"),
        (("--set", "text_length=" + "9" * 5000), "“text_length” must be a whole number"),
        (("--set", "target_kind=colour"), "“target_kind” must be one of auto, class"),
        (("--set", "ignored=" + "[" * 100_000), "wide|ignored|column"),
        (("--set", "decimal"), r"“decimal” sets nothing\. Write it as NAME=VALUE"),
        (("--set", "path=other.csv"), "The path is the first word"),
        (("--target", "colour"), "“?colour”?"),
    ],
)
def test_what_cannot_be_set_is_refused_with_what_can(
    words: tuple[str, ...], said: str, flowers: Path, layerloom: Layerloom
) -> None:
    done = layerloom("data", flowers, *words)
    assert done.code == 1
    assert done.out == ""
    (line,) = done.err.splitlines()
    assert re.search(said, line), line


def test_a_file_that_is_there_is_not_replaced_unasked(flowers: Path, layerloom: Layerloom) -> None:
    out = flowers.parent / "mine.loom"
    out.write_text("mine")
    done = layerloom("data", flowers, "-o", out)
    assert (done.code, out.read_text()) == (1, "mine")
    assert "--force" in done.err
    assert layerloom("data", flowers, "-o", out, "--force").code == 0
    assert files.read(out).document.main.nodes


@pytest.mark.parametrize("name", ["gone.csv", "picture.png"])
def test_what_is_no_data_is_said(name: str, tmp_path: Path, layerloom: Layerloom) -> None:
    if name == "picture.png":
        (tmp_path / name).write_bytes(b"x")
    done = layerloom("data", tmp_path / name)
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert name in done.err


def test_an_unknown_way_of_reading_is_wrong_usage(flowers: Path, layerloom: Layerloom) -> None:
    assert layerloom("data", flowers, "--source", "oracle").code == 2


def test_a_series_is_read_as_one_when_asked_to(tmp_path: Path, layerloom: Layerloom) -> None:
    path = tmp_path / "sales.csv"
    lines = [f"{number},{np.sin(number / 5):.4f}" for number in range(200)]
    path.write_text("\n".join(["time,sales", *lines]))
    out = tmp_path / "sales.loom"
    words = ("--source", "forecast", "--set", "window=24", "--set", "horizon=4", "--json")
    told = layerloom("data", path, *words, "-o", out).json()
    assert [field["sizes"] for field in told["fields"]] in ([[24, 1], [4]], [[4], [24, 1]])
    assert layerloom("check", out).code == 0


def test_data_without_a_target_that_no_network_fits_is_told_but_not_written(
    tmp_path: Path, layerloom: Layerloom
) -> None:
    path, out = tmp_path / "words.npz", tmp_path / "words.loom"
    np.savez(path, words=np.arange(40).reshape(20, 2))
    words = ("--set", "tokens=words")
    done = layerloom("data", path, *words)
    assert done.code == 0
    assert "Nothing in this data is to be predicted" in done.err
    done = layerloom("data", path, *words, "-o", out)
    assert done.code == 1
    assert not out.exists()


def test_the_command_needs_no_torch(flowers: Path) -> None:
    done = process("data", flowers, "-o", flowers.parent / "a.loom", PYTHONPROFILEIMPORTTIME="1")
    assert done.code == 0
    imported = re.findall(r"\| +([\w.]+)$", done.err, re.MULTILINE)
    assert "polars" in imported
    assert "torch" not in imported


def parameters() -> list[tuple[type[Source], Parameter]]:
    found = [(kind, parameter) for kind in READERS for parameter in kind.parameters()]
    return [(kind, parameter) for kind, parameter in found if parameter.name != "path"]


@pytest.mark.parametrize(
    ("kind", "parameter"), parameters(), ids=lambda one: getattr(one, "id", None) or one.name
)
def test_every_setting_can_be_written_as_it_is_told(
    kind: type[Source], parameter: Parameter
) -> None:
    value = parameter.default
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    name = parameter.name
    assert settings_of(kind, "x", (), [f"{name}={text}"])[name] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("size=32", 32),
        ("size=[32, 48]", (32, 48)),
        ("size=32, 48", (32, 48)),
    ],
)
def test_numbers_and_lists_are_written_as_people_do(text: str, value: Any) -> None:
    assert settings_of(Source.get("image_folder"), "x", (), [text])["size"] == value


def test_how_one_column_is_written_can_be_said(tmp_path: Path, layerloom: Layerloom) -> None:
    path = tmp_path / "prices.csv"
    lines = [f'"{n},{100 + n}",{"ab"[n % 2]}' for n in range(1, 60)]
    path.write_text("\n".join(["price,kind", *lines]))
    asked = layerloom("data", path)
    assert asked.code == 1
    assert "two ways" in asked.err
    for words in (
        ["notations.price.thousands=,", "notations.price.decimal=."],
        ['notations={"price": {"thousands": ",", "decimal": "."}}'],
    ):
        options = [option for word in words for option in ("--set", word)]
        told = layerloom("data", path, *options, "--json").json()
        assert told["settings"]["notations"]["price"]["thousands"] == ","
        assert layerloom("data", path, *options, "-o", tmp_path / "a.loom", "--force").code == 0
    assert layerloom("data", path, "--set", "notations.price.comma=,").code == 1


def test_a_name_with_a_comma_is_quoted() -> None:
    found = settings_of(Source.get("table"), "x", (), ['ignored="a, b",c'])
    assert found["ignored"] == ("a, b", "c")
    assert settings_of(Source.get("table"), "x", (), ["ignored=none"])["ignored"] is None


def test_a_target_that_the_data_decides_cannot_be_named() -> None:
    with pytest.raises(DataError, match="Leave --target out"):
        settings_of(Source.get("image_folder"), "x", ["cat"], ())


def test_rows_that_mostly_name_pictures_point_to_how_they_are_read(
    tmp_path: Path, layerloom: Layerloom
) -> None:
    (tmp_path / "images").mkdir()
    for n in range(8):
        (tmp_path / "images" / f"{n}.png").write_bytes(b"")
    rows = [f"{n},{n % 3},{'ab'[n % 2]}" for n in range(10)]
    (tmp_path / "a.csv").write_text("\n".join(["code,size,kind", *rows]))
    done = layerloom("data", tmp_path / "a.csv")
    assert done.code == 0 and "add --source picture_table" in done.err


def test_a_forecast_tells_how_its_columns_are_read(tmp_path: Path, layerloom: Layerloom) -> None:
    path = tmp_path / "steps.csv"
    path.write_text("step;v\n" + "".join(f"{n};{n},037\n" for n in range(1, 99)))
    asked = layerloom("data", path, "--source", "forecast")
    assert asked.code == 1
    assert "For 1.037 (a decimal comma), add --set" in asked.err
    done = layerloom("data", path, "--source", "forecast", "--set", "notations.v.decimal=,")
    assert (done.code, done.err) == (0, "")
    assert "numbers with a decimal comma: “10,037” is 10.037" in done.out


def test_what_training_would_refuse_is_said_before_and_after_it_was_tried(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    lines = [f"2024-{at // 28 + 1:02}-{at % 28 + 1:02},{at % 7}" for at in range(100)]
    (tmp_path / "sales.csv").write_text("day,sold\n" + "\n".join(lines), encoding="utf-8")
    wanted = [f"--set={name}={steps}" for name, steps in (("window", 60), ("horizon", 20))]
    document = tmp_path / "sales.loom"
    told = layerloom(
        "data", tmp_path / "sales.csv", "--source", "forecast", *wanted, "-o", document
    )
    why = "The samples overlap so far that nothing is left of a part"
    assert told.code == 0 and f"training cannot begin with this data. {why}" in told.out
    assert why in layerloom("train", document, "--out", tmp_path / "run").err
    asked = layerloom("predict", tmp_path / "run", tmp_path / "sales.csv")
    assert asked.code == 1 and why in asked.err and "has not read its data" not in asked.err
    fine = layerloom("data", tmp_path / "sales.csv", "--source", "forecast", "--set=window=8")
    assert fine.code == 0 and "training cannot begin" not in fine.out


def test_a_class_without_a_shape_of_its_own_is_shown_as_a_sign(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    (tmp_path / "corpus.txt").write_text("The cat sat.\nOn a mat.\n" * 60, encoding="utf-8")
    told = layerloom("data", tmp_path / "corpus.txt").out
    assert "values: ↵, ␣, ., O, T, ..." in told
