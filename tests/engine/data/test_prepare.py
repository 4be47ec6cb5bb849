"""From a data section to tensors: nothing leaks from validation and test into training."""

from dataclasses import replace

import numpy as np
import polars
import pytest
import torch

from engine.data import prepare as module
from engine.data.array import Array
from engine.data.batching import splits
from engine.data.batching.splits import HeldSplit
from engine.data.prepare import prepare, prepare_samples
from engine.data.preprocessing import Preprocessing
from engine.data.reading import read
from engine.data.samples import Samples, Values
from engine.data.sources import reader
from engine.errors import DataError
from graphs.data import DataSection
from graphs.plan.plan import Plan
from graphs.wording import phrases

PLAN = Plan(validation=0.15, test=0.15, seed=3)


def section(source: str, **settings: object) -> DataSection:
    return reader(source, settings).section()


def noisy(values: Values, rows: Array) -> Values:
    """The values with noise at ``rows``."""
    random = np.random.RandomState(0)
    if isinstance(values, np.ndarray):
        changed = values.copy()
        changed[rows] = random.normal(5, 50, changed[rows].shape)
        return changed
    assert isinstance(values, polars.DataFrame), "the sources here give nothing else"
    table = values.to_numpy().copy()
    table[rows] = random.normal(5, 50, table[rows].shape)
    return type(values)(table, schema=values.schema)


@pytest.mark.parametrize("source", ["digits", "iris", "breast_cancer", "two_moons", "sine_series"])
def test_prepared_data_has_the_types_that_the_document_shows(source: str) -> None:
    chosen = section(source)
    prepared = prepare(chosen, PLAN, "cpu")
    types = chosen.types()
    for part in (prepared.train, prepared.valid, prepared.test()):
        assert set(part.take(slice(None))) == set(types)
        for name, tensor in part.take(slice(None)).items():
            assert len(tensor) == len(part)
            assert tensor.dim() == types[name].rank
            assert tensor.is_contiguous()
            assert tensor.dtype == (torch.int64 if chosen.fields[name].classes else torch.float32)


@pytest.mark.parametrize("source", ["breast_cancer", "sine_series", "two_moons"])
def test_noise_in_validation_and_test_leaves_what_is_fitted_unchanged(source: str) -> None:
    chosen = section(source)
    samples = read(chosen)
    first = prepare_samples(samples, chosen, PLAN, "cpu")
    inputs = chosen.inputs()
    for rows in (first.indices.valid, first.indices.test):
        values = {n: noisy(v, rows) if n in inputs else v for n, v in samples.values.items()}
        changed = replace(samples, values=values)
        again = prepare_samples(changed, chosen, PLAN, "cpu")
        assert again.preprocessing.encoded() == first.preprocessing.encoded()
        for name, tensor in first.train.take(slice(None)).items():
            assert torch.equal(again.train.take(slice(None))[name], tensor)
        assert again.fingerprint != first.fingerprint


def test_noise_in_training_is_seen() -> None:
    chosen = section("iris")
    samples = read(chosen)
    first = prepare_samples(samples, chosen, PLAN, "cpu")
    values = {**samples.values}
    values["features"] = noisy(values["features"], first.indices.train[:5])
    again = prepare_samples(replace(samples, values=values), chosen, PLAN, "cpu")
    assert again.preprocessing != first.preprocessing


def test_test_samples_are_not_touched_before_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Array] = []
    encode = splits.encoded

    def watched(samples: Samples, rows: Array, known: Preprocessing) -> HeldSplit:
        asked.append(rows)
        return encode(samples, rows, known)

    monkeypatch.setattr(module, "encoded", watched)
    prepared = prepare(section("iris"), PLAN, "cpu")
    held_back = set(prepared.indices.test.tolist())
    assert asked and not any(held_back & set(rows.tolist()) for rows in asked)
    prepared.test()
    assert set(asked[-1].tolist()) == held_back


def test_shares_of_zero_measure_on_the_training_samples() -> None:
    prepared = prepare(section("xor"), Plan(validation=0, test=0), "cpu")
    assert prepared.valid is prepared.train
    assert prepared.test() is prepared.train
    assert prepared.train.take(slice(None))["point"].tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_what_a_run_fitted_is_used_again() -> None:
    chosen = section("breast_cancer")
    known = Preprocessing.decoded(prepare(chosen, PLAN, "cpu").preprocessing.encoded())
    other = prepare(chosen, Plan(seed=99), "cpu", known)
    assert other.preprocessing is known


def test_numbers_of_other_fields_are_refused() -> None:
    known = prepare(section("iris"), PLAN, "cpu").preprocessing
    with pytest.raises(DataError, match="not those that this run was trained with"):
        prepare(section("breast_cancer"), PLAN, "cpu", known)


def test_training_data_does_not_share_memory_with_the_source() -> None:
    chosen = section("digits", size="8")
    samples = read(chosen)
    before = samples.fingerprint()
    prepared = prepare_samples(samples, chosen, Plan(validation=0, test=0), "cpu")
    prepared.train.take(slice(None))["image"].zero_()
    assert samples.fingerprint() == before


def test_what_is_fitted_is_fitted_on_the_part_that_is_given_for_training() -> None:
    chosen = section("iris")
    samples = read(chosen)
    parts = np.arange(len(samples)) % 3
    samples = replace(samples, parts=parts)
    fitted = prepare_samples(samples, chosen, PLAN, "cpu").preprocessing
    others = {
        n: noisy(v, np.flatnonzero(parts)) if n == "features" else v
        for n, v in samples.values.items()
    }
    changed = replace(samples, values=others)
    assert prepare_samples(changed, chosen, PLAN, "cpu").preprocessing == fitted
    assert changed.fingerprint() != samples.fingerprint()
    assert replace(samples, parts=None).fingerprint() != samples.fingerprint()


@pytest.mark.parametrize("source", ["iris", "digits", "english_text", "topics"])
def test_the_fingerprint_is_the_same_in_every_language(
    source: str, request: pytest.FixtureRequest
) -> None:
    found = reader(source, {}).read()
    before, earlier = found.fingerprint(), found.earlier_fingerprint()
    request.addfinalizer(lambda: phrases.use(lambda key: key))
    phrases.use(lambda key: f"⟦{key}⟧")
    assert found.fingerprint() == before
    assert found.earlier_fingerprint() == earlier
