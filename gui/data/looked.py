"""One look at the data of a source, made on a thread: what would be chosen, and what to show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from graphs.data import DataSection
from gui.samples.preview import ShownPreview, preview

if TYPE_CHECKING:  # what reads files takes a tenth of a second, which the window does not wait for
    from engine.data.tables.open_columns import Way


@dataclass(frozen=True, slots=True)
class Looked:
    """What reading gave: the section that would be chosen, and what to look at."""

    section: DataSection | None
    """None while a column can be read in several ways."""
    preview: ShownPreview
    told: Mapping[str, str]
    """What each column of a table was read as."""
    ways: Mapping[str, Sequence[Way]] = field(default_factory=dict)
    """How open columns can be read."""
    target: str = ""
    """What is predicted, while there is no section."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What holds of the settings for another file, of those on its columns."""


def look(id: str, settings: Mapping[str, Any], before: Collection[str] = ()) -> Looked:
    """Read the data of a source. Raises DataError.

    ``before`` are the columns of another file that the settings were made for, if they were.
    """
    from engine.data.choosing.another_file import KeptSettings, kept_for
    from engine.data.sources import reader
    from engine.data.tables.undecided import Undecided

    kept = kept_for(id, settings, before) if before else KeptSettings(settings)
    try:
        proposal = reader(id, kept.settings).propose()
        if again := kept.again(proposal.section.settings):
            proposal = reader(id, {**kept.settings, **again}).propose()
        samples = proposal.samples
    except Undecided as open_:
        told = {name: one.told for name, one in open_.judgements.items()}
        where = QCoreApplication.translate(
            "DataView", "Choose it in the row of the column, under “Change”."
        )
        ways = {name: one.ways for name, one in open_.judgements.items() if one.ways}
        return Looked(None, ShownPreview(notices=(str(open_), where)), told, ways, open_.target)
    shown, in_rows = preview(proposal.section, samples), samples.lines_of_columns()
    rest = (*kept.told, *(notice for notice in shown.notices if notice not in in_rows))
    return Looked(
        proposal.section,
        replace(shown, notices=rest),
        samples.told,
        kept=kept.of_columns if before else {},
    )
