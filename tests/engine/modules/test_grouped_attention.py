"""Attention whose heads share keys: against torch's own, and rotations against complex numbers."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.modules.attention import MultiheadAttention
from engine.modules.grouped_attention import GroupedQueryAttention

FEATURES, HEADS = 16, 4


def drawn(*sizes: int) -> Tensor:
    return torch.randn(sizes, generator=torch.Generator().manual_seed(sum(sizes)))


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("shared", [1, 2, 4])
def test_heads_that_share_a_key_find_what_they_find_with_copies_of_it(
    causal: bool, shared: int
) -> None:
    own = GroupedQueryAttention(FEATURES, HEADS, shared, 0.0, True, causal, rotary=False).eval()
    plain = MultiheadAttention(FEATURES, HEADS, is_causal=causal).eval()

    def copied(rows: Tensor) -> Tensor:
        by_head = rows.reshape(shared, FEATURES // HEADS, *rows.shape[1:])
        return by_head.repeat_interleave(HEADS // shared, 0).flatten(0, 1)

    maps = (own.k_proj, own.v_proj)
    with torch.no_grad():
        weights = [own.q_proj.weight, *(copied(one.weight) for one in maps)]
        biases = [own.q_proj.bias, *(copied(one.bias) for one in maps)]
        plain.in_proj_weight.copy_(torch.cat(weights))
        plain.in_proj_bias.copy_(torch.cat(biases))
        plain.out_proj.load_state_dict(own.o_proj.state_dict())
        series, lengths = drawn(3, 6, FEATURES), torch.tensor([6, 2, 0])
        torch.testing.assert_close(own(series), plain(series))
        torch.testing.assert_close(own(series, lengths=lengths), plain(series, lengths=lengths))


def rotated(x: Tensor, theta: float) -> Tensor:
    """N × heads × steps × features with each pair of features turned as a complex number."""
    steps, width = x.shape[-2:]
    pairs = torch.complex(x[..., : width // 2], x[..., width // 2 :])
    speeds = theta ** (-torch.arange(0, width, 2) / width)
    turned = pairs * torch.polar(torch.ones(()), torch.arange(steps)[:, None] * speeds)
    return torch.cat((turned.real, turned.imag), -1)


@pytest.mark.parametrize("theta", [10_000.0, 500.0])
def test_rotary_positions_turn_pairs_of_features_by_their_place(theta: float) -> None:
    own = GroupedQueryAttention(FEATURES, HEADS, 2, rope_theta=theta).eval()
    series = drawn(2, 7, FEATURES)
    queries, keys, values = (
        each(series).unflatten(-1, (-1, FEATURES // HEADS)).transpose(1, 2)
        for each in (own.q_proj, own.k_proj, own.v_proj)
    )
    found = functional.scaled_dot_product_attention(
        rotated(queries, theta),
        rotated(keys, theta).repeat_interleave(2, 1),
        values.repeat_interleave(2, 1),
        is_causal=True,
    )
    torch.testing.assert_close(own(series), own.o_proj(found.transpose(1, 2).flatten(2)))


def test_what_rotary_attention_finds_depends_on_distances_alone() -> None:
    own = GroupedQueryAttention(FEATURES, HEADS, 2, is_causal=False).eval()
    same = drawn(1, 1, FEATURES).expand(1, 9, -1)
    weights = own.weights(same)[0]
    for place in range(1, 8):
        ahead, behind = weights[:, place], weights[:, place - 1]
        ratio = ahead[:, 1:] / ahead[:, 1:2]
        torch.testing.assert_close(ratio, behind[:, :-1] / behind[:, :1])
