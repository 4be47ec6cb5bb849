"""Windows for language models: what follows is what follows, and nothing leaks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.array import Array
from engine.data.prepare import prepare
from engine.data.sources import reader
from engine.data.texts.windows import Cut, language_samples
from engine.errors import DataError
from graphs.data.sources.choices import Unit
from graphs.plan.plan import Plan


def array(values: object) -> Array:
    assert isinstance(values, np.ndarray)
    return values


@given(
    count=st.integers(20, 3000),
    length=st.integers(2, 12),
    stride=st.integers(1, 20),
)
def test_windows_are_pieces_of_the_text_with_what_follows(
    count: int, length: int, stride: int
) -> None:
    text = "".join(chr(0x4E00 + at) for at in range(count))  # every character occurs once
    found = language_samples([text], Cut("characters", length, stride, 0))
    tokens, following = array(found.values["text"]), array(found.values["next"])
    assert tokens.shape == following.shape == (len(found), length)
    assert (following == tokens + 1).all()
    assert (np.diff(tokens, axis=1) == 1).all()
    assert found.groups is not None
    for group in np.unique(found.groups)[:5]:
        inside = tokens[found.groups == group]
        assert (np.diff(inside[:, 0]) == stride).all()


@given(count=st.integers(200, 3000), stride=st.integers(1, 12), seed=st.integers(0, 3))
def test_no_character_is_in_two_groups(count: int, stride: int, seed: int) -> None:
    text = "".join(chr(0x4E00 + at) for at in range(count))
    found = language_samples([text], Cut("characters", 6, stride, 0))
    assert found.groups is not None
    seen: set[int] = set()
    for group in np.unique(found.groups):
        rows = found.groups == group
        here = {*array(found.values["text"])[rows].flat, *array(found.values["next"])[rows].flat}
        assert not seen & here
        seen |= here


def test_no_window_reaches_from_one_text_into_the_next() -> None:
    found = language_samples(["aaaaaaaaaa", "bbbbbbbbbb"], Cut("characters", 3, 3, 0))
    both = np.hstack([array(found.values["text"]), array(found.values["next"])])
    assert (both == both[:, :1]).all()
    assert set(both[:, 0]) == {0, 1}


def test_the_parts_of_a_split_have_no_text_in_common() -> None:
    section = reader("english_text", {"length": 64, "stride": 16}).section()
    prepared = prepare(section, Plan(), "cpu")
    samples = reader("english_text", {"length": 64, "stride": 16}).read()
    assert samples.groups is not None
    parts = prepared.indices
    groups = [set(samples.groups[rows]) for rows in (parts.train, parts.valid, parts.test)]
    assert not groups[0] & groups[1] and not groups[0] & groups[2] and not groups[1] & groups[2]
    assert abs(len(parts.test) / len(samples) - Plan().test) < 0.02
    assert abs(len(parts.valid) / len(samples) - Plan().validation) < 0.02
    assert len(parts.train) + len(parts.valid) + len(parts.test) == len(samples)


def test_words_are_numbered_by_the_commonest() -> None:
    found = language_samples(["b a b . a b c"] * 3, Cut("words", 3, 1, 4))
    assert found.fields["text"].words == ("<pad>", "<unk>", "b", "a")
    assert found.fields["next"].classes == found.fields["text"].words
    assert array(found.values["text"])[0].tolist() == [2, 3, 2]
    assert array(found.values["next"])[0].tolist() == [3, 2, 1]


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_reading_a_long_text_can_be_ended_soon(unit: Unit) -> None:
    """A single call over the whole text would also keep the window from being drawn."""
    asked = 0

    def poll() -> None:
        nonlocal asked
        asked += 1

    language_samples(["so it goes " * 100_000], Cut(unit, 64, 64, 100), poll)
    assert asked > 8, "more than once per stretch, and not once per text"


def test_too_short_a_text_is_refused_in_words() -> None:
    with pytest.raises(DataError, match="shorter than a window of 64 characters"):
        language_samples(["short"], Cut("characters", 64, 64, 0))


def test_more_windows_than_the_memory_holds_are_refused() -> None:
    with pytest.raises(DataError, match="windows of 8192 characters need"):
        language_samples(["a" * 20_000_000], Cut("characters", 8192, 1, 0))
