"""New samples as users have them: the same numbers as in training, or a sentence."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytest
import torch
from PIL import Image

from engine.asking.user_input import UserInput, encode_input
from engine.data.prepare import prepare
from engine.data.preprocessing import Preprocessing
from engine.data.sources import reader
from engine.errors import DataError
from graphs.plan.plan import Plan

PEOPLE = "id,age,city,member,y\n" + "".join(
    f"{n + 1000},{age},{city},{member},{'pq'[n % 2]}\n"
    for n, (age, city, member) in enumerate(
        [("31", "Bern", "True"), ("42", "Chur", "False"), ("", "Bern", "True"), ("29", "", "False")]
        * 6
    )
)


@pytest.fixture
def people(tmp_path: Path) -> Preprocessing:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    section = reader("table", {"path": str(path)}).section()
    return prepare(section, Plan(validation=0, test=0), "cpu").preprocessing


def of(source: str, **settings: Any) -> tuple[Preprocessing, torch.Tensor]:
    """What a source's data is prepared with, and all of its first input."""
    section = reader(source, settings).section()
    prepared = prepare(section, Plan(validation=0, test=0), "cpu")
    return prepared.preprocessing, prepared.train.take(slice(None))[section.inputs()[0]]


def test_rows_of_the_training_file_are_encoded_as_in_training(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    section = reader("table", {"path": str(path)}).section()
    prepared = prepare(section, Plan(validation=0, test=0), "cpu")
    wanted = prepared.train.take(slice(None))["features"]
    assert torch.equal(encode_input(prepared.preprocessing, "features", path).tensor, wanted)
    parquet = tmp_path / "people.parquet"
    polars.read_csv(path, schema_overrides={"member": polars.String}).write_parquet(parquet)
    assert torch.equal(
        encode_input(prepared.preprocessing, "features", str(parquet)).tensor, wanted
    )


@pytest.mark.parametrize(
    "given",
    [
        {"age": 31, "city": "Bern", "member": True},
        {"age": "31", "city": " Bern ", "member": "True", "id": 7, "more": None},
        [31.0, "Bern", True],
        [["31", "Bern", "True"]],
        '{"age": 31.0, "city": "Bern", "member": true}',
        ' [31, "Bern", true]',
    ],
)
def test_a_row_can_be_given_in_many_ways(people: Preprocessing, given: UserInput) -> None:
    encoded = encode_input(people, "features", given)
    assert encoded.notices == ()
    plain = people.encode(
        "features", polars.DataFrame({"age": [31.0], "city": ["Bern"], "member": ["True"]})
    )
    assert torch.equal(encoded.tensor, plain)


def test_an_unseen_category_counts_as_none_and_is_told(people: Preprocessing) -> None:
    encoded = encode_input(people, "features", {"age": 31, "city": "Rome", "member": True})
    assert encoded.tensor[0, 1:3].tolist() == [0, 0]
    (notice,) = encoded.notices
    assert notice.startswith("The column “city” holds “Rome”, which training did not know")
    assert "Known are “" in notice and "“Bern”" in notice


def test_a_wrong_value_is_told_by_its_column_and_of_many_rows_by_its_number(
    people: Preprocessing,
) -> None:
    wrong = {"age": "old", "city": "Bern", "member": True}
    with pytest.raises(DataError, match=r"^The column “age” takes numbers, but holds “old”"):
        encode_input(people, "features", wrong)
    with pytest.raises(DataError, match=r"^Row 2: the column “age” takes numbers"):
        encode_input(people, "features", [{**wrong, "age": 31}, wrong])


def test_a_missing_value_is_filled_as_in_training_and_told(people: Preprocessing) -> None:
    encoded = encode_input(people, "features", {"age": None, "city": "", "member": "False"})
    median = encode_input(people, "features", {"age": 31, "city": "Bern", "member": "False"})
    assert encoded.tensor[0, 0] == median.tensor[0, 0]
    assert encoded.tensor[0, 1:3].tolist() == [0, 0]
    assert [notice[:35] for notice in encoded.notices] == [
        "The column “age” has no value; the ",
        "The column “city” has no value; all",
    ]


def test_many_rows_are_told_by_their_number(people: Preprocessing, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text("city;member;age\nBern;True;1,5\nOslo;False;NA\nRome;True;?\n")
    encoded = encode_input(people, "features", path)
    assert encoded.tensor.shape == (3, 5)
    notices = " ".join(encoded.notices)
    assert "“age” has no value in 2 rows" in notices
    assert "“Oslo”, “Rome”" in notices


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"age": 3, "city": "Bern"}, "The row has no “member”. It needs: age, city, member"),
        ([3, "Bern"], "A row takes 3 values"),
        ({"age": "old", "city": "Bern", "member": True}, "“age” takes numbers, but holds “old”"),
        ({"age": "inf", "city": "Bern", "member": True}, "“age” takes numbers, but holds “inf”"),
        ({"age": float("inf"), "city": "", "member": ""}, "“age” takes numbers, but holds “inf”"),
        ([], "Give a row"),
        ("{", "is no valid JSON"),
        ("[" * 100_000, "is no valid JSON"),
        ("nothing.csv", "is not there"),
        (7, "Give a row"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_in_words(
    people: Preprocessing, given: Any, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        encode_input(people, "features", given)


def test_a_picture_file_becomes_what_training_saw(tmp_path: Path) -> None:
    preprocessing, images = of("digits", size="28")
    path = tmp_path / "digit.png"
    pixels = (images[3, 0].numpy() * 255).round().astype(np.uint8)
    Image.fromarray(pixels).convert("RGBA").resize((280, 280), Image.Resampling.NEAREST).save(path)
    encoded = encode_input(preprocessing, "image", path)
    assert encoded.tensor.shape == (1, 1, 28, 28)
    assert (encoded.tensor - images[3]).abs().mean() < 0.02


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 28), (1, 1, 28, 28)])
def test_arrays_and_json_give_one_picture(tmp_path: Path, shape: tuple[int, ...]) -> None:
    preprocessing, images = of("digits", size="28")
    array = images[5].numpy().reshape(shape)
    np.save(tmp_path / "one.npy", array)
    (tmp_path / "one.json").write_text(json.dumps(array.tolist()))
    ways: list[UserInput] = [
        array,
        array.tolist(),
        tmp_path / "one.npy",
        str(tmp_path / "one.json"),
        json.dumps(array.tolist()),
    ]
    for given in ways:
        assert torch.equal(encode_input(preprocessing, "image", given).tensor, images[5:6])


