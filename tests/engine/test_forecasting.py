"""A forecast goes on from the end of a new file, in whatever order its lines come."""

import csv
import json
import random
from pathlib import Path

import pytest

from engine.asking import answer_file
from engine.asking.answers import InputAnswers
from engine.asking.prediction import Predictor
from engine.data.sources import reader
from engine.errors import DataError
from graphs.data import DataSection
from graphs.document.document import Document
from tests.engine.commanding import Layerloom
from tests.engine.drawings import QUICK, Drawing
from tests.engine.running import trained

HEAD = "day,sold,price"


def line(day: int) -> str:
    return f"2024-01-{day:02},{day % 7},{10 + day}"


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    file = write(tmp_path / "sales.csv", [line(day) for day in range(1, 29)])
    settings = {
        "path": str(file),
        "predicted": ["sold"],
        "further": ["price"],
        "time": "day",
        "window": 4,
        "horizon": 2,
    }
    folder, _ = trained(forecaster(reader("forecast", settings).section()), tmp_path)
    return folder


def forecaster(section: DataSection, steps: int = 2, values: int = 1) -> Document:
    """A network that says some steps ahead."""
    drawing = Drawing(section, **QUICK)
    drawing.node("input", "past", field="past")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "ahead", out_features=steps * values)
    drawing.node("output", "future")
    drawing.node("mse_loss", "loss", target="future")
    if values == 1:
        drawing.chain("past", "flatten", "ahead", "future")
        drawing.wire("ahead", "loss")
    else:
        drawing.node("reshape", "steps", sizes=(steps, values))
        drawing.chain("past", "flatten", "ahead", "steps", "future")
        drawing.wire("steps", "loss")
    return drawing.document()


def test_a_file_is_read_in_the_order_of_time_and_its_end_predicted_from(
    run: Path, tmp_path: Path
) -> None:
    lines = [line(day) for day in range(11, 20)]
    random.Random(0).shuffle(lines)
    predictor = Predictor(run)
    found = predictor.predict(write(tmp_path / "new.csv", lines))
    window = [[day % 7, 10 + day] for day in range(16, 20)]
    assert found.samples == predictor.predict(json.dumps(window)).samples
    assert found.notices[-1] == "Predicted is what follows the last of 9 lines of new.csv."


def test_each_number_of_a_forecast_says_of_which_column_and_step_it_is(tmp_path: Path) -> None:
    file = write(tmp_path / "sales.csv", [line(day) for day in range(1, 29)])
    heads = {
        1: ["predicted value of sold", "predicted value of price"],
        2: [f"predicted value {at} of {name}" for at in (1, 2) for name in ("sold", "price")],
    }
    for steps, titles in heads.items():
        settings = {"path": str(file), "time": "day", "window": 4, "horizon": steps}
        section = reader("forecast", settings).section()
        folder, _ = trained(forecaster(section, steps, 2), tmp_path / str(steps))
        predictor = Predictor(folder)
        answer_file.write(tmp_path / "o.csv", predictor, InputAnswers(predictor, [file]))
        (row,) = csv.DictReader((tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines())
        assert [name for name in row if name.startswith("predicted")] == titles
        (said,) = predictor.predict(file).samples
        assert [float(row[title]) for title in titles] == pytest.approx(said[0].value)


def test_the_one_column_that_is_forecast_out_of_several_is_named(run: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "new.csv", [line(day) for day in range(1, 9)])
    predictor = Predictor(run)
    answer_file.write(tmp_path / "o.csv", predictor, InputAnswers(predictor, [file]))
    (row,) = csv.DictReader((tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines())
    titles = [f"predicted value {at} of sold" for at in (1, 2)]
    assert [name for name in row if name.startswith("predicted")] == titles


def test_a_file_that_is_shorter_than_a_window_is_refused(run: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "short.csv", [line(1), line(2)])
    with pytest.raises(DataError, match="has 2 lines, but 4 are needed"):
        Predictor(run).predict(file)


def test_a_file_without_the_columns_is_refused_by_their_name(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("day,sold\n2024-01-01,3\n", encoding="utf-8")
    with pytest.raises(DataError, match="price"):
        Predictor(run).predict(file)


def test_each_series_of_a_file_is_continued_and_named(layerloom: Layerloom, tmp_path: Path) -> None:
    def shop(name: str, days: range, base: int) -> list[str]:
        return [f"2024-01-{day:02},{name},{base + day % 7}" for day in days]

    head = "day,shop,sold"
    rows = [*shop("A", range(1, 29), 0), *shop("B", range(1, 29), 50)]
    (tmp_path / "sales.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    settings = {"path": str(tmp_path / "sales.csv"), "window": 4, "horizon": 2}
    section = reader("forecast", settings).section()
    assert section.settings["series"] == ("shop",)
    folder, _ = trained(forecaster(section), tmp_path)
    new = [*shop("A", range(3, 12), 0), *shop("C", range(2, 11), 50), *shop("D", range(1, 3), 0)]
    random.Random(0).shuffle(new)
    (tmp_path / "new.csv").write_text("\n".join([head, *new]) + "\n", encoding="utf-8")
    told = layerloom("predict", folder, tmp_path / "new.csv", "--json").json()["predictions"]
    assert [one["series"] for one in told] == [{"shop": "A"}, {"shop": "C"}, {"shop": "D"}]
    assert [one.get("from") for one in told] == ["2024-01-12", "2024-01-11", None]
    assert "has 2 lines, but 4 are needed" in told[2]["problem"]
    predictor = Predictor(folder)
    for one, (days, base) in zip(told[:2], ((range(8, 12), 0), (range(7, 11), 50)), strict=True):
        (said,) = predictor.predict(json.dumps([[base + day % 7] for day in days])).samples
        assert said[0].value == pytest.approx(one["value"], rel=1e-5)
    asked = layerloom("predict", folder, tmp_path / "new.csv")
    assert asked.code == 0
    begins = ["A, from 2024-01-12", "C, from 2024-01-11", "D, after 2024-01-02"]
    assert [row.split("  ")[0] for row in asked.out.splitlines()] == begins
    assert (
        "One series of new.csv has fewer lines than the 4 that are needed to predict what comes "
        "next, and has no prediction: “D”."
    ) in asked.err
    assert "one ends before 2024-01-11, “C” at 2024-01-10." in asked.err
    both = layerloom("predict", folder, tmp_path / "new.csv", tmp_path / "sales.csv")
    rows_of = [row.split("  ")[0] for row in both.out.splitlines()]
    assert rows_of[:3] == [f"{tmp_path / 'new.csv'}, {begin}" for begin in begins]
    layerloom("predict", folder, tmp_path / "new.csv", "-o", tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == (
        "file,shop,last moment,first moment predicted,predicted value 1,predicted value 2,"
        "problem,note"
    )
    assert [line.split(",")[1:4] for line in lines[1:]] == [
        ["A", "2024-01-11", "2024-01-12"], ["C", "2024-01-10", "2024-01-11"],
        ["D", "2024-01-02", ""]]  # fmt: skip
    assert lines[3].endswith(
        '"The series has 2 lines, but 4 are needed to predict what comes next.",'
    )
