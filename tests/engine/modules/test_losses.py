"""Losses of ours are what their formulas say, computed here one answer at a time, and torch's."""

import math
from collections.abc import Callable
from itertools import groupby, product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.distributions import Normal, kl_divergence
from torch.nn import functional

from engine.modules import losses

WEIGHTS = torch.tensor([0.3, 1.0, 4.0])
LENGTHS = torch.tensor([4, 1, 3, 2, 4])
SEEDS = st.integers(0, 10**6)


def drawn(seed: int, *sizes: int) -> Tensor:
    return torch.randn(sizes, generator=torch.Generator().manual_seed(seed)) * 3


def classes(seed: int, *sizes: int) -> Tensor:
    return torch.randint(0, 3, sizes, generator=torch.Generator().manual_seed(seed))


def real(*tensors: Tensor) -> list[Tensor]:
    """The real steps of samples of 4, one below the other; the classes are in the last axis."""
    return [torch.cat([t[n, :count] for n, count in enumerate(LENGTHS)]) for t in tensors]


@given(seed=SEEDS, weighed=st.booleans(), smooth=st.booleans())
def test_the_likelihood_of_logarithms_is_the_cross_entropy(
    seed: int, weighed: bool, smooth: bool
) -> None:
    weight = WEIGHTS if weighed else None
    scores, target = drawn(seed, 5, 4, 3), classes(seed, 5, 4)
    ours = losses.StepsNLLLoss(-1, weight)(scores.log_softmax(-1), target, LENGTHS)
    flat, wanted = real(scores, target)
    theirs = functional.cross_entropy(flat, wanted, weight)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
    whole = losses.StepsNLLLoss(-1, weight)(scores.log_softmax(-1), target)
    theirs = functional.cross_entropy(scores.movedim(-1, 1), target, weight)
    assert whole.item() == pytest.approx(theirs.item(), rel=1e-5)


@given(seed=SEEDS, gamma=st.sampled_from([0.0, 0.5, 2.0, 5.0]), weighed=st.booleans())
def test_the_focal_loss_is_that_of_the_paper(seed: int, gamma: float, weighed: bool) -> None:
    scores, target = drawn(seed, 5, 4, 3), classes(seed, 5, 4)
    weight = WEIGHTS if weighed else None
    ours = losses.FocalLoss(gamma, weight, axis=-1)(scores, target, LENGTHS)
    costs = []
    for row, right in zip(*real(scores, target), strict=True):
        shares = np.exp(row.double().numpy())
        p = shares[right] / shares.sum()
        alpha = 1.0 if weight is None else float(weight[right])
        costs.append(-alpha * (1 - p) ** gamma * math.log(p))
    assert ours.item() == pytest.approx(np.mean(costs), rel=1e-4)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("size", [1.0, 40.0, 200.0])
def test_the_focal_loss_learns_from_answers_of_any_certainty(gamma: float, size: float) -> None:
    scores = torch.tensor([[size, 0.0, -size], [-size, size, 0.0]], requires_grad=True)
    losses.FocalLoss(gamma)(scores, torch.tensor([0, 0])).backward()
    two = torch.tensor([[size], [-size]], requires_grad=True)
    losses.BinaryFocalLoss(gamma)(two, torch.tensor([[1.0], [1.0]])).backward()
    for given_ in (scores, two):
        assert given_.grad is not None
        assert given_.grad.isfinite().all() and given_.grad.abs().max() > 0


@given(seed=SEEDS, gamma=st.sampled_from([0.0, 2.0]), alpha=st.sampled_from([None, 0.25]))
def test_the_binary_focal_loss_is_that_of_the_paper(
    seed: int, gamma: float, alpha: float | None
) -> None:
    scores, target = drawn(seed, 6, 2), classes(seed, 6, 2).clamp(max=1).float()
    ours = losses.BinaryFocalLoss(gamma, alpha)(scores, target).item()
    costs = []
    for score, right in zip(scores.flatten().tolist(), target.flatten().tolist(), strict=True):
        p = 1 / (1 + math.exp(-score if right else score))
        counts = 1.0 if alpha is None else alpha if right else 1 - alpha
        costs.append(-counts * (1 - p) ** gamma * math.log(p))
    assert ours == pytest.approx(np.mean(costs), rel=1e-4)


def overlap(kind: str, p: np.ndarray, t: np.ndarray, smooth: float) -> float:
    common, both = (p * t).sum(), p.sum() + t.sum()
    if kind == "DiceLoss":
        return float((2 * common + smooth) / (both + smooth))
    return float((common + smooth) / (both - common + smooth))