def test_arrays_of_bytes_are_scaled_as_pictures_are() -> None:
    preprocessing, _ = of("digits", size="8")
    encoded = encode_input(preprocessing, "image", np.full((4, 8, 8), 255, dtype=np.uint8))
    assert torch.equal(encoded.tensor, torch.ones(4, 1, 8, 8))


def test_series_of_any_length_in_the_domain_are_taken() -> None:
    preprocessing, series = of("sine_series", length=32)
    first = series[0, :, 0].tolist()
    assert torch.equal(encode_input(preprocessing, "series", first).tensor, series[:1])
    assert torch.equal(encode_input(preprocessing, "series", series[:3].numpy()).tensor, series[:3])
    assert torch.equal(
        encode_input(preprocessing, "series", series[:3, :, 0].numpy()).tensor, series[:3]
    )
    assert encode_input(preprocessing, "series", [0.5] * 100).tensor.shape == (1, 100, 1)
    for length in (15, 129):
        with pytest.raises(
            DataError, match=rf"takes T × 1 numbers \(T from 16 to 128\), but {length}"
        ):
            encode_input(preprocessing, "series", [0.5] * length)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.zeros((9, 9)), "takes 1 × 8 × 8 numbers, but 9 × 9 are given"),
        ([[1, 2], [3]], "differ in length"),
        (["a", "b"], "something else than numbers"),
        ([], "is empty"),
        ([[float("nan")] * 8] * 8, "no finite numbers"),
        ([[1e300] * 8] * 8, "no finite numbers"),
    ],
)
def test_numbers_that_cannot_be_used_are_refused_in_words(given: Any, words: str) -> None:
    preprocessing, _ = of("digits", size="8")
    with pytest.raises(DataError, match=words):
        encode_input(preprocessing, "image", given)


