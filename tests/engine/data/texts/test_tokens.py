"""Texts as tokens: exact both ways, and honest about what is unknown."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.texts import tokens
from engine.data.texts.tokens import PAD, UNKNOWN, Speller, parts, pieces, vocabulary

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(text)
def test_characters_are_spelled_as_they_were(written: str) -> None:
    speller = Speller(sorted(set(written)), "")
    numbered = speller.numbered(written)
    assert speller.spelled(numbered.tokens) == written
    assert numbered.unknown == ()


@given(text)
def test_words_lose_nothing_but_blanks(written: str) -> None:
    cut = pieces(written, " ")
    assert "".join(cut) == "".join(written.split())


@given(st.text(alphabet="ab'’. \n漢", max_size=60), st.integers(1, 9), st.sampled_from(["", " "]))
def test_a_text_has_the_same_pieces_when_it_is_cut_in_parts(
    written: str, size: int, joint: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "PART", size)
        cut = list(parts(written, joint))
    assert "".join(cut) == written
    assert [piece for part in cut for piece in pieces(part, joint)] == pieces(written, joint)


def test_words_keep_their_apostrophes_and_leave_their_signs() -> None:
    assert pieces("It doesn’t: a_b, 3.5!", " ") == [
        "It", "doesn’t", ":", "a_b", ",", "3", ".", "5", "!",
    ]  # fmt: skip


def test_a_vocabulary_has_the_commonest_first_and_equals_in_order() -> None:
    counted = Counter("abbcccdd")
    assert vocabulary(counted, 100) == (PAD, UNKNOWN, "c", "b", "d", "a")
    assert vocabulary(counted, 4) == (PAD, UNKNOWN, "c", "b")
    assert vocabulary(counted, 100, least=2) == (PAD, UNKNOWN, "c", "b", "d")


def test_an_unknown_word_becomes_the_unknown_token_and_is_named() -> None:
    numbered = Speller((PAD, UNKNOWN, "the", "cat"), " ").numbered("the green cat")
    assert numbered.tokens.tolist() == [2, 1, 3]
    assert numbered.unknown == ("green",)


def test_an_unknown_character_is_left_out_where_no_token_stands_for_it() -> None:
    numbered = Speller(("a", "b"), "").numbered("abcab")
    assert numbered.tokens.tolist() == [0, 1, 0, 1]
    assert numbered.unknown == ("c",)


def test_a_word_that_is_unknown_as_written_is_looked_up_in_small_letters() -> None:
    speller = Speller((PAD, UNKNOWN, "the", "The", "cat"), " ")
    assert speller.numbered("The CAT THE").tokens.tolist() == [3, 4, 2]
    assert Speller(("a",), "").numbered("A").unknown == ("A",)


def test_a_text_cannot_write_the_special_tokens() -> None:
    speller = Speller((PAD, UNKNOWN, "pad", "<", ">"), " ")
    assert speller.numbered("<pad>").tokens.tolist() == [3, 2, 4]
    assert vocabulary(Counter(["<unk>", "a"]), 9) == (PAD, UNKNOWN, "a")


def test_padding_is_not_spelled() -> None:
    assert Speller((PAD, UNKNOWN, "a"), " ").spelled([2, 1, 0, 0]) == "a <unk>"
