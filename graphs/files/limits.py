"""How large a file may be. The same limits hold for writing, so that what was saved can be opened.

They are asked of the bytes, before anything is built, and are far above what the canvas can show.
"""

from graphs.wording.phrases import phrase

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 64
"""Brackets within brackets; a document needs about eight."""
MAX_VALUES = 1_200_000
"""Bounds the memory that parsing takes: commas, colons and brackets are counted."""
MAX_NODES = 20_000
MAX_LINKS = 100_000
MAX_NOTES = 10_000
"""For notes and for frames."""
MAX_TEXT = 1_000_000
"""Characters in one text."""
MAX_DIGITS = 100
"""Digits of one whole number. Sizes multiply, and Python refuses to print 4,300 digits."""
FURTHEST = 2**31 - 1
"""How far from the origin something can lie on the canvas, and the largest size of a tensor."""


def fault(data: bytes, times: int = 1) -> str | None:
    """Which limit the bytes of a file break, as the end of a sentence; None when none.

    The limits are those of a document, so many ``times``.
    """
    most, most_values = times * MAX_BYTES, times * MAX_VALUES
    if len(data) > most:
        return phrase(
            "has {count:.0f} MiB, more than the {most:.0f} MiB allowed",
            count=len(data) / 2**20,
            most=most / 2**20,
        )
    values = sum(data.count(sign) for sign in (b",", b":", b"[", b"{"))
    if values > most_values or data.count(b'"') > 2 * most_values:
        return phrase("holds more than the {most_values:,} values allowed", most_values=most_values)
    return None


def count_fault(noun: str, count: int, most: int) -> str | None:
    """Why there are too many of something, as the end of a sentence; None when there are not."""
    return (
        phrase(
            "has {count:,} {noun}, more than the {most:,} allowed",
            count=count,
            noun=noun,
            most=most,
        )
        if count > most
        else None
    )
