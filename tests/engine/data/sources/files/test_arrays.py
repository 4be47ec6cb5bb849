"""Arrays as fields: what their names, types and shapes say."""

from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytest

from engine.asking.user_input import encode_input
from engine.data.array import Array
from engine.data.choosing.preview import preview
from engine.data.prepare import prepare
from engine.data.reading import read
from engine.data.sources import reader
from engine.data.sources.spec import Proposal
from engine.errors import DataError
from graphs.data import ClassKind, Field, ImageKind, Normalize, NumberKind, SeriesKind, TokensKind
from graphs.plan.plan import Plan

RANDOM = np.random.RandomState(0)
LABELS = np.array([0, 2, 1, 0, 2, 1])


def propose(folder: Path, arrays: dict[str, Any], **settings: Any) -> Proposal:
    path = folder / "a.npz"
    np.savez(path, **arrays)
    return reader("arrays", {"path": str(path), **settings}).propose()


def field(folder: Path, array: Array, **settings: Any) -> tuple[Field, Array]:
    """What the input ``x`` becomes."""
    found = propose(folder, {"x": array}, **settings)
    values = found.samples.values["x"]
    return found.section.fields["x"], values if isinstance(values, np.ndarray) else LABELS


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        ((6, 5, 7), (1, 5, 7)),
        ((6, 3, 5, 7), (3, 5, 7)),
        ((6, 5, 7, 3), (3, 5, 7)),
        ((6, 1, 5, 3), (1, 5, 3)),
        ((6, 5, 7, 1), (1, 5, 7)),
    ],
)
def test_bytes_are_pictures_with_channels_first_or_last(
    tmp_path: Path, shape: tuple[int, ...], sizes: tuple[int, ...]
) -> None:
    array = RANDOM.randint(0, 256, shape).astype(np.uint8)
    found, values = field(tmp_path, array)
    assert found == Field(ImageKind.id, sizes)
    assert values.dtype == np.uint8 and values.shape == (6, *sizes)
    if shape[1:] != sizes and len(shape) == 4:
        assert np.array_equal(values[:, 0], array[..., 0])


def test_the_type_and_the_axes_of_an_array_say_what_it_is(tmp_path: Path) -> None:
    unit = RANDOM.uniform(0, 1, (6, 2, 4, 4)).astype(np.float32)
    assert field(tmp_path, unit)[0] == Field(ImageKind.id, (2, 4, 4))
    assert field(tmp_path, unit * 9)[0].normalize is Normalize.STANDARD
    series = Field(SeriesKind.id, (5, 2), normalize=Normalize.STANDARD)
    assert field(tmp_path, RANDOM.normal(0, 1, (6, 5, 2)))[0] == series
    assert field(tmp_path, RANDOM.randint(-9, 9, (6, 5, 2)))[0] == series
    table = field(tmp_path, RANDOM.normal(0, 1, (6, 3)))[0]
    assert [c.name for c in table.columns] == ["x 1", "x 2", "x 3"]
    assert [c.name for c in field(tmp_path, LABELS)[0].columns] == ["x"]
    tokens = field(tmp_path, RANDOM.randint(0, 9, (6, 5)) * 0 + 8, tokens=["x"])[0]
    assert tokens == Field(TokensKind.id, (5,), vocabulary=9)


@pytest.mark.parametrize(
    ("target", "classes", "content", "sizes"),
    [
        (LABELS, ("0", "1", "2"), ClassKind.id, ()),
        (LABELS[:, None], ("0", "1", "2"), ClassKind.id, ()),
        (LABELS * 5 - 5, ("-5", "0", "5"), ClassKind.id, ()),
        (LABELS > 0, ("False", "True"), ClassKind.id, ()),
        (np.array(["b", "a"] * 3), ("a", "b"), ClassKind.id, ()),
        (np.stack([LABELS, LABELS], 1), ("0", "1", "2"), ClassKind.id, (2,)),
        (LABELS / 2, (), NumberKind.id, (1,)),
        (RANDOM.normal(0, 1, (6, 4)), (), NumberKind.id, (4,)),
    ],
)
def test_what_is_predicted_follows_the_type(
    tmp_path: Path,
    target: Array,
    classes: tuple[str, ...],
    content: str,
    sizes: tuple[int, ...],
) -> None:
    found = propose(tmp_path, {"x": np.ones((6, 2)), "y": target})
    assert found.section.targets() == ("y",)
    told = found.section.fields["y"]
    assert (told.content, told.classes, told.sizes) == (content, classes, sizes)
    train = prepare(found.section, Plan(validation=0, test=0), "cpu").train
    assert train.take(slice(None))["y"].shape == (6, *sizes)


def test_whole_numbers_can_be_predicted_as_numbers(tmp_path: Path) -> None:
    found = propose(tmp_path, {"x": np.ones((6, 2)), "y": LABELS}, numbers=["y"])
    assert found.section.fields["y"].content == NumberKind.id
    many = propose(tmp_path, {"x": np.ones((60, 2)), "y": np.arange(60)})
    assert many.section.fields["y"].content == NumberKind.id


