"""Sizes compute as sympy does, and answer for every member of a domain as trying them all would."""

from __future__ import annotations

import itertools
import operator
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sympy  # type: ignore[import-untyped]  # published without types
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.sizes import (
    BATCH,
    Polynomial,
    Size,
    Symbol,
    alike,
    assignments,
    at_least,
    bounds,
    divisible,
    product,
    quotient,
    same,
    substituted,
    sum_of,
    symbol,
    symbols,
    value,
)

SYMBOLS = {
    "T": symbol("T", 1, 9),
    "H": symbol("H", 4, 24, 4),
    "W": symbol("W", 0, 5),
}
ORACLES = {name: sympy.Symbol(name, integer=True) for name in SYMBOLS}
WIDE = symbol("T", 3)  # a million members: too many to try
FOURS = symbol("H", 8, 2**20, 4)


@dataclass(frozen=True)
class Pair:
    """One expression twice: as a size and as sympy writes it."""

    size: Size
    oracle: sympy.Expr

    def __repr__(self) -> str:
        return str(self.size)


def joined(sign: Callable[..., object]) -> Callable[[Pair, Pair], Pair]:
    return lambda a, b: Pair(sign(a.size, b.size), sign(a.oracle, b.oracle))  # type: ignore[arg-type]


leaves = st.one_of(
    st.integers(-3, 9).map(lambda n: Pair(n, sympy.Integer(n))),
    st.sampled_from(sorted(SYMBOLS)).map(lambda n: Pair(SYMBOLS[n], ORACLES[n])),
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(joined(operator.add), inner, inner),
        st.builds(joined(operator.sub), inner, inner),
        st.builds(joined(operator.mul), inner, inner),
        st.builds(
            lambda a, k: Pair(a.size // k, sympy.floor(a.oracle / k)), inner, st.integers(1, 6)
        ),
    ),
    max_leaves=6,
)
sizes = expressions.map(lambda pair: pair.size)


def values(*several: Size) -> list[tuple[int, ...]]:
    """The values of sizes for every member, side by side."""
    return [tuple(value(size, members) for size in several) for members in assignments(*several)]


few = settings(max_examples=30)


@few
@given(expressions, st.integers(1, 9), st.integers(1, 6), st.integers(0, 5))
def test_a_size_has_the_value_that_sympy_computes(pair: Pair, t: int, h: int, w: int) -> None:
    members = {"T": t, "H": 4 * h, "W": w}
    known = {ORACLES[name]: number for name, number in members.items()}
    assert value(pair.size, members) == pair.oracle.subs(known)


@few
@given(expressions, expressions)
def test_what_sympy_expands_alike_is_the_same_size(one: Pair, other: Pair) -> None:
    total = (one.size + other.size) * (one.size - other.size)
    squares = one.size * one.size - other.size * other.size
    assert total == squares
    assert same(total, squares)
    assert sympy.expand((one.oracle + other.oracle) * (one.oracle - other.oracle)) == sympy.expand(
        one.oracle**2 - other.oracle**2
    )


@few
@given(sizes)
def test_bounds_hold_every_value(size: Size) -> None:
    low, high = bounds(size)
    assert all(low <= found <= high for (found,) in values(size))


@few
@given(sizes, st.integers(-5, 30))
def test_at_least_answers_for_every_member(size: Size, low: int) -> None:
    assert at_least(size, low) == all(found >= low for (found,) in values(size))


@few
@given(sizes, sizes)
def test_same_answers_for_every_member(one: Size, other: Size) -> None:
    assert same(one, other) == all(a == b for a, b in values(one, other))
    assert same(one + other, other + one)


@few
@given(sizes, st.integers(1, 8))
def test_divisible_answers_for_every_member(size: Size, by: int) -> None:
    assert divisible(size, by) == all(found % by == 0 for (found,) in values(size))


@few
@given(sizes, sizes)
def test_a_quotient_times_the_divisor_is_the_size(size: Size, by: Size) -> None:
    found = quotient(size, by)
    if found is not None:
        assert all(part * d == whole for part, d, whole in values(found, by, size))


@few
@given(sizes, st.sampled_from([2, 3, SYMBOLS["T"], 4 * SYMBOLS["T"]]))
def test_what_was_multiplied_can_be_divided(size: Size, by: Size) -> None:
    found = quotient(size * by, by)
    assert found is not None and same(found, size)


@few
@given(st.lists(sizes, max_size=4))
def test_sums_and_products_take_any_number(several: list[Size]) -> None:
    total: Size = 0
    whole: Size = 1
    for size in several:
        total, whole = total + size, whole * size
    assert sum_of(several) == total
    assert product(several) == whole


