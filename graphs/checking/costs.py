"""Costs as numbers to compare, where some sizes are known only by name."""

from graphs.sizes import BATCH, Size, Symbol, symbols, value

USUAL = 128
"""What a size known only by name counts as in costs, where it can be so large."""


def number(size: Size) -> int:
    """A size as a number; what is known only by name counts as ``counted_at`` says."""
    return size if isinstance(size, int) else value(size, counted_at(size))


def counted_at(*sizes: Size) -> dict[str, int]:
    """What each size known only by name counts as, by its name."""
    known_by_name = {one for size in sizes for one in symbols(size)}
    return {one.name: _usual(one) for one in sorted(known_by_name, key=lambda one: one.name)}


def _usual(one: Symbol) -> int:
    """A member as near to the usual one as can be; for the batch it is one sample."""
    members = one.members()
    if one in symbols(BATCH) or not members:
        return one.low
    place = (USUAL - members.start) // one.multiple
    return members[min(max(place, 0), len(members) - 1)]
