"""Samples that differ in their number of steps: read, checked, padded and cut to their batch."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.asking.user_input import encode_input
from engine.data.batching.batches import epoch_batches, ordered_batches
from engine.data.choosing.preview import preview
from engine.data.prepare import Prepared, prepare_samples
from engine.data.preprocessing import Preprocessing
from engine.data.ragged import Ragged, padded, steps_of
from engine.data.samples import Samples
from engine.errors import DataError
from graphs.data import Domain, Normalize
from graphs.plan.plan import Plan
from tests.engine.ragged import DATA, samples

PLAN = Plan(validation=0.2, test=0.2)
LISTS = ([1, 2, 3], [4], [5, 6])


def ragged() -> Ragged:
    return Ragged.of([np.array(one) for one in LISTS])


def prepared(plan: Plan = PLAN) -> Prepared:
    return prepare_samples(samples(), DATA, plan, "cpu")


def test_rows_are_taken_in_the_order_asked_for() -> None:
    rows = np.array([2, 0, 2])

    taken = ragged()[rows]

    assert [taken.sample(n).tolist() for n in range(len(taken))] == [[5, 6], [1, 2, 3], [5, 6]]
    assert taken.lengths.tolist() == [2, 3, 2]
    assert len(ragged()[np.array([], dtype=np.int64)]) == 0


def test_padding_is_zero_and_at_the_end() -> None:
    assert padded(ragged(), Domain(1, 9)).tolist() == [[1, 2, 3], [4, 0, 0], [5, 6, 0]]


def test_one_sample_too_long_for_all_to_be_as_long_is_refused_before_memory_is_taken() -> None:
    lengths = np.ones(200_001, dtype=np.int64)
    lengths[7] = 50_000_000
    values = np.broadcast_to(np.zeros(1, dtype=np.int32), (int(lengths.sum()),))
    ragged = Ragged(values, np.concatenate([[0], lengths.cumsum()]))
    with pytest.raises(DataError, match=r"200,001 samples that are padded to 50,000,000 steps"):
        padded(ragged, Domain(1, 50_000_000))


@pytest.mark.parametrize(
    ("domain", "steps"), [((1, 9, 1), 3), ((5, 9, 1), 5), ((1, 9, 4), 4), ((5, 9, 4), 8)]
)
def test_a_batch_has_the_next_number_of_steps_that_is_allowed(
    domain: tuple[int, int, int], steps: int
) -> None:
    assert steps_of(3, Domain(*domain)) == steps


def test_the_fingerprint_knows_where_samples_begin() -> None:
    found = samples()
    values = found.values["series"]
    assert isinstance(values, Ragged)
    moved = values.offsets.copy()
    moved[1] -= 1
    other = replace(found, values={**found.values, "series": Ragged(values.values, moved)})

    assert isinstance(other, Samples)
    assert other.fingerprint() != found.fingerprint() == samples().fingerprint()


def test_batches_hold_each_sample_whole_and_no_step_that_all_of_them_lack() -> None:
    data, found = prepared(), samples()
    series = found.values["series"]
    assert isinstance(series, Ragged)
    rows = iter(data.indices.valid.tolist())
    for batch in ordered_batches(data.valid, 7):
        assert batch["series"].shape[1] == max(3, int(batch["series.lengths"].max()))
        for sample, length in zip(batch["series"], batch["series.lengths"], strict=True):
            torch.testing.assert_close(
                sample[:length], torch.from_numpy(series.sample(next(rows)).astype(np.float32))
            )
            assert not sample[length:].any()


def test_a_shuffled_epoch_gives_each_sample_once_cut_to_its_batch() -> None:
    train = prepared().train
    batches = list(epoch_batches(train, 16, seed=1, epoch=0))

    longest = train.take(slice(None))["series"].shape[1]
    assert any(batch["series"].shape[1] < longest for batch in batches)
    for batch in batches:
        assert batch["series"].shape[1] == max(3, int(batch["series.lengths"].max()))
    sums = torch.cat([batch["series"].double().sum((1, 2)) for batch in batches])
    wanted = train.take(slice(None))["series"].double().sum((1, 2))
    torch.testing.assert_close(sums.sort().values, wanted.sort().values)


def test_fields_that_share_a_size_have_as_many_steps_in_every_batch() -> None:
    found = samples()
    words = found.values["words"]
    assert isinstance(words, Ragged)
    ends = [np.arange(words.offsets[n], words.offsets[n] + 1) for n in range(len(words))]
    first = Ragged(words.values[np.concatenate(ends)], np.arange(len(words) + 1))
    shorter = replace(found, values={**found.values, "words": first})
    train = prepare_samples(shorter, DATA, PLAN, "cpu").train

    for batch in epoch_batches(train, 16, seed=1, epoch=0):
        assert batch["words"].shape == batch["series"].shape[:2]
        assert batch["words.lengths"].eq(1).all()
        assert not batch["words"][:, 1:].any()


def test_an_epoch_goes_on_from_any_batch_with_the_same_bits() -> None:
    train = prepared().train
    whole = list(epoch_batches(train, 16, seed=1, epoch=2))
    rest = list(epoch_batches(train, 16, seed=1, epoch=2, start=2))

    for one, other in zip(whole[2:], rest, strict=True):
        assert one.keys() == other.keys()
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_numbers_are_fitted_on_real_steps_alone() -> None:
    found = samples()
    fields = {**found.fields, "series": replace(found.fields["series"], normalize=Normalize.RANGE)}
    rows = np.arange(40)
    fitted = Preprocessing.fitted(replace(found, fields=fields), rows)
    series = found.values["series"]
    assert isinstance(series, Ragged)

    flat = series[rows].values
    encoded = fitted.encode("series", series[rows])

    assert np.allclose(fitted.numbers["series"].shift, flat.min(axis=0))
    real = torch.arange(encoded.shape[1]) < torch.from_numpy(series[rows].lengths).unsqueeze(1)
    assert encoded[real].min() == 0
    assert encoded[real].max() == pytest.approx(1)
    assert not encoded[~real].any()


def test_empty_and_overlong_samples_are_refused_with_their_place() -> None:
    known = Preprocessing.fitted(samples(), np.arange(40))
    step = np.zeros((1, 2), dtype=np.float32)

    with pytest.raises(DataError, match="“series” is empty in sample 2"):
        known.encode("series", Ragged.of([step, step[:0]]))
    with pytest.raises(DataError, match="has 41 steps in sample 1, but at most 40 are known"):
        known.encode("series", Ragged.of([np.repeat(step, 41, axis=0)]))


def test_new_samples_are_given_as_lists_of_any_lengths() -> None:
    known = Preprocessing.fitted(samples(), np.arange(40))

    one = encode_input(known, "series", "[[1, 2], [3, 4]]")
    many = encode_input(known, "series", [[[1, 2]], [[1, 2], [3, 4], [5, 6], [7, 8]]])
    words = encode_input(known, "words", [[3], [1, 2]])

    assert one.tensor.tolist() == [[[1, 2], [3, 4], [0, 0]]]
    assert one.lengths is not None and one.lengths.tolist() == [2]
    assert many.tensor.shape == (2, 4, 2)
    assert many.lengths is not None and many.lengths.tolist() == [1, 4]
    assert words.tensor.tolist() == [[3, 0, 0], [1, 2, 0]]


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("series", "[[1, 2, 3]]", "takes T × 2 numbers per sample, but 1 × 3 are given"),
        ("series", "[]", "is empty"),
        ("series", '[[1, "two"]]', "something else than numbers"),
        ("words", "[1.5]", "whole numbers"),
        ("words", "[12]", "whole numbers from 0 to 11"),
    ],
)
def test_what_fits_no_series_is_refused(field: str, given: str, said: str) -> None:
    known = Preprocessing.fitted(samples(), np.arange(40))

    with pytest.raises(DataError, match=said):
        encode_input(known, field, given)


def test_a_preview_shows_each_sample_with_its_own_steps() -> None:
    found = samples()
    series = found.values["series"]
    assert isinstance(series, Ragged)

    shown = preview(DATA, 5, found).first["series"]

    assert [len(one) for one in shown] == series.lengths[:5].tolist()  # type: ignore[arg-type]
