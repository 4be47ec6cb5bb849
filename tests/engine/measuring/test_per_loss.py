"""What is gathered over a split is what scikit-learn and torchmetrics say of it whole."""

import math
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

import pytest
import torch
from sklearn import metrics as oracle
from torch import Tensor, nn
from torchmetrics.text import Perplexity

from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.preprocessing import Preprocessing
from engine.measuring.per_loss import (
    ONE_CLASS,
    ONE_NUMBER,
    SAME_NUMBERS,
    SAME_NUMBERS_OF_SOME,
    Counted,
    LossMetrics,
    measure,
)
from engine.modules import mask_of
from engine.modules.losses import RealStepsLoss, StepsCrossEntropyLoss
from engine.network.wiring import LossPlace
from graphs.data import ClassKind, Column, Field, LabelsKind, NumberKind, SeriesKind
from tests.engine.scoring import place, scores

LETTERS = tuple("abcdefgh")


def measured(
    loss: LossPlace,
    found: Tensor,
    target: Tensor,
    field: Field,
    lengths: Tensor | None = None,
) -> LossMetrics:
    """Gathered in batches of unequal size."""
    gathering = measure(loss)
    for rows in (slice(0, 3), slice(3, 4), slice(4, None)):
        part = None if lengths is None else lengths[rows]
        gathering.add(found[rows], target[rows], part)
    known = Preprocessing({loss.target: field}, {}, {loss.target: FittedNumbers()})
    return gathering.measured(known)


