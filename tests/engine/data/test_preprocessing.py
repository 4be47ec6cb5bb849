"""Fitted numbers: as scikit-learn's, from the training rows alone, and the same after JSON."""

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import polars
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.preprocessing import Preprocessing
from engine.data.samples import Samples, Values
from engine.errors import DataError
from graphs.data import (
    ClassKind,
    Column,
    Domain,
    Field,
    ImageKind,
    Normalize,
    NumberKind,
    SeriesKind,
    TableKind,
)

CITIES = ("Basel", "Bern", "Chur")


def fitted(field: Field, values: Values, rows: list[int]) -> Preprocessing:
    return Preprocessing.fitted(Samples({"it": field}, {}, {"it": values}), np.array(rows))


def table(columns: Mapping[str, Sequence[float | str | None]]) -> polars.DataFrame:
    kinds = {
        name: polars.String if any(isinstance(v, str) for v in values) else polars.Float64
        for name, values in columns.items()
    }
    return polars.DataFrame(columns, schema=kinds)


numbers = st.lists(
    st.one_of(st.none(), st.integers(-(10**12), 10**12).map(lambda n: n / 1000)),
    min_size=4,
    max_size=30,
).filter(lambda values: sum(v is not None for v in values[::2]) >= 1)


@given(values=numbers, how=st.sampled_from([Normalize.STANDARD, Normalize.RANGE]))
@settings(max_examples=100)
def test_numbers_are_filled_and_scaled_as_scikit_learn_does(
    values: list[float | None], how: Normalize
) -> None:
    field = Field(TableKind.id, (1,), columns=(Column("a"),), normalize=how)
    rows = list(range(0, len(values), 2))
    ours = fitted(field, table({"a": values}), rows).encode("it", table({"a": values}))
    column = np.array([[math.nan if v is None else v] for v in values])
    scaler = StandardScaler() if how is Normalize.STANDARD else MinMaxScaler()
    oracle = make_pipeline(SimpleImputer(strategy="median"), scaler).fit(column[rows])
    theirs = oracle.transform(column)
    train = column[rows]
    if np.nanmax(train) - np.nanmin(train) <= 1e-12 * np.nanmax(np.abs(train)):
        assert (ours == 0).all()  # scikit-learn leaves a constant unscaled
    else:
        assert np.allclose(ours.numpy(), theirs, rtol=1e-4, atol=1e-4)


def test_categories_are_encoded_as_scikit_learn_does() -> None:
    values: list[str | None] = ["Chur", "Basel", None, "Bern", "Rome", "Basel"]
    field = Field(TableKind.id, (3,), columns=(Column("city", CITIES),))
    ours = fitted(field, table({"city": values}), [0, 1]).encode("it", table({"city": values}))
    oracle = OneHotEncoder(categories=[list(CITIES)], handle_unknown="ignore")
    oracle.fit([["Bern"]])
    theirs = oracle.transform([[v or ""] for v in values]).toarray()
    assert np.array_equal(ours.numpy(), theirs)
    assert ours[2].tolist() == ours[4].tolist() == [0, 0, 0]


def test_columns_keep_their_order_and_width() -> None:
    field = Field(
        TableKind.id,
        (5,),
        columns=(Column("a"), Column("city", CITIES), Column("b")),
        normalize=Normalize.NONE,
    )
    frame = table({"a": [1.0, 2.0], "city": ["Bern", "Chur"], "b": [5.0, None]})
    encoded = fitted(field, frame, [0, 1]).encode("it", frame)
    assert encoded.tolist() == [[1, 0, 1, 0, 5], [2, 0, 0, 1, 5]]


def test_what_was_constant_in_training_becomes_zero_and_never_nan() -> None:
    field = Field(TableKind.id, (1,), columns=(Column("a"),), normalize=Normalize.STANDARD)
    preprocessing = fitted(field, table({"a": [0.1] * 7}), list(range(7)))
    assert preprocessing.encode("it", table({"a": [0.1, 1e9, None]})).tolist() == [[0], [0], [0]]


