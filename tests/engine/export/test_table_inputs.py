"""Tables in ONNX: whoever has the file alone can build its input from cells of rows."""

import csv
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from engine.asking.prediction import Predictor
from engine.data.sources import reader_of
from engine.export import export, table_inputs
from graphs.data import Column, DataSection, Field
from graphs.data.sources import Source
from graphs.document.edits import ChangePlan, Step
from graphs.mending.choosing import choose_data
from graphs.notation import NOTATION_NAMES, Notation
from graphs.plan.plan import Plan
from graphs.templates import find
from tests.engine.running import trained

HEAD = ("size", "weight", "city", "mood", "bought", "seen", "flag", "class")
SPELLED = (0, 1, 4)
"""Columns in which a word stands for no value, too."""
COMMAS = str.maketrans(",.", ".,")
EPOCH = datetime(1970, 1, 1)

Told = Mapping[str, Any]


def rows(count: int, seed: int) -> list[list[str]]:
    """Cells as people write them, with gaps in every column but the last."""
    numbers = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        size = numbers.uniform(0, 3000)
        day = datetime(2019, 1, 1) + timedelta(minutes=int(numbers.integers(0, 2_000_000)))
        cells = [
            f"{size:,.2f}".translate(COMMAS),
            f"{numbers.uniform(40, 90):.1f} kg".translate(COMMAS),
            str(numbers.choice(["Ulm", "Jena", "Bad Ems"])),
            str(numbers.choice(["good", "Good", "bad"])),
            day.strftime("%d.%m.%Y %H:%M"),
            str((day - EPOCH) // timedelta(seconds=1)),
            str(numbers.choice(["yes", "no"])),
        ]
        for at in np.flatnonzero(numbers.random(len(cells)) < 0.1):
            cells[at] = str(numbers.choice(["", "n/a"])) if at in SPELLED else ""
        found.append([*cells, "big" if size > 1500 else "small"])
    return found


def written(path: Path, lines: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows([HEAD, *lines])
    return path


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder of a run, and its ONNX file."""
    folder = tmp_path_factory.mktemp("tables")
    path = written(folder / "train.csv", rows(300, 0))
    template = find("binary-classifier")
    assert template is not None
    document = template.document()
    source = Source.get("table").made(
        {
            "path": str(path),
            "target": "class",
            "ignored": [],
            "notations": {
                "mood": Notation("text", merge=True),
                "seen": Notation("date", order="seconds"),
            },
        }
    )
    document.apply(choose_data(document, reader_of(source).propose().section))
    document.apply(Step("Plan", (ChangePlan(document.plan, Plan(epochs=2)),)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(folder))
        run, _ = trained(document, folder)
        export(run, "onnx", folder / "table.onnx")
    return run, folder / "table.onnx"


# ---- a program of somebody else: numpy, and what the file says ----


def built(told: Told, table: list[dict[str, str]]) -> NDArray[np.float32]:
    found = np.zeros((len(table), len(told["columns"])), np.float64)
    for at, row in enumerate(table):
        for column in told["encoding"]:
            cell = row[column["column"]].strip()
            gone = cell in ("", *column["missing"])
            if column["holds"] != "category":
                gone |= cell.lower() in told["missing_in_small_letters"]
            for positions, numbers in _BECOMES[column["holds"]](column, None if gone else cell):
                found[at, positions] = numbers
    return found.astype(np.float32)


def scaled(about: Told, value: float | None) -> float:
    value = about["fill"] if value is None else value
    return (value - about["shift"]) / about["scale"] if about["scale"] else 0.0


def of_number(column: Told, cell: str | None) -> list[Any]:
    value = None
    if cell is not None:
        for word in column["left_out"]:
            cell = cell.removesuffix(word).strip()
        for sign in column["thousands_signs"]:
            cell = cell.replace(sign, "")
        value = float(cell.replace(column["decimal_sign"], "."))
    return [(column["positions"], scaled(column, value))]


def of_category(column: Told, cell: str | None) -> list[Any]:
    def plain(text: str) -> str:
        if column["compared"] == "exactly":
            return text
        return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip()

    known = [plain(one) for one in column["categories"]]
    numbers = [float(cell is not None and plain(cell) == one) for one in known]
    return [(column["positions"], numbers)]


def of_date(column: Told, cell: str | None) -> list[Any]:
    moment = None
    if cell is not None and column["written"] == "day first":
        moment = datetime.strptime(cell, "%d.%m.%Y %H:%M")
    elif cell is not None:
        assert column["written"] == "seconds since 1970-01-01 00:00"
        moment = EPOCH + timedelta(seconds=int(cell))
    return [of_part(part, moment) for part in column["parts"]]


def of_part(part: Told, moment: datetime | None) -> Any:
    value: float | None = None
    if moment is not None:
        value = {
            "elapsed": (moment - EPOCH) / timedelta(days=1),
            "year": moment.year,
            "month": moment.month - 1,
            "day": moment.day - 1,
            "weekday": moment.weekday(),
            "hour": moment.hour + moment.minute / 60 + moment.second / 3600,
        }[part["part"]]
    if "period" not in part:
        return part["positions"], scaled(part, value)
    angle = 2 * np.pi * (value or 0) / part["period"]
    return part["positions"], [0, 0] if value is None else [np.sin(angle), np.cos(angle)]


_BECOMES = {"number": of_number, "category": of_category, "date": of_date}


# ---- what it comes to ----


@pytest.mark.proof
def test_an_input_built_by_the_file_alone_gives_the_answers_of_predict(
    exported: tuple[Path, Path], tmp_path: Path
) -> None:
    run, path = exported
    lines = [*rows(60, 1), [*["" for _ in HEAD[:-1]], "big"]]
    lines[0][2], lines[1][3] = "Rome", " GOOD "
    stretch = onnxruntime.InferenceSession(str(path))
    (name,) = [one.name for one in stretch.get_inputs()]
    told = json.loads(stretch.get_modelmeta().custom_metadata_map["inputs"])[name]
    table = [dict(zip(HEAD, line, strict=True)) for line in lines]

    entering = built(told, table)
    (scores,) = stretch.run(None, {name: entering})

    predictor = Predictor(run)
    wanted = predictor.encode(written(tmp_path / "new.csv", lines)).tensors
    np.testing.assert_allclose(entering, wanted[told["field"]].numpy(), atol=1e-5)
    said = predictor.predict(tmp_path / "new.csv").samples
    likely = [dict(one.probabilities or {})["small"] for (one,) in said]
    (answer,) = json.loads(stretch.get_modelmeta().custom_metadata_map["outputs"]).values()
    assert answer["means"] == "probability of the second class"
    assert answer["classes"] == ["big", "small"]
    np.testing.assert_allclose(scores.ravel(), likely, atol=1e-5)


def test_every_position_of_the_input_has_a_name_and_is_told_once(
    exported: tuple[Path, Path],
) -> None:
    stretch = onnxruntime.InferenceSession(str(exported[1]))
    (entering,) = stretch.get_inputs()
    told = json.loads(stretch.get_modelmeta().custom_metadata_map["inputs"])[entering.name]

    width = entering.shape[1]
    assert len(told["columns"]) == len(set(told["columns"])) == width
    assert [at for one in told["encoding"] for at in one["positions"]] == list(range(width))
    dates = [one for one in told["encoding"] if one["holds"] == "date"]
    assert [one["column"] for one in dates] == ["bought", "seen"]
    for date in dates:
        within = [at for part in date["parts"] for at in part["positions"]]
        assert within == date["positions"] and len(within) > 3
    assert "bought: month, sine" in told["columns"] and "city = Ulm" in told["columns"]


NUMBER = Notation("number", ".", "", ())
DATE = Notation("date", order="year first", missing=(), parts=("elapsed",))
TOLD: Mapping[str, Notation] = {
    "holds": DATE,
    "decimal": replace(NUMBER, decimal=","),
    "thousands": replace(NUMBER, thousands="'"),
    "missing": replace(NUMBER, missing=("-",)),
    "zeros": replace(NUMBER, zeros=("$ -",)),
    "order": replace(DATE, order="day first"),
    "parts": replace(DATE, parts=("month",)),
    "century": replace(DATE, century=1900),
    "merge": Notation("text", missing=(), merge=True),
    "units": replace(NUMBER, units=("kg",)),
    "beside": replace(NUMBER, beside=("", "%")),
    "zones": replace(DATE, zones="without"),
    "based": replace(NUMBER, based=True),
    "limits": replace(NUMBER, limits=True),
    "clock": replace(NUMBER, clock=True),
    "pair": replace(NUMBER, clock=True, pair="minutes"),
}
"""What of a notation changes how a cell is read, each with a notation that has it."""


def described(notation: Notation) -> str:
    categories = ("a", "b") if notation.holds == "text" else ()
    column = Column("x", categories, notation)
    return json.dumps(table_inputs.told(Field("table", (column.width,), columns=(column,)), None))


@pytest.mark.parametrize("name", sorted(NOTATION_NAMES - {"step"}))
def test_the_file_tells_all_that_changes_how_a_cell_is_read(name: str) -> None:
    usual = {"number": NUMBER, "date": DATE, "text": Notation("text", missing=())}
    base = {"holds": NUMBER, "pair": TOLD["clock"]}.get(name, usual[TOLD[name].holds])
    assert described(TOLD[name]) != described(base)


@pytest.mark.parametrize(
    ("times", "ordered"),
    [
        (
            [f"2024-01-{day:02}T10:00:00+02:00" for day in range(1, 29)],
            {"usual_step": "86400 seconds", "zones": table_inputs.ZONES["with"]},
        ),
        ([f"{5 * at + 1000.5}" for at in range(28)], {"usual_step": 5.0}),
    ],
)
def test_the_file_tells_how_lines_become_the_steps_of_a_forecast(
    tmp_path: Path, times: list[str], ordered: dict[str, Any]
) -> None:
    path = tmp_path / "sales.csv"
    lines = [f"{time};{at % 7},5;${10 + at}" for at, time in enumerate(times)]
    path.write_text("\n".join(["when;sold;price", *lines]))
    settings = {"path": str(path), "predicted": ["sold"], "further": ["price"], "time": "when"}
    source = Source.get("forecast").made({**settings, "window": 4})
    (told,) = table_inputs.steps(reader_of(source).propose().section).values()
    assert told["ordered_by"] == {"columns": ["when"], **ordered}
    assert [one["column"] for one in told["cells"]] == ["sold", "price"]
    assert told["cells"][0]["decimal_sign"] == ","
    assert told["cells"][1]["signs_in_training"] == ["$"]
    assert told["told_apart_by"] == []


def test_data_that_is_no_forecast_tells_of_no_steps() -> None:
    assert table_inputs.steps(DataSection()) == {}
    assert table_inputs.steps(DataSection("digits")) == {}