def series(classes: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Scores of 9 samples × 6 steps × classes, the right classes, and how many steps are real."""
    generator = torch.Generator().manual_seed(seed)
    target = torch.randint(0, classes, (9, 6), generator=generator)
    found = torch.randn(9, 6, classes, generator=generator)
    found += 2 * nn.functional.one_hot(target, classes) * torch.rand(9, 6, 1, generator=generator)
    return found, target, torch.randint(1, 7, (9,), generator=generator)


@pytest.mark.parametrize("classes", [2, 4, 8])
def test_each_class_is_measured_by_itself(classes: int) -> None:
    found, target = scores(60, classes)
    field = Field(ClassKind.id, classes=LETTERS[:classes], target=True)

    counted = measured(place(), found, target, field).counted

    columns = oracle.precision_recall_fscore_support(
        target, found.argmax(1), labels=range(classes), zero_division=math.nan
    )
    rows = zip(LETTERS, *(column.tolist() for column in columns), strict=False)
    assert_counted(counted, rows)


def assert_counted(counted: tuple[Counted, ...], rows: Iterable[tuple[object, ...]]) -> None:
    for one, (name, *numbers) in zip(counted, rows, strict=True):
        assert one.name == name
        shown = [math.nan if number is None else number for number in astuple(one)[1:]]
        assert shown == pytest.approx(numbers, nan_ok=True)


def test_a_class_that_is_never_there_or_never_said_has_no_recall_or_precision() -> None:
    found = torch.eye(4)[[0, 1, 1, 2]]
    field = Field(ClassKind.id, classes=LETTERS[:4], target=True)
    counted = measured(place(), found, torch.tensor([0, 0, 1, 1]), field).counted
    assert [one.precision for one in counted] == [1.0, 0.5, 0.0, None]
    assert [one.recall for one in counted] == [0.5, 0.5, None, None]
    assert [one.f1 for one in counted] == [pytest.approx(2 / 3), 0.5, 0.0, None]


def test_each_label_is_measured_by_itself() -> None:
    target = torch.tensor([[1, 0, 0], [1, 1, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0]])
    found = torch.tensor([[2, 1, -1], [1, 3, 1], [-1, 1, -2], [-2, 1, -1], [-1, -1, -1]]).float()
    field = Field(LabelsKind.id, classes=("red", "blue", "old"), target=True)

    told = measured(place("labels", "sigmoid"), found, target.float(), field)

    columns = oracle.precision_recall_fscore_support(target, found > 0, zero_division=math.nan)
    rows = zip(field.classes, *(column.tolist() for column in columns), strict=True)
    assert_counted(told.counted, rows)
    assert told.confusion == ()


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("padded", [False, True])
def test_a_class_per_step_is_measured_over_all_real_steps(axis: int, padded: bool) -> None:
    found, target, lengths = series(8)
    field = Field(ClassKind.id, ("T",), classes=LETTERS, target=True)
    loss = place(axis=axis, steps=True)
    shaped = found.movedim(-1, axis)

    told = measured(loss, shaped, target, field, lengths if padded else None)

    real = mask_of(lengths, 6) if padded else torch.ones(9, 6, dtype=torch.bool)
    right, said = target[real], found[real]
    perplexity = Perplexity(ignore_index=-1)
    perplexity.update(found, target.masked_fill(~real, -1))
    bits = nn.functional.cross_entropy(said, right).item() / math.log(2)
    average = {"average": "macro", "zero_division": 0}
    assert told.metrics == pytest.approx(
        {
            "accuracy": oracle.accuracy_score(right, said.argmax(1)),
            "top_3_accuracy": oracle.top_k_accuracy_score(right, said, k=3, labels=range(8)),
            "top_5_accuracy": oracle.top_k_accuracy_score(right, said, k=5, labels=range(8)),
            "precision": oracle.precision_score(right, said.argmax(1), **average),
            "recall": oracle.recall_score(right, said.argmax(1), **average),
            "f1": oracle.f1_score(right, said.argmax(1), **average),
            "perplexity": perplexity.compute().item(),
            "bits_per_character": bits,
        },
        rel=1e-5,
    )
    assert sum(one.support for one in told.counted) == int(real.sum())


def test_bits_per_character_are_told_of_characters_only() -> None:
    found, target, _ = series(3)
    words = Field(ClassKind.id, (6,), classes=("the", "a", "of"), target=True)
    told = measured(place(axis=-1, steps=True), found, target, words).metrics
    assert "perplexity" in told
    assert "bits_per_character" not in told


def test_pictures_with_a_class_per_pixel_are_measured_without_perplexity() -> None:
    generator = torch.Generator().manual_seed(2)
    target = torch.randint(0, 3, (6, 4, 5), generator=generator)
    found = torch.randn(6, 3, 4, 5, generator=generator)
    field = Field(ClassKind.id, (4, 5), classes=("sky", "sea", "sand"), target=True)
    told = measured(place(steps=True), found, target, field).metrics
    assert told["accuracy"] == pytest.approx((found.argmax(1) == target).double().mean().item())
    assert "perplexity" not in told
    said, kinds = found.argmax(1), range(3)
    both = [((said == kind) & (target == kind)).sum().item() for kind in kinds]
    either = [((said == kind) | (target == kind)).sum().item() for kind in kinds]
    shares = [one / all for one, all in zip(both, either, strict=True)]
    assert told["mean_iou"] == pytest.approx(sum(shares) / 3)


def test_a_class_that_no_pixel_shows_is_none_of_those_whose_iou_is_averaged() -> None:
    target = torch.tensor([[[0, 0, 1, 1]]])
    found = torch.nn.functional.one_hot(torch.tensor([[[0, 1, 1, 1]]]), 3).movedim(-1, 1).float()
    field = Field(ClassKind.id, (1, 4), classes=("sky", "sea", "sand"), target=True)
    told = measured(place(steps=True), found, target, field).metrics
    assert told["mean_iou"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    series = Field(ClassKind.id, (4,), classes=("sky", "sea", "sand"), target=True)
    steps = measured(place(steps=True), found[:, :, 0], target[:, 0], series).metrics
    assert "mean_iou" not in steps


def test_the_loss_of_steps_is_torchs_with_the_classes_moved() -> None:
    found, target, _ = series(5)
    weights = torch.rand(5)
    for settings in ({}, {"weight": weights}, {"weight": weights, "label_smoothing": 0.1}):
        wanted = nn.CrossEntropyLoss(**settings)(found.movedim(-1, 1), target)
        assert torch.equal(StepsCrossEntropyLoss(**settings)(found, target), wanted)


@pytest.mark.parametrize("axis", [-1, 1])
def test_padding_does_not_count_in_the_loss(axis: int) -> None:
    found, target, lengths = series(5)
    real = mask_of(lengths, 6)
    shaped = found.movedim(-1, axis)
    for settings in ({}, {"weight": torch.rand(5)}, {"label_smoothing": 0.2}):
        wanted = nn.CrossEntropyLoss(**settings)(found[real], target[real])
        loss = StepsCrossEntropyLoss(axis, **settings)(shaped, target, lengths)
        assert torch.allclose(loss, wanted)


def test_what_is_infinite_on_padding_leaves_the_loss_as_it_is() -> None:
    lengths = torch.tensor([1, 3])
    real = mask_of(lengths, 3)
    scores = torch.randn(2, 3, 4).masked_fill(~real[..., None], math.inf)
    wanted = torch.randn(2, 3, 4)
    loss = RealStepsLoss(nn.MSELoss(reduction="none"))(scores, wanted, lengths)
    assert torch.allclose(loss, nn.MSELoss()(scores[real], wanted[real]))


def numbers(*sizes: int | str, **more: Any) -> Field:
    return Field(NumberKind.id, sizes, target=True, **more)


@pytest.mark.parametrize("seed", range(3))
def test_each_target_is_explained_by_itself_and_the_mean_is_theirs(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    scale, shift = torch.tensor([1.0, 20.0, 0.01]), torch.tensor([0.0, 5000.0, -3.0])
    target = torch.randn(40, 3, generator=generator) * scale + shift
    found = target + torch.randn(40, 3, generator=generator) * scale
    columns = (Column("height"), Column("price"), Column("share"))

    told = measured(place("number", "none"), found, target, numbers(3, columns=columns)).metrics

    each = oracle.r2_score(target.double(), found.double(), multioutput="raw_values")
    assert [told[f"r2[{column.name}]"] for column in columns] == pytest.approx(each.tolist())
    assert told["r2"] == pytest.approx(oracle.r2_score(target.double(), found.double()))
    assert told["r2"] == pytest.approx(sum(each) / 3)
    off = (found - target).double().abs().mean(0).tolist()
    assert [told[f"mae[{column.name}]"] for column in columns] == pytest.approx(off)


def test_noise_that_differs_in_size_is_not_explained() -> None:
    """Against one mean of all, targets far apart would seem to be explained nearly whole."""
    generator = torch.Generator().manual_seed(0)
    target = torch.randn(200, 2, generator=generator) + torch.tensor([0.0, 1000.0])
    found = torch.tensor([0.0, 1000.0]).expand(200, 2)
    told = measured(place("number", "none"), found, target, numbers(2)).metrics
    assert told["r2"] == pytest.approx(0, abs=0.02)
    assert told.keys() == {"mse", "mae", "r2", "r2[1]", "r2[2]"}


def test_steps_of_a_series_with_one_value_are_one_target() -> None:
    generator = torch.Generator().manual_seed(1)
    target, found = (torch.randn(9, 6, generator=generator) + torch.arange(6) for _ in range(2))
    field = Field(SeriesKind.id, (6,), target=True)
    told = measured(place("number", "none"), found, target, field)
    wanted = oracle.r2_score(target.double().flatten(), found.double().flatten())
    assert told.metrics["r2"] == pytest.approx(wanted)


@pytest.mark.parametrize("constant", [0.1, 1 / 3, 1e7])
def test_what_r2_is_not_defined_for_is_said_and_left_out(constant: float) -> None:
    generator = torch.Generator().manual_seed(0)
    target = torch.randn(9, 2, generator=generator)
    target[:, 0] = constant
    found = torch.randn(9, 2, generator=generator)
    loss = place("number", "none")

    told = measured(loss, found, target, numbers(2))
    assert told.metrics["r2"] == told.metrics["r2[2]"]
    assert "r2[1]" not in told.metrics
    assert told.remarks == (SAME_NUMBERS_OF_SOME.format(targets="1"),)

    alone = measured(loss, found[:, 0], target[:, 0], numbers())
    assert alone.metrics.keys() == {"mse", "mae"}
    assert alone.remarks == (SAME_NUMBERS,)


@pytest.mark.parametrize("field", [numbers(), numbers(1), numbers(2)])
def test_one_sample_has_no_r2_and_that_is_said(field: Field) -> None:
    gathering = measure(place("number", "none"))
    gathering.add(torch.rand(1, *field.sizes), torch.rand(1, *field.sizes), None)  # type: ignore[arg-type]
    told = gathering.measured(
        Preprocessing({"loss_target": field}, {}, {"loss_target": FittedNumbers()})
    )
    assert told.metrics.keys() == {"mse", "mae"}
    assert told.remarks == (ONE_NUMBER,)


def test_a_split_of_one_class_has_no_roc_curve_and_that_is_said() -> None:
    found, _ = scores(9, 3)
    field = Field(ClassKind.id, classes=LETTERS[:3], target=True)
    told = measured(place(), found, torch.ones(9, dtype=torch.long), field)
    assert "roc_auc" not in told.metrics
    assert told.remarks == (ONE_CLASS,)


def test_classes_are_ranked_by_their_scores_however_small_their_shares() -> None:
    """As shares, all but the first would be the same zero, and the right one come last."""
    found = torch.tensor([[5000.0, 10, 20, 30, 40, 50, 60]]).repeat(9, 1)
    field = Field(ClassKind.id, classes=LETTERS[:7], target=True)
    told = measured(place(), found, torch.full((9,), 6), field).metrics
    assert told["top_3_accuracy"] == 1.0
    assert told["accuracy"] == 0.0
