"""Recognises folders that are parts of a split, also with longer names such as seg_train."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from engine.data.folders.class_folders import glance
from engine.data.splitting.given_split import TRAIN, are_parts, part_named

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_A-Za-z]+")
MOST_WRAPPERS = 8
"""So many folders that repeat the name of the one that holds them are gone through."""


def parts_of(names: Iterable[str]) -> dict[str, int] | None:
    """The part that each name means, where all do: bare, or with the same words around each.

    None where they do not, or mean no split.
    """
    listed = list(names)
    if are_parts(listed):
        return {name: part for name in listed if (part := part_named(name)) is not None}
    for group in _with_the_same_around(listed).values():
        if len(group) == len(listed) and are_parts(group.values()):
            return _meant(group)
    return None


def parts_on_top(folders: Sequence[Path]) -> dict[Path, int]:
    """Folders that are parts with classes in them, whatever else lies beside; empty for none."""
    plain = [one for one in folders if part_named(one.name) is not None]
    if are_parts(one.name for one in plain):
        found = {one: part for one in plain if (part := part_named(one.name)) is not None}
        return found if _hold_classes(found, beside=len(plain) < len(folders)) else {}
    found = looking_like_parts(folders)
    return found if found and _hold_classes(found, beside=True) else {}


def looking_like_parts(folders: Sequence[Path]) -> dict[Path, int]:
    """Folders whose names mean a split by one word, with the same words around it in each."""
    for group in _with_the_same_around(one.name for one in folders).values():
        if are_parts(group.values()):
            meant = _meant(group)
            return {one: meant[one.name] for one in folders if one.name in meant}
    return {}


def parts_as_told(folders: Sequence[Path]) -> dict[Path, int]:
    """The part of every folder that names one, whole or by a word, where the user says so."""
    plain = {one: part for one in folders if (part := part_named(one.name)) is not None}
    if TRAIN in plain.values() and len(set(plain.values())) > 1:
        return plain
    by_word = {one: _by_a_word(one.name) for one in folders}
    return plain | {one: part for one, part in by_word.items() if part is not None}


def without_wrappers(folder: Path) -> Path:
    """The folder with the classes, where a part holds nothing but one folder that repeats it."""
    for _ in range(MOST_WRAPPERS):
        inside, files = glance(folder)
        if files or len(inside) != 1:
            break
        (only,) = inside
        part = _by_a_word(only.name)
        if part is None or part != _by_a_word(folder.name):
            break
        folder = only
    return folder


def _hold_classes(parts: Mapping[Path, int], *, beside: bool) -> bool:
    """Whether training has classes, and others the same where something else could be meant."""
    below = {one: {f.name.casefold() for f in glance(without_wrappers(one))[0]} for one in parts}
    training = next(one for one, part in parts.items() if part == TRAIN)
    if not below[training]:
        return False
    others = [names for one, names in below.items() if one is not training]
    return not beside or any(below[training] & names for names in others)


def _with_the_same_around(names: Iterable[str]) -> dict[tuple[str, str], dict[str, str]]:
    """By what stands before and behind a word for a part: the names, and that word of each."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name in names:
        for before, word, behind in _taken_apart(name):
            group = found.setdefault((before.casefold(), behind.casefold()), {})
            group[name] = word
    return found


def _taken_apart(name: str) -> list[tuple[str, str, str]]:
    """Each way to see a name as words around one or two that name a part."""
    words = [(one.start(), one.end()) for one in _WORDS.finditer(name)]
    spans = [
        (words[first][0], words[last][1])
        for first in range(len(words))
        for last in range(first, min(first + 2, len(words)))
    ]
    return [
        (name[:start], name[start:end], name[end:])
        for start, end in spans
        if (start, end) != (0, len(name)) and part_named(name[start:end]) is not None
    ]


def _meant(group: Mapping[str, str]) -> dict[str, int]:
    return {name: part for name, word in group.items() if (part := part_named(word)) is not None}


def _by_a_word(name: str) -> int | None:
    """The part that a name means, whole or by its words; None for none, and for several."""
    if (whole := part_named(name)) is not None:
        return whole
    found = {part_named(word) for _, word, _ in _taken_apart(name)}
    return found.pop() if len(found) == 1 else None
