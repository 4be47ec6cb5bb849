"""Costs as numbers to compare, where some sizes are known only by name."""

from graphs.sizes import Size, symbols, value

USUAL = 128
"""What a size known only by name counts as when costs are compared."""


def number(size: Size) -> int:
    """A size as a number; what is known only by name counts as a usual length."""
    if isinstance(size, int):
        return size
    members = {s.name: max(s.low, min(s.high, USUAL)) for s in symbols(size)}
    return value(size, members)