def test_a_value_beyond_what_can_be_computed_with_is_named() -> None:
    field = Field(TableKind.id, (1,), columns=(Column("a"),), normalize=Normalize.STANDARD)
    preprocessing = fitted(field, table({"a": [0.0, 1e-30]}), [0, 1])
    with pytest.raises(DataError, match="The column “a” has the value 1e\\+20"):
        preprocessing.encode("it", table({"a": [1e20]}))


@pytest.mark.parametrize("high", [1e200, 1.7e308])
def test_values_whose_spread_is_beyond_all_numbers_are_refused(high: float) -> None:
    field = Field(TableKind.id, (1,), columns=(Column("a"),), normalize=Normalize.STANDARD)
    with pytest.raises(DataError, match="The column “a” has values too large"):
        fitted(field, table({"a": [0.0, -high, high, high, high]}), list(range(5)))
    number = Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True)
    with pytest.raises(DataError, match="values too large"):
        fitted(number, np.array([[0.0], [-high], [high], [high], [high]]), list(range(5)))


def test_a_column_without_any_training_value_becomes_zero() -> None:
    field = Field(TableKind.id, (1,), columns=(Column("a"),), normalize=Normalize.STANDARD)
    frame = table({"a": [None, None, 3.0]})
    assert fitted(field, frame, [0, 1]).encode("it", frame).tolist() == [[0], [0], [0]]


@pytest.mark.parametrize("how", [Normalize.STANDARD, Normalize.RANGE])
def test_pictures_are_scaled_per_channel(how: Normalize) -> None:
    images = np.random.RandomState(0).randint(0, 200, (20, 3, 5, 4)).astype(np.uint8)
    field = Field(ImageKind.id, (3, 5, 4), normalize=how)
    encoded = fitted(field, images, list(range(20))).encode("it", images)
    channels = encoded.movedim(1, 0).reshape(3, -1)
    if how is Normalize.STANDARD:
        assert torch.allclose(channels.mean(1), torch.zeros(3), atol=1e-5)
        assert torch.allclose(channels.std(1, correction=0), torch.ones(3), atol=1e-5)
    else:
        assert channels.min(1).values.tolist() == [0, 0, 0]
        assert channels.max(1).values.tolist() == [1, 1, 1]


def test_pictures_of_bytes_become_numbers_from_0_to_1() -> None:
    images = np.array([0, 51, 255], dtype=np.uint8).reshape(1, 1, 1, 3)
    field = Field(ImageKind.id, (1, 1, 3))
    encoded = fitted(field, images, [0]).encode("it", images)
    assert encoded.dtype == torch.float32
    assert torch.allclose(encoded.flatten(), torch.tensor([0.0, 0.2, 1.0]))


@given(
    values=st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=20),
    how=st.sampled_from(list(Normalize)),
)
@settings(max_examples=100)
def test_a_number_to_predict_comes_back_in_its_own_units(
    values: list[float], how: Normalize
) -> None:
    raw = np.array(values)[:, None]
    preprocessing = fitted(
        Field(NumberKind.id, (1,), normalize=how, target=True), raw, list(range(len(values)))
    )
    back = preprocessing.restore("it", preprocessing.encode("it", raw))
    assert np.allclose(back.numpy(), raw, rtol=1e-4, atol=1e-4 * max(map(abs, values)) + 1e-12)


@given(
    offset=st.floats(-1e12, 1e12),
    wide=st.floats(1, 1e4),
    how=st.sampled_from([Normalize.STANDARD, Normalize.RANGE]),
)
def test_what_differs_beside_a_large_mean_comes_back(
    offset: float, wide: float, how: Normalize
) -> None:
    """Seconds since 1970, populations, prices in small currencies."""
    raw = offset + wide * np.random.default_rng(0).standard_normal((60, 1))
    field = Field(NumberKind.id, (1,), normalize=how, target=True)
    known = fitted(field, raw, list(range(40)))
    back = known.restore("it", known.encode("it", raw)).numpy()
    assert np.abs(back - raw).max() <= 1e-5 * wide + 4 * np.spacing(abs(offset))


def test_labels_out_of_range_are_refused_before_they_reach_a_device() -> None:
    field = Field(ClassKind.id, classes=("a", "b"), target=True)
    for labels in ([0, 2], [-1, 0]):
        with pytest.raises(DataError, match="“it” has values outside of 0 to 1"):
            fitted(field, np.array(labels), [0]).encode("it", np.array(labels))


