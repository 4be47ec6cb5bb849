"""One row of all tokens of a sample: as torch computes it, and without padding."""

import pytest
import torch
from torch import nn

from engine.modules.steps import EmbeddingBag

each_mode = pytest.mark.parametrize("mode", ["sum", "mean", "max"])


@each_mode
@pytest.mark.parametrize("padding", [None, 3, -1])
def test_it_computes_what_torchs_own_computes(mode: str, padding: int | None) -> None:
    own = EmbeddingBag(7, 5, mode=mode, padding_idx=padding)
    by_hand = nn.EmbeddingBag(7, 5, mode=mode, padding_idx=padding)
    by_hand.load_state_dict(own.state_dict())
    tokens = torch.randint(0, 7, (40, 3), generator=torch.Generator().manual_seed(1))
    weighed = torch.randn(40, 5, generator=torch.Generator().manual_seed(2))
    found = []
    for module in (own, by_hand):
        answer = module(tokens)
        (answer * weighed).sum().backward()
        found.append((answer, module.weight.grad))
    torch.testing.assert_close(found[0], found[1])


@each_mode
def test_padding_does_not_count_and_an_empty_bag_is_zero(mode: str) -> None:
    bag = EmbeddingBag(7, 5, mode=mode)
    tokens = torch.tensor([[1, 2, 6, 6], [3, 3, 4, 1], [6, 6, 6, 6]])
    together = bag(tokens, torch.tensor([2, 4, 0]))
    torch.testing.assert_close(together[0], bag(tokens[:1, :2])[0])
    torch.testing.assert_close(together[1], bag(tokens[1:2])[0])
    assert not together[2].any()
    together.sum().backward()
    assert bag.weight.grad is not None and bag.weight.grad.isfinite().all()
    assert not bag.weight.grad[6].any()
