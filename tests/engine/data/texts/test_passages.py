"""Texts as ragged tokens, and the passages of topics."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from engine.data.array import Array
from engine.data.preprocessing import Preprocessing
from engine.data.ragged import Ragged
from engine.data.samples import Samples
from engine.data.sources import reader
from engine.data.splitting.split import split_groups
from engine.data.texts.passages import TokenReading, tokens_of
from engine.data.texts.tokens import Speller
from engine.errors import DataError


@pytest.fixture(scope="module")
def topics() -> Samples:
    return reader("topics", {}).read()


def passages(samples: Samples) -> Ragged:
    values = samples.values["passage"]
    assert isinstance(values, Ragged)
    return values


def test_texts_become_as_many_tokens_as_they_have() -> None:
    tokens = tokens_of(["a b a", "b", "c c c c"], TokenReading("words", 3, 100))
    assert tokens.field.words == ("<pad>", "<unk>", "c", "a", "b")
    assert tokens.values.lengths.tolist() == [3, 1, 3]
    assert tokens.values.values.tolist() == [3, 4, 3, 4, 2, 2, 2]
    assert tokens.notices == ("One of 3 texts has more than 3 words; the rest of it is not read.",)


def test_rare_words_are_unknown_and_an_empty_text_is_one_unknown_token() -> None:
    tokens = tokens_of(["a a b", " "], TokenReading("words", 9, 100, least=2))
    assert tokens.field.words == ("<pad>", "<unk>", "a")
    assert [tokens.values.sample(n).tolist() for n in (0, 1)] == [[2, 2, 1], [1]]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["a", "b"], []),
        (["a", ""], ["One of 2 texts is empty and is learned from as one unknown token."]),
        (
            ["a", "", " \n"],
            ["2 of 3 texts are empty and are learned from as one unknown token each."],
        ),
        (["a b", "", "a b"], ["One of 3 texts is empty", "2 of 3 texts have more than 1 words"]),
    ],
)
def test_texts_that_are_not_read_as_they_stand_are_told(texts: list[str], told: list[str]) -> None:
    notices = tokens_of(texts, TokenReading("words", 1, 100)).notices
    assert [notice[: len(words)] for notice, words in zip(notices, told, strict=True)] == told


def test_characters_are_numbered_behind_padding_and_unknown() -> None:
    tokens = tokens_of(["abba"], TokenReading("characters", 9, 100))
    assert tokens.field.words == ("<pad>", "<unk>", "a", "b")
    assert tokens.field.joint == ""
    assert tokens.values.sample(0).tolist() == [2, 3, 3, 2]


def test_texts_without_any_token_are_refused() -> None:
    with pytest.raises(DataError, match="The texts are empty"):
        tokens_of([" ", ""], TokenReading("words", 9, 100))


def test_texts_in_which_every_word_would_be_unknown_are_refused() -> None:
    with pytest.raises(DataError, match="None of the words occurs 2 times"):
        tokens_of(["one two", "three four"], TokenReading("words", 10, 100, 2))


def test_short_texts_are_padded_so_far_that_a_convolution_has_room() -> None:
    tokens = tokens_of(["a", "a b"], TokenReading("words", 60, 100))
    samples = Samples({"text": tokens.field}, tokens.domains, {"text": tokens.values})
    encoded = Preprocessing.fitted(samples, np.arange(2)).encode("text", tokens.values)
    assert encoded.tolist() == [[2] + [0] * 7, [2, 3] + [0] * 6]


def test_no_passage_is_there_twice_or_too_short(topics: Samples) -> None:
    found = passages(topics)
    rows = [tuple(found.sample(row).tolist()) for row in range(len(found))]
    assert len(set(rows)) > 0.99 * len(rows)  # unknown words may make two alike
    assert found.lengths.min() >= 8 and found.lengths.max() <= 60


def test_neighbours_are_in_one_part_and_every_topic_in_each(topics: Samples) -> None:
    assert topics.groups is not None
    labels = np.asarray(topics.values["topic"])
    parts = split_groups(topics.groups, 0.15, 0.15, 0, labels)
    for part in (parts.train, parts.valid, parts.test):
        assert set(labels[part]) == set(range(12))
    assert len(parts.train) > 4 * len(parts.test)
    apart = np.isin(np.arange(len(topics)), parts.train)
    cuts = int((apart[1:] != apart[:-1]).sum())
    assert cuts < len(parts.valid) + len(parts.test)  # one by one it would be about twice as many


def test_words_alone_tell_the_topic_far_better_than_chance(topics: Samples) -> None:
    labels: Array = np.asarray(topics.values["topic"])
    assert topics.groups is not None
    parts = split_groups(topics.groups, 0.15, 0.15, 0, labels)
    found, words = passages(topics), len(topics.fields["passage"].words)
    counts = [np.bincount(found.sample(row), minlength=words) for row in range(len(found))]
    there = (np.stack(counts)[:, 2:] > 0).astype(float)
    model = LogisticRegression(C=0.3, max_iter=300).fit(there[parts.train], labels[parts.train])
    usual = np.bincount(labels[parts.train]).argmax()
    chance = float((labels[parts.test] == usual).mean())
    assert model.score(there[parts.test], labels[parts.test]) > 3 * chance


def test_passages_can_be_read(topics: Samples) -> None:
    first = Speller.of(topics.fields["passage"]).spelled(passages(topics).sample(0))
    assert first.startswith("Assignment statements Assignment statements are used to ( re )")
