"""How a column of a table can be read, in words, and which of these ways is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from engine.data.tables.open_columns import Way

NAMED = ("holds", "decimal", "order", "century", "merge", "limits", "clock", "pair")
"""What of a notation is chosen as a way to read a column."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to read a column."""

    words: str
    notation: Mapping[str, Any]
    """What is set for it; nothing for what is found out."""


def _tr(words: str) -> str:
    return QCoreApplication.translate("ColumnReadings", words)


def choices(ways: Sequence[Way] = ()) -> list[Choice]:
    """Every way, those first between which an open column is to be decided."""
    return [
        Choice(_tr("choose…") if ways else _tr("as found"), {}),
        *(Choice(way.told, way.notation.plain()) for way in ways),
        Choice(_tr("numbers, decimal point"), {"holds": "number", "decimal": "."}),
        Choice(_tr("numbers, decimal comma"), {"holds": "number", "decimal": ","}),
        Choice(_tr("durations, H:MM:SS"), {"holds": "number", "clock": True}),
        Choice(_tr("durations, M:SS"), {"holds": "number", "clock": True, "pair": "minutes"}),
        Choice(_tr("durations, H:MM"), {"holds": "number", "clock": True, "pair": "hours"}),
        Choice(_tr("dates, year first"), {"holds": "date", "order": "year first"}),
        Choice(_tr("dates, month first"), {"holds": "date", "order": "month first"}),
        Choice(_tr("dates, day first"), {"holds": "date", "order": "day first"}),
        Choice(_tr("texts as they stand"), {"holds": "text"}),
        Choice(_tr("texts, spellings merged"), {"holds": "text", "merge": True}),
    ]


def chosen(offered: Sequence[Choice], notation: Mapping[str, Any]) -> int:
    """Which of the ways a notation is; the first, what is found, where it is none of them."""
    wanted = _named(notation)
    return next((at for at, one in enumerate(offered) if _named(one.notation) == wanted), 0)


def _named(notation: Mapping[str, Any]) -> dict[str, Any]:
    of_kind = {"number": "decimal", "date": "order", "text": "merge"}
    if notation.get("clock"):  # whose numbers have one decimal sign
        of_kind["number"] = "clock"
    kept = {"holds", of_kind.get(str(notation.get("holds")), "holds"), "limits", "century", "pair"}
    return {name: notation[name] for name in NAMED if name in kept and notation.get(name)}
