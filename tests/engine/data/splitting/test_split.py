"""The split: exact, seeded, stratified, and refused where it cannot be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from engine.data.splitting.split import split, split_given, split_groups
from engine.errors import DataError


@given(
    count=st.integers(3, 400),
    validation=st.sampled_from([0.0, 0.1, 0.15, 0.2, 0.33]),
    test=st.sampled_from([0.0, 0.1, 0.15, 0.2, 0.33]),
    seed=st.integers(0, 5),
    classes=st.integers(1, 12),
)
@settings(max_examples=150)
def test_every_sample_lands_in_exactly_one_part(
    count: int, validation: float, test: float, seed: int, classes: int
) -> None:
    labels = np.arange(count) * 7 % classes
    parts = split(count, validation, test, seed, labels)
    own = [parts.train]
    own += [parts.valid] if validation else []
    own += [parts.test] if test else []
    assert sorted(np.concatenate(own).tolist()) == list(range(count))
    assert len(parts.valid) == (
        max(1, int(count * validation + 0.5)) if validation else len(own[0])
    )
    assert len(parts.test) == (max(1, int(count * test + 0.5)) if test else len(own[0]))


@given(
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=8),
    share=st.sampled_from([0.1, 0.15, 0.2, 0.25]),
    seed=st.integers(0, 3),
)
@settings(max_examples=150)
def test_a_class_is_in_every_part_when_it_and_the_parts_have_room(
    sizes: list[int], share: float, seed: int
) -> None:
    labels = np.repeat(np.arange(len(sizes)), sizes)
    if len(labels) < 6:
        return
    parts = split(len(labels), share, share, seed, labels)
    for part in (parts.train, parts.valid, parts.test):
        counts = np.bincount(labels[part], minlength=len(sizes))
        if len(part) < len(sizes):
            continue  # not every class fits into so small a part
        for size, got in zip(sizes, counts, strict=True):
            assert got >= 1 or size < 3


@given(
    small=st.lists(st.integers(1, 4), min_size=1, max_size=8),
    share=st.sampled_from([0.1, 0.15, 0.2, 0.25]),
)
def test_rare_classes_go_to_training_first(small: list[int], share: float) -> None:
    labels = np.repeat(np.arange(len(small) + 1), [*small, 60])
    parts = split(len(labels), share, share, 0, labels)
    assert set(labels[parts.train]) == set(range(len(small) + 1))


def test_classes_keep_their_shares_as_scikit_learn_keeps_them() -> None:
    labels = np.repeat([0, 1, 2, 3], [690, 203, 68, 39])
    ours = np.bincount(labels[split(1000, 0.0, 0.15, 0, labels).test])
    rest, theirs = train_test_split(labels, test_size=150, stratify=labels, random_state=0)
    assert ours.tolist() == np.bincount(theirs).tolist()
    assert len(rest) == 850


def test_a_seed_gives_the_same_split_for_ever() -> None:
    # These positions are written down: files of runs rely on them.
    parts = split(20, 0.2, 0.2, 7)
    assert parts.test.tolist() == [2, 11, 13, 18]
    assert parts.valid.tolist() == [0, 3, 6, 15]


def test_another_seed_gives_another_split() -> None:
    assert split(100, 0.2, 0.2, 0).test.tolist() != split(100, 0.2, 0.2, 1).test.tolist()


def test_the_random_numbers_of_others_have_no_say() -> None:
    np.random.seed(0)
    first = split(100, 0.2, 0.2, 0)
    np.random.seed(1)
    np.random.rand(10)
    assert split(100, 0.2, 0.2, 0).train.tolist() == first.train.tolist()


def test_a_share_of_zero_means_the_training_samples_themselves() -> None:
    parts = split(4, 0, 0, 0, np.array([0, 1, 1, 0]))
    assert parts.train.tolist() == [0, 1, 2, 3]
    assert parts.valid is parts.train
    assert parts.test is parts.train


@pytest.mark.parametrize(
    ("count", "validation", "test", "words"),
    [
        (2, 0.2, 0.2, "cannot be split into 3 parts"),
        (1, 0.2, 0.0, "cannot be split into 2 parts"),
        (100, 0.5, 0.5, "leave no samples for training"),
        (100, 1.0, 0.0, "must lie between 0 and 1"),
    ],
)
def test_an_impossible_split_is_refused_in_words(
    count: int, validation: float, test: float, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        split(count, validation, test, 0)


@given(
    sizes=st.lists(st.integers(1, 30), min_size=3, max_size=40),
    share=st.sampled_from([0.0, 0.1, 0.15, 0.25]),
    classes=st.integers(1, 3),
    seed=st.integers(0, 3),
)
def test_a_group_is_never_parted(sizes: list[int], share: float, classes: int, seed: int) -> None:
    groups = np.repeat(np.arange(len(sizes)) * 7, sizes)
    labels = groups // 7 % classes
    if len(sizes) < 3 * classes or len(groups) < 6:
        return
    parts = split_groups(groups, share, share, seed, labels)
    own = [parts.train, *([parts.valid, parts.test] if share else [])]
    assert sorted(np.concatenate(own).tolist()) == list(range(len(groups)))
    held = [set(groups[part].tolist()) for part in own]
    assert sum(map(len, held)) == len(sizes)
    for part in own:  # each class has three groups or more, so it is in every part
        assert set(labels[part].tolist()) == set(range(classes))


def test_groups_of_one_sample_are_split_by_their_shares() -> None:
    parts = split_groups(np.arange(200), 0.15, 0.25, 0, np.repeat([0, 1], [40, 160]))
    assert (len(parts.train), len(parts.valid), len(parts.test)) == (120, 30, 50)
    assert (parts.test < 40).sum() == 10


def test_too_few_groups_are_refused_in_words() -> None:
    with pytest.raises(DataError, match="too few wholes"):
        split_groups(np.repeat([0, 1], 50), 0.2, 0.2, 0)


@given(
    parts=st.lists(st.sampled_from([0, 0, 0, 0, 1, 2]), min_size=12, max_size=80),
    validation=st.sampled_from([0.0, 0.2]),
    test=st.sampled_from([0.0, 0.2]),
    grouped=st.booleans(),
)
def test_given_parts_are_kept_and_missing_ones_drawn_from_training(
    parts: list[int], validation: float, test: float, grouped: bool
) -> None:
    given_parts = np.array([0] * 8 + parts)
    groups = np.arange(len(given_parts)) // 2 if grouped else None
    found = split_given(given_parts, validation, test, 0, None, groups)
    for rows, part, share in ((found.valid, 1, validation), (found.test, 2, test)):
        if part in parts:
            assert rows.tolist() == np.flatnonzero(given_parts == part).tolist()
        elif share:
            assert set(given_parts[rows]) == {0}
            assert not set(rows) & set(found.train)
        else:
            assert rows is found.train
    assert set(given_parts[found.train]) == {0}


def test_a_given_split_without_training_samples_is_refused() -> None:
    with pytest.raises(DataError, match="no samples for training"):
        split_given(np.array([1, 1, 2, 2]), 0.1, 0.1, 0)
