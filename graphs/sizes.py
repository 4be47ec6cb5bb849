"""Exact tensor sizes: integers, or polynomials in named symbols with ``floor(p / k)``.

A symbol has a domain. What is asked of a size (is it at least 1? do two agree? is it divisible?) is
answered for *every* member of the domain: by intervals, by remainders, under which floors vanish,
or by trying all members when they are few. What cannot be decided counts as "no", so that nothing
unproven is accepted.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

TRIED_MEMBERS = 20_000
"""How many members of a domain are tried before a question counts as undecided."""
TRIED_REMAINDERS = 1_000
"""How many combinations of remainders are looked at."""


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

    def __pow__(self, power: int) -> Size:
        return product([self] * power)

    def __floordiv__(self, by: int) -> Size:
        """``floor(self / by)`` in its simplest form: what divides evenly is taken out."""
        if by < 1:
            raise ValueError(f"sizes are divided by positive numbers only, not {by}")
        whole = _size({m: c // by for m, c in self.terms if c % by == 0})
        rest = _size({m: c % by if m == () else c for m, c in self.terms if c % by})
        carried = sum(c // by for m, c in self.terms if m == () and c % by)
        return whole + carried + _floor(rest, by)

    def __str__(self) -> str:
        written = " + ".join(_written(monomial, factor) for monomial, factor in self.terms)
        return written.replace("+ -", "- ")


Size: TypeAlias = int | Polynomial


def _floor(rest: Size, by: int) -> Size:
    """``floor(rest / by)``: (4*T + 3) / 6 is (2*T + 1) / 3, and a floor of a floor is one floor."""
    if isinstance(rest, int):
        return rest // by
    constant = dict(rest.terms).get((), 0)
    shared = math.gcd(by, *(factor for monomial, factor in rest.terms if monomial))
    if shared > 1:
        varying = _size({m: f // shared for m, f in rest.terms if m})
        return (varying + constant // shared) // (by // shared)
    monomial, factor = rest.terms[0]
    match monomial:
        case ((Floor(of, inner), 1),) if factor == 1 and len(rest.terms) == 1 + bool(constant):
            return (of + constant * inner) // (inner * by)
    return _size({((Floor(rest, by), 1),): 1})


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
    found = substituted(size, members)
    assert isinstance(found, int)  # no symbol is left
    return found


def substituted(size: Size, members: Mapping[str, Size]) -> Size:
    """The size with other sizes in place of its symbols."""
    if isinstance(size, int):
        return size
    total: Size = 0
    for monomial, factor in size.terms:
        term: Size = factor
        for atom, power in monomial:
            if isinstance(atom, Symbol):
                term = term * members[atom.name] ** power
            else:
                term = term * (substituted(atom.of, members) // atom.by) ** power
        total = total + term
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
    return difference == 0 if isinstance(difference, int) else _always_zero(difference)


def alike(left: tuple[Size, ...], right: tuple[Size, ...]) -> bool:
    """Whether two shapes agree for every member of their domains."""
    return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))


def divisible(size: Size, by: int) -> bool:
    """Whether ``size`` is a multiple of ``by`` for every member of its domain."""
    if isinstance(size, int):
        return size % by == 0
    return _evenly(size, by) or _divisible(size, by)


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


def _evenly(size: Size, by: int) -> bool:
    """Whether every factor of the sum is a multiple of ``by``."""
    return all(factor % by == 0 for _, factor in _terms(size))


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


def _rank(monomial: Monomial) -> tuple[int, tuple[tuple[str, int], ...]]:
    return -sum(p for _, p in monomial), tuple((str(atom), -power) for atom, power in monomial)


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
    if all(bounds(case)[0] >= low for case in _cases(size, 1)):
        return True
    return _few(size) and all(value(size, a) >= low for a in assignments(size))


@lru_cache(maxsize=4096)
def _always_zero(size: Polynomial) -> bool:
    least, most = bounds(size)
    if least > 0 or most < 0:
        return False
    if all(case == 0 for case in _cases(size, 1)):
        return True
    return _few(size) and all(value(size, a) == 0 for a in assignments(size))


@lru_cache(maxsize=4096)
def _divisible(size: Polynomial, by: int) -> bool:
    """Members with the same remainders by the period of ``size / by`` are divisible alike."""
    if all(_evenly(case, by) for case in _cases(size, by)):
        return True
    return _few(size) and all(value(size, a) % by == 0 for a in assignments(size))


def _cases(size: Polynomial, by: int) -> Iterator[Size]:
    """The size for each combination of remainders, in symbols that count from 0 and no floors.

    Writing each symbol as ``period * q + remainder`` makes everything under a floor divide evenly
    but for a constant. Where there are too many combinations the size stands for itself.
    """
    period = by * _period(size)
    found = sorted(symbols(size), key=lambda s: s.name)
    strides = [min(period // math.gcd(period, s.multiple), len(s.members())) for s in found]
    if math.prod(strides) > TRIED_REMAINDERS:
        yield size
        return
    for rests in itertools.product(*(range(stride) for stride in strides)):
        members: dict[str, Size] = {}
        for s, stride, rest in zip(found, strides, rests, strict=True):
            steps = s.members()[rest::stride]
            turns: Size = symbol(s.name, 0, len(steps) - 1) if len(steps) > 1 else 0
            members[s.name] = steps[0] + turns * (stride * s.multiple)
        yield substituted(size, members)


def _period(size: Size) -> int:
    """By how much a symbol must grow for every floor in ``size`` to grow evenly."""
    if isinstance(size, int):
        return 1
    floors = (atom for monomial, _ in size.terms for atom, _ in monomial if isinstance(atom, Floor))
    return math.lcm(*(floor.by * _period(floor.of) for floor in floors))
