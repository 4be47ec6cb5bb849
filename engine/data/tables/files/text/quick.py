"""Reads plain text tables with polars, where a check of every byte shows that nothing can go wrong.

That is: no comments, no blank lines, in every line as many separators, and quotation marks only
around whole values of one line that hold none themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.controls import Poll
from engine.data.array import Array

if TYPE_CHECKING:
    import polars

_BLOCK: Final = 8 * 2**20
_NEW_LINE, _RETURN, _QUOTE = 10, 13, 34
_SPACES: Final = (32, 9, 11, 12)
"""What is taken off the ends of a text, of ASCII and without the ends of lines."""


def read_plain(
    data: bytes, start: int, separator: str, comment: str, poll: Poll
) -> polars.DataFrame | None:
    """All lines from byte ``start`` on, the first among them, as columns of texts.

    ``data`` is UTF-8. None when it is not plain; then the careful reader has to read it.
    """
    import polars

    end = len(data)
    while end > start and data[end - 1] in (_NEW_LINE, _RETURN):
        end -= 1
    if separator == " " or end == start:
        return None
    is_quoted = data.find(b'"', start, end) >= 0
    if comment not in {"none", "auto"} and _has_comment(data, start, end, comment, separator):
        return None
    width = _width(data, start, end, ord(separator), poll)
    if width is None or width < 2:
        return None
    try:
        frame = polars.read_csv(
            data if start == 0 and end >= len(data) - 2 else data[start:end],
            has_header=False,
            infer_schema=False,
            separator=separator,
            quote_char='"' if is_quoted else None,
            raise_if_empty=False,
        )
    except polars.exceptions.PolarsError:
        return None
    return frame if frame.width == width else None


def is_trimmed(data: bytes, start: int, separator: str) -> bool:
    """Whether no value of plain lines has spaces around it, so that it need not be trimmed."""
    if not data.isascii() or any(data.find(sign, start) >= 0 for sign in (b"\r", b'"')):
        return False
    whole = np.frombuffer(data, dtype=np.uint8)[start:]
    edges = (ord(separator), _NEW_LINE)
    for space in _SPACES:
        if space in edges or data.find(space, start) < 0:
            continue
        at = np.flatnonzero(whole == space)
        if at[0] == 0 or at[-1] == len(whole) - 1:
            return False
        if np.isin(whole[at - 1], edges).any() or np.isin(whole[at + 1], edges).any():
            return False
    return True


def _has_comment(data: bytes, start: int, end: int, sign: str, separator: str) -> bool:
    """Whether a line begins with the sign, behind what ``beginnings.is_comment`` passes over."""
    if data.find(sign.encode(), start, end) < 0:
        return False
    before = " |\ufeff" if separator == "\t" else " |\t|\ufeff"
    form = f"^(?:{before})*{re.escape(sign)}".encode()
    return re.compile(form, re.MULTILINE).search(data, start, end) is not None


def _width(data: bytes, start: int, end: int, separator: int, poll: Poll) -> int | None:
    """The number of columns, when it is the same in every line; None when it is not."""
    width = None
    has_returns, is_quoted = (data.find(sign, start, end) >= 0 for sign in (b"\r", b'"'))
    for lines in _blocks(data, start, end):
        poll()
        ends = np.flatnonzero(lines == _NEW_LINE)
        cuts = np.flatnonzero(lines == separator)
        if has_returns and len(returns := np.flatnonzero(lines == _RETURN)):
            followed = lines[np.minimum(returns + 1, len(lines) - 1)] == _NEW_LINE
            if not followed.all():
                return None
        if is_quoted and len(quotes := np.flatnonzero(lines == _QUOTE)):
            if not _quotes_are_plain(lines, quotes, ends, separator):
                return None
            cuts = cuts[np.searchsorted(quotes, cuts) % 2 == 0]
        count, uneven = divmod(len(cuts), len(ends))
        if uneven or not count or (width is not None and width != count):
            return None
        width = count
        rows = cuts.reshape(len(ends), count)
        begins = np.concatenate([[-1], ends[:-1]])
        if not ((rows[:, 0] > begins) & (rows[:, -1] < ends)).all():
            return None
    return None if width is None else width + 1


def _quotes_are_plain(lines: Array, quotes: Array, ends: Array, separator: int) -> bool:
    """Whether the quotation marks stand around whole values, which lie in one line each."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = lines[np.maximum(opening - 1, 0)]
    begins = (opening == 0) | (before == separator) | (before == _NEW_LINE)
    closes = np.isin(lines[closing + 1], (separator, _NEW_LINE, _RETURN))
    in_one_line = np.searchsorted(ends, opening) == np.searchsorted(ends, closing)
    return bool((begins & closes & in_one_line).all())


def _blocks(data: bytes, start: int, end: int) -> Iterator[Array]:
    """The bytes as arrays of whole lines, each with its end."""
    whole = np.frombuffer(data, dtype=np.uint8)
    while start < end:
        stop = min(start + _BLOCK, end)
        if stop < end:
            cut = data.rfind(b"\n", start, stop) + 1 or data.find(b"\n", stop, end) + 1
            stop = cut or end
        block = whole[start:stop]
        yield block if block[-1] == _NEW_LINE else np.append(block, np.uint8(_NEW_LINE))
        start = stop
