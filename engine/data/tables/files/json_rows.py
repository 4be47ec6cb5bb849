"""Tables in JSON: a list of objects, a list for each column, or an object on each line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from engine.controls import Poll
from engine.data.memory import check_memory
from engine.data.tables.cells.numbers import EXACT
from engine.data.tables.files.json_labels import by_labels
from engine.data.tables.files.table_file import Sheet, checked_names
from engine.data.tables.files.text.encodings import decoded
from engine.data.tables.files.typed import typed_sheet
from engine.errors import DataError
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

MEMORY_PER_BYTE: Final = 40
"""What a byte of JSON may take as values."""
SHOWN: Final = 5
"""So many names are listed in a sentence."""
_POLLED: Final = 10_000
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""What may be half of a character, as JSON spells it."""


def read_json(path: Path, data: bytes, poll: Poll) -> Sheet:
    """The table in the bytes of a JSON file. Raises DataError, and whatever ``poll`` raises."""
    check_memory(
        len(data) * MEMORY_PER_BYTE,
        phrase("The values of {name}", name=path.name),
        phrase("Choose a part of it."),
    )
    text = decoded(data, path.name).data.decode()
    try:
        found = parsed(text, _no_value)
    except (ValueError, RecursionError) as error:
        by_line, lines = _by_line(path, text, error, poll)
        frame = _frame(path, by_line)
        told = _told_of_mixed(path, frame, by_line, lines, "line")
        found_so = typed_sheet(path, frame, lines, "line", notices=told)
        return replace(found_so, native=_native(by_line))
    rows, notices = _rows(path, found)
    places = range(1, len(rows) + 1)
    frame = _frame(path, rows)
    notices += _told_of_mixed(path, frame, rows, places, "row")
    return replace(typed_sheet(path, frame, places, notices=notices), native=_native(rows))


