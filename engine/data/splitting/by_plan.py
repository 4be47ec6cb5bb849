"""Which samples a plan trains, validates and tests with, as far as the data leaves it open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np

from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.splitting.folds import fold_of, within
from engine.data.splitting.given_split import TEST
from engine.data.splitting.split import Indices, split, split_given, split_groups, split_in_order
from engine.errors import DataError
from graphs.data import Field
from graphs.plan.plan import Plan
from graphs.wording.phrases import phrase


def indices_of(samples: Samples, plan: Plan) -> Indices:
    """Which samples a plan trains, validates and tests with. Raises DataError."""
    labels = _labels(samples, samples.fields)
    if plan.folds is not None and plan.fold is not None:
        return _indices_of_fold(samples, plan, plan.folds, plan.fold, labels)
    shares = plan.validation, plan.test, plan.seed
    if samples.spans is not None:
        return split_in_order(samples.spans, plan.validation, plan.test)
    if samples.parts is not None:
        return split_given(samples.parts, *shares, labels, samples.groups)
    if samples.groups is not None:
        return split_groups(samples.groups, *shares, labels)
    return split(len(samples), *shares, labels)


def _indices_of_fold(
    samples: Samples, plan: Plan, folds: int, fold: int, labels: Array | None
) -> Indices:
    """One fold is the test; validation is taken out of the others.

    What the data gives for the test is in no fold: it stays unseen.
    """
    if samples.spans is not None:
        raise DataError(
            "These samples are stretches of one series, and folds would test on what lies before "
            "the training samples. Set folds to none in the plan."
        )
    pool = np.arange(len(samples))
    if samples.parts is not None:
        pool = pool[samples.parts != TEST]
    count, groups = len(pool), samples.groups
    of = fold_of(
        count,
        folds,
        plan.seed,
        None if labels is None else labels[pool],
        None if groups is None else groups[pool],
    )
    rows, test = pool[of != fold - 1], pool[of == fold - 1]
    share = plan.validation * count / len(rows)
    if share >= 1:
        raise DataError("No samples are left for training. Lower validation in the plan.")
    inside = None if labels is None else labels[rows]
    if groups is not None:
        return within(rows, test, split_groups(groups[rows], share, 0, plan.seed, inside))
    return within(rows, test, split(len(rows), share, 0, plan.seed, inside))


def _labels(samples: Samples, fields: Mapping[str, Field]) -> Array | None:
    """The classes by which the split is stratified: those of the first class target."""
    for name, described in sorted(fields.items()):
        if described.target and described.is_one_class:
            return cast("Array", samples.values[name])
    return None


def refusal_of_usual(samples: Samples) -> tuple[str, ...]:
    """A sentence where training by a plan that nobody has changed would refuse the samples."""
    try:
        indices_of(samples, Plan())
    except DataError as error:
        return (
            phrase("With the usual plan, training cannot begin with this data. {why}", why=error),
        )
    return ()
