"""What the data view shows of a data set."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.data.choosing.preview import preview
from engine.data.samples import Samples
from engine.data.sources import reader, reader_of
from graphs.data import ClassKind, DataSection, Field
from graphs.data.sources import Source

READY = [kind for kind in Source.members() if kind.group in {"Ready-made", "Generated"}]


@pytest.mark.parametrize("kind", READY, ids=lambda kind: kind.id)
def test_counts_add_up_and_every_field_is_shown(kind: type[Source]) -> None:
    section = reader_of(kind.made({})).section()
    shown = preview(section, 9)
    assert set(shown.first) == set(section.fields)
    assert {len(values) for values in shown.first.values()} == {min(9, shown.total)}
    for name, counts in shown.counts.items():
        assert tuple(counts) == section.fields[name].classes
        assert sum(counts.values()) == shown.total
        assert len(set(shown.first[name])) > 1  # several classes, also where they come sorted


def test_samples_sorted_by_class_are_shown_in_turn() -> None:
    shown = preview(reader("topics", {}).section(), 24)
    topics = shown.first["topic"]
    assert isinstance(topics, tuple)
    assert len(set(topics)) == 12 and set(topics[:12]) == set(topics[12:])
    assert all(isinstance(passage, str) and passage for passage in shown.first["passage"])


@pytest.mark.parametrize(
    ("labels", "seen"),
    [
        ([0] * 30 + [1] * 30 + [2] * 30, [0, 1, 2, 0, 1, 2]),
        ([2] * 30 + [1] * 30 + [0] * 30, [2, 1, 0, 2, 1, 0]),
        (([0] * 5 + [1] * 5 + [2] * 5) * 2, [0, 1, 2, 0, 1, 2]),  # the parts of a split
        ([0] * 5 + [1] * 30 + [0] * 30, [0, 1, 0, 1, 0, 1]),
        ([2, 0, 0, 1, 1, 0] * 9, [2, 0, 0, 1, 1, 0]),
    ],
)
def test_classes_take_turns_where_samples_come_class_by_class(
    labels: list[int], seen: list[int]
) -> None:
    fields = {"kind": Field(ClassKind.id, classes=("a", "b", "c"), target=True)}
    samples = Samples(fields, {}, {"kind": np.array(labels)})
    shown = preview(DataSection("table", {}, fields), 6, samples)
    assert list(shown.first["kind"]) == ["abc"[label] for label in seen]


def test_pictures_are_shown_in_bytes_with_channels_last(tmp_path: Path) -> None:
    for name, colour in (("cat", "red"), ("dog", "blue")):
        (tmp_path / name).mkdir()
        Image.new("RGB", (9, 9), colour).save(tmp_path / name / "a.png")
    (tmp_path / "cat" / "broken.png").write_bytes(b"")
    shown = preview(reader("image_folder", {"path": str(tmp_path), "size": 4}).section())
    pictures = shown.first["image"]
    assert isinstance(pictures, np.ndarray)
    assert pictures.shape == (2, 4, 4, 3) and pictures.dtype == np.uint8
    assert pictures[0, 0, 0].tolist() == [255, 0, 0]
    assert shown.first["label"] == ("cat", "dog")
    assert shown.skipped == ("cat/broken.png is empty.",)


def test_digits_are_shown_from_white_to_black_in_bytes() -> None:
    pictures = preview(reader("digits", {}).section(), 3).first["image"]
    assert isinstance(pictures, np.ndarray)
    assert pictures.shape == (3, 28, 28, 1)
    assert pictures.min() == 0 and pictures.max() == 255


def test_rows_of_a_table_are_shown_by_column_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("size,colour,price\n1.5,red,10.25\n,blue,11\n3,,12\n")
    proposal = reader("table", {"path": str(path)}).propose()
    shown = preview(proposal.section, samples=proposal.samples)
    assert shown.first["features"] == (
        {"size": 1.5, "colour": "red"},
        {"size": None, "colour": "blue"},
        {"size": 3.0, "colour": None},
    )
    assert shown.first["price"] == (10.25, 11.0, 12.0)
    assert shown.counts == {}
    assert len(shown.notices) == 2
