"""Another file in the place of one that was chosen: which settings hold for it as well."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from engine.data.sources import reader
from engine.data.sources.files.table_source import TableFileReader
from graphs.data.sources import Source
from graphs.wording.phrases import phrase

PREDICTED: Final = ("target", "also", "predicted")
ONE: Final = ("target", "time", "split_column", "file_column")
"""Settings with the name of a column."""
SEVERAL: Final = (
    "also",
    "ignored",
    "categories",
    "texts",
    "predicted",
    "further",
    "time_parts",
    "series",
    "label_columns",
)
"""Settings with the names of columns."""
FOUND_ANEW: Final = ("ignored", "texts")
"""What is found for columns that the file of before had not."""


@dataclass(frozen=True, slots=True)
class KeptSettings:
    """Settings for another file, and what had to be given up for it."""

    settings: Mapping[str, Any]
    ignored: tuple[str, ...] = ()
    """Columns that stay ignored, whatever is found of the others."""
    told: tuple[str, ...] = ()


def kept_for(id: str, settings: Mapping[str, Any], before: Collection[str]) -> KeptSettings:
    """The settings of a source as far as they name columns that its file has.

    ``before`` are the columns of the file that was chosen until now. What was predicted and is not
    there is told. Raises DataError where the file cannot be read.
    """
    made = reader(id, settings)
    if not isinstance(made, TableFileReader):
        return KeptSettings(settings)
    sheet = made.sheet()
    there = {*sheet.frame.columns, *sheet.moments}
    usual = Source.get(id).defaults()
    kept = dict(settings)
    gone: list[str] = []
    for name in (*ONE, *SEVERAL):
        if name not in usual or not settings.get(name):
            continue
        value = settings[name]
        named = [value] if name in ONE else list(value)
        stay = [column for column in named if column in there]
        if stay != named:
            kept[name] = usual[name] if name in ONE or not stay else tuple(stay)
            gone += [column for column in named if column not in there and name in PREDICTED]
    if kept.get("target") != settings.get("target") and "target_kind" in usual:
        kept["target_kind"] = usual["target_kind"]
    ignored: tuple[str, ...] = ()
    if not there <= set(before):
        ignored = tuple(kept.get("ignored") or ())
        kept |= {name: usual[name] for name in FOUND_ANEW if name in usual}
    return KeptSettings(kept, ignored, _told(gone, Path(sheet.path).name))


def _told(gone: list[str], file: str) -> tuple[str, ...]:
    if not gone:
        return ()
    names = ", ".join(f"“{name}”" for name in dict.fromkeys(gone))
    return (
        phrase(
            "{file} has no column {names}, which was to be predicted. Look at what is predicted "
            "now, before you use it.",
            file=file,
            names=names,
        ),
    )
