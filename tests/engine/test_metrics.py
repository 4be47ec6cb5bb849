"""Held against scikit-learn, on numbers where it has something to say."""

from typing import Any

import numpy as np
import pytest
import torch
from sklearn import metrics as oracle
from torch import Tensor

from engine.compiling import Ran
from engine.metrics import Tally, classified, confusion, decided, probabilities, regressed
from engine.wiring import LossPlace
from graphs.describe import FieldName
from graphs.edits import NodeId


def place(task: Any = "classes", reading: Any = "softmax", name: str = "loss") -> LossPlace:
    output = f"{name}_output"
    return LossPlace(NodeId(name), name, FieldName(f"{name}_target"), 1.0, task, reading, output)


def scores(rows: int, classes: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Scores with many ties, and targets that they have something to do with."""
    numbers = np.random.default_rng(seed)
    target = numbers.integers(0, classes, rows)
    found = numbers.integers(-3, 4, (rows, classes)).astype(np.float32)
    found[np.arange(rows), target] += numbers.integers(0, 3, rows)
    return torch.from_numpy(found), torch.from_numpy(target)


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
    assert measured == pytest.approx(wanted)
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


def unchanged(field: str, values: Tensor) -> Tensor:
    return values


def ran(*found: Tensor, loss: float = 0.5) -> Ran:
    losses = tuple(torch.tensor(loss * (n + 1)) for n in range(len(found)))
    return Ran(torch.stack(losses).sum(), losses, found, {})


def test_a_tally_counts_each_sample_alike_however_batches_are_cut() -> None:
    found, target = scores(50, 4)
    tally = Tally([place()], unchanged)
    for start, end in ((0, 20), (20, 45), (45, 50)):
        tally.add(ran(found[start:end], loss=float(end)), {"loss_target": target[start:end]})

    assert tally.fetch() == [20.0, 45.0, 50.0]
    assert tally.metrics() == pytest.approx(
        {
            "loss": (20 * 20 + 45 * 25 + 50 * 5) / 50,
            "accuracy": oracle.accuracy_score(target.numpy(), found.argmax(1).numpy()),
        }
    )


def test_metrics_of_several_losses_carry_the_name_of_their_output() -> None:
    found, target = scores(8, 4)
    tally = Tally([place(name="a"), place("number", "none", "b")], unchanged)
    tally.add(ran(found, torch.ones(8, 1)), {"a_target": target, "b_target": torch.zeros(8)})
    tally.fetch()

    assert set(tally.metrics()) == {
        "loss",
        "a_output/loss",
        "a_output/accuracy",
        "b_output/loss",
        "b_output/mae",
    }
    assert tally.metrics()["b_output/mae"] == 1.0
    assert tally.metrics()["b_output/loss"] == 1.0


def test_errors_are_counted_in_the_users_units() -> None:
    tally = Tally([place("number", "none")], lambda field, values: values * 10 + 3)
    tally.add(ran(torch.tensor([[1.0], [2.0]])), {"loss_target": torch.tensor([[2.0], [2.0]])})
    tally.fetch()

    assert tally.metrics()["mae"] == pytest.approx(5.0)


def test_sums_do_not_depend_on_when_they_are_fetched() -> None:
    numbers = torch.Generator().manual_seed(0)
    steps = [(torch.randn(7, 1, generator=numbers), torch.randn(7)) for _ in range(40)]
    at_once, bit_by_bit = (Tally([place("number", "none")], unchanged) for _ in range(2))
    for n, (found, target) in enumerate(steps):
        at_once.add(ran(found, loss=n / 3), {"loss_target": target})
        bit_by_bit.add(ran(found, loss=n / 3), {"loss_target": target})
        if n % 3 == 0:
            bit_by_bit.fetch()
            state = bit_by_bit.state()
            bit_by_bit = Tally([place("number", "none")], unchanged)
            bit_by_bit.load(state)
    at_once.fetch()
    bit_by_bit.fetch()

    assert at_once.metrics() == bit_by_bit.metrics()


def test_steps_that_were_not_made_are_dropped() -> None:
    found, target = scores(6, 3)
    tally = Tally([place()], unchanged)
    for loss in (1.0, 2.0, float("nan"), float("nan")):
        tally.add(ran(found, loss=loss), {"loss_target": target})

    tally.drop(2)

    assert tally.fetch() == [1.0, 2.0]
    assert tally.metrics()["loss"] == 1.5


def test_a_tally_is_full_before_it_holds_too_much() -> None:
    large = Tally([place()], unchanged)
    large.add(ran(torch.zeros(2**10, 2**10)), {"loss_target": torch.zeros(2**10)})
    small = Tally([place()], unchanged)
    small.add(ran(torch.zeros(4, 4)), {"loss_target": torch.zeros(4)})

    assert large.full
    assert not small.full


@pytest.mark.parametrize(("task", "reading"), [("classes", "softmax"), ("binary", "sigmoid")])
def test_probabilities_are_read_once(task: Any, reading: Any) -> None:
    scores = torch.tensor([[0.5, -1.0], [2.0, 3.0]])[:, : 2 if task == "classes" else 1]
    loss = place(task, reading)
    shown = scores.double().softmax(1) if task == "classes" else scores.double().sigmoid()

    shares = probabilities(loss, scores)

    assert torch.equal(probabilities(loss, shown, "none"), shares)
    assert torch.allclose(shares.sum(1), torch.ones(2, dtype=torch.float64))
