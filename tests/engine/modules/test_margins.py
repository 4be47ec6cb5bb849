"""Losses that ask for a margin are torch's, or what their formulas say, with their gradients."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from engine.modules import margins

WEIGHTS = torch.tensor([0.3, 1.0, 4.0])
LENGTHS = torch.tensor([4, 1, 3, 2, 4])
SEEDS = st.integers(0, 10**6)


def drawn(seed: int, *sizes: int) -> Tensor:
    return torch.randn(sizes, generator=torch.Generator().manual_seed(seed)) * 3


def classes(seed: int, most: int, *sizes: int) -> Tensor:
    return torch.randint(0, most, sizes, generator=torch.Generator().manual_seed(seed))


def with_gradients(loss: nn.Module, scores: list[Tensor], *target: Tensor) -> list[Tensor]:
    """What it costs, and by what each score would change that."""
    entering = [one.clone().requires_grad_() for one in scores]
    cost = loss(*entering, *target)
    return [cost.detach(), *torch.autograd.grad(cost, entering)]


@given(seed=SEEDS, margin=st.sampled_from([0.5, 1.0, 3.0]), squared=st.booleans())
def test_the_hinge_is_what_lacks_in_the_margin(seed: int, margin: float, squared: bool) -> None:
    scores, target = drawn(seed, 6, 2), classes(seed, 2, 6, 2).float()
    found = margins.HingeLoss(margin, squared)(scores, target).item()
    lacks = [
        max(0.0, margin - (x if t else -x))
        for x, t in zip(scores.flatten().tolist(), target.flatten().tolist(), strict=True)
    ]
    assert found == pytest.approx(np.mean([x**2 if squared else x for x in lacks]), rel=1e-5)


@given(seed=SEEDS)
def test_the_soft_margin_is_torchs_and_the_binary_cross_entropy(seed: int) -> None:
    scores, target = drawn(seed, 6, 2), classes(seed, 2, 6, 2).float()
    ours = with_gradients(margins.SoftMarginLoss(), [scores], target)
    theirs = with_gradients(nn.SoftMarginLoss(), [scores], 2 * target - 1)
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
    logistic = functional.binary_cross_entropy_with_logits(scores, target)
    torch.testing.assert_close(ours[0], logistic, rtol=1e-5, atol=1e-6)


def test_the_soft_margin_is_finite_where_torchs_is_not() -> None:
    far, no = torch.tensor([1000.0]), torch.tensor([0.0])
    assert math.isinf(nn.SoftMarginLoss()(far, 2 * no - 1).item())
    cost, gradient = with_gradients(margins.SoftMarginLoss(), [far], no)
    assert cost.item() == 1000.0 and gradient.item() == 1.0


@given(seed=SEEDS, margin=st.sampled_from([0.5, 3.0]))
def test_hinges_of_distances_and_of_ranks_are_torchs(seed: int, margin: float) -> None:
    one, other, target = drawn(seed, 7, 1), drawn(seed + 1, 7, 1), classes(seed, 2, 7)
    signs = 2 * target - 1
    ours = with_gradients(margins.HingeEmbeddingLoss(margin), [one], target)
    theirs = with_gradients(nn.HingeEmbeddingLoss(margin), [one], signs[:, None])
    torch.testing.assert_close(ours, theirs)
    ours = with_gradients(margins.MarginRankingLoss(margin), [one, other], target)
    theirs = with_gradients(nn.MarginRankingLoss(margin), [one, other], signs[:, None])
    torch.testing.assert_close(ours, theirs)


@given(seed=SEEDS, p=st.sampled_from([1, 2]), weighed=st.booleans(), last=st.booleans())
def test_margins_of_steps_are_torchs_over_the_real_ones(
    seed: int, p: int, weighed: bool, last: bool
) -> None:
    scores, target = drawn(seed, 5, 4, 3), classes(seed, 3, 5, 4)
    weight, axis = (WEIGHTS if weighed else None), (-1 if last else 1)
    ours = margins.StepsMultiMarginLoss(p, 0.7, weight, axis)
    laid = scores if last else scores.movedim(-1, 1)
    theirs = nn.MultiMarginLoss(p, 0.7, weight)
    whole = theirs(scores.flatten(0, 1), target.flatten())
    torch.testing.assert_close(ours(laid, target), whole, rtol=1e-5, atol=1e-6)
    real = torch.arange(4)[None, :] < LENGTHS[:, None]
    wanted = theirs(scores[real], target[real])
    laid.movedim(axis, -1)[~real] = math.nan
    torch.testing.assert_close(ours(laid, target, LENGTHS), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("p", [1, 2])
def test_the_margin_of_classes_is_what_its_formula_says(p: int) -> None:
    scores, target = drawn(3, 6, 3), classes(3, 3, 6)
    found = nn.MultiMarginLoss(p, 0.7, WEIGHTS)(scores, target).item()
    costs = [
        WEIGHTS[t].item()
        * sum(max(0.0, 0.7 - row[t] + x) ** p for c, x in enumerate(row) if c != t)
        / 3
        for row, t in zip(scores.tolist(), target.tolist(), strict=True)
    ]
    assert found == pytest.approx(np.mean(costs), rel=1e-5)


@given(seed=SEEDS)
def test_the_margin_of_labels_is_torchs_of_a_list_of_those_that_hold(seed: int) -> None:
    scores, holds = drawn(seed, 6, 4), classes(seed, 2, 6, 4).bool()
    listed = torch.full((6, 4), -1)
    for row, held in zip(listed, holds, strict=True):
        found = held.nonzero().flatten()
        row[: len(found)] = found
    ours = with_gradients(margins.MultiLabelMarginLoss(), [scores], holds)
    theirs = with_gradients(nn.MultiLabelMarginLoss(), [scores], listed)
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
