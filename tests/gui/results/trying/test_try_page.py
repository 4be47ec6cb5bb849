"""Trying a network on rows of a table: the form, what is typed there, and what is said of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt, QTranslator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.asking.prediction import Prediction, predict
from engine.data.sources import reader_of
from engine.measuring.measures import EvaluationResult
from engine.runs.trained.evaluating import evaluate
from engine.runs.trained.read_run import ReadRun
from graphs.data import Field
from graphs.data.kinds.series import SeriesKind
from graphs.data.sources import Source
from graphs.mending.choosing import choose_data
from graphs.wording import phrases
from gui.jobs import Jobs
from gui.look import theme
from gui.results import asked_files
from gui.results.answer_tiles import continued
from gui.results.asked import OutputAnswer
from gui.results.trained_run import TrainedRun
from gui.results.trying.answer_saving import AnswerSaving
from gui.results.trying.answer_view import MOST_BARS, AnswerView, probability_bars
from gui.results.trying.try_page import TryPage
from gui.samples.sample_widgets import Bars
from gui.widgets.building_blocks import scrolled
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import choose, part, press, write
from tests.gui.windows import LONG, drop, words

CSV = "age,city,plan\n" + "".join(
    f"{20 + n % 40},{('Ulm', 'Jena', 'Bonn')[n % 3]},{'big' if n % 40 > 20 else 'small'}\n"
    for n in range(120)
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network for rows with a number and a category."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "plans.csv").write_text(CSV, encoding="utf-8")
    document = template("breast-cancer", epochs=3)
    source = Source.get("table").made({"path": str(folder / "plans.csv"), "target": "plan"})
    document.apply(choose_data(document, reader_of(source).propose().section))
    return trained(document, folder)


@pytest.fixture
def asking(qtbot: QtBot, run: Path) -> TryPage:
    jobs = Jobs()
    view = TryPage(jobs)
    qtbot.addWidget(view)
    view.setProperty("jobs", jobs)
    view.resize(800, 300)
    view.show()
    view.show_trial(TrainedRun(ReadRun(run), evaluate(run)))
    settle(qtbot, view)
    return view


class Loud(QTranslator):
    """A language of capitals: what is not in them did not go through tr()."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        return "".join(
            part if part.startswith("{") else part.upper() for part in re.split(r"({\w*})", source)
        )


@pytest.fixture
def loud(qapp: QApplication) -> Iterator[None]:
    translator = Loud()
    assert qapp.installTranslator(translator)
    phrases.use(lambda key: QCoreApplication.translate("phrases", key))
    yield
    phrases.use(lambda key: key)
    assert qapp.removeTranslator(translator)


def settle(qtbot: QtBot, view: TryPage) -> None:
    jobs = view.property("jobs")
    qtbot.waitUntil(lambda: not jobs.busy, timeout=LONG)


def test_each_column_of_a_row_has_the_widget_that_fits_it(asking: TryPage) -> None:
    assert float(part(asking, QLineEdit, "age").text()) >= 20
    city = part(asking, QComboBox, "city")
    assert [city.itemText(at) for at in range(city.count())] == ["–", "Bonn", "Jena", "Ulm"]
    assert city.currentText() in {"Bonn", "Jena", "Ulm"}
    assert words(asking, "which").startswith("sample 1 of ")


def test_what_is_typed_is_answered_as_the_command_line_answers(
    qtbot: QtBot, asking: TryPage, run: Path
) -> None:
    write(part(asking, QLineEdit, "age"), "57,5")
    choose(part(asking, QComboBox, "city"), "Jena")
    settle(qtbot, asking)
    (said,) = predict(run, {"age": 57.5, "city": "Jena"})
    assert said.probabilities is not None and said.class_ is not None
    bars = part(asking, Bars).bars
    assert {bar.name: bar.value for bar in bars} == dict(said.probabilities)
    assert words(asking, "verdict").startswith(f"diagnosis: {said.class_} (")
    assert "true" not in words(asking, "verdict")
    assert words(asking, "which") == "changed by hand"


