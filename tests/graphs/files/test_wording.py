"""Sentences on files of ours hold no word of the library that reads them."""

import json
import re
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.errors import BrokenFile
from graphs.files import strict, wording

CODE = re.compile(
    r"`|\$|\[\.\.\.\]|\b(str|int|float|bool|dict|null|object|array|enum|required field|expect\w*|"
    r"delimiter|msgspec|JSON|invalid|NoneType)\b",
    re.IGNORECASE,
)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    shift: tuple[float, ...] = ()


class Kind(msgspec.Struct, frozen=True):
    name: Annotated[str, msgspec.Meta(max_length=5)]
    state: Literal["new", "old"] = "new"
    count: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    parts: dict[str, Part] = {}
    pair: tuple[int, int] = (0, 0)
    node: str | None = None
    few: Annotated[tuple[str, ...], msgspec.Meta(max_length=1)] = ()
    starred: bool = False


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"parts": {"x": {"shift": [1, "y"]}}}, "in “parts”, “shift”, entry 2: there is a text wh"),
        ({"parts": {"x": {"zzz": 1}}}, "in “parts”: “zzz” is not known there"),
        ({"name": "too long"}, "in “name”: there are more than 5 letters"),
        ({"count": 10}, "in “count”: the number is more than 9"),
        ({"count": -1}, "in “count”: the number is less than 0"),
        ({"count": True}, "in “count”: there is true or false where a whole number belongs"),
        ({"state": "x"}, "in “state”: “x” is none of the words"),
        ({"pair": [1]}, "in “pair”: there have to be 2 entries, not 1"),
        ({"node": 3}, "in “node”: there is a whole number where a text or nothing belongs"),
        ({"few": ["a", "b"]}, "in “few”: there are more than 1 entries"),
        ({"name": None}, "in “name”: there is nothing where a text belongs"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(value: dict[str, Any], words: str) -> None:
    with pytest.raises(BrokenFile) as caught:
        strict.value(json.dumps({"name": "a", **value}).encode(), Kind, "“kind.json”")
    assert words in str(caught.value)
    assert not CODE.search(str(caught.value).replace("“kind.json”", ""))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just("qq") | st.just(1.5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "count", "parts", "shift", "qq"]), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(list(Kind.__struct_fields__)), VALUES))
def test_no_value_is_refused_in_words_of_the_library(value: dict[str, Any]) -> None:
    try:
        strict.value(json.dumps(value).encode(), Kind, "“x.txt”")
    except BrokenFile as error:
        said = str(error)
        assert not CODE.search(said) and "a value that cannot stand there" not in said


@pytest.mark.parametrize("cut", range(1, 40))
def test_no_torn_text_is_refused_in_words_of_the_library(cut: int) -> None:
    whole = b'{"name": "a", "pair": [1, 2], "c": true}'
    for data in (whole[:cut], whole[cut:], whole[:cut] + b"\\" + whole[cut:]):
        try:
            strict.value(data, Kind, "“x.txt”")
        except BrokenFile as error:
            assert not CODE.search(str(error)), str(error)  # noqa: PT017


def test_what_is_not_known_to_the_words_is_a_sentence_all_the_same() -> None:
    assert wording.of_value("Some text of tomorrow") == "there is a value that cannot stand there"
    assert wording.of_place("") == ""
