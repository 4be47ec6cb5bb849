"""Which arrays of a file belong together and what each is for, where their names do not say it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.array import Array
from engine.data.choosing.understood import rows
from engine.data.prepare import prepare
from engine.data.reading import read
from engine.data.sources import reader
from engine.data.sources.spec import Proposal
from engine.errors import DataError
from graphs.data import ClassKind, LabelsKind, NumberKind
from graphs.plan.plan import Plan

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(0, 1, (60, 6))
Y = np.arange(60) % 3
SEVERAL = (RANDOM.uniform(0, 1, (60, 4)) > 0.5).astype(np.int64)


def propose(folder: Path, *plain: Array, settings: Any = None, **arrays: Array) -> Proposal:
    np.savez(folder / "a.npz", *plain, **arrays)  # type: ignore[arg-type]
    given = {"path": str(folder / "a.npz"), **(settings or {})}
    return reader("arrays", given).propose()


@pytest.mark.parametrize(
    "classes", [Y, Y.astype(np.float32), Y[:, None], Y > 1, np.eye(3)[Y], Y.astype(str)]
)
@pytest.mark.parametrize("first", [True, False])
def test_the_only_classes_of_arrays_without_names_are_predicted_and_it_is_told(
    tmp_path: Path, classes: Array, first: bool
) -> None:
    found = propose(tmp_path, *((classes, X) if first else (X, classes)))
    name = "arr_0" if first else "arr_1"
    assert found.section.targets() == (name,)
    assert any(f"“{name}” is, because" in one for one in found.samples.notices)
    assert read(found.section).fingerprint() == found.samples.fingerprint()
    if classes.dtype.kind != "U":
        free = propose(tmp_path, X, classes, settings={"targets": []})
        assert free.section.targets() == ()


def test_where_several_or_none_may_be_predicted_nothing_is_and_it_is_told(tmp_path: Path) -> None:
    for arrays in ((X, Y, Y > 1), (X, X * 2)):
        found = propose(tmp_path, *arrays)
        assert found.section.targets() == ()
        assert any(one.startswith("Nothing is predicted") for one in found.samples.notices)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x": X, "y": Y[:50]}, "“y” has 50 samples and “x” has 60.*as many samples each"),
        ({"x": X[:50], "y": Y}, "“x” has 50 samples and “y” has 60"),
        ({"x": X.T, "y": Y}, "“x” is 6 × 60, and the first axis .*save it turned"),
        ({"x": X, "y": Y[None]}, "“y” is 1 × 60, and the first axis"),
        ({"x": X, "y": Y[:50], "z": X}, "“y” has 50 samples"),
        ({"x": X.T, "y": Y, "ids": Y}, "“x” is 6 × 60"),
        ({"x_train": X, "x_test": X, "y_train": Y, "y_test": Y[:9]}, "“y” has 69 samples"),
        (
            {"x_train": X, "x_test": X[:9], "y_train": Y[:9], "y_test": Y},
            "“x_train” has 60 samples and “y_train” has 9",
        ),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused_by_name(
    tmp_path: Path, arrays: dict[str, Array], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        propose(tmp_path, **arrays)


def test_one_of_them_alone_can_be_learned_from(tmp_path: Path) -> None:
    found = propose(tmp_path, x=X, y=Y[:50], settings={"inputs": ["x"]})
    assert found.section.inputs() == ("x",) and found.section.targets() == ()


@pytest.mark.parametrize("name", ["id", "ids", "Index", "sample_id", "sample_weight", "weights"])
def test_numbers_and_weights_of_samples_are_left_out_and_told(tmp_path: Path, name: str) -> None:
    found = propose(tmp_path, x=X, y=Y, **{name: np.arange(60)})
    assert found.section.inputs() == ("x",)
    assert any(f"“{name}” is a" in one for one in found.samples.notices)
    chosen = propose(tmp_path, x=X, y=Y, **{name: np.arange(60)}, settings={"inputs": [name, "x"]})
    assert chosen.section.inputs() == (name, "x")


def test_an_array_that_is_more_than_a_number_each_is_kept_whatever_its_name(tmp_path: Path) -> None:
    assert propose(tmp_path, ids=X, y=Y).section.inputs() == ("ids",)
    assert propose(tmp_path, weights=X[:, 0]).section.inputs() == ("weights",)


def test_missing_numbers_are_counted(tmp_path: Path) -> None:
    x = X.copy()
    x[3, :2] = x[9, 0] = np.nan
    told = propose(tmp_path, x=x, y=Y).samples.notices
    assert any("(NaN) in 3 of 360 places, in 2 of 60 samples" in one for one in told)


@pytest.mark.parametrize("kind", [np.int64, np.uint8, bool, np.float32])
def test_rows_with_several_ones_are_labels_and_can_be_read_otherwise(
    tmp_path: Path, kind: type[Any]
) -> None:
    found = propose(tmp_path, x=X, y=SEVERAL.astype(kind))
    field = found.section.fields["y"]
    assert (field.content, field.classes) == (LabelsKind.id, ("0", "1", "2", "3"))
    assert np.array_equal(np.asarray(found.samples.values["y"]), SEVERAL)
    assert any("is read as 4 labels" in one for one in found.samples.notices)
    assert read(found.section).fingerprint() == found.samples.fingerprint()
    assert len(prepare(found.section, Plan(), "cpu").train.take(slice(None))["y"][0]) == 4
    numbers = propose(tmp_path, x=X, y=SEVERAL.astype(kind), settings={"numbers": ["y"]})
    assert numbers.section.fields["y"].content == NumberKind.id
    with pytest.raises(DataError, match="cannot be read as labels"):
        propose(tmp_path, x=X, y=SEVERAL + 1, settings={"labels": ["y"]})


def test_a_class_for_each_step_stays_one(tmp_path: Path) -> None:
    found = propose(tmp_path, x=RANDOM.normal(0, 1, (60, 4, 2)), y=SEVERAL)
    field = found.section.fields["y"]
    assert (field.content, field.sizes) == (ClassKind.id, (4,))


def test_the_columns_of_a_wide_array_are_told_in_short(tmp_path: Path) -> None:
    found = rows(propose(tmp_path, x=np.tile(X, 10), y=Y).section)
    assert [row[0] for row in found] == ["x 1", "x 2", "x 3", "x 4", "x 5", "x 6 to 60", "y"]
    assert found[5][2] == "55 numbers"