@given(seed=SEEDS, weighed=st.booleans(), smooth=st.sampled_from([1e-3, 1.0]))
@pytest.mark.parametrize("kind", ["DiceLoss", "JaccardLoss"])
def test_the_overlap_of_regions_is_counted_sample_by_sample_and_class_by_class(
    kind: str, seed: int, weighed: bool, smooth: float
) -> None:
    scores, target = drawn(seed, 5, 4, 3), classes(seed, 5, 4)
    weight = WEIGHTS if weighed else None
    ours = getattr(losses, kind)(smooth, weight, axis=-1)(scores, target, LENGTHS).item()
    counts = (WEIGHTS if weighed else torch.ones(3)).numpy()
    each = []
    for row, right, count in zip(scores, target, LENGTHS, strict=True):
        p = row[:count].double().softmax(-1).numpy()
        t = np.eye(3)[right[:count].numpy()]
        costs = [1 - overlap(kind, p[:, c], t[:, c], smooth) for c in range(3)]
        each.append(np.average(costs, weights=counts))
    assert ours == pytest.approx(np.mean(each), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("kind", ["DiceLoss", "JaccardLoss"])
def test_regions_of_pictures_that_are_right_cost_nothing(kind: str) -> None:
    target = classes(1, 2, 6, 5)
    sure = functional.one_hot(target, 3).movedim(-1, 1) * 60.0
    loss = getattr(losses, kind)()
    assert loss(sure, target).item() == pytest.approx(0, abs=1e-6)
    assert loss(sure.roll(1, 1), target).item() > 0.9


@given(seed=SEEDS, full=st.booleans(), eps=st.sampled_from([1e-6, 0.5]))
def test_the_likelihood_of_normal_numbers_is_torchs_with_its_gradients(
    seed: int, full: bool, eps: float
) -> None:
    target = drawn(seed + 2, 6, 2)
    found = []
    for kind in (losses.GaussianNLLLoss, nn.GaussianNLLLoss):
        mean = drawn(seed, 6, 2).requires_grad_()
        var = drawn(seed + 1, 6, 2).square().requires_grad_()
        entering = (mean, var, target) if kind is losses.GaussianNLLLoss else (mean, target, var)
        loss = kind(full=full, eps=eps)(*entering)
        loss.backward()
        found.append([loss.detach(), mean.grad, var.grad])
    torch.testing.assert_close(found[0], found[1], rtol=1e-5, atol=1e-6)


def test_a_negative_variance_is_no_number_instead_of_an_error() -> None:
    loss = losses.GaussianNLLLoss()(torch.zeros(2), torch.tensor([1.0, -1.0]), torch.zeros(2))
    assert loss.isnan()


@given(seed=SEEDS)
def test_the_divergence_from_the_standard_normal_is_torchs(seed: int) -> None:
    mean, logvar = drawn(seed, 6, 2, 3), drawn(seed + 1, 6, 2, 3)
    ours = losses.GaussianKLLoss()(mean, logvar).item()
    spread = (logvar.double() / 2).exp()
    theirs = kl_divergence(Normal(mean.double(), spread), Normal(0.0, 1.0)).sum() / 6
    assert ours == pytest.approx(theirs.item(), rel=1e-4)


@given(seed=SEEDS, margin=st.sampled_from([0.5, 3.0]))
def test_pairs_cost_what_the_papers_say(seed: int, margin: float) -> None:
    one, other = drawn(seed, 7, 4), drawn(seed + 1, 7, 4)
    together = classes(seed, 7).clamp(max=1)
    ours = losses.ContrastiveLoss(margin)(one, other, together).item()
    costs = []
    for a, b, same in zip(one, other, together.tolist(), strict=True):
        d = math.dist(a.tolist(), b.tolist())
        costs.append(d**2 / 2 if same else max(0.0, margin - d) ** 2 / 2)
    assert ours == pytest.approx(np.mean(costs), rel=1e-4)
    cosine = losses.CosineEmbeddingLoss(margin=0.1)(one, other, together)
    theirs = functional.cosine_embedding_loss(one, other, together * 2 - 1, margin=0.1)
    assert cosine.item() == theirs.item()


@pytest.mark.parametrize("together", [0, 1])
def test_equal_pairs_have_gradients(together: int) -> None:
    one = torch.ones(2, 3, requires_grad=True)
    losses.ContrastiveLoss()(one, torch.ones(2, 3), torch.full((2,), together)).backward()
    assert one.grad is not None and one.grad.isfinite().all()


@pytest.mark.parametrize("fill", [0.0, math.nan, math.inf])
def test_a_computed_value_is_a_mean_over_real_steps(fill: float) -> None:
    values = drawn(3, 5, 4, 2)
    (wanted,) = real(values)
    padding = torch.arange(4)[None, :] >= LENGTHS[:, None]
    values[padding] = fill
    found = losses.mean_of_real_steps(values, LENGTHS)
    assert found.item() == pytest.approx(wanted.mean().item(), rel=1e-5)


REGIONS: dict[str, Callable[..., nn.Module]] = {
    "dice": losses.DiceLoss,
    "jaccard": losses.JaccardLoss,
    "focal": losses.FocalLoss,
}


@pytest.mark.parametrize("name", REGIONS)
def test_padding_says_nothing_whatever_stands_there(name: str) -> None:
    scores, target = drawn(5, 5, 4, 3), classes(5, 5, 4)
    padding = torch.arange(4)[None, :] >= LENGTHS[:, None]
    found = []
    for fill in (0.0, 1e4):
        scores[padding] = fill
        entering = scores.clone().requires_grad_()
        loss = REGIONS[name](axis=-1)(entering, target, LENGTHS)
        loss.backward()
        assert entering.grad is not None
        found.append((loss.detach(), entering.grad))
        assert not entering.grad[padding].any()
    torch.testing.assert_close(found[0], found[1])


# ---- classes that nobody has aligned ----


@given(
    seed=SEEDS,
    blank=st.integers(0, 3),
    zeroed=st.booleans(),
    padded=st.booleans(),
    steps=st.integers(1, 9),
)
def test_unaligned_classes_cost_what_torch_says_where_the_blank_has_a_number_of_its_own(
    seed: int, blank: int, zeroed: bool, padded: bool, steps: int
) -> None:
    """Also where they do not fit, with or without what that costs, and its gradients."""
    random = torch.Generator().manual_seed(seed)
    scores, target = drawn(seed, 5, steps, 4), classes(seed, 5, 4)
    lengths = torch.randint(1, 5, (5,), generator=random) if padded else None
    real_steps = torch.randint(1, steps + 1, (5,), generator=random) if padded else None
    around = torch.tensor([place for place in range(4) if place != blank])
    found = []
    for ours in (True, False):
        given_ = scores.clone().requires_grad_()
        if ours:
            loss = losses.CTCLoss(blank, zeroed)(given_, target, lengths, real_steps)
        else:
            loss = functional.ctc_loss(
                given_.log_softmax(-1).transpose(0, 1),
                around[target],
                torch.full((5,), steps) if real_steps is None else real_steps,
                torch.full((5,), 4) if lengths is None else lengths,
                blank,
                zero_infinity=zeroed,
            )
        loss.backward()
        found.append((loss.detach(), given_.grad))
    torch.testing.assert_close(found[0], found[1], equal_nan=True)
    assert not zeroed or found[0][0].isfinite()


@given(seed=SEEDS, steps=st.integers(2, 5), blank=st.integers(0, 2))
def test_unaligned_classes_are_as_likely_as_all_ways_to_say_them(
    seed: int, steps: int, blank: int
) -> None:
    scores, target = drawn(seed, 1, steps, 3), classes(seed, 1, 2).clamp(max=1)
    wanted = [one + (one >= blank) for one in target[0].tolist()]
    shares = scores[0].double().softmax(-1).tolist()
    likely = 0.0
    for path in product(range(3), repeat=steps):
        told = [one for one, _ in groupby(path)]
        if [one for one in told if one != blank] == wanted:
            likely += math.prod(row[one] for row, one in zip(shares, path, strict=True))
    ours = losses.CTCLoss(blank)(scores, target).item()
    assert ours == (pytest.approx(-math.log(likely) / 2, rel=1e-4) if likely else math.inf)


def test_what_stands_on_padding_of_unaligned_classes_counts_for_nothing() -> None:
    scores, target = drawn(1, 5, 9, 4), classes(1, 5, 4)
    lengths, steps = torch.tensor([1, 2, 3, 4, 2]), torch.tensor([3, 4, 9, 8, 5])
    other, changed = scores.clone(), target.clone()
    for row in range(5):
        other[row, steps[row] :] = 7.0
        changed[row, lengths[row] :] = 2
    loss = losses.CTCLoss()
    given_ = other.requires_grad_()
    found = loss(given_, changed, lengths, steps)
    assert found.item() == loss(scores, target, lengths, steps).item()
    found.backward()
    assert given_.grad is not None and given_.grad.isfinite().all()
    assert all((given_.grad[row, steps[row] :] == 0).all() for row in range(5))


@pytest.mark.parametrize("ignore_index", [None, 1])
@pytest.mark.parametrize("lengths", [None, torch.tensor([2, 5, 1, 0])])
@pytest.mark.parametrize("axis", [1, -1])
@pytest.mark.parametrize("sides", [(), (5,), (5, 6), (5, 6, 2)])
def test_a_likelihood_is_learned_however_its_scores_lie_in_memory(
    sides: tuple[int, ...], axis: int, lengths: Tensor | None, ignore_index: int | None
) -> None:
    """torch's own has no way back where the scores of pictures lie side by side."""
    if lengths is not None and not sides:
        return
    target, as_usual = classes(0, 4, *sides), drawn(0, 4, 3, *sides).log_softmax(1)
    side_by_side = as_usual.movedim(1, -1).contiguous()
    found = []
    for scores in (as_usual.movedim(1, axis), side_by_side.movedim(-1, axis)):
        entering = scores.detach().requires_grad_()
        loss = losses.StepsNLLLoss(axis, ignore_index=ignore_index)(entering, target, lengths)
        (gradient,) = torch.autograd.grad(loss, entering)
        found.append((loss.detach(), gradient))
    torch.testing.assert_close(found[0], found[1])
