"""Held against scikit-learn, on numbers where it has something to say."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn import metrics as oracle

from engine.measuring.metrics import (
    classified,
    confusion,
    decided,
    evidence,
    labelled,
    probabilities,
    ranked,
    regressed,
)
from tests.engine.scoring import place, scores


@pytest.mark.parametrize("classes", [2, 3, 10])
@pytest.mark.parametrize("seed", range(5))
def test_classification_metrics_equal_scikit_learns(classes: int, seed: int) -> None:
    found, target = scores(120, classes, seed)
    shares, chosen = probabilities(place(), found), decided(place(), found)

    measured = classified(shares, chosen, target)

    average = "binary" if classes == 2 else "macro"
    right, said, likely = target.numpy(), chosen.numpy(), shares.numpy()
    wanted = {
        "accuracy": oracle.accuracy_score(right, said),
        "precision": oracle.precision_score(right, said, average=average),
        "recall": oracle.recall_score(right, said, average=average),
        "f1": oracle.f1_score(right, said, average=average),
        "roc_auc": oracle.roc_auc_score(
            right, likely[:, 1] if classes == 2 else likely, multi_class="ovr"
        ),
    }
    tops = {name for name in measured if name.startswith("top_")}
    assert tops == {f"top_{k}_accuracy" for k in (3, 5) if k < classes}
    assert {name: measured[name] for name in measured.keys() - tops} == pytest.approx(wanted)
    assert confusion(chosen, target, classes).tolist() == (
        oracle.confusion_matrix(right, said, labels=range(classes)).tolist()
    )


@pytest.mark.parametrize("reading", ["sigmoid", "none"])
@pytest.mark.parametrize("columns", [(), (1,)])
def test_one_score_per_sample_speaks_for_the_second_class(
    reading: str, columns: tuple[int, ...]
) -> None:
    numbers = np.random.default_rng(1)
    target = numbers.integers(0, 2, 80)
    score = torch.from_numpy((numbers.integers(-4, 5, 80) / 4 + target).astype(np.float32))
    score = score if reading == "sigmoid" else (score + 1).clamp(0, 3) / 3
    shaped = score.view(80, *columns)
    binary = place("binary", reading)

    shares, chosen = probabilities(binary, shaped), decided(binary, shaped)
    measured = classified(shares, chosen, torch.from_numpy(target))

    likely = (score.sigmoid() if reading == "sigmoid" else score).double().numpy()
    assert np.allclose(shares[:, 1].numpy(), likely)
    assert measured["accuracy"] == oracle.accuracy_score(target, likely > 0.5)
    assert measured["f1"] == pytest.approx(oracle.f1_score(target, likely > 0.5))
    assert measured["roc_auc"] == pytest.approx(oracle.roc_auc_score(target, likely))


@pytest.mark.parametrize("classes", [2, 3, 6])
def test_samples_are_told_apart_where_their_shares_are_all_0_or_1(classes: int) -> None:
    found, target = scores(120, classes)
    chosen, far = decided(place(), found), found * 40 + torch.randn(found.shape, dtype=found.dtype)

    measured = classified(probabilities(place(), far), chosen, target, odds=evidence(place(), far))

    exact = far.numpy().astype(np.longdouble)
    likely = np.stack([_odds(exact, at) for at in range(classes)], 1)
    areas = [
        oracle.roc_auc_score(target.numpy() == at, likely[:, at].argsort().argsort())
        for at in ([1] if classes == 2 else range(classes))
    ]
    assert measured["roc_auc"] == pytest.approx(np.mean(areas), abs=1e-12)
    assert measured["roc_auc"] != classified(probabilities(place(), far), chosen, target)["roc_auc"]


def _odds(found: Any, at: int) -> Any:
    """The score of a class less the logarithm of what all others come to."""
    others = np.delete(found, at, 1)
    top = others.max(1)
    return found[:, at] - top - np.log(np.exp(others - top[:, None]).sum(1))


@pytest.mark.parametrize("task", ["classes", "binary", "labels"])
def test_scores_of_which_none_is_a_probability_decide_by_their_order_or_sign(task: str) -> None:
    found, _ = scores(60, 4, seed=3)
    one = place(task, "scores")
    if task == "classes":
        odds = evidence(one, found)
        assert torch.equal(odds.argmax(1), found.argmax(1))
        rivals = [[max(row[:c] + row[c + 1 :]) for c in range(4)] for row in found.tolist()]
        assert torch.equal(odds, found.double() - torch.tensor(rivals).double())
        assert torch.equal(probabilities(one, found).argmax(1), decided(one, found))
    elif task == "binary":
        assert decided(one, found[:, 0]).tolist() == [int(x > 0) for x in found[:, 0].tolist()]
        assert torch.equal(probabilities(one, found[:, 0]), evidence(one, found[:, 0]))
    else:
        there = found.roll(1, 0) > 0
        measured = labelled(probabilities(one, found), there, reading="scores")
        right = ((found > 0) == there).double()
        assert measured["accuracy"] == pytest.approx(right.mean().item())
        assert measured["exact_match"] == pytest.approx((right.prod(1)).mean().item())


@pytest.mark.parametrize("task", ["binary", "labels"])
def test_far_scores_of_one_label_are_told_apart_too(task: str) -> None:
    target = torch.tensor([0, 0, 1, 1])
    far = torch.tensor([50.0, 60.0, 70.0, 80.0])
    one = place(task, "sigmoid")
    if task == "labels":
        far, target = far[:, None], target[:, None]
        measured = labelled(probabilities(one, far), target, evidence(one, far))
    else:
        chosen = decided(one, far)
        odds = evidence(one, far)
        measured = classified(probabilities(one, far), chosen, target, odds=odds)

    assert measured["roc_auc"] == 1.0


@pytest.mark.parametrize("reading", ["softmax", "none"])
def test_what_speaks_for_a_class_ranks_samples_as_the_shares_do(reading: str) -> None:
    found, _ = scores(90, 4)
    found = found + torch.rand(found.shape, generator=torch.Generator().manual_seed(1))
    one = place("classes", reading)

    shares, odds = probabilities(one, found), evidence(one, found)

    assert torch.equal(shares.argsort(0), odds.argsort(0))


@pytest.mark.parametrize("k", [1, 3, 5])
def test_the_right_class_is_looked_for_among_the_likeliest(k: int) -> None:
    numbers = np.random.default_rng(k)
    target = numbers.integers(0, 8, 90)
    shares = numbers.permuted(np.tile(np.arange(8.0), (90, 1)), axis=1)

    found = (ranked(torch.from_numpy(shares), torch.from_numpy(target)) < k).double().mean()

    wanted = oracle.top_k_accuracy_score(target, shares, k=k, labels=range(8))
    assert found.item() == pytest.approx(wanted)


def test_of_equally_likely_classes_the_first_is_chosen_and_counted() -> None:
    found, target = scores(200, 10)
    assert torch.equal(ranked(found, target) == 0, decided(place(), found) == target)


@pytest.mark.parametrize("seed", range(3))
def test_metrics_of_several_labels_equal_scikit_learns(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    target = numbers.integers(0, 2, (70, 5))
    target[:, 4] = 0  # a label that never holds has no ROC curve
    found = torch.from_numpy(numbers.integers(-3, 4, (70, 5)) + 2.0 * target)
    several = place("labels", "sigmoid")

    shares = probabilities(several, found)
    measured = labelled(shares, torch.from_numpy(target).float())

    said = (found > 0).long().numpy()
    each = {"average": "macro", "zero_division": 0}
    assert measured == pytest.approx(
        {
            "accuracy": 1 - oracle.hamming_loss(target, said),
            "exact_match": oracle.accuracy_score(target, said),
            "precision": oracle.precision_score(target, said, **each),
            "recall": oracle.recall_score(target, said, **each),
            "f1": oracle.f1_score(target, said, **each),
            "roc_auc": oracle.roc_auc_score(target[:, :4], shares[:, :4].numpy()),
        }
    )
    assert torch.equal(decided(several, found), torch.from_numpy(said).flatten())


def test_regression_metrics_equal_scikit_learns() -> None:
    numbers = np.random.default_rng(2)
    wanted = numbers.normal(size=(60, 1)).astype(np.float32)
    predicted = wanted + numbers.normal(size=(60, 1)).astype(np.float32)

    measured = regressed(torch.from_numpy(predicted), torch.from_numpy(wanted))

    assert measured == pytest.approx(
        {
            "mse": oracle.mean_squared_error(wanted, predicted),
            "mae": oracle.mean_absolute_error(wanted, predicted),
            "r2": oracle.r2_score(wanted, predicted),
        },
        rel=1e-5,
    )


def test_what_has_no_meaning_is_left_out() -> None:
    found, target = scores(20, 2)
    chosen = decided(place(), found)

    assert "roc_auc" not in classified(found.softmax(1), chosen, torch.zeros_like(target))
    assert "r2" not in regressed(torch.rand(4, 1), torch.ones(4, 1))


def test_classes_that_do_not_occur_do_not_lower_the_mean() -> None:
    found = torch.eye(3)[[0, 1, 0, 1]]

    measured = classified(found, found.argmax(1), torch.tensor([0, 1, 0, 1]))

    assert (measured["precision"], measured["recall"], measured["f1"]) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(("task", "reading"), [("classes", "softmax"), ("binary", "sigmoid")])
def test_probabilities_are_read_once(task: Any, reading: Any) -> None:
    scores = torch.tensor([[0.5, -1.0], [2.0, 3.0]])[:, : 2 if task == "classes" else 1]
    loss = place(task, reading)
    shown = scores.double().softmax(1) if task == "classes" else scores.double().sigmoid()

    shares = probabilities(loss, scores)

    assert torch.equal(probabilities(loss, shown, "none"), shares)
    assert torch.allclose(shares.sum(1), torch.ones(2, dtype=torch.float64))