def test_several_inputs_and_targets_are_fields_each(tmp_path: Path) -> None:
    pictures = RANDOM.randint(0, 256, (6, 4, 4)).astype(np.uint8)
    arrays = {"image": pictures, "table": np.ones((6, 2)), "kind": LABELS, "size": LABELS / 3}
    found = propose(tmp_path, arrays, targets=["kind", "size"])
    assert found.section.inputs() == ("image", "table")
    assert found.section.targets() == ("kind", "size")
    assert found.section.settings["inputs"] == ("image", "table")
    assert set(preview(found.section, 3, found.samples).first) == set(arrays)
    assert read(found.section).fingerprint() == found.samples.fingerprint()


def test_names_say_what_is_predicted_and_lengths_what_belongs_together(tmp_path: Path) -> None:
    arrays = {
        "x": np.ones((6, 2)),
        "y": LABELS,
        "other": np.ones((4, 2)),
        "y_other": LABELS[:4],
        "scale": np.float64(3),
    }
    found = propose(tmp_path, arrays)
    assert found.section.inputs() == ("x",)
    assert found.section.targets() == ("y",)
    assert found.samples.notices[:3] == (
        "“other” has 4 samples rather than 6; it is left out.",
        "“y_other” has 4 samples rather than 6; it is left out.",
        "“scale” has 0 samples rather than 6; it is left out.",
    )
    chosen = propose(tmp_path, arrays, inputs=["other"])
    assert chosen.section.targets() == ("y_other",)


def test_one_array_alone_is_an_input(tmp_path: Path) -> None:
    path = tmp_path / "pictures.npy"
    np.save(path, RANDOM.randint(0, 256, (6, 4, 4)).astype(np.uint8))
    section = reader("arrays", {"path": str(path)}).section()
    assert section.inputs() == ("pictures",)
    assert section.targets() == ()


def test_a_missing_number_in_a_table_is_missing_and_elsewhere_refused(tmp_path: Path) -> None:
    table = np.array([[1.0, np.nan], [2, 3]] * 3)
    frame = propose(tmp_path, {"x": table}).samples.values["x"]
    assert isinstance(frame, polars.DataFrame) and frame["x 2"].null_count() == 3
    with pytest.raises(
        DataError, match="no finite numbers in 3 of 6 samples, the first of them sample 1"
    ):
        propose(tmp_path, {"x": table[:, None]})
    with pytest.raises(DataError, match="“x” holds infinite numbers"):
        propose(tmp_path, {"x": table * np.inf})


def test_new_samples_are_read_from_files_of_the_same_form(tmp_path: Path) -> None:
    pictures = RANDOM.randint(0, 256, (6, 5, 4, 3)).astype(np.uint8)
    section = propose(tmp_path, {"x": pictures, "y": LABELS}).section
    prepared = prepare(section, Plan(validation=0, test=0), "cpu")
    wanted = prepared.train.take(slice(None))["x"]
    np.save(tmp_path / "new.npy", pictures)
    for given in (tmp_path / "a.npz", tmp_path / "new.npy", pictures):
        assert (encode_input(prepared.preprocessing, "x", given).tensor == wanted).all()
    assert (encode_input(prepared.preprocessing, "x", pictures[2]).tensor == wanted[2:3]).all()
    np.savez(tmp_path / "other.npz", a=pictures, b=LABELS)
    with pytest.raises(DataError, match="has no array “x”, but: “a”, “b”"):
        encode_input(prepared.preprocessing, "x", tmp_path / "other.npz")


@pytest.mark.parametrize(
    ("arrays", "settings", "words"),
    [
        ({"x": LABELS}, {"inputs": ["z"]}, "has no array “z”. Choose one of: “x”"),
        ({"x": LABELS}, {"inputs": ["x"], "targets": ["x"]}, "“x” is to be learned from and to be"),
        ({"x": LABELS}, {"targets": ["x"]}, "No array of a.npz is left to learn from"),
        ({"x": LABELS, "z": LABELS[:3]}, {"inputs": ["x", "z"]}, "“x” has 6, “z” has 3"),
        ({"x": np.float64(1)}, {}, "has no samples"),
        ({"x": np.ones((0, 3))}, {}, "has no samples"),
        ({"x": np.array(["a", "b"])}, {}, "“x” holds texts, which cannot be learned from"),
        ({"x": np.ones((6, 2), dtype=complex)}, {}, "“x” holds complex numbers, which cannot"),
        ({"x": np.zeros(6, dtype="i4,f4")}, {}, "“x” holds records, which cannot"),
        ({"x": LABELS, "y": np.array([b"a", b"b"] * 3)}, {"numbers": ["y"]}, "“y” holds bytes"),
        ({"x": np.ones((2, 1, 1, 1, 1))}, {}, "“x” has 5 axes"),
        ({"x": np.ones((2, 5000))}, {}, "5,000 numbers per sample"),
        ({"x": -LABELS}, {"tokens": ["x"]}, "cannot be read as tokens"),
        ({"x": LABELS / 2}, {"tokens": ["x"]}, "cannot be read as tokens"),
        ({"x": LABELS, "y": LABELS * 0}, {}, "“y” has the same value everywhere"),
        ({"x": LABELS, "y": LABELS * np.nan}, {}, "“y” holds values that are no finite"),
        ({"x": LABELS, "y": np.array(["a", "b"] * 3)}, {"numbers": ["y"]}, "and no numbers"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_in_words(
    tmp_path: Path, arrays: dict[str, Any], settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        propose(tmp_path, arrays, **settings)
    with pytest.raises(DataError, match=r"Choose a .npz or .npy file"):
        reader("arrays", {}).read()