def _native(rows: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """For each column that mixes them with texts, its numbers as they are written."""
    texts = {
        name.strip()
        for row in rows
        for name, cell in row.items()
        if isinstance(cell, str | dict | list)
    }
    found: dict[str, set[str]] = {}
    for row in rows:
        for name, cell in row.items():
            own = name.strip()
            if own in texts and isinstance(cell, int | float) and not isinstance(cell, bool):
                found.setdefault(own, set()).add(str(cell))
    return {name: frozenset(cells) for name, cells in found.items()}


def parsed(text: str, constant: Callable[[str], Any] | None = None) -> Any:
    """What JSON holds, with ``constant`` of each NaN and Infinity.

    Raises ValueError or RecursionError, for which ``fault`` has words, also for a name that an
    object has twice and for half of a character.
    """
    found = json.loads(text, object_pairs_hook=_once, parse_constant=constant)
    if _HALF.search(text):
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _no_value(_: str) -> None:
    """What a number that is none stands for in a table."""


class _TwiceError(ValueError):
    """An object that names a column twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _TwiceError(twice)
    return found


def _by_line(
    path: Path, text: str, whole: ValueError | RecursionError, poll: Poll
) -> tuple[list[Mapping[str, Any]], list[int]]:
    rows, lines = list[Mapping[str, Any]](), list[int]()
    for number, line in enumerate(text.split("\n"), 1):
        if number % _POLLED == 0:
            poll()
        if not line.strip():
            continue
        try:
            row = parsed(line, _no_value)
        except (ValueError, RecursionError) as error:
            if not rows:
                raise DataError(
                    "{name} is no valid JSON: {fault}.", name=path.name, fault=fault(whole)
                ) from None
            raise DataError(
                "{name}, line {number}, is no valid JSON: {fault}.",
                name=path.name,
                number=number,
                fault=fault(error),
            ) from None
        if not isinstance(row, dict):
            raise DataError(
                "{name}, line {number}, is no object with a value for each column. Write each "
                'row like {{"age": 31, "city": "Bern"}}.',
                name=path.name,
                number=number,
            )
        rows.append(row)
        lines.append(number)
    return rows, lines


def fault(error: ValueError | RecursionError) -> str:
    """Why a text is no JSON that can be read, and what to do."""
    match error:
        case json.JSONDecodeError():
            return phrase(
                "it breaks in line {lineno} at character {colno}. Correct it there, or save it "
                "again",
                lineno=error.lineno,
                colno=error.colno,
            )
        case _TwiceError():
            return phrase("an object has “{name}” twice. Name each column once", name=error)
        case UnicodeEncodeError():
            return phrase("it holds half of a character. Correct it")
        case _:
            return phrase(
                "it is nested too deeply, or has a number with too many digits. Correct it"
            )


def _rows(path: Path, found: Any) -> tuple[Sequence[Mapping[str, Any]], tuple[str, ...]]:
    """The rows, and what was decided to find them."""
    notices: tuple[str, ...] = ()
    if isinstance(found, dict):
        if found.get("type") == "FeatureCollection" and "features" in found:
            raise DataError(
                "{name} is GeoJSON, which holds shapes on a map and no table. Save their "
                "properties as CSV, with the coordinates in columns of their own where they "
                "matter.",
                name=path.name,
            )
        if (labelled := by_labels(path, found)) is not None:
            return labelled
        lists = [value for value in found.values() if isinstance(value, list)]
        under = [name for name, value in found.items() if _is_objects(value)]
        even = len({len(one) for one in lists}) == 1 and len(lists) == len(found)
        if even and under != list(found):  # a list for each column
            rows = zip(*lists, strict=True)
            return [dict(zip(found, row, strict=True)) for row in rows], ()
        if len(under) > 1:
            named = ", ".join(f"“{name}”" for name in under[:SHOWN])
            raise DataError(
                "{name} holds several lists of objects, {named}, of which each may be the "
                "table. Save the one that is meant as a file of its own.",
                name=path.name,
                named=named,
            )
        if under:
            beside = phrase("; what stands beside it is not read") if len(found) > 1 else ""
            notices = (
                phrase(
                    "{name}: the rows are the objects under “{under}”{beside}.",
                    name=path.name,
                    under=under[0],
                    beside=beside,
                ),
            )
            found = found[under[0]]
        elif not lists:
            found = [found]
    if _is_objects(found):
        return found, notices
    raise DataError(
        '{name} holds JSON, but no table. Write a list of objects, like [{{"age": 31, '
        '"city": "Bern"}}, ...], or one on each line.',
        name=path.name,
    )


def _is_objects(value: Any) -> bool:
    """Whether it is a list of objects, and not empty."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _frame(path: Path, rows: Sequence[Mapping[str, Any]]) -> polars.DataFrame:
    import polars

    names = list(dict.fromkeys(name for row in rows for name in row))
    if not names:
        raise DataError(
            "{name} has rows without values. Choose a file with samples.", name=path.name
        )
    cells = len(rows) * len(names)
    check_memory(
        cells * MEMORY_PER_BYTE,
        phrase("The {cells:,} values of {name}", cells=cells, name=path.name),
        "Choose a part.",
    )
    way_out = phrase("Give each its own name; spaces around a name do not count.")
    called = checked_names(path, [name.strip() or "column" for name in names], way_out)
    columns = [
        _series(own, [row.get(name) for row in rows])
        for own, name in zip(called, names, strict=True)
    ]
    if all(column.dtype.is_nested() for column in columns):
        raise DataError(
            "{name} holds nothing but lists or records in its rows. Write one value for each "
            'column, like {{"age": 31, "city": "Bern"}}.',
            name=path.name,
        )
    return polars.DataFrame(columns)


def _series(name: str, values: Sequence[Any]) -> polars.Series:
    """Numbers as numbers, lists and objects as such, and what is mixed as texts."""
    import polars

    kinds = {type(value) for value in values} - {type(None)}
    if kinds <= {bool}:
        return polars.Series(name, values, polars.Boolean)
    if kinds == {int} and any(abs(v) > EXACT for v in values if v is not None):
        return polars.Series(name, [v if v is None else str(v) for v in values], polars.String)
    if kinds <= {int, float}:
        try:
            return polars.Series(name, [v if v is None else float(v) for v in values])
        except OverflowError:
            return polars.Series(name, [v if v is None else str(v) for v in values], polars.String)
    if kinds & {dict, list} and not _are_mostly_numbers(values):
        return polars.Series(name, [[] for _ in values], polars.List(polars.Null))
    return polars.Series(name, [_written(value) for value in values], polars.String)


def _are_mostly_numbers(values: Sequence[Any]) -> bool:
    """Whether most cells are numbers, so that a list or record among them is asked about."""
    numbers = sum(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    return 2 * numbers > sum(value is not None for value in values)


def _told_of_mixed(
    path: Path,
    frame: polars.DataFrame,
    rows: Sequence[Mapping[str, Any]],
    places: Sequence[int],
    counted: str,
) -> tuple[str, ...]:
    """What is said of columns that are left out for lists or records beside plain cells."""
    told = []
    for at, name in enumerate(dict.fromkeys(name for row in rows for name in row)):
        column = frame.to_series(at)
        cells = [row.get(name) for row in rows] if column.dtype.is_nested() else []
        nested = [
            row for row, cell in zip(places, cells, strict=False) if isinstance(cell, dict | list)
        ]
        if nested and len(nested) < sum(cell is not None for cell in cells):
            told.append(
                phrase(
                    "{file}, {counted} {row}: the column “{name}” holds a list or record beside "
                    "plain values. Write one value in each cell to have the column read.",
                    file=path.name,
                    counted=counted,
                    row=nested[0],
                    name=column.name,
                )
            )
    return tuple(told)


def _written(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else str(value)
