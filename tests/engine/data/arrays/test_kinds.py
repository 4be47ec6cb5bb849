"""What arrays are read as: decided on evidence, said, and changed for each array."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.asking.user_input import encode_input
from engine.data.array import Array
from engine.data.prepare import prepare
from engine.data.reading import read
from engine.data.sources import reader
from engine.data.sources.spec import Proposal
from graphs.data import (
    ClassKind,
    DataSection,
    ImageKind,
    Normalize,
    NumberKind,
    SeriesKind,
    TableKind,
)
from graphs.data.sources import Source
from graphs.plan.plan import Plan

RANDOM = np.random.RandomState(0)
LABELS = np.arange(40) % 3


def propose(folder: Path, arrays: dict[str, Any], **settings: Any) -> Proposal:
    path = folder / "a.npz"
    np.savez(path, **arrays)
    return reader("arrays", {"path": str(path), **settings}).propose()


def light(*shape: int, high: float = 1.0) -> Array:
    return RANDOM.uniform(0, high, (40, *shape)).astype(np.float32)


@pytest.mark.parametrize(
    ("array", "content", "sizes"),
    [
        (light(28, 28), ImageKind.id, (1, 28, 28)),
        (light(20, 30), ImageKind.id, (1, 20, 30)),
        (light(20, 30, high=255), ImageKind.id, (1, 20, 30)),
        (RANDOM.normal(0, 1, (40, 16, 16)), ImageKind.id, (1, 16, 16)),
        (RANDOM.normal(0, 1, (40, 100, 6)), SeriesKind.id, (100, 6)),
        (RANDOM.normal(0, 1, (40, 100, 30)), SeriesKind.id, (100, 30)),
        (light(100, 6), SeriesKind.id, (100, 6)),
        (light(16, 20, 2), ImageKind.id, (2, 16, 20)),
        (light(2, 16, 20), ImageKind.id, (2, 2 * 8, 20)),
        (light(5, 16, 16), ImageKind.id, (5, 16, 16)),
        (light(16, 16, 5), ImageKind.id, (5, 16, 16)),
        (light(3, 32, 4), ImageKind.id, (3, 32, 4)),
    ],
)
def test_axes_and_numbers_tell_pictures_series_and_channels(
    tmp_path: Path, array: Array, content: str, sizes: tuple[int, ...]
) -> None:
    found = propose(tmp_path, {"x": array, "y": LABELS})
    assert (found.section.fields["x"].content, found.section.fields["x"].sizes) == (content, sizes)
    again = read(found.section)
    assert again.fingerprint() == found.samples.fingerprint()


@pytest.mark.parametrize(
    ("array", "settings", "content", "sizes"),
    [
        (light(28, 28), {"series": ["x"]}, SeriesKind.id, (28, 28)),
        (light(20, 5), {"pictures": ["x"]}, ImageKind.id, (1, 20, 5)),
        (light(16, 20, 2), {"channels_first": ["x"]}, ImageKind.id, (16, 20, 2)),
        (light(2, 16, 20), {"channels_last": ["x"]}, ImageKind.id, (20, 2, 16)),
        (light(28, 28), {"tables": ["x"]}, TableKind.id, (784,)),
        (light(784), {"pictures": ["x"]}, ImageKind.id, (1, 28, 28)),
        (light(30), {"series": ["x"]}, SeriesKind.id, (30, 1)),
    ],
)
def test_every_reading_can_be_changed_and_stays_so(
    tmp_path: Path, array: Array, settings: dict[str, Any], content: str, sizes: tuple[int, ...]
) -> None:
    found = propose(tmp_path, {"x": array, "y": LABELS}, **settings)
    assert (found.section.fields["x"].content, found.section.fields["x"].sizes) == (content, sizes)
    assert read(found.section).fingerprint() == found.samples.fingerprint()


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (light(28, 28), "is read as grey pictures"),
        (light(100, 6), "is read as 100 steps with 6 values"),
        (light(16, 20, 2), "read with 2 channels last"),
        (light(5, 7, 6), "The sizes do not settle it"),
        (light(1, 8, 8), "from .* to .*, taken as 0 for black and 1 for white; they stay"),
        (light(1, 8, 8, high=255), "taken as 0 for black and 255 for white"),
        (light(1, 8, 8) * 2 - 1, "taken as -1 for black and 1 for white"),
        (RANDOM.normal(0, 9, (40, 1, 8, 8)), "which no picture file has"),
        (
            RANDOM.randint(0, 4096, (40, 1, 8, 8)).astype(np.uint16),
            "what the training pictures use",
        ),
    ],
)
def test_what_was_decided_is_told(tmp_path: Path, array: Array, words: str) -> None:
    notices = propose(tmp_path, {"x": array, "y": LABELS}).samples.notices
    assert any(re.search(words, one) for one in notices), notices


@pytest.mark.parametrize(
    ("target", "content", "classes"),
    [
        (LABELS.astype(np.float32), ClassKind.id, ("0", "1", "2")),
        (LABELS[:, None] + 1.0, ClassKind.id, ("1", "2", "3")),
        (np.eye(3)[LABELS], ClassKind.id, ("0", "1", "2")),
        (np.eye(3, dtype=np.int64)[LABELS], ClassKind.id, ("0", "1", "2")),
        (np.eye(3, dtype=bool)[LABELS], ClassKind.id, ("0", "1", "2")),
        (LABELS + 0.5, NumberKind.id, ()),
        (LABELS * 10.0, NumberKind.id, ()),
        (np.arange(40.0), NumberKind.id, ()),
        (light(3), NumberKind.id, ()),
    ],
)
def test_whole_and_few_floats_and_one_hot_rows_are_classes(
    tmp_path: Path, target: Array, content: str, classes: tuple[str, ...]
) -> None:
    found = propose(tmp_path, {"x": light(5), "y": target})
    field = found.section.fields["y"]
    assert (field.content, field.classes, field.sizes == ()) == (
        content,
        classes,
        content == ClassKind.id,
    )
    if content == ClassKind.id:
        assert np.asarray(found.samples.values["y"]).tolist() == LABELS.tolist()
        assert any("is read as 3 classes" in one for one in found.samples.notices)
    assert read(found.section).fingerprint() == found.samples.fingerprint()


def test_classes_can_be_predicted_as_numbers_and_numbers_as_classes(tmp_path: Path) -> None:
    floats = propose(tmp_path, {"x": light(5), "y": LABELS * 1.0}, numbers=["y"])
    assert floats.section.fields["y"].content == NumberKind.id
    tens = propose(tmp_path, {"x": light(5), "y": LABELS * 10.0}, classes=["y"])
    assert tens.section.fields["y"].classes == ("0", "10", "20")
    hot = propose(tmp_path, {"x": light(5), "y": np.eye(3)[LABELS]}, numbers=["y"])
    assert hot.section.fields["y"].sizes == (3,)


def test_a_document_that_says_nothing_reads_its_arrays_as_it_did(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=light(28, 28), y=LABELS * 1.0, z=light(16, 20, 2))
    settings = {"path": str(tmp_path / "a.npz"), "inputs": ["x", "z"], "targets": ["y"]}
    found = reader("arrays", settings).read()
    assert found.fields["x"].content == SeriesKind.id
    assert found.fields["y"].content == NumberKind.id
    assert found.fields["z"].sizes == (16, 20, 2)


def test_one_array_is_of_one_kind(tmp_path: Path) -> None:
    faults = Source.get("arrays").faults({"pictures": ["x"], "series": ["x"]})
    assert faults == {"series": "has “x”, which is among the pictures, too"}


def test_arrays_in_parts_are_one_array_with_its_split(tmp_path: Path) -> None:
    arrays = {
        "train_images": light(8, 8), "train_labels": LABELS,
        "test_images": light(8, 8)[:9], "test_labels": LABELS[:9],
        "val_images": light(8, 8)[:6], "val_labels": LABELS[:6],
    }  # fmt: skip
    found = propose(tmp_path, arrays)
    assert found.section.inputs() == ("images",)
    assert found.section.targets() == ("labels",)
    data = prepare(found.section, Plan(), "cpu")
    assert [len(part) for part in (data.train, data.valid, data.test())] == [40, 6, 9]
    assert any("The names of the arrays say which samples" in one for one in found.samples.notices)
    assert propose(tmp_path, arrays, split="shares").samples.parts is None
    alone = propose(tmp_path, arrays, inputs=["train_images"], targets=["train_labels"])
    assert len(alone.samples) == 40


@pytest.mark.parametrize(
    "names", [("x_train", "x_test"), ("trainX", "testX"), ("X-Train", "X-Test")]
)
def test_parts_are_found_by_names_of_many_styles(tmp_path: Path, names: tuple[str, str]) -> None:
    found = propose(tmp_path, {names[0]: light(3), names[1]: light(3)[:7]})
    assert np.bincount(np.asarray(found.samples.parts)).tolist() == [40, 0, 7]


def test_parts_that_do_not_fit_each_other_are_no_split(tmp_path: Path) -> None:
    found = propose(tmp_path, {"x_train": light(3), "x_test": light(4)[:7]})
    assert found.samples.parts is None
    assert found.section.inputs() == ("x_train",)


def test_deep_pictures_use_their_range_and_new_ones_the_same(tmp_path: Path) -> None:
    deep = RANDOM.randint(100, 4096, (40, 8, 8)).astype(np.uint16)
    section: DataSection = propose(tmp_path, {"x": deep, "y": LABELS}).section
    assert section.fields["x"].normalize is Normalize.RANGE
    data = prepare(section, Plan(validation=0, test=0), "cpu")
    train = data.train.take(slice(None))["x"]
    assert (float(train.min()), float(train.max())) == pytest.approx((0, 1))
    assert len(np.unique(train.numpy())) > 2000 / 2
    np.save(tmp_path / "new.npy", deep[:3])
    assert (encode_input(data.preprocessing, "x", tmp_path / "new.npy").tensor == train[:3]).all()
