"""What is typed finds what is meant, the likeliest first."""

import pytest

from graphs.wording.ranking import rank


@pytest.mark.parametrize(
    ("text", "better", "worse"),
    [
        ("conv", "Conv2d", "Deconvolve"),
        ("lin", "Linear", "Bilinear"),
        ("lin", "Linear", "Long interval"),
        ("new", "New", "Renew"),
        ("bn", "Batch normalization", "cabinet"),
    ],
)
def test_a_better_match_ranks_lower(text: str, better: str, worse: str) -> None:
    first, second = rank(better, "", text), rank(worse, "", text)
    assert first is not None
    assert second is None or first < second


def test_every_word_must_be_found() -> None:
    assert rank("Go to the plan", "", "plan go") is not None
    assert rank("Go to the plan", "", "plan data") is None


def test_other_words_find_it_too_but_come_after_the_title() -> None:
    by_title, by_words = rank("Linear", "dense", "lin"), rank("Linear", "dense", "dense")
    assert by_title is not None and by_words is not None
    assert by_title < by_words


def test_letters_in_the_wrong_order_find_nothing() -> None:
    assert rank("Linear", "", "rnl") is None


def test_nothing_typed_finds_everything_alike() -> None:
    assert rank("Linear", "", "") == rank("Conv2d", "", "  ") == (0, 0)
