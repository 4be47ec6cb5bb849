"""Another file in the place of one that was chosen: which settings hold for it as well."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.data.choosing.at_hand import NAMING, NAMING_ONE
from engine.data.sources import reader
from engine.data.sources.files.table_source import TableFileReader
from graphs.data.sources import Source
from graphs.notation import Notation
from graphs.wording.phrases import phrase

PREDICTED: Final = ("target", "also", "predicted")
FOUND_ANEW: Final = ("ignored", "texts")
"""What is found for columns that the file of before had not, or whose use was not chosen yet."""


@dataclass(frozen=True, slots=True)
class KeptSettings:
    """Settings for another file, and what had to be given up for it."""

    settings: Mapping[str, Any]
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of what is found anew, what was chosen before: columns by setting."""
    before: Collection[str] = ()
    """The columns for which the settings were made."""
    told: tuple[str, ...] = ()

    @property
    def of_columns(self) -> dict[str, Any]:
        """The settings that name columns, and what the target holds."""
        names = (*NAMING, "target_kind")
        return {name: self.settings[name] for name in names if name in self.settings}

    def again(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """What to read the file with once more, after ``found``; nothing where that is right.

        What is found holds for new columns alone, what was chosen for those that were there.
        """
        right: dict[str, tuple[str, ...]] = {}
        for name, chosen in self.chosen.items():
            anew = tuple(one for one in found.get(name) or () if one not in self.before)
            if set(found.get(name) or ()) != {*anew, *chosen}:
                right[name] = (*chosen, *anew)
        return right


def kept_for(id: str, settings: Mapping[str, Any], before: Collection[str]) -> KeptSettings:
    """The settings of a source as far as they name columns that its file has.

    ``before`` are the columns of the file that was chosen until now, or those of this one that the
    user has chosen a use for while others were asked about. What was predicted and is not there is
    told. Raises DataError where the file cannot be read.
    """
    made = reader(id, settings)
    if not isinstance(made, TableFileReader):
        return KeptSettings(settings)
    sheet = made.sheet()
    there = {*sheet.frame.columns, *sheet.moments}
    usual = Source.get(id).defaults()
    kept = dict(settings)
    gone: list[str] = []
    for name in NAMING:
        if name not in usual or not settings.get(name):
            continue
        value = settings[name]
        named = [value] if name in NAMING_ONE else list(value)
        stay = [column for column in named if column in there]
        if stay != named:
            kept[name] = usual[name] if name in NAMING_ONE or not stay else tuple(stay)
            gone += [column for column in named if column not in there and name in PREDICTED]
    if kept.get("target") != settings.get("target") and "target_kind" in usual:
        kept["target_kind"] = usual["target_kind"]
    chosen: dict[str, tuple[str, ...]] = {}
    if not there <= set(before):
        chosen = {name: tuple(kept.get(name) or ()) for name in FOUND_ANEW if name in usual}
        kept |= {name: usual[name] for name in chosen}
        if unused := chosen.get("ignored"):  # of what is left out, nothing is asked
            unasked = dict.fromkeys(unused, Notation("text"))
            kept["notations"] = {**unasked, **(kept.get("notations") or {})}
    return KeptSettings(kept, chosen, before, _told(gone, Path(sheet.path).name))


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
