"""What the columns of a file can be used for, by source, and the settings that say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from PySide6.QtCore import QCoreApplication

from graphs.data import DataSection
from graphs.data.sources import Source

LEARN, CATEGORY, TEXT = "learn", "category", "text"
PREDICT, ALSO, IGNORE = "predict", "also", "ignore"
TIME, TIME_PART, SERIES = "time", "time part", "series"


class ColumnUses:
    """Base: the columns can be seen, and what they are for stands in the form."""

    owned: ClassVar[frozenset[str]] = frozenset({"notations"})
    """The settings of a source that are chosen in the rows of its columns."""
    displaced: ClassVar[Mapping[str, str]] = {}
    """Uses that one column alone can have, each with what the column before it is then for."""
    read_alike: ClassVar[frozenset[str]] = frozenset()
    """Uses in which a column has no reading to choose."""
    chosen_while_open: ClassVar[bool] = False
    """Whether uses can be chosen while it is still asked how a column is read."""

    def offered(self) -> list[tuple[str, str]]:
        """Each use and its words, to choose from; nothing where it is chosen elsewhere."""
        return []

    def told(self, use: str) -> str:
        """The words of a use that is not chosen here."""
        return _tr("to predict") if use == PREDICT else _tr("to learn from")

    def roles(self, section: DataSection, columns: Mapping[str, str]) -> dict[str, str]:
        """What each column is for, of those that are told of in ``columns``."""
        target = section.settings.get("target")
        return {target: PREDICT} if target else {}

    def open_roles(
        self, section: DataSection, asked: Mapping[str, str], before: Mapping[str, str]
    ) -> dict[str, str]:
        """The same while it is asked how the columns ``asked`` are read, of which some stood so."""
        return dict.fromkeys(asked, PREDICT)

    def settings(self, roles: Mapping[str, str]) -> dict[str, Any]:
        """The settings of the source that give these roles."""
        return {}


class TableUses(ColumnUses):
    """A table: one column is predicted above all, the others are learned from."""

    owned = frozenset({"target", "also", "ignored", "categories", "texts", "notations"})
    displaced: ClassVar[Mapping[str, str]] = {PREDICT: LEARN}
    read_alike = frozenset({IGNORE, TEXT, CATEGORY})
    chosen_while_open = True

    def offered(self) -> list[tuple[str, str]]:
        return [
            (LEARN, _tr("to learn from")),
            (CATEGORY, _tr("as categories")),
            (TEXT, _tr("as text")),
            (IGNORE, _tr("not at all")),
            (ALSO, _tr("also to predict")),
            (PREDICT, _tr("to predict")),  # last: arrow keys must not pass it, as it displaces
        ]

    def roles(self, section: DataSection, columns: Mapping[str, str]) -> dict[str, str]:
        roles = {}
        as_categories = section.settings.get("categories", ())
        for name in section.inputs():
            field = section.fields[name]
            if field.kind.has_columns:
                for column in field.columns:
                    roles[column.name] = CATEGORY if column.name in as_categories else LEARN
        roles |= dict.fromkeys(section.settings.get("texts") or (), TEXT)
        roles |= dict.fromkeys(section.settings.get("ignored") or (), IGNORE)
        roles |= dict.fromkeys(section.settings.get("also", ()), ALSO)
        target = section.settings.get("target")
        return roles | ({target: PREDICT} if target else {})

    def open_roles(
        self, section: DataSection, asked: Mapping[str, str], before: Mapping[str, str]
    ) -> dict[str, str]:
        stayed = {name: role for name, role in before.items() if role != PREDICT}
        return dict.fromkeys(asked, LEARN) | stayed | self.roles(section, asked)

    def settings(self, roles: Mapping[str, str]) -> dict[str, Any]:
        by_role = _by_role(roles)
        return {
            "target": (by_role.get(PREDICT) or [""])[0],
            "also": by_role.get(ALSO, []),
            "ignored": by_role.get(IGNORE, []),
            "categories": by_role.get(CATEGORY, []),
            "texts": by_role.get(TEXT, []),
        }


class SeriesUses(ColumnUses):
    """Time series: columns whose future is predicted, and what orders and parts the lines."""

    owned = frozenset(
        {"predicted", "further", "time", "time_parts", "lines", "series", "notations"}
    )
    displaced: ClassVar[Mapping[str, str]] = {TIME: IGNORE}
    read_alike = frozenset({IGNORE, TIME, TIME_PART, SERIES})

    def offered(self) -> list[tuple[str, str]]:
        return [
            (PREDICT, _tr("to predict")),
            (LEARN, _tr("to learn from")),
            (IGNORE, _tr("not at all")),
            (SERIES, _tr("tells series apart")),
            (TIME_PART, _tr("a part of the time")),
            (TIME, _tr("as the time")),
        ]

    def roles(self, section: DataSection, columns: Mapping[str, str]) -> dict[str, str]:
        said = section.settings
        found = {
            **dict.fromkeys(said.get("further") or (), LEARN),
            **dict.fromkeys(said.get("predicted") or (), PREDICT),
            **dict.fromkeys(said.get("series") or (), SERIES),
            **dict.fromkeys(said.get("time_parts") or (), TIME_PART),
        }
        if time := said.get("time"):
            found[time] = TIME
        return {**dict.fromkeys(columns, IGNORE), **found}

    def settings(self, roles: Mapping[str, str]) -> dict[str, Any]:
        by_role = _by_role(roles)
        time = (by_role.get(TIME) or [""])[0]
        return {
            "predicted": by_role.get(PREDICT, []),
            "further": by_role.get(LEARN, []),
            "series": by_role.get(SERIES, []),
            "time": time,
            "time_parts": by_role.get(TIME_PART, []) if time else [],
            "lines": "by time" if time else "as they come",  # else a time is looked for again
        }


NAME_COLUMNS = TableUses.owned | SeriesUses.owned
"""Settings that name columns, and so hold for one file alone."""


def uses_of(source: type[Source] | None) -> ColumnUses | None:
    """What columns of a source can be used for; None where its files have none."""
    settings = frozenset() if source is None else source.defaults().keys()
    if "notations" not in settings:
        return None
    made: tuple[ColumnUses, ...] = (TableUses(), SeriesUses())
    return next((uses for uses in made if uses.owned <= settings), ColumnUses())


def _by_role(roles: Mapping[str, str]) -> dict[str, list[str]]:
    by_role: dict[str, list[str]] = {}
    for name, role in roles.items():
        by_role.setdefault(role, []).append(name)
    return by_role


def _tr(words: str) -> str:
    return QCoreApplication.translate("ColumnUses", words)
