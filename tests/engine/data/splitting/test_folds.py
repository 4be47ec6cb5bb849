"""Folds: every sample is tested once, classes keep their shares, groups stay together."""

from dataclasses import replace

import numpy as np
import pytest

from engine.data.prepare import prepare_samples
from engine.data.reading import read
from engine.data.samples import Samples, Spans
from engine.data.splitting.folds import fold_of
from engine.errors import DataError
from graphs.plan.plan import Plan
from tests.engine.drawings import DIGITS, digits

CLASSES = np.repeat([0, 1, 2], [50, 30, 7])


def test_folds_are_as_large_as_each_other_and_hold_each_class_by_its_share() -> None:
    fold = fold_of(87, 5, 0, CLASSES)

    sizes = np.bincount(fold)
    assert len(sizes) == 5
    assert sizes.max() - sizes.min() <= 1
    for label in range(3):
        counts = np.bincount(fold[label == CLASSES], minlength=5)
        assert counts.max() - counts.min() <= 1


def test_the_seed_decides_who_is_in_which_fold() -> None:
    one, again, other = (fold_of(87, 5, seed, CLASSES) for seed in (0, 0, 1))

    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_what_belongs_together_is_in_one_fold() -> None:
    groups = np.random.default_rng(0).integers(0, 30, 200)

    fold = fold_of(200, 4, 3, None, groups)

    for group in np.unique(groups):
        assert len(set(fold[groups == group])) == 1
    sizes = np.bincount(fold)
    assert sizes.min() > 35


@pytest.mark.parametrize("groups", [None, np.repeat([0, 1, 2], 5)], ids=["samples", "groups"])
def test_more_folds_than_there_can_be_are_refused(groups: np.ndarray | None) -> None:
    with pytest.raises(DataError, match="Choose fewer folds"):
        fold_of(15, 16 if groups is None else 4, 0, None, groups)


def prepared(samples: Samples, fold: int, **plan: float) -> tuple[np.ndarray, ...]:
    settings = replace(digits().document().plan, folds=3, fold=fold, **plan)  # type: ignore[arg-type]
    found = prepare_samples(samples, DIGITS, settings, "cpu").indices
    return found.train, found.valid, found.test


def test_each_sample_is_the_test_of_one_fold_and_never_seen_in_its_training() -> None:
    samples = read(DIGITS)

    parts = [prepared(samples, fold) for fold in (1, 2, 3)]

    tested = np.concatenate([test for _, _, test in parts])
    assert np.array_equal(np.sort(tested), np.arange(len(samples)))
    for train, valid, test in parts:
        every = np.concatenate([train, valid, test])
        assert np.array_equal(np.sort(every), np.arange(len(samples)))
        assert len(valid) == pytest.approx(Plan().validation * len(samples), abs=1)
    train, valid, _ = prepared(samples, 1, validation=0.0)
    assert valid is train


def test_groups_are_parted_neither_by_the_fold_nor_by_validation() -> None:
    samples = read(DIGITS)
    groups = np.arange(len(samples)) // 7
    samples = replace(samples, groups=groups)

    for fold in (1, 2, 3):
        parts = [set(groups[rows]) for rows in prepared(samples, fold)]
        assert not (parts[0] & parts[1] or parts[0] & parts[2] or parts[1] & parts[2])


def test_stretches_of_one_series_have_no_folds() -> None:
    samples = read(DIGITS)
    starts = np.arange(len(samples))
    with pytest.raises(DataError, match="stretches of one series"):
        prepared(replace(samples, spans=Spans(starts, starts + 1)), 1)
