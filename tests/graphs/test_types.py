"""Tensor types say what is known of a tensor, and forget what a change makes unsure."""

import pytest

from graphs.sizes import BATCH, Size, symbol
from graphs.types import Kind, Scale, TensorType, floats, spell

T = symbol("T", 3, 60)
SHARES = floats(4).scaled(Scale.DISTRIBUTION)


@pytest.mark.parametrize(
    ("sizes", "written"),
    [
        ((BATCH, 3, 32, 32), "3 × 32 × 32"),
        ((BATCH, T, 8), "T × 8"),
        ((BATCH, T // 2 + 1, 8), "(floor((T)/2) + 1) × 8"),
        ((BATCH, T + 1), "T + 1"),
        ((BATCH,), "1 value"),
        ((), "scalar"),
        ((2, BATCH, 32), "2 × N × 32"),
        ((4 * BATCH, 3), "4*N × 3"),
    ],
)
def test_sizes_are_written_without_the_batch_in_front(
    sizes: tuple[Size, ...], written: str
) -> None:
    assert spell(TensorType(Kind.FLOAT, sizes)) == str(TensorType(Kind.FLOAT, sizes)) == written


@pytest.mark.parametrize(
    ("sizes", "each"),
    [
        ((BATCH, 3, 4), 12),
        ((BATCH, T, 4), 4 * T),
        ((2, BATCH, 32), 64),
        ((4 * BATCH, 3), 12),
        ((BATCH, BATCH), BATCH),
        ((7, 3), 21),
        ((BATCH, 0), 0),
        ((), 1),
    ],
)
def test_numbers_are_counted_per_sample_wherever_the_batch_stands(
    sizes: tuple[Size, ...], each: Size
) -> None:
    assert TensorType(Kind.FLOAT, sizes).elements() == each


def test_rank_counts_the_batch_and_features_do_not() -> None:
    assert floats(3, 8, 8).rank == 4
    assert floats(3, 8, 8).features == (3, 8, 8)


def test_other_sizes_keep_the_kind_and_forget_the_scale() -> None:
    tokens = TensorType(Kind.TOKENS, (BATCH, T), values=100)
    assert tokens.of(BATCH, 8) == TensorType(Kind.TOKENS, (BATCH, 8), values=100)
    assert SHARES.of(BATCH, 2).scale is Scale.ANY


def test_rearranged_shares_stay_probabilities_but_add_up_no_more() -> None:
    assert SHARES.rearranged(BATCH, 2, 2).scale is Scale.PROBABILITIES
    assert floats(4).rearranged(BATCH, 2, 2) == floats(2, 2)


def test_what_a_tensor_was_before_does_not_make_it_another_type() -> None:
    flat = TensorType(Kind.FLOAT, (BATCH, 784), before=floats(1, 28, 28))
    assert flat == floats(784)
    assert flat.of(BATCH, 1).before is None
    assert flat.rearranged(BATCH, 784).before is None
    assert flat.scaled(Scale.ANY).before is None
