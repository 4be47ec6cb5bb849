"""Answers for many inputs: rows of tables, folders of pictures, and what cannot be read."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.asking.answer_file import write
from engine.asking.answers import ROWS, InputAnswers
from engine.asking.prediction import Predictor, predict
from engine.controls import Controls
from engine.data.sources import reader
from engine.errors import DataError
from engine.runs import create
from engine.runs.events.event_types import Finished
from engine.training.loop import train
from graphs.document.document import Document
from graphs.files import saving
from graphs.mending.choosing import choose_data
from graphs.templates import find
from tests.engine.commanding import Layerloom
from tests.quickly import some_of


def trained(template: str, folder: Path, source: str, **settings: Any) -> Path:
    found = find(template)
    assert found is not None
    document: Document = found.document()
    document.apply(choose_data(document, reader(source, settings).propose().section))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(folder))
        run = create(document, folder / "run")
        assert isinstance(list(train(run, Controls()))[-1], Finished)
    return run


@pytest.fixture(scope="module")
def rows_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    lines = [
        f"{n % 7},{('Ulm', 'Jena')[n % 2]},{'big' if n % 7 > 3 else 'small'}" for n in range(90)
    ]
    (folder / "train.csv").write_text("age,city,class\n" + "\n".join(lines) + "\n")
    path = str(folder / "train.csv")
    return trained("binary-classifier", folder, "table", path=path, target="class", ignored=[])


@pytest.fixture(scope="module")
def pictures_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for name, grey in (("dark", 20), ("light", 220)):
        (folder / "data" / name).mkdir(parents=True)
        for n in range(12):
            Image.new("L", (8, 8), grey + n).save(folder / "data" / name / f"{n}.png")
    settings = {"path": str(folder / "data"), "size": 8, "colour": "grey"}
    return trained("digits-mlp", folder, "image_folder", **settings)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_of_a_table_stand_beside_what_is_said_of_them(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("name,age,city,class\nAda,1,Ulm,x\nBob,6,Jena,y\n")
    done = layerloom("predict", rows_run, tmp_path / "new.csv", "-o", tmp_path / "out.csv")
    assert (done.code, done.out) == (0, f"2 answers in {tmp_path / 'out.csv'}\n")
    rows = read(tmp_path / "out.csv")
    assert [row["name"] for row in rows] == ["Ada", "Bob"]
    assert [row["class"] for row in rows] == ["x", "y"]
    for row in rows:
        (said,) = predict(rows_run, {"age": row["age"], "city": row["city"]})
        assert row["predicted class"] == said.class_
        assert float(row["probability of big"]) == pytest.approx(
            dict(said.probabilities or {})["big"], abs=2e-6
        )
        assert row["problem"] == ""


def test_a_row_that_cannot_be_read_has_its_reason_and_the_others_their_answers(
    rows_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("age,city\n1,Ulm\nmany,Jena\n6,Jena\n")
    predictor = Predictor(rows_run)
    counted = write(tmp_path / "o.csv", predictor, InputAnswers(predictor, [tmp_path / "new.csv"]))
    assert counted == (3, 1)
    good, bad, also = read(tmp_path / "o.csv")
    assert bad["predicted class"] == "" and "“many”" in bad["problem"]
    assert "line 3" in bad["problem"]
    assert good["predicted class"] and also["predicted class"]


@pytest.mark.parametrize("row", [",,", "Cid,,", "Cid,n/a,", "Cid,-,"])
def test_a_row_that_holds_nothing_has_no_answer_and_the_others_have_theirs(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path, row: str
) -> None:
    lines = ["name,age,city", "Ada,1,Ulm", row, "Bob,,Jena", "Eva,x,Ulm"]
    (tmp_path / "new.csv").write_text("\n".join(lines) + "\n")
    done = layerloom("predict", rows_run, tmp_path / "new.csv", "-o", tmp_path / "out.csv")
    ada, nothing, bob, eva = read(tmp_path / "out.csv")
    said = next(key for key in ada if key not in {"name", "age", "city", "problem", "note"})
    assert all(one[said] and not one["problem"] for one in (ada, bob))
    assert "x" in eva["problem"] and not eva[said] and not nothing[said]
    assert nothing["problem"].startswith("Nothing that the network takes is filled in")
    assert "1 row holds nothing that the network takes, and has no answer." in done.err
    assert "“age” has no value in 1 row" in done.err  # that of Bob alone


def test_what_was_guessed_for_a_row_is_said_in_that_row(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    lines = ["age,city", "1,Ulm", "2,charity", "n/a,Jena", "many,Rome", ",Rome"]
    (tmp_path / "new.csv").write_text("\n".join(lines) + "\n")
    done = layerloom("predict", rows_run, tmp_path / "new.csv", "-o", tmp_path / "out.csv")
    plain, unseen, spelled, refused, both = read(tmp_path / "out.csv")
    assert [one["note"] for one in (plain, refused)] == ["", ""]
    assert [bool(one["problem"]) for one in (plain, unseen, spelled, refused, both)] == [
        *(False, False, False, True, False)
    ], "a problem is still why there is no answer"
    zero = "which training did not know; all columns of its categories are 0."
    median = "the median of the training samples is taken."
    assert unseen["note"] == f"The column “city” holds “charity”, {zero}"
    assert spelled["note"] == f"The column “age” holds “n/a”, which counts as no value; {median}"
    assert f"“age” has no value; {median}" in both["note"] and f"“Rome”, {zero}" in both["note"]
    assert "“age” has no value in 2 rows; " in done.err and "See lines 4, 6." in done.err
    assert "See lines 3, 6." in done.err

    told = layerloom("predict", rows_run, tmp_path / "new.csv", "--json").json()["predictions"]
    assert [one.get("note", "") for one in told] == [
        one["note"] for one in read(tmp_path / "out.csv")
    ], "both say it alike"
    given = json.dumps([{"age": 1, "city": "Ulm"}, {"age": None, "city": "Ulm"}])
    done = layerloom("predict", rows_run, given, "--json")
    assert ["note" in one for one in done.json()["predictions"]] == [False, True]
    assert "See row 2." in done.err


def test_of_many_rows_the_first_are_named_and_of_several_files_their_names(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    for name, count in (("a.csv", 1), ("b.csv", 8)):
        (tmp_path / name).write_text("age,city\n1,Ulm\n" + ",Ulm\n" * count)
    done = layerloom("predict", rows_run, tmp_path / "b.csv")
    assert "See lines 3, 4, 5, 6, 7 and 3 more." in done.err
    done = layerloom("predict", rows_run, tmp_path / "a.csv", tmp_path / "b.csv")
    assert "See a.csv, line 3; b.csv, line 3; b.csv, line 4;" in done.err
    assert "b.csv, line 6 and 4 more." in done.err


def test_more_rows_than_are_asked_at_a_time_are_answered_in_order(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    ages = [n % 7 for n in range(2 * ROWS + 5)]
    (tmp_path / "new.csv").write_text("age,city\n" + "".join(f"{age},Ulm\n" for age in ages))
    told = layerloom("predict", rows_run, tmp_path / "new.csv", "--json").json()["predictions"]
    assert [one["sample"] for one in told] == list(range(len(ages)))
    by_age = {age: told[age]["class"] for age in range(7)}
    assert [one["class"] for one in told] == [by_age[age] for age in ages]


@pytest.mark.proof
@pytest.mark.parametrize("refused", some_of([[ROWS + 7], [], [ROWS + 7, 2 * ROWS + 1]], 3))
def test_what_is_said_of_rows_is_counted_over_all_and_told_once(
    refused: list[int], layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    rows = ["1,Ulm"] * (2 * ROWS + 5)
    for at, row in ((3, ",Ulm"), (9, "1,Bonn"), (ROWS + 1, ",Rome"), (2 * ROWS + 2, ",Ulm")):
        rows[at] = row
    for at in refused:  # a part with such a row is asked row by row
        rows[at] = "many,Ulm"
    (tmp_path / "new.csv").write_text("age,city\n" + "\n".join(rows) + "\n")
    done = layerloom("predict", rows_run, tmp_path / "new.csv", "-o", tmp_path / "answers")
    said = done.err.splitlines()
    assert len([one for one in said if "“age” has no value" in one]) == 1
    assert any("“age” has no value in 3 rows" in one for one in said)
    (unseen,) = [one for one in said if "training did not know" in one]
    assert "“city” holds “Bonn”, “Rome”, which" in unseen


def test_what_is_left_out_of_a_folder_is_told(
    layerloom: Layerloom, pictures_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    Image.new("L", (8, 8), 200).save(tmp_path / "new" / "a.png")
    Image.new("L", (8, 8), 200).save(tmp_path / "elsewhere.png")
    (tmp_path / "new" / "b.png").symlink_to(tmp_path / "elsewhere.png")
    done = layerloom("predict", pictures_run, tmp_path / "new")
    assert "b.png is a link that leads out of the folder that is read." in done.err
    (tmp_path / "new" / "a.png").unlink()
    done = layerloom("predict", pictures_run, tmp_path / "new")
    assert done.code == 1 and "b.png is a link that leads out" in done.err


def test_json_that_ends_early_is_whole_and_says_why(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("age,city\n1,Ulm\n2,Jena\n")
    row = json.dumps({"age": "many", "city": "Jena"})
    done = layerloom("predict", rows_run, tmp_path / "new.csv", row, "--json")
    assert done.code == 1
    told = json.loads(done.out)
    assert len(told["predictions"]) == 2
    assert "“many”" in told["problem"]


def test_a_row_with_a_problem_is_told_by_its_line_and_the_others_are_answered(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("age,city\n1,Ulm\n,\nmany,Jena\n5,Jena\n")
    done = layerloom("predict", rows_run, tmp_path / "new.csv", "--json")
    told = done.json()["predictions"]
    assert [(one["line"], "class" in one) for one in told] == [
        (2, True), (3, False), (4, False), (5, True)]  # fmt: skip
    assert "Nothing that the network takes" in told[1]["problem"]
    assert "“many”" in told[2]["problem"]
    assert done.code == 1 and "1 row was refused" in done.err  # an empty one is only told
    shown = layerloom("predict", rows_run, tmp_path / "new.csv").out.splitlines()
    assert [row.split("  ")[0] for row in shown] == [f"line {at}" for at in range(2, 6)]
    assert "Nothing that the network takes" in shown[1] and "“many”" in shown[2]


def test_of_several_files_the_lines_are_told_too(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("age,city\n1,Ulm\n5,Jena\n")
    done = layerloom("predict", rows_run, tmp_path / "a.csv", tmp_path / "b.csv")
    assert [row.split("  ")[0] for row in done.out.splitlines()] == [
        f"{tmp_path / name}, line {line}" for name in ("a.csv", "b.csv") for line in (2, 3)
    ]


def test_a_folder_of_pictures_has_a_row_for_every_file(
    layerloom: Layerloom, pictures_run: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    for n in range(40):
        Image.new("L", (8, 8), 200 if n % 2 else 30).save(folder / f"{n:02}.png")
    (folder / "07.png").write_bytes(b"no picture")
    done = layerloom("predict", pictures_run, folder, "-o", tmp_path / "out.csv", "--json")
    assert done.json() == {"file": str(tmp_path / "out.csv"), "answers": 40, "problems": 1}
    assert done.code == 1 and "1 of 40 files was refused. The column “problem” of" in done.err
    rows = read(tmp_path / "out.csv")
    assert [Path(row["file"]).name for row in rows] == [f"{n:02}.png" for n in range(40)]
    assert rows[7]["problem"].startswith("07.png is no picture of a known kind")
    for n, row in enumerate(rows):
        if n != 7:
            assert row["predicted class"] == ("light" if n % 2 else "dark")


def test_files_of_the_system_in_a_folder_are_passed_over_as_in_training(
    layerloom: Layerloom, pictures_run: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    Image.new("L", (8, 8), 200).save(folder / "a.png")
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    done = layerloom("predict", pictures_run, folder)
    assert done.code == 0
    assert "Thumbs.db" not in done.out + done.err


def test_a_table_that_names_pictures_is_answered_picture_by_picture(
    pictures_run: Path, tmp_path: Path, layerloom: Layerloom
) -> None:
    for n in range(3):
        Image.new("L", (8, 8), 60 * n).save(tmp_path / f"p{n}.png")
    (tmp_path / "new.csv").write_text("file,label\np0.png,a\np2.png,b\ngone.png,a\n")
    found = list(InputAnswers(Predictor(pictures_run), [tmp_path / "new.csv"]))
    assert [Path(one.file).name for one in found] == ["p0.png", "p2.png", "gone.png"]
    assert [bool(one.problem) for one in found] == [False, False, True]
    done = layerloom("predict", pictures_run, tmp_path / "new.csv")
    assert done.code == 1 and "p2.png" in done.out  # one is not there
    (tmp_path / "none.csv").write_text("a,b\nu,v\n")
    done = layerloom("predict", pictures_run, tmp_path / "none.csv")
    assert "Give the pictures, or a folder of them" in done.err


def test_several_files_are_answered_by_name_and_one_alone_is_refused_when_broken(
    layerloom: Layerloom, pictures_run: Path, tmp_path: Path
) -> None:
    Image.new("L", (8, 8), 220).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    both = layerloom("predict", pictures_run, tmp_path / "a.png", tmp_path / "b.png", "--json")
    assert (both.code, both.err) == (
        1,
        "1 of 2 files was refused. The reason stands in place of the answer.\n",
    )
    first, second = both.json()["predictions"]
    assert first["class"] == "light" and first["file"] == str(tmp_path / "a.png")
    assert "no picture" in second["problem"]
    shown = layerloom("predict", pictures_run, tmp_path / "a.png", tmp_path / "b.png")
    assert "light" in shown.out and "no picture" in shown.out
    alone = layerloom("predict", pictures_run, tmp_path / "b.png")
    assert alone.code == 1 and "no picture of a known kind" in alone.err


@pytest.mark.parametrize(
    "refused",
    ["3,Ulm\n6,Jena\n", "weight,city\n3,Ulm\n", "nothing\n", "", "age:city\n1:Ulm\n"],
    ids=["no names", "other names", "one column", "empty", "other signs"],
)
def test_a_table_that_is_refused_has_one_reason_and_gives_no_columns(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path, refused: str
) -> None:
    (tmp_path / "a.csv").write_text("age,city\n1,Ulm\n6,Jena\n")
    (tmp_path / "b.csv").write_text(refused)
    words = ("predict", rows_run, tmp_path / "a.csv", tmp_path / "b.csv")

    done = layerloom(*words, "-o", tmp_path / "out.csv")

    assert done.code == 1
    assert "1 of 2 files was refused. The column “problem” of" in done.err
    rows = read(tmp_path / "out.csv")
    assert list(rows[0])[:4] == ["file", "age", "city", "predicted class"]
    assert len(rows[0]) == 8 and list(rows[0])[-2:] == ["problem", "note"]
    assert [bool(row["problem"]) for row in rows] == [False, False, True]
    assert rows[2]["age"] == rows[2]["predicted class"] == ""
    assert "b.csv" in rows[2]["problem"]
    shown = layerloom(*words)
    assert shown.code == 1 and "1 of 2 files was refused" in shown.err


def test_a_table_alone_that_is_refused_leaves_no_file(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "b.csv").write_text("weight,city\n3,Ulm\n")

    done = layerloom("predict", rows_run, tmp_path / "b.csv", "-o", tmp_path / "out.csv")

    assert done.code == 1 and "b.csv has no column “age”" in done.err
    assert not (tmp_path / "out.csv").exists()


def test_rows_that_are_refused_are_counted(
    layerloom: Layerloom, rows_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "new.csv").write_text("age,city\n1,Ulm\nmany,Jena\nfew,Jena\n")

    done = layerloom("predict", rows_run, tmp_path / "new.csv", "-o", tmp_path / "out.csv")

    assert done.code == 1 and "2 rows were refused. The column" in done.err
    assert len(read(tmp_path / "out.csv")) == 3


def test_answers_replace_a_file_only_when_asked(
    layerloom: Layerloom, pictures_run: Path, tmp_path: Path
) -> None:
    Image.new("L", (8, 8), 220).save(tmp_path / "a.png")
    (tmp_path / "out.csv").write_text("mine")
    words = ("predict", pictures_run, tmp_path / "a.png", "-o", tmp_path / "out.csv")
    assert layerloom(*words).code == 1
    assert (tmp_path / "out.csv").read_text() == "mine"
    assert layerloom(*words, "--force").code == 0
    assert len(read(tmp_path / "out.csv")) == 1


def test_what_breaks_off_leaves_no_half_a_file(pictures_run: Path, tmp_path: Path) -> None:
    class Stop(Exception):  # noqa: N818  # no error
        pass

    def poll() -> None:
        raise Stop

    Image.new("L", (8, 8), 220).save(tmp_path / "a.png")
    predictor = Predictor(pictures_run)
    with pytest.raises(Stop):
        write(tmp_path / "o.csv", predictor, InputAnswers(predictor, [tmp_path / "a.png"], poll))
    assert [one.name for one in tmp_path.iterdir()] == ["a.png"]
    with pytest.raises(DataError, match="cannot be written to"):
        write(tmp_path / "no" / "o.csv", predictor, InputAnswers(predictor, [tmp_path / "a.png"]))


@pytest.mark.parametrize("error", [ValueError("a mistake"), OSError(5, "Input/output error")])
def test_what_goes_wrong_while_asking_is_not_said_of_the_file_written(
    pictures_run: Path, tmp_path: Path, error: Exception
) -> None:
    def poll() -> None:
        raise error

    Image.new("L", (8, 8), 220).save(tmp_path / "a.png")
    predictor = Predictor(pictures_run)
    with pytest.raises(type(error)) as raised:
        write(tmp_path / "o.csv", predictor, InputAnswers(predictor, [tmp_path / "a.png"], poll))
    assert raised.value is error
    assert [one.name for one in tmp_path.iterdir()] == ["a.png"]


def test_what_is_written_is_swept_after_a_kill_and_has_the_rights_of_new_files(
    pictures_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden: set[str] = set()

    def poll() -> None:
        hidden.update(one.name for one in tmp_path.iterdir() if one.name.startswith("."))

    def touched(_: int) -> int:
        raise AssertionError("files that others make at this moment would be open to all")

    monkeypatch.setattr(os, "umask", touched)
    Image.new("L", (8, 8), 220).save(tmp_path / "a.png")
    (tmp_path / "usual").touch()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / saving.temporary(tmp_path).name.replace(f"-{os.getpid()}-", f"-{ended.pid}-")
    left.write_bytes(b"half")
    predictor = Predictor(pictures_run)
    write(tmp_path / "o.csv", predictor, InputAnswers(predictor, [tmp_path / "a.png"], poll))
    (name,) = hidden
    assert name.startswith(saving.PREFIX) and name.endswith(saving.SUFFIX)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.png", "o.csv", "usual"]
    assert (tmp_path / "o.csv").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
def test_a_disk_that_is_full_is_told_and_no_device_is_written_over(
    pictures_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("L", (8, 8), 220).save(tmp_path / "a.png")
    predictor = Predictor(pictures_run)
    answers = InputAnswers(predictor, [tmp_path / "a.png"])
    (tmp_path / "null").symlink_to("/dev/null")
    with pytest.raises(DataError, match="written to null: it is a device"):
        write(tmp_path / "null", predictor, answers)
    monkeypatch.setattr(saving.Disk, "create", lambda *_: os.open("/dev/full", os.O_WRONLY))
    with pytest.raises(DataError, match=r"written to o\.csv: the disk is full"):
        write(tmp_path / "o.csv", predictor, answers)
    assert not (tmp_path / "o.csv").exists()


def test_numbers_are_written_in_the_units_of_the_data(tmp_path: Path) -> None:
    random = np.random.RandomState(0)
    points = random.normal(0, 1, (90, 2))
    lines = "".join(f"{a:.3f},{b:.3f},{1000 + 100 * a:.3f}\n" for a, b in points)
    (tmp_path / "train.csv").write_text("a,b,price\n" + lines)
    run = trained("diabetes-regression", tmp_path, "table", path=str(tmp_path / "train.csv"))
    (tmp_path / "new.csv").write_text("a,b\n0.5,1\n")
    predictor = Predictor(run)
    write(tmp_path / "o.csv", predictor, InputAnswers(predictor, [tmp_path / "new.csv"]))
    (row,) = read(tmp_path / "o.csv")
    (said,) = predict(run, {"a": 0.5, "b": 1})
    assert isinstance(said.value, float)
    assert float(row["predicted value"]) == pytest.approx(said.value)