@pytest.mark.parametrize(("kind", "above"), [(np.uint8, 0), (np.int16, -300), (np.int64, 2**40)])
def test_whole_numbers_are_scaled_as_other_numbers_are(kind: type, above: int) -> None:
    field = Field(SeriesKind.id, (4, 1), normalize=Normalize.STANDARD)
    series = np.array([[[1.0], [250.0], [3.0], [9.0]], [[4.0], [60.0], [7.0], [200.0]]]) + above
    known = fitted(field, series, [0, 1])
    whole, floats = (known.encode("it", each) for each in (series.astype(kind), series))
    assert torch.allclose(whole, floats, atol=1e-6)


def test_infinite_values_are_refused() -> None:
    series = np.array([[[1.0], [np.inf]]], dtype=np.float32)
    field = Field(SeriesKind.id, ("T", 1))
    with pytest.raises(DataError, match="no finite numbers"):
        fitted(field, series, [0]).encode("it", series)


@given(values=numbers)
@settings(max_examples=50)
def test_json_brings_back_equal_numbers_and_equal_bytes(values: list[float | None]) -> None:
    field = Field(
        TableKind.id,
        (4,),
        columns=(Column("a"), Column("city", CITIES)),
        normalize=Normalize.STANDARD,
    )
    frame = table({"a": values, "city": ["Bern"] * len(values)})
    first = Preprocessing.fitted(
        Samples({"it": field}, {"T": Domain(1, 4)}, {"it": frame}), np.arange(len(values))
    )
    again = Preprocessing.decoded(first.encoded())
    assert again == first
    assert again.encoded() == first.encoded()
    assert torch.equal(again.encode("it", frame), first.encode("it", frame))
    assert msgspec.json.decode(first.encoded()) == msgspec.json.decode(
        msgspec.json.encode(first.described())
    )


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"fields": 3}', b"\xff\xfe"])
def test_broken_json_is_said_and_not_half_read(data: bytes) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        Preprocessing.decoded(data)


def test_numbers_that_do_not_fit_their_field_are_refused() -> None:
    field = Field(TableKind.id, (1,), columns=(Column("a"),), normalize=Normalize.STANDARD)
    plain = fitted(field, table({"a": [1.0, 2.0]}), [0, 1]).described()
    plain["numbers"]["it"]["shift"] = [1.0, 2.0]
    with pytest.raises(DataError, match="cannot be read"):
        Preprocessing.decoded(msgspec.json.encode(plain))


def test_a_kind_of_data_of_a_newer_version_is_told() -> None:
    field = Field(ClassKind.id, classes=("a",), target=True)
    plain = fitted(field, np.array([0]), [0]).described()
    plain["fields"]["it"]["content"] = "smell"
    with pytest.raises(DataError, match="is of the kind “smell”"):
        Preprocessing.decoded(msgspec.json.encode(plain))


def test_a_newer_version_is_refused_by_its_number() -> None:
    field = Field(ClassKind.id, classes=("a",), target=True)
    plain = fitted(field, np.array([0]), [0]).described()
    with pytest.raises(DataError, match="version 99"):
        Preprocessing.decoded(msgspec.json.encode({**plain, "version": 99}))


def test_numbers_of_pictures_and_of_rows_with_categories_come_back_in_their_units() -> None:
    columns = (Column("a"), Column("kind", ("x", "y")), Column("b"))
    fields = {
        "picture": Field(ImageKind.id, (3, 4, 5)),
        "row": Field(TableKind.id, (4,), columns=columns),
    }
    numbers = {
        "picture": FittedNumbers((1.0, 2.0, 3.0), (10.0, 20.0, 30.0)),
        "row": FittedNumbers((1.0, 2.0), (10.0, 20.0), (0.0, 0.0)),
    }
    known = Preprocessing(fields, {}, numbers)

    pictures = known.restore("picture", torch.ones(2, 3, 4, 5))

    assert pictures[1, :, 3, 4].tolist() == [11, 22, 33]
    assert known.restore("row", torch.ones(2, 4))[1].tolist() == [11, 1, 1, 22]
