"""Tables whose rows are given for training, validation and test: by a column, or by files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.prepare import prepare_samples
from engine.data.reading import read
from engine.data.sources import reader
from engine.data.sources.spec import Proposal
from engine.errors import DataError
from graphs.plan.plan import Plan

HEAD = "age,city,split,kind"
PARTS = ("Train", "Train", "Train", "Valid", "TEST")


def write(path: Path, rows: Sequence[str], head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def rows(count: int = 60, first: int = 0) -> list[str]:
    return [
        f"{first + n % 9},{('Ulm', 'Jena')[n % 2]},{PARTS[n % 5]},{('a', 'b')[n % 3 > 0]}"
        for n in range(count)
    ]


def propose(path: Path, **settings: Any) -> Proposal:
    return reader("table", {"path": str(path), **settings}).propose()


def test_a_column_of_parts_is_the_split_and_no_feature(tmp_path: Path) -> None:
    found = propose(write(tmp_path / "a.csv", rows()))
    assert found.section.settings["split_column"] == "split"
    columns = [column.name for column in found.section.fields["features"].columns]
    assert columns == ["age", "city"]
    data = prepare_samples(found.samples, found.section, Plan(), "cpu")
    for at, wanted in ((data.indices.valid, 3), (data.indices.test, 4)):
        assert at.tolist() == [n for n in range(60) if n % 5 == wanted]
    assert any("The column “split” says which samples" in one for one in found.samples.notices)
    assert read(found.section).fingerprint() == found.samples.fingerprint()


def test_it_can_be_drawn_by_shares_or_named_otherwise(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows(), "age,city,who,kind")
    assert propose(path).samples.parts is None
    named = propose(path, split_column="who")
    assert named.samples.parts is not None
    assert propose(path, split_column="who", split="shares").samples.parts is None
    with pytest.raises(DataError, match=r"“city” of .* does not say what each row is for"):
        propose(path, split_column="city")


def test_a_column_called_split_with_other_words_is_a_feature(tmp_path: Path) -> None:
    lines = [line.replace("Train", "left").replace("Valid", "right") for line in rows()]
    found = propose(write(tmp_path / "a.csv", lines))
    assert found.section.settings["split_column"] == ""
    assert "split" in [column.name for column in found.section.fields["features"].columns]


def test_files_of_ones_own_are_validation_and_test(tmp_path: Path) -> None:
    head = "age,city,kind"
    three = [",".join(np.array(line.split(","))[[0, 1, 3]]) for line in rows()]
    main = write(tmp_path / "train.csv", three, head)
    write(tmp_path / "valid.csv", three[:12], head)
    write(tmp_path / "test.csv", [f"{line}" for line in three[:7]], head)
    own = {
        "validation_path": str(tmp_path / "valid.csv"),
        "test_path": str(tmp_path / "test.csv"),
    }
    found = propose(main, **own)
    data = prepare_samples(found.samples, found.section, Plan(), "cpu")
    assert [len(part) for part in (data.train, data.valid, data.test())] == [60, 12, 7]
    test, train = data.test().take(slice(None)), data.train.take(slice(None))
    assert (test["features"] == train["features"][:7]).all()
    assert read(found.section).fingerprint() == found.samples.fingerprint()


def test_what_is_fitted_leaves_the_other_files_aside(tmp_path: Path) -> None:
    main = write(tmp_path / "train.csv", [f"{n % 9}.5,{'ab'[n % 2]}" for n in range(40)], "x,kind")
    write(tmp_path / "test.csv", [f"{1000 + n},{'ab'[n % 2]}" for n in range(9)], "x,kind")
    found = propose(main, test_path=str(tmp_path / "test.csv"))
    data = prepare_samples(found.samples, found.section, Plan(validation=0), "cpu")
    (mean,) = data.preprocessing.numbers["features"].shift
    assert mean == pytest.approx(np.mean([n % 9 + 0.5 for n in range(40)]))


def test_a_row_of_another_file_is_named_by_that_file(tmp_path: Path) -> None:
    main = write(tmp_path / "train.csv", [f"{n % 9},{'ab'[n % 2]}" for n in range(40)], "x,kind")
    write(tmp_path / "test.csv", ["1,a", "2,"], "x,kind")
    found = propose(main, test_path=str(tmp_path / "test.csv"))
    assert found.samples.skipped == ("test.csv, line 3: no value for “kind”",)
    assert np.asarray(found.samples.parts).tolist() == [0] * 40 + [2]


def test_a_file_without_the_columns_is_refused_by_name(tmp_path: Path) -> None:
    main = write(tmp_path / "train.csv", [f"{n % 9},{'ab'[n % 2]}" for n in range(40)], "x,kind")
    write(tmp_path / "test.csv", ["1", "2"], "kind")
    with pytest.raises(DataError, match="has no column “x”, which train"):
        propose(main, test_path=str(tmp_path / "test.csv"))


def test_a_column_that_is_learned_from_is_no_split_and_one_that_is_ignored_may_be(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a.csv", rows())
    used = propose(path, ignored=[])
    assert used.samples.parts is None
    assert "split" in [column.name for column in used.section.fields["features"].columns]
    assert propose(path, ignored=["split", "city"]).samples.parts is not None
