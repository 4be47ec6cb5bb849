"""What every kind of data promises: it is fitted, encoded as its type says, and shown."""

from collections.abc import Mapping

import numpy as np
import polars
import pytest
import torch

from engine.data.kinds import RawValues
from engine.data.preprocessing import Preprocessing, targets_last
from engine.data.samples import Samples, Values
from graphs.data import Column, DataKind, DataSection, Field, Normalize
from graphs.proposing.heads import Head
from graphs.proposing.readers import Reader
from graphs.types import Kind

STANDARD = Normalize.STANDARD
RANDOM = np.random.RandomState(0)
EXAMPLES: Mapping[str, tuple[Field, Values]] = {
    "class": (Field("class", classes=("a", "b", "c"), target=True), np.arange(6) % 3),
    "image": (Field("image", (2, 4, 5), normalize=STANDARD), RANDOM.rand(6, 2, 4, 5)),
    "labels": (Field("labels", classes=("a", "b"), target=True), RANDOM.randint(0, 2, (6, 2))),
    "number": (Field("number", (1,), normalize=STANDARD, target=True), RANDOM.rand(6, 1)),
    "series": (Field("series", (7, 2), normalize=STANDARD), RANDOM.rand(6, 7, 2)),
    "table": (
        Field("table", (3,), columns=(Column("x"), Column("y", ("a", "b"))), normalize=STANDARD),
        polars.DataFrame(
            {"x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "y": ["a", "b", "a", "b", None, "a"]}
        ),
    ),
    "tokens": (Field("tokens", (4,), vocabulary=9), RANDOM.randint(0, 9, (6, 4))),
}
DTYPES = {
    Kind.FLOAT: torch.float32,
    Kind.INDEX: torch.int64,
    Kind.TOKENS: torch.int64,
    Kind.MASK: torch.float32,
}


@pytest.fixture(params=DataKind.members(), ids=lambda kind: kind.id)
def kind(request: pytest.FixtureRequest) -> DataKind:
    made: DataKind = request.param()
    return made


def test_its_raw_values_become_a_tensor_of_its_type(kind: DataKind) -> None:
    field, values = EXAMPLES[kind.id]
    samples = Samples({"it": field}, {}, {"it": values})
    fitted = Preprocessing.fitted(samples, np.arange(4))
    encoded = fitted.encode("it", values)
    wanted = DataSection("", {}, samples.fields).types()["it"]
    assert encoded.shape == (6, *wanted.features) and encoded.dtype == DTYPES[wanted.kind]
    assert wanted.kind is kind.tensor
    assert Preprocessing.decoded(fitted.encoded()) == fitted


def test_what_is_fitted_leads_back_to_the_raw_numbers(kind: DataKind) -> None:
    field, values = EXAMPLES[kind.id]
    if kind.tensor is not Kind.FLOAT:
        assert not RawValues.of(kind).fitted(field, values, np.arange(4)).shift
        return
    fitted = Preprocessing.fitted(Samples({"it": field}, {}, {"it": values}), np.arange(4))
    back = fitted.restore("it", fitted.encode("it", values))
    if isinstance(values, np.ndarray):
        assert np.allclose(back, values, atol=1e-6)
    else:
        assert isinstance(values, polars.DataFrame)
        assert back[:, 0].tolist() == pytest.approx(values["x"].to_list())
    flat = targets_last(field, back)
    assert flat.shape[-1] in (1, *field.sizes) and flat.numel() == back.numel()


def test_its_samples_are_shown_one_by_one(kind: DataKind) -> None:
    field, values = EXAMPLES[kind.id]
    samples = Samples({"it": field}, {}, {"it": values})
    rows = values[np.array([1, 3])]
    assert len(RawValues.of(kind).shown(field, rows, samples.fields.values())) == 2
    if isinstance(values, np.ndarray):
        assert RawValues.of(kind).told(field, values[0], " ") or kind.id == "labels"


def test_it_says_what_it_is_and_layers_are_proposed_for_it(kind: DataKind) -> None:
    assert kind.summary().endswith(".") and kind.noun
    assert isinstance(Reader.of(kind), Reader) and isinstance(Head.of(kind), Head)
