"""Held against scikit-learn, on numbers where it has something to say."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn import metrics as oracle

from engine.metrics import (
    classified,
    confusion,
    decided,
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
