"""Trying a network on files: series that go on, rows with problems, tables that name pictures."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from engine.asking.answers import NOTHING
from engine.data.sources import reader
from engine.runs.trained.evaluating import evaluate
from engine.runs.trained.read_run import ReadRun
from graphs.document.document import Document
from graphs.mending.choosing import choose_data
from gui.jobs import Jobs
from gui.results.results_view import Results
from gui.results.trained_run import TrainedRun
from gui.results.trying.sample_part import SamplePicture
from gui.results.trying.try_page import TryPage
from gui.samples.sample_widgets import Bars
from tests.engine.drawings import QUICK, Drawing
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import part, press
from tests.gui.windows import LONG, show_page, words


def asked(qtbot: QtBot, run: Path, *files: Path) -> TryPage:
    """The page for trying a run, with some files in it."""
    jobs = Jobs()
    view = TryPage(jobs)
    qtbot.addWidget(view)
    view.show()
    view.show_trial(TrainedRun(ReadRun(run), evaluate(run)))
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
    view.ask_files(files)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
    return view


def rows_run(folder: Path) -> Path:
    lines = [f"{20 + n % 40},{('Ulm', 'Jena')[n % 2]},{n % 40 > 20}" for n in range(120)]
    (folder / "plans.csv").write_text("\n".join(["age,city,plan", *lines]), encoding="utf-8")
    document = template("breast-cancer", epochs=1)
    settings = {"path": str(folder / "plans.csv"), "target": "plan"}
    document.apply(choose_data(document, reader("table", settings).propose().section))
    return trained(document, folder)


def forecast(folder: Path) -> Document:
    days = [f"2024-01-{day:02},{shop},{day % 7}" for shop in "AB" for day in range(1, 29)]
    (folder / "sales.csv").write_text("\n".join(["day,shop,sold", *days]), encoding="utf-8")
    settings = {"path": str(folder / "sales.csv"), "window": 4, "horizon": 2}
    return forecaster(settings)


def forecaster(settings: dict[str, object]) -> Document:
    drawing = Drawing(reader("forecast", settings).section(), **QUICK)
    drawing.node("input", "past", field="past")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "ahead", out_features=2)
    drawing.node("output", "future")
    drawing.node("mse_loss", "loss", target="future")
    drawing.chain("past", "flatten", "ahead", "future")
    drawing.wire("ahead", "loss")
    return drawing.document()


def test_each_series_of_a_file_is_named_and_shown_with_its_past(
    qtbot: QtBot, tmp_path: Path
) -> None:
    run = trained(forecast(tmp_path), tmp_path)
    lengths = {"A": 6, "C": 5, "D": 2}
    new = [f"2024-02-{day:02},{s},{day}" for s, n in lengths.items() for day in range(1, n + 1)]
    (tmp_path / "new.csv").write_text("\n".join(["day,shop,sold", *new]), encoding="utf-8")
    view = asked(qtbot, run, tmp_path / "new.csv")
    assert words(view, "which") == "sample 1 of 3 · A, from 2024-02-07"
    assert "has no prediction: “D”" in part(view, QLabel, "asking_remarks_all").text()
    drawn = [one.tile for one in view.findChildren(SamplePicture) if one.tile is not None]
    assert [tile.curve for tile in drawn] == [(3, 4, 5, 6)] * 2  # in the form, and beside it
    assert len(drawn[1].forecast) == 2
    press(view, "next")
    assert words(view, "which") == "sample 2 of 3 · C, from 2024-02-06"
    press(view, "next")
    assert words(view, "which") == "sample 3 of 3 · D, after 2024-02-02"
    assert words(view, "asking_told").startswith("The series has 2 lines, but 4 are needed")
    assert words(view, "verdict") == ""


def test_of_several_columns_those_that_are_drawn_are_named(qtbot: QtBot, tmp_path: Path) -> None:
    days = [f"2024-01-{day:02},{20 - day % 5},{day % 7}" for day in range(1, 29)]
    (tmp_path / "sales.csv").write_text("\n".join(["day,warmth,sold", *days]), encoding="utf-8")
    settings = {
        "path": str(tmp_path / "sales.csv"), "predicted": ["sold"], "further": ["warmth"],
        "time": "day", "window": 4, "horizon": 2,
    }  # fmt: skip
    view = asked(qtbot, trained(forecaster(settings), tmp_path), tmp_path / "sales.csv")
    assert words(view, "drawn_past") == "sold, the first of 2 columns"
    drawn = [one.tile for one in view.findChildren(SamplePicture) if one.tile is not None]
    assert [tile.curve for tile in drawn] == [(4, 5, 6, 0)] * 2
    assert [tile.caption for tile in drawn] == ["", "sold"]


def test_above_the_rows_of_a_file_no_split_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("age,city\n33,Bonn\n44,Ulm\n", encoding="utf-8")
    jobs = Jobs()
    results = Results(jobs)
    qtbot.addWidget(results)
    results.show()
    results.show_run(rows_run(tmp_path))
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
    show_page(results, "Try it")
    assert "test split" in words(results, "whose")
    part(results, TryPage).ask_files([tmp_path / "new.csv"])
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)
    assert words(results, "asking_title") == "new.csv"
    for name in ("next", "previous"):
        assert "test split" not in words(results, "whose")
        press(results, name)
    press(results, "all_samples")
    assert "test split" in words(results, "whose")
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)


def test_a_row_with_a_problem_tells_it_and_has_no_answer(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text("age,city\n33,Ulm\n,\nold,Ulm\n44,Jena\n", encoding="utf-8")
    view = asked(qtbot, rows_run(tmp_path), tmp_path / "new.csv")
    assert words(view, "which") == "sample 1 of 4" and words(view, "verdict")
    press(view, "next")
    assert words(view, "which") == "sample 2 of 4 · line 3"
    assert words(view, "asking_told") == NOTHING
    assert part(view, QLabel, "asking_told").property("role") == "error"
    assert words(view, "verdict") == "" and not view.findChildren(Bars)
    press(view, "next")
    assert "“old”" in words(view, "asking_told") and words(view, "verdict") == ""
    assert part(view, QLineEdit, "age").text() == "old"
    press(view, "next")
    assert words(view, "which") == "sample 4 of 4" and words(view, "verdict")


@pytest.mark.parametrize("content", ["name,of\na.png,x\nb.png,y\n", "name,of\nu,x\nv,y\n"])
def test_the_pictures_that_a_table_names_are_answered(
    content: str, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    for name, grey in (("dark", 20), ("light", 220)):
        (tmp_path / "data" / name).mkdir(parents=True)
        for n in range(12):
            Image.new("L", (8, 8), grey + n).save(tmp_path / "data" / name / f"{n}.png")
    for name in ("a", "b"):
        Image.new("L", (8, 8), 20).save(tmp_path / "new" / f"{name}.png")
    document = template("digits-mlp", epochs=1)
    settings = {"path": str(tmp_path / "data"), "size": 8, "colour": "grey"}
    document.apply(choose_data(document, reader("image_folder", settings).propose().section))
    (tmp_path / "new" / "new.csv").write_text(content, encoding="utf-8")
    view = asked(qtbot, trained(document, tmp_path), tmp_path / "new" / "new.csv")
    if ".png" in content:
        assert words(view, "asking_title") == "2 files"
        assert words(view, "which") == "sample 1 of 2 · a.png" and words(view, "verdict")
    else:
        assert "new.csv names no pictures" in words(view, "asking_told")
