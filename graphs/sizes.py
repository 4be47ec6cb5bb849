"""Exact tensor sizes: integers, or polynomials in named symbols with ``floor(p / k)``.

A symbol has a domain. What is asked of a size (is it at least 1? do two agree? is it divisible?) is
answered for *every* member of the domain: by intervals when they decide, by trying all members when
there are few enough. What cannot be decided counts as "no", so that nothing unproven is accepted.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, cast

TRIED_MEMBERS = 20_000
"""How many members of a domain are tried before a question counts as undecided."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A size known only by name, with the members it may take: low, low + multiple, ... <= high."""

    name: str
    low: int = 1
    high: int = 2**20
    multiple: int = 1

    def __post_init__(self) -> None:
        if not (self.multiple > 0 and 0 <= self.low <= self.high):
            raise ValueError(f"{self.name} has an empty domain: {self.low} to {self.high}")

    def members(self) -> range:
        """Every value the symbol may take, in rising order."""
        first = -(-self.low // self.multiple) * self.multiple
        return range(first, self.high + 1, self.multiple)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Floor:
    """``floor(of / by)``, kept as a symbol of its own inside a polynomial."""

    of: Polynomial
    by: int

    def __str__(self) -> str:
        return f"floor(({self.of})/{self.by})"


Atom: TypeAlias = Symbol | Floor
Monomial: TypeAlias = tuple[tuple[Atom, int], ...]


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A sum of monomials with whole coefficients, in one order, so that equal ones compare equal.

    Never a constant: constants are plain integers, which keeps the common case fast.
    """

    terms: tuple[tuple[Monomial, int], ...]

    def __add__(self, other: Size) -> Size:
        total = dict(self.terms)
        for monomial, factor in _terms(other):
            total[monomial] = total.get(monomial, 0) + factor
        return _size(total)

    __radd__ = __add__

    def __neg__(self) -> Size:
        return self * -1

    def __sub__(self, other: Size) -> Size:
        return self + other * -1

    def __rsub__(self, other: int) -> Size:
        return self * -1 + other

    def __mul__(self, other: Size) -> Size:
        total: dict[Monomial, int] = {}
        for (left, a), (right, b) in itertools.product(self.terms, _terms(other)):
            monomial = _times(left, right)
            total[monomial] = total.get(monomial, 0) + a * b
        return _size(total)

    __rmul__ = __mul__

    def __floordiv__(self, by: int) -> Size:
        """``floor(self / by)``; what divides evenly is taken out of the floor."""
        if by < 1:
            raise ValueError(f"sizes are divided by positive numbers only, not {by}")
        whole = _size({m: c // by for m, c in self.terms if c % by == 0})
        rest = _size({m: c % by if m == () else c for m, c in self.terms if c % by})
        carried = sum(c // by for m, c in self.terms if m == () and c % by)
        if isinstance(rest, int):
            return whole + carried + rest // by
        return whole + carried + _size({((Floor(rest, by), 1),): 1})

    def __str__(self) -> str:
        written = " + ".join(_written(monomial, factor) for monomial, factor in self.terms)
        return written.replace("+ -", "- ")


Size: TypeAlias = int | Polynomial


def symbol(name: str, low: int = 1, high: int = 2**20, multiple: int = 1) -> Polynomial:
    """The size that is exactly one symbol."""
    return Polynomial(((((Symbol(name, low, high, multiple), 1),), 1),))


BATCH = symbol("N", 1, 2**31 - 1)
"""The batch size, the first axis of almost every tensor."""


def symbols(size: Size) -> frozenset[Symbol]:
    """Every symbol a size depends on, those inside floors too."""
    if isinstance(size, int):
        return frozenset()
    found: set[Symbol] = set()
    for monomial, _ in size.terms:
        for atom, _ in monomial:
            found |= {atom} if isinstance(atom, Symbol) else symbols(atom.of)
    return frozenset(found)


def value(size: Size, members: Mapping[str, int]) -> int:
    """The number a size stands for once its symbols are known by name."""
    if isinstance(size, int):
        return size
    total = 0
    for monomial, factor in size.terms:
        for atom, power in monomial:
            one = members[atom.name] if isinstance(atom, Symbol) else _floored(atom, members)
            factor *= one**power
        total += factor
    return total


def product(sizes: Iterable[Size]) -> Size:
    """All sizes multiplied; 1 for none."""
    total: Size = 1
    for size in sizes:
        total = total * size
    return total


def sum_of(sizes: Iterable[Size]) -> Size:
    """All sizes added up; 0 for none."""
    total: Size = 0
    for size in sizes:
        total = total + size
    return total


def at_least(size: Size, low: int) -> bool:
    """Whether ``size >= low`` for every member of its domain."""
    return size >= low if isinstance(size, int) else _at_least(size, low)


def same(left: Size, right: Size) -> bool:
    """Whether two sizes agree for every member of their domains."""
    if left == right:
        return True
    difference = left - right
    return not isinstance(difference, int) and _always_zero(difference)


def divisible(size: Size, by: int) -> bool:
    """Whether ``size`` is a multiple of ``by`` for every member of its domain."""
    if isinstance(size, int):
        return size % by == 0
    return all(factor % by == 0 for _, factor in size.terms) or _divisible(size, by)


def quotient(size: Size, by: Size) -> Size | None:
    """``size / by`` when that is a size for every member, otherwise None.

    Divides by integers and by single products such as ``8*T``, which is what reshaping needs.
    """
    if isinstance(by, int):
        return size // by if by > 0 and divisible(size, by) else None
    if len(by.terms) != 1:
        return 1 if same(size, by) else None
    (divisor, factor), total = by.terms[0], dict[Monomial, int]()
    for monomial, coefficient in _terms(size):
        powers = dict(monomial)
        for atom, power in divisor:
            powers[atom] = powers.get(atom, 0) - power
        if min(powers.values(), default=0) < 0:
            return None
        total[_monomial(powers)] = coefficient
    return quotient(_size(total), factor)


def _floored(atom: Floor, members: Mapping[str, int]) -> int:
    return value(atom.of, members) // atom.by


def _terms(size: Size) -> tuple[tuple[Monomial, int], ...]:
    if isinstance(size, int):
        return (((), size),) if size else ()
    return size.terms


def _size(total: dict[Monomial, int]) -> Size:
    """The one form of a sum: no zero terms, highest powers first, constants as integers."""
    terms = {monomial: factor for monomial, factor in total.items() if factor}
    if not terms or set(terms) == {()}:
        return terms.get((), 0)
    return Polynomial(tuple(sorted(terms.items(), key=lambda term: _rank(term[0]))))


def _rank(monomial: Monomial) -> tuple[int, tuple[str, ...]]:
    return -sum(power for _, power in monomial), tuple(str(atom) for atom, _ in monomial)


def _times(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    return _monomial(powers)


def _monomial(powers: dict[Atom, int]) -> Monomial:
    kept = ((atom, power) for atom, power in powers.items() if power)
    return tuple(sorted(kept, key=lambda pair: str(pair[0])))


def _written(monomial: Monomial, factor: int) -> str:
    atoms = [str(a) if power == 1 else f"{a}^{power}" for a, power in monomial]
    if not atoms or abs(factor) != 1:
        atoms.insert(0, str(abs(factor)))
    return ("-" if factor < 0 else "") + "*".join(atoms)


@lru_cache(maxsize=4096)
def bounds(size: Size) -> tuple[int, int]:
    """An interval that holds every value of a size; not always the narrowest."""
    if isinstance(size, int):
        return size, size
    low = high = 0
    for monomial, factor in size.terms:
        least, most = factor, factor
        for atom, power in monomial:
            a, b = _atom_bounds(atom)
            for _ in range(power):
                corners = (least * a, least * b, most * a, most * b)
                least, most = min(corners), max(corners)
        low, high = low + least, high + most
    return low, high


def _atom_bounds(atom: Atom) -> tuple[int, int]:
    if isinstance(atom, Symbol):
        members = atom.members()
        return (members[0], members[-1]) if members else (atom.low, atom.high)
    low, high = bounds(atom.of)
    return low // atom.by, high // atom.by


def assignments(*sizes: Size) -> Iterator[dict[str, int]]:
    """Every assignment of members to the symbols of ``sizes``, in rising order."""
    found = sorted({s for size in sizes for s in symbols(size)}, key=lambda s: s.name)
    for members in itertools.product(*(s.members() for s in found)):
        yield {s.name: member for s, member in zip(found, members, strict=True)}


def _few(size: Polynomial) -> bool:
    return math.prod(len(s.members()) for s in symbols(size)) <= TRIED_MEMBERS


@lru_cache(maxsize=4096)
def _at_least(size: Polynomial, low: int) -> bool:
    least, most = bounds(size)
    if least >= low or most < low:
        return least >= low
    return _few(size) and all(value(size, a) >= low for a in assignments(size))


@lru_cache(maxsize=4096)
def _always_zero(size: Polynomial) -> bool:
    least, most = bounds(size)
    if least > 0 or most < 0:
        return False
    return _few(size) and all(value(size, a) == 0 for a in assignments(size))


@lru_cache(maxsize=4096)
def _divisible(size: Polynomial, by: int) -> bool:
    """Try all members, or all remainders: without floors ``p mod k`` repeats with period ``k``."""
    if _few(size):
        return all(value(size, a) % by == 0 for a in assignments(size))
    found = sorted(symbols(size), key=lambda s: s.name)
    if any(isinstance(atom, Floor) for monomial, _ in size.terms for atom, _ in monomial):
        return False
    if by ** len(found) > TRIED_MEMBERS:
        return False
    rests = [sorted({member % by for member in s.members()[:by]}) for s in found]
    names = [s.name for s in found]
    return all(
        value(size, dict(zip(names, rest, strict=True))) % by == 0
        for rest in cast("Iterator[tuple[int, ...]]", itertools.product(*rests))
    )