@few
@given(sizes, sizes, sizes)
def test_a_size_has_one_form_however_it_was_built(a: Size, b: Size, c: Size) -> None:
    assert (a + b) + c == c + (b + a)
    assert (a * b) * c == c * (b * a)
    assert a * (b + c) == a * c + a * b
    assert hash(a + b) == hash(b + a)


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (WIDE // 2 // 2, "floor((T)/4)"),
        ((WIDE // 2 + 1) // 3, "floor((T + 2)/6)"),
        ((4 * WIDE + 3) // 6, "floor((2*T + 1)/3)"),
        ((2 * WIDE + 1) // 2, "T"),
        ((3 * WIDE + 5) // 3, "T + 1"),
        (WIDE * FOURS - FOURS * WIDE, "0"),
        (WIDE * WIDE * FOURS + FOURS * FOURS * WIDE, "H^2*T + H*T^2"),
        (5 - 2 * WIDE, "-2*T + 5"),
    ],
)
def test_sizes_are_written_in_their_simplest_form(size: Size, written: str) -> None:
    assert str(size) == written


@few
@given(expressions, st.integers(-5, 30), st.integers(1, 6))
def test_remainders_never_promise_too_much(pair: Pair, low: int, by: int) -> None:
    far = {"T": WIDE, "H": FOURS, "W": symbol("W", 0, 10**6)}
    size = substituted(pair.size, far)
    found = [
        value(size, {"T": 3 + n, "H": 8 + 4 * (n // 2), "W": n % 7 * (n % 11)}) for n in range(60)
    ]
    if at_least(size, low):
        assert min(found) >= low
    if divisible(size, by):
        assert all(number % by == 0 for number in found)
    if same(size, low):
        assert set(found) == {low}


def test_domains_too_large_to_try_are_decided_by_remainders() -> None:
    assert same(2 * (FOURS // 2), FOURS)
    assert not same(2 * (WIDE // 2), WIDE)
    assert at_least(WIDE - WIDE // 2, 2)
    assert not at_least(WIDE - WIDE // 2, 3)
    assert at_least(WIDE * WIDE - WIDE, 6)
    assert divisible(WIDE * (WIDE + 1), 2)
    assert not divisible(WIDE * (WIDE + 1), 4)
    assert divisible(FOURS // 2, 2)
    assert quotient(WIDE * (WIDE + 1), 2) == WIDE * (WIDE + 1) // 2
    assert same(WIDE // 2 + (WIDE + 1) // 2, WIDE)


def test_what_cannot_be_decided_counts_as_no() -> None:
    far = symbol("X", 1, 2**40) * symbol("Y", 1, 2**40) - symbol("Z", 1, 2**40)
    assert not at_least(far, 0)
    assert not same(WIDE // 1009 // 1013, 0)


def test_hard_questions_are_answered_within_an_eye_blink() -> None:
    size: Size = WIDE
    started = time.perf_counter()
    for by in (7, 11, 13, 17):
        size = size * (WIDE + by) // by - WIDE
        at_least(size, 1)
        divisible(size, by)
        same(size, WIDE)
    assert time.perf_counter() - started < 5


def test_an_unknown_of_a_product_can_be_divided_out() -> None:
    assert quotient(8 * WIDE * FOURS, 2 * WIDE) == 4 * FOURS
    assert quotient(8 * WIDE, 3) is None
    assert quotient(8, WIDE) is None
    assert quotient(8 * WIDE, 0) is None
    assert quotient(WIDE + 1, WIDE + 1) == 1


def test_a_symbol_needs_a_domain() -> None:
    for low, high, multiple in ((5, 4, 1), (-1, 4, 1), (1, 4, 0)):
        with pytest.raises(ValueError, match="empty domain"):
            Symbol("T", low, high, multiple)
    with pytest.raises(ValueError, match="positive"):
        WIDE // 0


def test_members_are_the_multiples_in_the_domain() -> None:
    assert list(Symbol("H", 5, 21, 4).members()) == [8, 12, 16, 20]
    assert symbols(WIDE * FOURS + BATCH // 2) == {
        next(iter(symbols(one))) for one in (WIDE, FOURS, BATCH)
    }


def test_symbols_give_way_to_other_sizes() -> None:
    assert substituted(WIDE * WIDE // 3 + FOURS, {"T": 3 * BATCH, "H": 5}) == 3 * BATCH * BATCH + 5
    grid = itertools.product(range(1, 4), range(4, 13, 4))
    for t, h in grid:
        assert substituted((WIDE + FOURS) // 5, {"T": t, "H": h}) == (t + h) // 5


def test_constants_are_plain_integers() -> None:
    assert WIDE - WIDE == 0 and isinstance(WIDE - WIDE, int)
    assert isinstance(WIDE + 1, Polynomial)
    assert (WIDE * 0 + 3) // 2 == 1


def test_shapes_are_alike_when_all_their_sizes_agree() -> None:
    steps = symbol("T", 1, 40)
    assert alike((BATCH, steps, 3), (BATCH, steps, 3))
    assert not alike((BATCH, steps, 3), (BATCH, steps))
    assert not alike((BATCH, steps, 3), (BATCH, 3, steps))