def test_files_that_cannot_be_used_are_refused_in_words(tmp_path: Path) -> None:
    preprocessing, _ = of("digits", size="8")
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "junk.npy").write_bytes(b"\x93NUMPY\x01\x00junk")
    (tmp_path / "empty.npy").write_bytes(b"")
    (tmp_path / "latin.json").write_bytes(b'["\xff"]')
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    for name, words in {
        "text.png": "is no picture of a known kind",
        "junk.npy": "junk.npy cannot be read: it is not whole",
        "empty.npy": "is no .npy or .npz file",
        "objects.npy": "is in an unsafe format",
        "latin.json": "latin.json, line 1, is not written in UTF-8",
        "gone.npy": "is not there",
        "gone.png": "is not there",
    }.items():
        with pytest.raises(DataError, match=words):
            encode_input(preprocessing, "image", tmp_path / name)


def test_an_array_whose_header_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    preprocessing, _ = of("digits", size="8")
    path = tmp_path / "lying.npy"
    np.save(path, np.zeros((8, 8)))
    data = path.read_bytes()
    lying = data.replace(b"(8, 8), }           ", b"(8888888, 888888), }")
    assert lying != data and len(lying) == len(data)
    path.write_bytes(lying)
    with pytest.raises(DataError, match=r"“lying” in lying\.npy is cut off"):
        encode_input(preprocessing, "image", path)


def test_a_picture_is_not_taken_for_a_series(tmp_path: Path) -> None:
    preprocessing, _ = of("sine_series")
    path = tmp_path / "a.png"
    Image.new("L", (4, 4)).save(path)
    with pytest.raises(DataError, match=r"a\.png holds no numbers"):
        encode_input(preprocessing, "series", path)


@pytest.mark.parametrize(
    ("kind", "words"), [("c16", "complex numbers"), ("i4,f4", "records"), ("V4", "bytes")]
)
def test_arrays_without_numbers_are_refused_in_words(
    people: Preprocessing, kind: str, words: str
) -> None:
    given = np.zeros((2, 3), dtype=kind)
    with pytest.raises(DataError, match=f"the array given holds {words}"):
        encode_input(people, "features", given)
    preprocessing, _ = of("digits", size="8")
    with pytest.raises(DataError, match=f"something else than numbers: {words}"):
        encode_input(preprocessing, "image", given)


def test_a_class_cannot_be_given_as_a_new_sample() -> None:
    preprocessing, _ = of("iris")
    with pytest.raises(DataError, match="for which new samples cannot be given"):
        encode_input(preprocessing, "species", "setosa")


@pytest.mark.parametrize(
    ("cell", "is_far"),
    [("1700864000", 0), ("1760000000", 0), ("20231124", 1), ("45254", 1), ("0", 1), ("-1", 1)],
)
def test_times_years_away_from_those_of_training_are_told(
    cell: str, is_far: int, tmp_path: Path
) -> None:
    path = tmp_path / "visits.csv"
    rows = [f"{1_700_000_000 + 86_400 * at},{at % 7},{'pq'[at % 2]}\n" for at in range(40)]
    path.write_text("created_at,x,y\n" + "".join(rows))
    preprocessing, _ = of("table", path=str(path))
    notices = encode_input(preprocessing, "features", {"created_at": cell, "x": 1}).notices
    assert ["years away from the times of training" in one for one in notices] == [True] * is_far
    many = tmp_path / "new.csv"
    many.write_text("created_at,x\n" + f"{cell},1\n" * 3 + "1700864000,1\n")
    notices = encode_input(preprocessing, "features", many).notices
    assert ["and 2 more, years away" in one for one in notices] == [True] * is_far
