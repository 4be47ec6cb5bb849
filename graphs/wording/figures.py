"""Numbers as people read them: few digits, but never less than the whole ones."""

MOST_WHOLE = 1e15
"""Up to here all whole digits are written; beyond it, a power of ten says more."""


def figure(value: float, digits: int = 4) -> str:
    """``value`` with so many significant digits, or with all of its whole digits if they are more.

    So answers that differ only behind a large mean, such as seconds since 1970, are told apart.
    """
    if 10**digits <= abs(value) < MOST_WHOLE:
        return f"{value:.0f}"
    return f"{value:.{digits}g}"
