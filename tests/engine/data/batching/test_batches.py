"""Batches: every sample once per epoch, in an order that seed and epoch alone decide."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.batching import batches
from engine.data.batching.batches import epoch_batches, ordered_batches, steps_per_epoch
from engine.data.batching.splits import HeldSplit, Split
from engine.errors import DataError


def numbered(count: int) -> Split:
    return HeldSplit({"x": torch.arange(count).view(-1, 1).float(), "y": torch.arange(count)})


@given(count=st.integers(2, 400), batch_size=st.integers(2, 9), drop_single=st.booleans())
@settings(max_examples=100)
def test_an_epoch_holds_every_sample_once(count: int, batch_size: int, drop_single: bool) -> None:
    made = list(epoch_batches(numbered(count), batch_size, 0, 0, drop_single=drop_single))
    assert len(made) == steps_per_epoch(count, batch_size, drop_single=drop_single)
    assert torch.cat([b["y"] for b in made]).sort().values.tolist() == list(range(count))
    assert all(torch.equal(b["x"][:, 0].long(), b["y"]) for b in made)
    sizes = [len(b["y"]) for b in made]
    assert set(sizes[:-1]) <= {batch_size}
    if drop_single:
        assert min(sizes) > 1 and sizes[-1] <= batch_size + 1


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        return torch.cat([b["y"] for b in epoch_batches(numbered(50), 8, seed, epoch)]).tolist()

    first = order(0, 0)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    assert order(0, 0) == first
    assert torch.equal(torch.get_rng_state(), before)
    assert order(0, 1) != first
    assert order(1, 0) != first


@given(count=st.integers(20, 300), start=st.integers(0, 19))
@settings(max_examples=50)
def test_an_epoch_can_go_on_in_its_middle(count: int, start: int) -> None:
    whole = [b["y"].tolist() for b in epoch_batches(numbered(count), 1, 3, 2)]
    rest = [b["y"].tolist() for b in epoch_batches(numbered(count), 1, 3, 2, start=start)]
    assert rest == whole[start:]


def test_large_samples_come_in_the_same_order_as_small_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def order() -> list[list[int]]:
        return [b["y"].tolist() for b in epoch_batches(numbered(100), 3, 0, 0)]

    small = order()
    monkeypatch.setattr(batches, "BLOCK_BYTES", 80)
    assert order() == small


@pytest.mark.gpu
def test_a_graphics_card_gets_the_same_batches() -> None:
    split = numbered(100)
    there = split.to(torch.device("cuda"))
    for ours, theirs in zip(
        epoch_batches(split, 7, 0, 0), epoch_batches(there, 7, 0, 0), strict=True
    ):
        assert all(theirs[name].is_cuda for name in theirs)
        assert all(torch.equal(ours[name], theirs[name].cpu()) for name in ours)


def test_ranks_share_one_order_and_take_equally_many_steps() -> None:
    ranks = [
        [b["y"].tolist() for b in epoch_batches(numbered(103), 8, 0, 0, rank, world=4)]
        for rank in range(4)
    ]
    assert {len(own) for own in ranks} == {steps_per_epoch(103, 8, world=4)}
    seen = [y for own in ranks for batch in own for y in batch]
    assert len(seen) == len(set(seen)) == 100


def test_batch_normalisation_needs_more_than_one_sample() -> None:
    with pytest.raises(DataError, match="Set the batch size to 2 or more"):
        next(epoch_batches(numbered(10), 1, 0, 0, drop_single=True))


def test_measuring_takes_samples_in_their_own_order() -> None:
    found = list(ordered_batches(numbered(10), 4))
    assert [b["y"].tolist() for b in found] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
