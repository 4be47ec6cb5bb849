"""Arrays that come in parts, such as ``x_train`` and ``x_test``: one array each with a split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engine.data.arrays.array_files import Header
from engine.data.splitting.given_split import TRAIN, part_named

_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")

ArrayParts = Mapping[str, Mapping[int, str]]
"""For each array the names of its parts in the file."""


def in_parts(known: Mapping[str, Header], named: Iterable[str]) -> ArrayParts | None:
    """The arrays that a file holds in parts; None where it does not, or where parts are ``named``.

    All arrays have the same parts, training among them, and the sizes of a sample do not differ.
    """
    found: dict[str, dict[int, str]] = {}
    for name in known:
        part, base = taken_apart(name)
        if part is None or not base:
            continue
        if part in found.setdefault(base, {}):
            return None
        found[base][part] = name
    split = {base: parts for base, parts in found.items() if TRAIN in parts and len(parts) > 1}
    if not split or any(name in known for name in named) or any(base in known for base in split):
        return None
    sets = {frozenset(parts) for parts in split.values()}
    if len(sets) != 1:
        return None
    for parts in split.values():
        kinds = {(known[name].shape[1:], known[name].dtype.kind) for name in parts.values()}
        if len(kinds) != 1 or not all(known[name].shape for name in parts.values()):
            return None
    return {base: dict(sorted(parts.items())) for base, parts in split.items()}


def joined(known: Mapping[str, Header], parts: ArrayParts) -> dict[str, Header]:
    """The headers of the arrays as wholes; what comes in no parts is left as it is."""
    pieces = {name for named in parts.values() for name in named.values()}
    whole = {name: header for name, header in known.items() if name not in pieces}
    for base, named in parts.items():
        headers = [known[name] for name in named.values()]
        count = sum(header.shape[0] for header in headers)
        kind = max((header.dtype for header in headers), key=lambda dtype: dtype.itemsize)
        there = sum(header.there for header in headers)
        whole[base] = Header((count, *headers[0].shape[1:]), kind, there)
    return whole


def taken_apart(name: str) -> tuple[int | None, str]:
    """The part that a name begins or ends with, and the rest of the name."""
    words = [(found.start(), found.end()) for found in _WORDS.finditer(name)]
    if len(words) < 2:
        return None, name
    (_, first), (last, _) = words[0], words[-1]
    for part, rest in (
        (part_named(name[last:]), name[:last]),
        (part_named(name[:first]), name[first:]),
    ):
        if part is not None:
            return part, rest.strip("_-. /")
    return None, name
