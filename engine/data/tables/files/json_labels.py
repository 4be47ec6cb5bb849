"""Tables in JSON that name each row by a label, as pandas writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from engine.data.tables.cells import dates
from engine.errors import DataError
from graphs.wording.phrases import phrase

_NUMBER: Final = re.compile(r"-?[0-9]{1,19}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]+(Z|[+-][0-9:]+)?)?")
_SPLIT: Final = {"columns", "data"}
_BESIDE: Final = {"index", "index_names", "column_names"}
TIME: Final = "time"
"""What the column is called that labels become which are times."""
ADVICE: Final = 'Write a list of objects, such as pandas does with orient="records".'


class Labelled(NamedTuple):
    """The rows of a table, and what was done with their labels."""

    rows: Sequence[Mapping[str, Any]]
    notices: tuple[str, ...]


def by_labels(path: Path, found: Mapping[str, Any]) -> Labelled | None:
    """The rows of an object that is a table with labels; None for any other.

    Raises DataError where columns and rows cannot be told apart.
    """
    if set(found) >= _SPLIT and set(found) <= _SPLIT | _BESIDE:
        return _split(path, found)
    inner = list(found.values())
    if not inner or not all(isinstance(one, dict) and one for one in inner):
        return None
    by_length = sorted(inner, key=len, reverse=True)  # where cells are missing, some lack labels
    keys = list(dict.fromkeys(key for one in by_length for key in one))
    if not _are_plain(inner):
        return None
    within, outside = _are_labels(keys), _are_labels(found)
    if within and not outside:
        rows = [{name: found[name].get(label) for name in found} for label in keys]
        return _told(path, rows, list(keys))
    if outside and not within:
        return _told(path, inner, list(found))
    if len(found) < 2 or len(keys) < 2 or any(len(one) < len(keys) for one in inner):
        return None
    raise DataError(
        "{name} holds objects in objects, and nothing tells whether “{outer}” is a column or a "
        "row. {advice}",
        name=path.name,
        outer=next(iter(found)),
        advice=phrase(ADVICE),
    )


def _split(path: Path, found: Mapping[str, Any]) -> Labelled | None:
    """As names of columns and lists of their values."""
    names, data = found["columns"], found["data"]
    labels = found.get("index", [])
    lists = all(isinstance(one, list) for one in (names, data, labels))
    if not lists or not names or not data or len(labels) not in (0, len(data)):
        return None
    plain = all(isinstance(name, str | int) for name in names)
    if not plain or any(not isinstance(row, list) or len(row) != len(names) for row in data):
        return None
    called = list(map(str, names))
    if len(set(called)) < len(called):
        return None
    rows = [dict(zip(called, row, strict=True)) for row in data]
    return _told(path, rows, list(map(str, labels)))


def _told(path: Path, rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> Labelled:
    told = phrase("{name}: read as a table whose rows have labels.", name=path.name)
    if labels == [str(at) for at in range(len(rows))] or not labels:
        return Labelled(rows, ())
    if (times := _times(labels)) is not None and TIME not in rows[0]:
        told += phrase(" The labels are times, which are the column “{time}”.", time=TIME)
        rows = [{TIME: time, **row} for time, row in zip(times, rows, strict=True)]
    else:
        told += phrase(" The labels, such as “{label}”, are left out.", label=labels[0])
    return Labelled(rows, (told,))


def _times(labels: Sequence[str]) -> Sequence[str | int] | None:
    """Labels that are times; None for others."""
    import polars

    if all(map(_MOMENT.fullmatch, labels)):
        return labels
    if not all(map(_NUMBER.fullmatch, labels)):
        return None
    numbers = [int(label) for label in labels]
    counted = polars.Series([float(one) for one in numbers])
    return numbers if dates.counted_in(counted) is not None else None


def _are_labels(keys: Iterable[str]) -> bool:
    every = list(keys)
    return any(all(map(form.fullmatch, every)) for form in (_NUMBER, _MOMENT))


def _are_plain(inner: Sequence[Mapping[str, Any]]) -> bool:
    return not any(isinstance(cell, dict | list) for one in inner for cell in one.values())
