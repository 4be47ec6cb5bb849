"""How each column of a table becomes the numbers of an input, told so that anybody can do it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.tables.cells.dates import SINCE
from engine.data.tables.cells.missing import SPELLINGS
from graphs.data import Column, DataSection, Field
from graphs.data.sources import Source
from graphs.data.sources.files.forecast import Forecast
from graphs.notation import OPEN, PARTS, SCALED_PARTS, Notation

SCALED: Final = "(value - shift) / scale, and 0 where scale is 0"
ROUND: Final = ("sin(2π · value / period)", "cos(2π · value / period)")
_ROUNDS: Final = {
    "month": ("the month from 0 for January to 11", 12),
    "day": ("the day of the month from 0 for the first to 30", 31),
    "weekday": ("the day of the week from 0 for Monday to 6", 7),
    "hour": ("hours since midnight, with minutes and seconds as their fractions", 24),
}
_COUNTED: Final = {
    "elapsed": "days since 1970-01-01 00:00, with the time of day as their fraction",
    "year": "the year",
}
_DURATIONS: Final = {
    "": "H:MM:SS, and durations as in ISO 8601 or with units such as 1h 5m, count as their seconds",
    "hours": "H:MM:SS and H:MM count as their seconds",
    "minutes": "H:MM:SS and M:SS count as their seconds",
}
ZONES: Final = {
    "with": "in training every time of day had a zone; one without is taken for UTC",
    "without": "in training no time of day had a zone; one with a zone is brought to UTC",
}
_PLAIN: Final = Notation("number", ".", "", ())


def names(field: Field) -> list[str]:
    """What each position of an input is, as many as it has."""
    return [name for column in field.columns for name in _names(column)]


def told(field: Field, numbers: FittedNumbers | None) -> list[dict[str, Any]]:
    """Of each column which positions it fills, and how a cell of it becomes them.

    Without ``numbers``, which training fits, ``fill``, ``shift`` and ``scale`` are left out.
    """
    found, at, scales = [], 0, _scales(numbers)
    for column in field.columns:
        place = list(range(at, at + column.width))
        at += column.width
        about: dict[str, Any] = {"column": column.name, "positions": place}
        if column.categories:
            found.append(about | _category(column))
        elif column.is_date:
            found.append(about | _date(column, place, scales))
        else:
            found.append(about | _number(column, scales))
    return found


def steps(section: DataSection) -> dict[str, Any]:
    """Of a forecast which lines of a table are the steps of its input; nothing for other data."""
    kind = Source.find(section.source)
    if kind is None or not issubclass(kind, Forecast) or kind.faults(section.settings):
        return {}
    source = kind.made(section.settings)
    if not source.predicted:
        return {}
    written, endless = source.notations or {}, _scales(None)
    columns = (
        Column(name, notation=written.get(name))
        for name in dict.fromkeys((*source.predicted, *source.further))
    )
    told = [{"column": one.name, **_number(one, endless)} for one in columns]
    found: dict[str, Any] = {"steps": {"told_apart_by": list(source.series or ()), "cells": told}}
    if source.lines == "by time" and source.time:
        of_time = written.get(source.time, OPEN)
        found["steps"]["ordered_by"] = {
            "columns": [source.time, *(source.time_parts or ())],
            **_zones(of_time),
            **_step(of_time),
        }
    return found


def missing_spellings() -> list[str]:
    """What stands for no value in numbers and dates, in small letters, beside an empty cell."""
    return sorted(SPELLINGS)


def _names(column: Column) -> list[str]:
    if column.categories:
        return [f"{column.name} = {category}" for category in column.categories]
    if not column.is_date:
        return [column.name]
    return [
        f"{column.name}: {part}{end}"
        for part in column.parts
        for end in (("",) if PARTS[part] == 1 else (", sine", ", cosine"))
    ]


ColumnScales = Iterator[dict[str, float]]


def _scales(numbers: FittedNumbers | None) -> ColumnScales:
    """What was fitted for each number that is scaled, in order; nothing for ever without it."""
    if numbers is None:
        while True:
            yield {}
    for fill, shift, scale in zip(numbers.fill, numbers.shift, numbers.scale, strict=True):
        yield {"fill": fill, "shift": shift, "scale": scale}


def _missing(notation: Notation | None) -> list[str]:
    return list((notation or _PLAIN).missing or ())


def _category(column: Column) -> dict[str, Any]:
    merged = column.notation is not None and column.notation.merge
    return {
        "holds": "category",
        "categories": list(column.categories),
        "becomes": "1 at the position of its category, 0 at the others",
        "compared": (
            "as NFKC, without capitals (case folding), with single spaces" if merged else "exactly"
        ),
        "missing": _missing(column.notation),
        "when_missing": "0 at all positions, as for a category that is not listed",
    }


def _number(column: Column, scales: ColumnScales) -> dict[str, Any]:
    notation = column.notation or _PLAIN
    return {
        "holds": "number",
        "decimal_sign": "," if notation.decimal == "," else ".",
        "thousands_signs": list(notation.thousands or ""),
        "left_out": [
            *(notation.units or ()),
            "currency signs",
            "%",
            *(["<", ">", "+"] if notation.limits else []),
        ],
        **_signs(notation),
        **({"zeros": list(notation.zeros)} if notation.zeros else {}),
        **({"bases": "0x, 0o and 0b in front of whole numbers"} if notation.based else {}),
        **({"durations": _DURATIONS[notation.pair]} if notation.clock else {}),
        "minus": "in front or behind, or brackets around the number",
        "becomes": SCALED,
        **next(scales),
        "missing": _missing(notation),
        "when_missing": "fill stands for the value",
    }


def _signs(notation: Notation) -> dict[str, Any]:
    """The money and percent signs that the numbers of the training had, where that is known."""
    if notation.beside is None:
        return {}
    return {
        "signs_in_training": [sign or "none" for sign in notation.beside],
        "other_signs": "another currency, and a percent sign or none where training had the "
        "other, mean other amounts and are refused",
    }


def _zones(notation: Notation) -> dict[str, Any]:
    """Whether the times of the training had zones, where that is known."""
    return {"zones": ZONES[notation.zones]} if notation.zones else {}


def _step(notation: Notation) -> dict[str, Any]:
    """How far apart the times of the training were, where that is known."""
    if notation.step is None:
        return {}
    if notation.holds == "number":
        return {"usual_step": notation.step}
    return {"usual_step": f"{notation.step / 1e6:.15g} seconds"}


def _date(column: Column, place: list[int], scales: ColumnScales) -> dict[str, Any]:
    assert column.notation is not None  # or it were no date
    order, parts, at = column.notation.order, [], 0
    counted = f"{order} since 1970-01-01 00:00"
    since = SINCE if column.notation.century is None else column.notation.century
    for part in column.parts:
        width = PARTS[part]
        about: dict[str, Any] = {"part": part, "positions": place[at : at + width]}
        at += width
        if part in SCALED_PARTS:
            value = {"value": _COUNTED[part], "becomes": SCALED, **next(scales)}
            gap = "fill stands for the value"
        else:
            is_, period = _ROUNDS[part]
            value = {"value": is_, "period": period, "becomes": list(ROUND)}
            gap = "0 at both positions"
        parts.append({**about, **value, "when_missing": gap})
    return {
        "holds": "date",
        "written": order if "first" in order or order == "auto" else counted,
        "century": f"years of two digits lie from {since} to {since + 99}",
        "clock": "as written; where an offset from UTC stands behind the time it is subtracted. "
        "A time of day alone is one of 1970-01-01",
        **_zones(column.notation),
        "parts": parts,
        "missing": _missing(column.notation),
    }
