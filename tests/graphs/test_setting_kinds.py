"""The kinds of settings: every one is named, takes what it says, and is read as it was written."""

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.describe import Described, Parameter
from graphs.setting_kinds import (
    FieldName,
    FilePath,
    Pair,
    Triple,
    pair,
    setting_kind,
    without_nothing,
)
from graphs.wording import phrases
from tests.families import FAMILIES
from tests.graphs.documents import values

WRITTEN = (
    int,
    float,
    str,
    Pair,
    Triple,
    tuple[float, float],
    tuple[int, ...],
    tuple[float, ...],
    FilePath,
    Literal["a", "b"],
    int | Literal["same"],
    Pair | Literal["same", "wide"],
    Triple | Literal["same"],
)
CHOSEN = (bool, FieldName)


def setting(kind: Any) -> Parameter:
    return Parameter("made_up", kind, None, "A sentence.")


@given(data=st.data())
@pytest.mark.parametrize("kind", [*WRITTEN, *(one | None for one in WRITTEN)], ids=str)
def test_what_is_written_is_read_as_the_same_value(kind: Any, data: st.DataObject) -> None:
    known, value = setting_kind(kind), data.draw(values(setting(kind)))
    assert known.read is not None
    again = known.read(known.spell(value))
    text = value.strip() if isinstance(value, str) else None
    if text == "" or value == ():
        assert not again  # an empty line is nothing where nothing may be
    elif text is not None:
        assert again == text
    elif isinstance(value, tuple) and isinstance(again, int | float):
        assert {again} == set(value)  # all sides are the same
    else:
        assert again == (None if value is None else pytest.approx(value, rel=1e-11))


@pytest.mark.parametrize("kind", [*WRITTEN, *CHOSEN], ids=str)
def test_what_may_be_nothing_says_so_and_is_an_empty_line(kind: Any) -> None:
    plain, optional = setting_kind(kind), setting_kind(kind | None)
    assert without_nothing(kind | None) == kind
    assert optional.name == f"{plain.name} or nothing"
    assert optional.words.startswith("nothing") and optional.words.endswith(plain.words)
    assert (optional.read is None) == (plain.read is None)
    if optional.read is not None:
        assert optional.read("  ") is None and optional.spell(None) == ""


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_every_setting_of_every_family_has_a_kind(family: type[Described]) -> None:
    members = family.registered()
    assert members
    kinds = [setting_kind(one.kind) for member in members for one in member.parameters()]
    assert all(one.name and one.words for one in kinds)


def test_what_a_setting_takes_is_said_in_the_language_of_the_user_when_it_is_asked(
    request: pytest.FixtureRequest,
) -> None:
    kinds = (int, Pair, Triple, Literal["leave out", "stop"], int | None)
    before = [setting_kind(kind).words for kind in kinds]  # a kind is found once and kept
    request.addfinalizer(lambda: phrases.use(lambda key: key))
    phrases.use(lambda key: f"<{key}>")
    assert [setting_kind(kind).words for kind in kinds] == [
        "<a whole number>",
        "<one or two whole numbers>",
        "<one or three whole numbers>",
        "<one of <leave out>, <stop>>",
        "<nothing or <a whole number>>",
    ]
    phrases.use(lambda key: key)
    assert [setting_kind(kind).words for kind in kinds] == before


def test_a_kind_that_no_setting_can_have_is_refused() -> None:
    with pytest.raises(KeyError):
        setting_kind(dict[str, int])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.9, 0.999", (0.9, 0.999)),
        ("0.9,0.999", (0.9, 0.999)),
        ("0,9; 0,999", (0.9, 0.999)),
        ("0,5 2", (0.5, 2.0)),
        ("1; 2;3", (1.0, 2.0, 3.0)),
        ("", ()),
    ],
)
def test_numbers_in_a_row_may_have_decimal_commas(text: str, numbers: tuple[float, ...]) -> None:
    known = setting_kind(tuple[float, ...])
    assert known.read is not None and known.read(text) == numbers


def test_sides_are_one_number_or_one_for_each() -> None:
    assert pair(3) == (3, 3) and pair((1, 2)) == (1, 2)
    known = setting_kind(Triple)
    assert known.read is not None and known.step is not None
    assert known.spell(known.read("2 x 3 x 4")) == "2 × 3 × 4" and known.read("5, 5, 5") == 5
    assert known.step((1, 2, 3), 1) == (2, 3, 4)
    with pytest.raises(ValueError, match="1 2"):
        known.read("1 2")
    assert setting(Triple).fault((1, 2)) is not None and setting(Triple).fault((1, 2, 3)) is None


def test_a_word_may_stand_in_place_of_numbers() -> None:
    kind = Pair | Literal["same"]
    known, plain = setting_kind(kind), setting(kind)
    assert known.read is not None and known.step is not None
    assert known.name == "pair or same" and known.words == "one or two whole numbers, or same"
    assert known.read(" Same ") == known.step("same", 1) == "same" and known.spell("same") == "same"
    assert known.read("2 x 3") == (2, 3) and known.step((2, 3), 1) == (3, 4)
    assert setting_kind(kind | None).words == "nothing, or one or two whole numbers, or same"
    least = Parameter("made_up", kind, 0, "A sentence.", low=0)
    assert least.wanted() == "one or two whole numbers of at least 0, or same"
    assert plain.fault("same") is plain.fault((1, 2)) is least.fault(0) is None
    assert plain.fault("valid") == "must be one or two whole numbers, or same, not “valid”"
    assert least.fault(-1) is not None and plain.fault((1, 2, 3)) is not None
