"""Attention within windows: against attention to each window by itself, and who sees whom."""

import pytest
import torch
from torch import Tensor

from engine.modules.attention import MultiheadAttention
from engine.modules.windows import WindowAttention

FEATURES, HEADS = 8, 2


def drawn(*sizes: int) -> Tensor:
    return torch.randn(sizes, generator=torch.Generator().manual_seed(sum(sizes)))


def by_itself(own: WindowAttention, window: Tensor) -> Tensor:
    """What an attention to the places of one window finds, its biases looked up one by one."""
    side = own.window_size
    plain = MultiheadAttention(FEATURES, HEADS).eval()
    plain.in_proj_weight.copy_(own.qkv.weight)
    plain.in_proj_bias.copy_(own.qkv.bias)
    plain.out_proj.load_state_dict(own.proj.state_dict())
    bias = torch.empty(HEADS, side**2, side**2)
    places = [(row, column) for row in range(side) for column in range(side)]
    for i, (row, column) in enumerate(places):
        for j, (other_row, other_column) in enumerate(places):
            at = (row - other_row + side - 1) * (2 * side - 1) + column - other_column + side - 1
            bias[:, i, j] = own.relative_position_bias_table[at]
    found = plain(window.flatten(1, 2), mask=bias)
    assert isinstance(found, Tensor)
    return found.view_as(window)


def test_each_window_finds_what_an_attention_to_it_alone_finds() -> None:
    own, picture = WindowAttention(FEATURES, HEADS, 3).eval(), drawn(2, 6, 9, FEATURES)
    with torch.no_grad():
        own.relative_position_bias_table.normal_()
        found = own(picture)
        for row in range(0, 6, 3):
            for column in range(0, 9, 3):
                here = (slice(None), slice(row, row + 3), slice(column, column + 3))
                torch.testing.assert_close(found[here], by_itself(own, picture[here]))


@pytest.mark.parametrize(
    ("sizes", "side", "shift"),
    [((6, 9), 3, 0), ((6, 9), 3, 1), ((8, 8), 4, 2), ((7, 5), 3, 2), ((4, 9), 4, 3)],
)
def test_a_place_sees_its_window_and_nothing_from_beyond_the_rim(
    sizes: tuple[int, int], side: int, shift: int
) -> None:
    """A side that one window fills is not shifted."""
    own, picture = WindowAttention(FEATURES, HEADS, side, shift).eval(), drawn(1, *sizes, FEATURES)
    shifts = [shift if side < length else 0 for length in sizes]

    def window(row: int, column: int) -> tuple[int, ...]:
        return tuple((x - by) // side for x, by in zip((row, column), shifts, strict=True))

    places = [(row, column) for row in range(sizes[0]) for column in range(sizes[1])]
    with torch.no_grad():
        before = own(picture)
        for changed in (places[0], places[len(places) // 2], places[-1]):
            other = picture.clone()
            other[0, changed[0], changed[1]] += 1
            moved = (own(other) - before).abs().amax(-1)[0]
            seen = {place for place in places if moved[place] > 1e-6}
            assert seen == {place for place in places if window(*place) == window(*changed)}


def test_sizes_that_windows_do_not_fill_come_out_as_they_went_in() -> None:
    assert WindowAttention(FEATURES, HEADS, 7, 3)(drawn(2, 10, 3, FEATURES)).shape[1:3] == (10, 3)
