"""Tables with columns of text, and with several columns to predict."""

from pathlib import Path

import numpy as np
import polars
import pytest

from engine.asking.user_input import encode_input
from engine.data.choosing.preview import preview
from engine.data.prepare import prepare
from engine.data.ragged import Ragged
from engine.data.reading import read
from engine.data.sources import reader
from engine.data.sources.spec import Proposal
from engine.errors import DataError
from graphs.data import Domain, NumberKind, TokensKind
from graphs.plan.plan import Plan

REVIEWS = "stars,shop,review,price\n" + "".join(
    f'{1 + n % 5},{"ab"[n % 2]},"This is review {word} {n}, and it is {["bad", "good"][n % 2]}!"'
    f",{n * 1.5}\n"
    for n, word in enumerate(["one", "two", "three", "four", "five", "six"] * 5)
)


def propose(folder: Path, text: str = REVIEWS, **settings: object) -> Proposal:
    path = folder / "shop.csv"
    path.write_text(text, encoding="utf-8")
    return reader("table", {"path": str(path), **settings}).propose()


def test_a_column_of_sentences_is_read_word_by_word(tmp_path: Path) -> None:
    found = propose(tmp_path, target="stars")
    section = found.section
    assert section.inputs() == ("features", "review")
    assert [column.name for column in section.fields["features"].columns] == ["shop", "price"]
    review = section.fields["review"]
    assert review.content == TokensKind.id and review.ragged and review.joint == " "
    assert {"This", "good", "!", "<pad>", "<unk>"} <= set(review.words)
    assert section.domains == {"T": Domain(8, 100)}
    assert section.settings["texts"] == ("review",) and section.settings["text_unit"] == "words"
    assert section.settings["ignored"] == ()
    shown = preview(section, 1, found.samples)
    assert shown.first["review"] == ("This is review one <unk> , and it is bad !",)
    assert read(section).fingerprint() == found.samples.fingerprint()


def repeated(sentences: int, words: int = 6) -> str:
    """A table in which each of so many texts stands in four rows."""
    texts = [" ".join([f"w{n}", *"abcdefgh"[: words - 1]]) for n in range(sentences)]
    return "note,x,y\n" + "".join(f"{text},{n}.5,{n % 2}\n" for n, text in enumerate(texts * 4))


def test_sentences_that_repeat_are_categories_and_it_is_said(tmp_path: Path) -> None:
    """They may be answers to choose from, or notes of which some are the same."""
    found = propose(tmp_path, repeated(50), target="y")
    assert found.section.inputs() == ("features",)
    (said,) = [one for one in found.samples.notices if "sentences" in one]
    assert "“note”" in said and "50" in said
    for texts in (["note"], []):
        settled = propose(tmp_path, repeated(50), target="y", texts=texts)
        assert not any("sentences" in one for one in settled.samples.notices)
    for text in (repeated(5), repeated(50, words=2)):
        assert not any(
            "sentences" in one for one in propose(tmp_path, text, target="y").samples.notices
        )


def test_the_user_says_which_columns_are_text(tmp_path: Path) -> None:
    found = propose(tmp_path, target="stars", texts=["shop"], text_unit="characters")
    assert found.section.fields["shop"].content == TokensKind.id
    assert found.section.fields["shop"].words == ("<pad>", "<unk>", "a", "b")
    assert "review" in found.section.settings["ignored"]
    both = propose(tmp_path, target="stars", texts=["shop", "review"])
    assert both.section.fields["review"].sizes == ("T2",)
    none = propose(tmp_path, target="stars", texts=[])
    assert none.section.inputs() == ("features",)
    with pytest.raises(DataError, match="has no column “remark”"):
        propose(tmp_path, target="stars", texts=["remark"])


def test_a_table_may_have_nothing_but_text(tmp_path: Path) -> None:
    rows = "".join(f"this is text number {n},{'ab'[n % 2]}\n" for n in range(12))
    section = propose(tmp_path, "text,kind\n" + rows, text_least=5).section
    assert section.inputs() == ("text",)
    assert section.fields["text"].words == ("<pad>", "<unk>", "is", "number", "text", "this")


def test_an_empty_text_is_one_unknown_token(tmp_path: Path) -> None:
    rows = "".join(f"{'' if n == 3 else 'four words or more'},{n % 2},{n}.5\n" for n in range(12))
    texts = propose(tmp_path, "text,x,y\n" + rows, texts=["text"]).samples.values["text"]
    assert isinstance(texts, Ragged)
    assert texts.sample(3).tolist() == [1]


def test_several_columns_are_predicted_each_as_a_field(tmp_path: Path) -> None:
    found = propose(tmp_path, target="stars", also=["price", "shop"])
    fields = found.section.fields
    assert found.section.targets() == ("price", "shop", "stars")
    assert fields["price"].content == NumberKind.id
    assert fields["shop"].classes == ("a", "b")
    assert fields["stars"].classes == ("1", "2", "3", "4", "5")
    assert found.section.inputs() == ("review",)
    assert set(prepare(found.section, Plan(), "cpu").train.take(slice(None))) >= set(fields)


