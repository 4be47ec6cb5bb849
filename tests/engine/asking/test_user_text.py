"""New texts as users have them: the same tokens as in training, or a sentence."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.asking.user_input import encode_input
from engine.asking.user_text import texts_given
from engine.data.prepare import prepare
from engine.data.preprocessing import Preprocessing
from engine.data.samples import Samples
from engine.data.sources import reader
from engine.data.tables.remarks import notes_of
from engine.data.texts.passages import TokenReading, tokens_of
from engine.errors import DataError
from graphs.plan.plan import Plan


def of(source: str, **settings: Any) -> Preprocessing:
    section = reader(source, settings).section()
    return prepare(section, Plan(validation=0, test=0), "cpu").preprocessing


@pytest.fixture
def ragged() -> Preprocessing:
    tokens = tokens_of(["the cat sat", "the dog ran off now"], TokenReading("words", 10, 100))
    samples = Samples({"text": tokens.field}, tokens.domains, {"text": tokens.values})
    return Preprocessing.fitted(samples, np.arange(2))


@pytest.fixture(scope="module")
def language() -> Preprocessing:
    return of("english_text", length=16, stride=16)


def words(known: Preprocessing, name: str, given: Any) -> list[list[str]]:
    spelled = known.fields[name].words
    return [
        [spelled[token] for token in row]
        for row in encode_input(known, name, given).tensor.tolist()
    ]


def test_a_text_becomes_its_tokens_with_its_length(ragged: Preprocessing) -> None:
    found = encode_input(ragged, "text", "The dog sat")
    assert words(ragged, "text", "The dog sat") == [["the", "dog", "sat"] + ["<pad>"] * 5]
    assert found.lengths is not None and found.lengths.tolist() == [3]
    assert found.notices == ()


def test_what_is_odd_about_texts_is_noted_for_each(ragged: Preprocessing) -> None:
    texts = ["the cat", "the bird", "", "the dog " * 9]
    notices = encode_input(ragged, "text", texts).notices
    whole, unknown, empty, long = notes_of(notices, len(texts))
    assert whole == ()
    assert "“bird”" in unknown[0] and len(unknown) == 1
    assert empty == ("1 text is empty, so what is said of it rests on nothing.",)
    assert "only the first 10 tokens" in long[0] and len(long) == 1


def test_several_texts_can_be_given_as_a_list_or_as_json(ragged: Preprocessing) -> None:
    texts = ["the cat", "now"]
    for given in (texts, json.dumps(texts)):
        found = encode_input(ragged, "text", given)
        assert found.lengths is not None and found.lengths.tolist() == [2, 1]


def test_a_text_that_looks_like_json_is_a_text(language: Preprocessing) -> None:
    assert words(language, "text", "[1] see {x}") == [list("[1] see {x}")]
    assert words(language, "text", "17") == [["1", "7"]]


def test_a_row_in_json_is_its_text_and_not_its_braces(ragged: Preprocessing) -> None:
    meant = words(ragged, "text", "the cat")
    assert words(ragged, "text", '{"text": "the cat", "id": 3}') == meant
    assert words(ragged, "text", '{"the": "cat"}') != meant
    assert len(words(ragged, "text", "{the cat}")[0]) == 8, "braces are text where it is no JSON"


def test_texts_can_be_given_as_a_json_file(ragged: Preprocessing, tmp_path: Path) -> None:
    path = tmp_path / "texts.json"
    for given in (["the cat", "now"], [{"text": "the cat"}, {"text": "now"}]):
        path.write_text(json.dumps(given))
        assert words(ragged, "text", str(path)) == words(ragged, "text", ["the cat", "now"])
    path.write_text('"the cat"')
    assert words(ragged, "text", path) == words(ragged, "text", "the cat")
    path.write_text("[[2, 3]]")
    assert encode_input(ragged, "text", path).tensor.tolist()[0][:2] == [2, 3]


def test_an_endless_unknown_word_is_named_in_short(ragged: Preprocessing) -> None:
    assert len(encode_input(ragged, "text", "x" * 100_000).notices[0]) < 200


def test_unknown_words_are_named(ragged: Preprocessing) -> None:
    found = encode_input(ragged, "text", "the green cat")
    assert words(ragged, "text", "the green cat")[0][:3] == ["the", "<unk>", "cat"]
    assert found.notices == (
        "These words did not occur in the data and are read as unknown: “green”.",
    )


def test_unknown_characters_are_left_out_and_named(language: Preprocessing) -> None:
    found = encode_input(language, "text", "a€b")
    assert found.tensor.shape == (1, 2)
    assert "These characters did not occur in the data and are left out: “€”" in found.notices[0]
    with pytest.raises(DataError, match="nothing that is known"):
        encode_input(language, "text", "€€")


def test_a_long_text_loses_its_end_or_for_a_language_model_its_beginning(
    ragged: Preprocessing, language: Preprocessing
) -> None:
    found = encode_input(ragged, "text", "the cat " * 10)
    assert found.tensor.shape == (1, 10)
    assert "only the first 10 tokens" in found.notices[0]
    assert words(language, "text", "abcdefghijklmnopqrstuvwxyz") == [list("klmnopqrstuvwxyz")]
    assert "only the last 16 tokens" in encode_input(language, "text", "a" * 17).notices[0]


def test_a_text_file_can_be_given_by_name_or_as_a_path(
    ragged: Preprocessing, tmp_path: Path
) -> None:
    path = tmp_path / "new text.txt"
    path.write_bytes("the cat\r\nnow".encode("utf-16"))
    for given in (path, str(path)):
        assert words(ragged, "text", given)[0][:3] == ["the", "cat", "now"]
    with pytest.raises(DataError, match="is not there"):
        encode_input(ragged, "text", "missing.txt")
    assert words(ragged, "text", "not there.txt")[0][:2] == ["<unk>", "<unk>"]  # is a text


def test_numbers_of_tokens_are_checked(ragged: Preprocessing) -> None:
    assert encode_input(ragged, "text", [2, 3]).tensor[0, :2].tolist() == [2, 3]
    assert encode_input(ragged, "text", "[[2, 3], [4]]").tensor.shape == (2, 8)
    for wrong in ([2, 100], [-1], [1.5]):
        with pytest.raises(DataError, match="takes whole numbers from 0 to 8"):
            encode_input(ragged, "text", wrong)


def test_texts_of_several_lengths_are_refused_where_lengths_are_not_known(
    language: Preprocessing,
) -> None:
    with pytest.raises(DataError, match="differ in their number of tokens"):
        encode_input(language, "text", ["ab", "abc"])
    assert encode_input(language, "text", ["ab", "cd"]).tensor.shape == (2, 2)


def test_users_and_items_are_given_by_number() -> None:
    known = of("ratings")
    assert encode_input(known, "user", 7).tensor.tolist() == [7]
    assert encode_input(known, "user", "7").tensor.tolist() == [7]
    assert encode_input(known, "item", [3, 5]).tensor.tolist() == [3, 5]
    for wrong in (200, -1, 0.5, [1, 200]):
        with pytest.raises(DataError, match="“user” takes whole numbers from 0 to 199"):
            encode_input(known, "user", wrong)
    with pytest.raises(DataError, match="no valid JSON"):
        encode_input(known, "user", "somebody")


@pytest.mark.parametrize(
    "text", ["/dev/null", "/dev/zero", "/nofile/x", "./nofile", "../nofile", "pipe"]
)
def test_a_path_to_what_is_no_file_is_not_answered_as_a_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(DataError):
        texts_given("text", text)


@pytest.mark.parametrize("text", ["film", "a/b", "and/or", "good film", "1/2", "/ s", "folder"])
def test_words_are_texts_whatever_signs_are_in_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    given = texts_given("text", text)
    assert given is not None and given.texts == (text,)