def test_a_row_of_a_file_stands_as_it_is_written_with_what_was_guessed_for_it(
    qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    rows = "age,city\n33,Ulm\n44,charity\nn/a,Jena\n"
    (tmp_path / "new.csv").write_text(rows, encoding="utf-8")
    asking.ask_files([tmp_path / "new.csv"])
    settle(qtbot, asking)
    age, city = part(asking, QLineEdit, "age"), part(asking, QComboBox, "city")
    all_rows = part(asking, QLabel, "asking_remarks_all")
    assert (age.text(), city.currentText()) == ("33", "Ulm")
    assert words(asking, "asking_told") == ""
    assert "See line 3." in all_rows.text() and "See line 4." in all_rows.text()

    asking.walk(1)
    assert (age.text(), city.currentText()) == ("44", "charity")
    assert city.property("role") == "error" and words(asking, "which").endswith("· line 3")
    assert "“charity”, which training did not know" in words(asking, "asking_told")
    write(age, "45")
    settle(qtbot, asking)
    assert city.currentText() == "charity"
    assert "“charity”, which training did not know" in words(asking, "asking_told")
    choose(city, "Bonn")
    settle(qtbot, asking)
    assert city.property("role") == "" and words(asking, "asking_told") == ""

    asking.walk(1)
    assert (age.text(), city.currentText()) == ("n/a", "Jena") and city.findText("charity") < 0
    assert "“n/a”, which counts as no value; the median" in words(asking, "asking_told")


def test_a_missing_value_is_told_and_answered(qtbot: QtBot, asking: TryPage) -> None:
    age = part(asking, QLineEdit, "age")
    age.setFocus()
    age.selectAll()
    QTest.keyClick(age, Qt.Key.Key_Delete)
    settle(qtbot, asking)
    assert "“age” has no value" in words(asking, "asking_told")
    assert "diagnosis: " in words(asking, "verdict")


def test_what_is_no_number_is_refused_and_marked(qtbot: QtBot, asking: TryPage) -> None:
    age = part(asking, QLineEdit, "age")
    write(age, "old")
    settle(qtbot, asking)
    assert words(asking, "asking_told").startswith(
        "The column “age” takes numbers, but holds “old”"
    )
    assert age.property("role") == "error"
    assert words(asking, "verdict") == ""
    press(asking, "next")
    settle(qtbot, asking)
    assert age.property("role") == "number"
    assert words(asking, "asking_told") == ""


def test_a_message_does_not_move_the_form(qtbot: QtBot, asking: TryPage) -> None:
    asking.resize(900, 400)
    age = part(asking, QLineEdit, "age")
    before = age.mapTo(asking, QPoint())
    write(age, "old")
    settle(qtbot, asking)
    told = part(asking, QLabel, "asking_told")
    assert told.isVisible()
    QApplication.processEvents()
    assert age.mapTo(asking, QPoint()) == before
    assert told.mapTo(asking, QPoint()).x() > before.x() + age.width()


def test_the_rows_of_a_file_are_shown_in_the_form(
    qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("age,city\n33,Bonn\n44,Ulm\n", encoding="utf-8")
    assert drop(asking, tmp_path / "new.csv")
    settle(qtbot, asking)
    assert words(asking, "asking_title") == "new.csv"
    assert words(asking, "which") == "sample 1 of 2"
    assert part(asking, QLineEdit, "age").text() == "33"
    press(asking, "next")
    assert part(asking, QLineEdit, "age").text() == "44"
    assert part(asking, QComboBox, "city").currentText() == "Ulm"
    press(asking, "all_samples")
    settle(qtbot, asking)
    assert words(asking, "asking_title") == ""
    assert "true: " in words(asking, "verdict")


def test_the_rows_of_a_file_are_saved_with_what_is_said_of_them(
    qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("age,city\n33,Bonn\nold,Ulm\n58,Jena\n", encoding="utf-8")
    saving = part(asking, AnswerSaving)
    saving.save([tmp_path / "new.csv"], tmp_path / "out.csv")
    assert part(asking, QPushButton, "stop_answers").isVisible()
    settle(qtbot, asking)
    assert words(asking, "asking_told") == (
        "2 predictions are saved in out.csv. 1 could not be made; the table says why."
    )
    assert part(asking, QPushButton, "save_answers").isVisible()
    rows = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("age,city,predicted class,probability of big")
    assert rows[1].startswith("33,Bonn,small")
    assert "“old”" in rows[2]


@pytest.mark.parametrize("text", ["age,city\n33,Bonn\n", "nothing,like,it\n1,2,3\n"])
def test_what_has_come_of_saving_is_scrolled_into_view(
    text: str, qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    area = scrolled(asking)
    qtbot.addWidget(area)
    asking.setMinimumHeight(900)
    area.resize(900, 260)
    area.show()
    try:
        (tmp_path / "new.csv").write_text(text, encoding="utf-8")
        told = part(asking, QLabel, "asking_told")
        assert told.visibleRegion().isEmpty()
        part(asking, AnswerSaving).save([tmp_path / "new.csv"], tmp_path / "out.csv")
        settle(qtbot, asking)
        qtbot.waitUntil(lambda: not told.visibleRegion().isEmpty(), timeout=LONG)
        assert told.visibleRegion().boundingRect().height() == told.height()
    finally:
        area.takeWidget()  # it has an owner of its own


def test_saving_that_is_stopped_writes_nothing(
    qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("age,city\n33,Bonn\n", encoding="utf-8")
    saving = part(asking, AnswerSaving)
    saving.save([tmp_path / "new.csv"], tmp_path / "out.csv")
    press(asking, "stop_answers")
    settle(qtbot, asking)
    told = words(asking, "asking_told")
    assert (tmp_path / "out.csv").exists() == ("stopped" not in told)


def test_a_button_asks_where_the_predictions_of_the_files_shown_are_saved(
    qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("age,city\n33,Bonn\n", encoding="utf-8")
    assert drop(asking, tmp_path / "new.csv")
    settle(qtbot, asking)
    press(asking, "save_answers")
    (dialog,) = asking.findChildren(QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(tmp_path / "answers.csv"))
    assert asking.focusWidget() is part(asking, QPushButton, "stop_answers")
    dialog.close()
    settle(qtbot, asking)
    assert (tmp_path / "answers.csv").exists()
    assert asking.focusWidget() is part(asking, QPushButton, "save_answers")


def test_who_saves_predictions_of_no_files_is_asked_for_some_and_told_what_for(
    asking: TryPage, tmp_path: Path
) -> None:
    press(asking, "save_answers")
    (dialog,) = asking.findChildren(QFileDialog)
    assert dialog.acceptMode() == QFileDialog.AcceptMode.AcceptOpen
    assert dialog.windowTitle() == "Save predictions: of which new samples?"
    dialog.close()


def test_several_files_are_walked_through_and_broken_ones_told(
    qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("age,city\n33,Bonn\n44,Ulm\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("age\n33\n", encoding="utf-8")
    asking.ask_files([tmp_path])
    settle(qtbot, asking)
    assert words(asking, "asking_title") == "2 files"
    assert words(asking, "which") == "sample 1 of 2 · a.csv"
    assert "1 of the files cannot be read. b.csv" in words(asking, "asking_told")


def rows(folder: Path, *names: str) -> Path:
    """A folder with a table of one row for each name."""
    folder.mkdir()
    for at, name in enumerate(names):
        (folder / name).write_text(f"age,city\n{30 + at},Bonn\n", encoding="utf-8")
    return folder


def test_of_many_files_it_is_said_that_only_the_first_are_shown(
    qtbot: QtBot, asking: TryPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked_files, "MOST_SHOWN", 2)
    asking.ask_files([rows(tmp_path / "many", "a.csv", "b.csv", "c.csv")])
    settle(qtbot, asking)
    assert words(asking, "asking_title") == "3 files"
    assert words(asking, "which") == "sample 1 of 2 · a.csv"
    assert words(asking, "asking_told") == (
        "Only the first 2 of 3 files are shown; all of them are saved."
    )
    assert part(asking, QLabel, "asking_told").property("role") == "warn"
    part(asking, AnswerSaving).save([tmp_path / "many"], tmp_path / "out.csv")
    settle(qtbot, asking)
    assert words(asking, "asking_told") == "3 predictions are saved in out.csv."


@pytest.mark.parametrize("count", [0, 1, 2])
def test_what_is_left_out_of_a_folder_is_told(
    count: int, qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    folder = rows(tmp_path / "chosen", *("a.csv", "b.csv")[:count])
    (tmp_path / "secret.csv").write_text("age,city\n33,Bonn\n", encoding="utf-8")
    for name in ("link.csv", "other.csv"):
        (folder / name).symlink_to(tmp_path / "secret.csv")
    asking.ask_files([folder])
    settle(qtbot, asking)
    none = "There are no files. Choose others. " if not count else ""
    assert words(asking, "asking_told") == (
        f"{none}Left out: 2. link.csv is a link that leads out of the folder that is read."
    )
    role = part(asking, QLabel, "asking_told").property("role")
    assert role == ("warn" if count else "error")
    assert words(asking, "asking_title") == ("", "a.csv", "2 files")[count]


def test_what_is_said_of_files_is_said_in_the_language_of_the_window(
    qtbot: QtBot,
    asking: TryPage,
    tmp_path: Path,
    loud: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asked_files, "MOST_SHOWN", 2)
    folder = rows(tmp_path / "many", "a.csv", "b.csv", "c.csv")
    (folder / "link.csv").symlink_to(rows(tmp_path / "other", "d.csv") / "d.csv")
    asking.ask_files([folder])
    settle(qtbot, asking)
    assert words(asking, "asking_title") == "3 FILES"
    assert words(asking, "asking_told") == (
        "ONLY THE FIRST 2 OF 3 FILES ARE SHOWN; ALL OF THEM ARE SAVED. "
        "LEFT OUT: 1. link.csv IS A LINK THAT LEADS OUT OF THE FOLDER THAT IS READ."
    )
    (tmp_path / "empty").mkdir()
    asking.ask_files([tmp_path / "empty"])
    settle(qtbot, asking)
    assert words(asking, "asking_told") == "THERE ARE NO FILES. CHOOSE OTHERS."


def test_what_is_to_be_known_of_rows_is_told_when_they_are_saved(
    qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    rows = "".join(
        f"{30 + n % 30 if n % 4 else ''},{'Bonn' if n % 5 else 'Rome'}\n" for n in range(60)
    )
    (tmp_path / "new.csv").write_text(f"age,city\n{rows}", encoding="utf-8")
    part(asking, AnswerSaving).save([tmp_path / "new.csv"], tmp_path / "out.csv")
    settle(qtbot, asking)
    assert words(asking, "asking_told") == "60 predictions are saved in out.csv."
    assert part(asking, QLabel, "asking_told").property("role") == "ok"
    remarks = part(asking, QLabel, "asking_remarks_all").text()
    assert "“age” has no value in 15 rows" in remarks and "“Rome”" in remarks
    asking.walk(1)
    settle(qtbot, asking)
    line = part(asking, QLabel, "asking_remarks")
    assert not line.isVisibleTo(asking), "of what was saved, not of this"


@pytest.mark.parametrize(
    "text",
    [
        '[{"age": 33, "city": "Bonn"}, {"age": null, "city": "Ulm"}]',
        '{"age": 33, "city": "Bonn"}\n{"age": null, "city": "Ulm"}',
        '{"rows": [{"age": 33, "city": "Bonn"}, {"age": null, "city": "Ulm"}]}',
        '[[33, "Bonn"], [null, "Ulm"]]',
    ],
)
def test_the_rows_of_a_file_of_json_are_shown_in_the_form(
    text: str, qtbot: QtBot, asking: TryPage, tmp_path: Path
) -> None:
    (tmp_path / "new.json").write_text(text, encoding="utf-8")
    asking.ask_files([tmp_path / "new.json"])
    settle(qtbot, asking)
    assert words(asking, "which") == "sample 1 of 2"
    assert part(asking, QLineEdit, "age").text() == "33"
    assert part(asking, QComboBox, "city").currentText() == "Bonn"
    press(asking, "next")
    assert part(asking, QLineEdit, "age").text() == ""
    assert part(asking, QComboBox, "city").currentText() == "Ulm"


def test_hundreds_of_classes_are_sorted_and_the_least_likely_left_out() -> None:
    shares = {f"class {n}": n / 100_000 for n in range(400)}
    bars = probability_bars(Prediction("kind", class_="class 399", probabilities=shares))
    assert len(bars) == MOST_BARS
    assert (bars[0].name, bars[1].name) == ("class 399", "class 398")


def test_a_bar_is_as_long_as_its_share_of_the_whole(qtbot: QtBot) -> None:
    answers = AnswerView()
    qtbot.addWidget(answers)
    shares = {"a": 0.5, "b": 0.25, "c": 0.25, "d": 0.0}
    answers.resize(400, 200)
    answers.show()
    answers.show_answers((OutputAnswer(Prediction("kind", class_="a", probabilities=shares)),))
    bars = part(answers, Bars)
    image = bars.grab().toImage()
    accent = theme.color("accent").rgb()
    middles = [at * Bars.ROW + Bars.ROW // 2 for at in range(len(shares))]
    lengths = [sum(image.pixel(x, y) == accent for x in range(image.width())) for y in middles]
    assert 100 < lengths[0] < 200, "half a bar leaves room"
    assert lengths[1] == lengths[2] == pytest.approx(lengths[0] / 2, abs=3)
    assert lengths[3] == 0


def test_a_class_without_a_probability_has_a_verdict_and_no_bars(qtbot: QtBot) -> None:
    answers = AnswerView()
    qtbot.addWidget(answers)
    answers.show()
    answers.show_answers((OutputAnswer(Prediction("kind", class_="a"), truth="b"),))
    assert words(answers, "verdict").splitlines() == ["kind: a", "true: b"]
    assert answers.findChildren(Bars) == []
    verdict = answers.findChild(QLabel, "verdict")
    assert verdict is not None and verdict.property("role") == "error"


def test_several_outputs_have_a_verdict_each(qtbot: QtBot) -> None:
    answers = AnswerView()
    qtbot.addWidget(answers)
    answers.show()
    answers.show_answers(
        (
            OutputAnswer(Prediction("kind", class_="a", probabilities={"a": 1.0}), truth="a"),
            OutputAnswer(Prediction("size", value=3.25), truth="3.5"),
        )
    )
    assert words(answers, "verdict").splitlines() == [
        "kind: a (100.0 %)",
        "true: a",
        "size: 3.25",
        "true: 3.5",
    ]
    assert part(answers, QLabel, "verdict").property("role") == "", "a number is not just right"


def test_a_forecast_shows_each_value_by_name_with_its_numbers_and_no_markup(qtbot: QtBot) -> None:
    field = Field(SeriesKind.id, (3, 2), target=True, names=("guests", "<b>money</b>"))
    past, true = np.arange(8.0).reshape(4, 2), np.full((3, 2), 9.0)
    tiles = continued(past, field, field.names, (1, 10, 2, 20, 3, 30), true)
    assert [tile.curve for tile in tiles] == [(0, 2, 4, 6), (1, 3, 5, 7)]
    assert [tile.forecast for tile in tiles] == [(1, 2, 3), (10, 20, 30)]
    answers = AnswerView()
    qtbot.addWidget(answers)
    answers.show()
    answers.show_answers((OutputAnswer(Prediction("next", value=(1.0,)), continued=tiles),))
    shown = [one for one in answers.findChildren(QLabel) if one.text()]
    plain = [one.text() for one in shown if one.textFormat() is Qt.TextFormat.PlainText]
    assert plain == ["guests", "1, 2, 3", "<b>money</b>", "10, 20, 30"]
    assert all(one.textFormat() is Qt.TextFormat.RichText for one in shown if "span" in one.text())


def test_a_trial_of_numbers_knows_what_is_true_and_what_was_said(tmp_path: Path) -> None:
    (tmp_path / "line.csv").write_text(
        "x,y\n" + "".join(f"{n % 17},{3 * (n % 17) + 1.5}\n" for n in range(80)), encoding="utf-8"
    )
    document = template("breast-cancer", epochs=2)
    source = Source.get("table").made({"path": str(tmp_path / "line.csv"), "target": "y"})
    document.apply(choose_data(document, reader_of(source).propose().section))
    run = trained(document, tmp_path)
    measured: EvaluationResult = evaluate(run)
    trial = TrainedRun(ReadRun(run), measured)
    (points,) = trial.swept.points.values()
    assert len(points) == len(trial)
    off = [abs(true - said) for true, said in points]
    assert sum(off) / len(off) == pytest.approx(measured.test["mae"], rel=1e-4)