def test_many_rows_left_out_are_one_sentence_with_their_number(tmp_path: Path) -> None:
    found = propose(tmp_path, "x,y\n" + "1,a\n2,b\n" * 20 + "1,\n" * 1131, target="y")
    assert found.samples.skipped == (
        "1,131 rows without a value for “y”: shop.csv, line 42; shop.csv, line 43; "
        "shop.csv, line 44 and 1,128 more",
    )


def test_rows_without_one_of_the_values_to_predict_are_left_out(tmp_path: Path) -> None:
    text = "x,y,z\n" + "1,a,2.5\n2,,3.5\n3,b,\n4,a,4.5\n5,b,\n" + "6,b,1.5\n" * 3
    found = propose(tmp_path, text, target="y", also=["z"])
    assert found.samples.skipped == (
        "shop.csv, line 3: no value for “y”",
        "2 rows without a value for “z”: shop.csv, line 4; shop.csv, line 6",
    )
    assert np.asarray(found.samples.values["z"])[:, 0].tolist() == [2.5, 4.5, 1.5, 1.5, 1.5]
    frame = found.samples.values["features"]
    assert isinstance(frame, polars.DataFrame)
    assert frame["x"].to_list() == [1, 4, 6, 6, 6]


def test_a_column_to_predict_cannot_be_ignored_or_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="“price” is to be predicted and to be ignored"):
        propose(tmp_path, target="stars", also=["price"], ignored=["price"])
    with pytest.raises(DataError, match="has no column “weight”"):
        propose(tmp_path, target="stars", also=["weight"])
    with pytest.raises(DataError, match=r"“shop” of shop.csv has the same value in every row"):
        propose(tmp_path, REVIEWS.replace(",b,", ",a,"), target="stars", also=["shop"])


def test_new_rows_bring_their_text_along(tmp_path: Path) -> None:
    section = propose(tmp_path, target="stars").section
    prepared = prepare(section, Plan(validation=0, test=0), "cpu")
    known, wanted = prepared.preprocessing, prepared.train.take(slice(None))
    row = {"shop": "b", "price": 1.5, "review": "This is review two 1, and it is good!"}
    for given in (row, [row]):
        assert (encode_input(known, "review", given).tensor[0] == wanted["review"][1]).all()
        assert (encode_input(known, "features", given).tensor[0] == wanted["features"][1]).all()
    for name in ("review", "features"):
        assert (encode_input(known, name, tmp_path / "shop.csv").tensor == wanted[name]).all()
    with pytest.raises(DataError, match="The row has no “review”"):
        encode_input(known, "review", {"shop": "b"})
    (tmp_path / "other.csv").write_text("shop,price\na,1\n")
    with pytest.raises(DataError, match=r"other.csv has no column “review”"):
        encode_input(known, "review", str(tmp_path / "other.csv"))


SCRIPTS = {
    "chinese": "今天服务态度很好我喜欢这个产品气不差",
    "japanese": "この商品はとても良いですが配送が遅い",
    "thai": "สินค้าดีมากและส่งเร็วมากครับ",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_texts_of_scripts_without_spaces_are_read_by_characters_and_told(
    tmp_path: Path, script: str
) -> None:
    letters = SCRIPTS[script]
    turned = [letters[n % len(letters) :] + letters[: n % len(letters)] for n in range(60)]
    rows = [f"{text}{n if n % 3 else ''},{n % 2}" for n, text in enumerate(turned)]
    found = propose(tmp_path, "\n".join(["review,label", *rows]) + "\n", target="label")
    review = found.section.fields["review"]
    assert review.content == TokensKind.id and review.joint == ""
    assert set(letters) <= set(review.words)
    assert found.section.settings["text_unit"] == "characters"
    assert any("by characters" in notice for notice in found.samples.notices)
    assert read(found.section).fingerprint() == found.samples.fingerprint()


def test_short_words_of_such_scripts_stay_categories(tmp_path: Path) -> None:
    rows = [f"{('北京', '上海', '广州')[n % 3]},{n},{n % 2}" for n in range(30)]
    found = propose(tmp_path, "\n".join(["city,n,label", *rows]) + "\n", target="label")
    (city,) = found.section.fields["features"].columns
    assert city.categories == ("上海", "北京", "广州")


def test_a_target_left_with_one_value_says_which_spelling_was_taken_as_missing(
    tmp_path: Path,
) -> None:
    text = "a,y\n" + "".join(f"{n * 1.5},{('null', 'valid')[n % 2]}\n" for n in range(40))
    with pytest.raises(DataError) as refused:
        propose(tmp_path, text, target="y")
    told = str(refused.value)
    assert "one value alone, “valid”, as “null” is taken as missing" in told
    assert "(notations.y.missing) to nothing" in told
    settled = propose(tmp_path, text, target="y", notations={"y": {"missing": []}})
    assert settled.samples.fields["y"].classes == ("null", "valid")


@pytest.mark.parametrize(
    ("form", "called"),
    [("1.{n}D+00", "numbers with exponents"), ("2024-01-01 {n:02}:00 CET", "times with zones")],
)
def test_texts_read_by_words_are_said_to_look_like_more(
    tmp_path: Path, form: str, called: str
) -> None:
    text = "a,y\n" + "".join(f"{form.format(n=n)},{'pq'[n % 2]}\n" for n in range(24))
    found = propose(tmp_path, text, target="y")
    assert found.section.fields["a"].content == TokensKind.id
    assert any(f"; they look like {called}" in one for one in found.samples.notices)
