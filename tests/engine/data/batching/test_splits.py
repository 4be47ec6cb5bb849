"""Parts of the samples give the same rows, held as tensors or made when asked for."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.batching.batches import epoch_batches, ordered_batches
from engine.data.batching.prefetch import in_background
from engine.data.batching.splits import Batch, HeldSplit, RawSplit, Split
from engine.data.prepare import Prepared, prepare_samples
from engine.data.reading import read
from engine.data.samples import bytes_as_tensors
from engine.data.sources import reader
from engine.runs.events.event_types import Failed, Started
from graphs.plan.plan import Plan
from graphs.templates import find, trained_templates
from tests.engine.drawings import dropping
from tests.engine.ragged import DATA, samples
from tests.engine.running import last_weights, losses, same, trained


def both(make: Prepared, raw: Prepared) -> list[tuple[Split, Split]]:
    return [(make.train, raw.train), (make.valid, raw.valid), (make.test(), raw.test())]


def equal(one: Batch, other: Batch) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """No memory is free for the tensors of all samples."""
    monkeypatch.setattr("engine.data.prepare.has_room", lambda _: False)


@pytest.mark.parametrize("template", [one.id for one in trained_templates()])
def test_what_is_made_when_asked_for_is_what_is_held(
    template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find(template)
    assert found is not None
    document = found.document()
    read_once = read(document.data)
    held = prepare_samples(read_once, document.data, document.plan, "cpu")
    monkeypatch.setattr("engine.data.prepare.has_room", lambda _: False)
    raw = prepare_samples(read_once, document.data, document.plan, "cpu")
    assert held.fingerprint == raw.fingerprint
    assert held.preprocessing == raw.preprocessing
    for ours, theirs in both(held, raw):
        assert isinstance(ours, HeldSplit) and isinstance(theirs, RawSplit)
        assert len(ours) == len(theirs)
        rows = torch.randperm(len(ours), generator=torch.Generator().manual_seed(0))[:50]
        assert equal(ours.take(rows), theirs.take(rows))
        assert equal(ours.take(slice(1, 4)), theirs.take(slice(1, 4)))


@given(rows=st.lists(st.integers(0, 11), min_size=1, max_size=20))
@settings(max_examples=50)
def test_samples_of_several_lengths_are_cut_to_the_longest_that_is_asked_for(
    rows: list[int],
) -> None:
    plan = Plan(validation=0.2, test=0.2)
    held = prepare_samples(samples(), DATA, plan, "cpu")
    raw = RawSplit(samples(), held.indices.train, held.preprocessing)
    asked = torch.tensor([row % len(raw) for row in rows])
    taken = raw.take(asked)
    assert equal(taken, held.train.take(asked))
    assert taken["series"].shape[1] == max(3, int(taken["series.lengths"].max()))


@pytest.mark.usefixtures("no_room")
def test_epochs_are_the_same_and_what_does_not_fit_is_told() -> None:
    plan = Plan(validation=0.2, test=0.2)
    raw = prepare_samples(samples(), DATA, plan, "cpu")
    assert "so each batch is made when it is needed" in raw.notices[-1]
    held = HeldSplit(raw.train.take(slice(None)), raw.train.steps)
    for ours, theirs in (
        (epoch_batches(raw.train, 5, 3, 1, start=2), epoch_batches(held, 5, 3, 1, start=2)),
        (ordered_batches(raw.train, 4), ordered_batches(held, 4)),
    ):
        pairs = list(zip(ours, theirs, strict=True))
        assert pairs and all(equal(one, other) for one, other in pairs)


def test_a_run_learns_the_same_from_data_that_does_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, unbroken = trained(dropping(epochs=1), tmp_path, "plain")
    monkeypatch.setattr("engine.data.prepare.has_room", lambda _: False)
    folder, heard = trained(dropping(epochs=1), tmp_path, "raw")
    started = heard[0]
    assert isinstance(started, Started) and "made when it is needed" in started.notices[0]
    assert not [event for event in heard if isinstance(event, Failed)]
    assert losses(heard) == losses(unbroken)
    assert same(last_weights(folder), last_weights(plain))


def test_samples_that_become_larger_than_the_free_memory_are_made_a_batch_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = reader("digits", {}).propose()
    monkeypatch.setattr("engine.data.memory.free_memory", lambda: 10**5)
    prepared = prepare_samples(found.samples, found.section, Plan(), "cpu")
    assert isinstance(prepared.train, RawSplit)
    (told,) = prepared.notices
    assert told.startswith("The 1,797 samples take 5.6 MB as numbers, more memory than is free")


@pytest.mark.parametrize("source", ["english_text", "topics", "ratings", "iris", "digits"])
def test_the_memory_that_tensors_take_is_known_before_they_are_made(source: str) -> None:
    found = reader(source, {}).propose()
    held = prepare_samples(found.samples, found.section, Plan(validation=0, test=0), "cpu")
    assert held.train.nbytes() == bytes_as_tensors(found.samples)


def test_the_memory_that_padded_series_take_is_known_with_their_lengths() -> None:
    held = prepare_samples(samples(), DATA, Plan(validation=0, test=0), "cpu")
    assert held.train.nbytes() <= bytes_as_tensors(samples())


@pytest.mark.usefixtures("no_room")
def test_what_is_not_held_is_sent_to_another_device() -> None:
    raw = prepare_samples(samples(), DATA, Plan(), "cpu")
    assert raw.train.to(torch.device("meta")) is raw.train
    assert not raw.is_sent
    assert prepare_samples(samples(), DATA, Plan(), "meta").is_sent


def test_the_next_is_made_while_one_is_in_use_and_a_fault_comes_through() -> None:
    made: list[int] = []
    second = Event()

    def items() -> Iterator[int]:
        for number in range(3):
            made.append(number)
            if number == 1:
                second.set()
            yield number
        raise ValueError("no more")

    coming = in_background(items())
    assert next(coming) == 0
    assert second.wait(30), "the second one is made before it is asked for"
    with pytest.raises(ValueError, match="no more"):
        list(coming)
    assert made == [0, 1, 2]
    assert list(in_background(iter(range(5)))) == [0, 1, 2, 3, 4]
