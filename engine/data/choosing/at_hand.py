"""Checks the beginnings of the files of a document: what they lack of what it knows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from math import prod
from pathlib import Path
from typing import Final

from engine.data.paths import located, opened, unreadable
from engine.errors import DataError
from graphs.data import DataSection
from graphs.data.sources import Source
from graphs.data.sources.files.arrays import Arrays
from graphs.data.sources.files.table_source import TableFile
from graphs.files import opener
from graphs.setting_kinds import FilePath
from graphs.wording.phrases import by_count, phrase
from graphs.wording.visible import visible

WHOLE: Final = 2**20
"""Bytes of a table that are read at most: smaller files whole, of larger ones the beginning."""
SHOWN: Final = 5
NAMING_ONE: Final = ("target", "time", "split_column", "file_column")
"""The settings that name a column."""
NAMING: Final = (
    *NAMING_ONE,
    *("also", "categories", "texts", "ignored", "label_columns"),
    *("predicted", "further", "time_parts", "series"),
)
"""The settings that name a column, or several."""
WAY_OUT: Final = "Put the file back as it was, or choose the data again."


def differences(section: DataSection) -> list[str]:
    """Sentences on files that are missing, or lack what the document knows of them.

    What is said about the source itself, such as a wrong setting, is not said again.
    """
    kind = Source.find(section.source)
    if kind is None or kind.faults(section.settings):
        return []
    source = kind.made(section.settings)
    try:
        missing = list(_missing(source))
        return missing or list(_lacking(source, section))
    except DataError as error:
        return [str(error)]


def _missing(source: Source) -> Iterator[str]:
    for parameter in source.parameters():
        written = getattr(source, parameter.name)
        if parameter.kind is FilePath and written:
            path = located(written)
            if not os.path.lexists(path) or not path.exists():
                yield unreadable(path, FileNotFoundError())


def _lacking(source: Source, section: DataSection) -> Iterator[str]:
    """Raises DataError for a file that cannot be read."""
    if isinstance(source, TableFile) and source.path:
        yield from _of_table(source, section)
    elif isinstance(source, Arrays) and source.path:
        yield from _of_arrays(source, section)


def _of_table(source: TableFile, section: DataSection) -> Iterator[str]:
    path = located(source.path)
    there = _columns(path, source)
    if there is None:
        return
    wanted = dict.fromkeys(_named(source))
    if source.names_its_columns:
        for name, field in section.fields.items():
            own = [name] if field.target or field.words else []
            wanted |= dict.fromkeys([*own, *(column.name for column in field.columns)])
    if lacks := [name for name in wanted if name and name not in there]:
        yield phrase(
            "{said}, which the document names. {way_out}",
            said=_said(
                path,
                by_count(
                    len(lacks), "{file} has no column {names}", "{file} has no columns {names}"
                ),
                lacks,
            ),
            way_out=phrase(WAY_OUT),
        )
    if not source.names_its_columns or getattr(source, "ignored", None) is None:
        return
    if more := [name for name in there if name not in wanted]:
        yield phrase(
            "{said}, which the document does not know. {way_out}",
            said=_said(
                path,
                by_count(
                    len(more), "{file} has the column {names}", "{file} has the columns {names}"
                ),
                more,
            ),
            way_out=phrase(WAY_OUT),
        )


def _named(source: TableFile) -> Iterator[str]:
    for setting in NAMING:
        value = getattr(source, setting, None) or ()
        yield from (value,) if isinstance(value, str) else value


def _columns(path: Path, source: TableFile) -> list[str] | None:
    """The columns of a table; None where they cannot be told by the beginning of its file.

    Raises DataError for a file that cannot be read.
    """
    from engine.data.tables.files.content import is_text, kind_of
    from engine.data.tables.files.reading_tables import read_sheet
    from engine.data.tables.files.text.delimited import read_delimited

    with opened(path) as file:
        size = opener.size(file)
        begin = file.read(WHOLE) if size > WHOLE else b""
    if size <= WHOLE:
        return list(read_sheet(path, layout=source.layout).frame.columns)
    try:
        if kind_of(path, begin) == "text" and is_text(begin):
            lines = begin[: begin.rfind(b"\n") + 1]
            return list(read_delimited(path, lines, source.layout).frame.columns)
    except DataError:  # which may be for the cut alone
        return None
    return _of_parquet(path) if begin.startswith(b"PAR1") else None


def _of_parquet(path: Path) -> list[str] | None:
    import polars

    try:
        return list(polars.read_parquet_schema(path))
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError):
        return None


def _of_arrays(source: Arrays, section: DataSection) -> Iterator[str]:
    from engine.data.arrays.array_files import headers
    from engine.data.arrays.split import in_parts, joined

    path = located(source.path)
    known = headers(path)
    parts = in_parts(known, (*(source.inputs or ()), *(source.targets or ())))
    there = known if parts is None else joined(known, parts)
    if lacks := [name for name in section.fields if name not in there]:
        yield phrase(
            "{said}, which the document names. {way_out}",
            said=_said(
                path,
                by_count(len(lacks), "{file} has no array {names}", "{file} has no arrays {names}"),
                lacks,
            ),
            way_out=phrase(WAY_OUT),
        )
    for name, field in section.fields.items():
        fixed = [size for size in field.sizes if isinstance(size, int)]
        if name not in there or field.kind.has_classes or len(fixed) < len(field.sizes):
            continue
        sizes = there[name].shape[1:]
        if prod(sizes) != prod(fixed):
            yield (
                phrase(
                    "“{name}” in {other_name} has {by} numbers per sample, but the document "
                    "expects {other_by}. {way_out}",
                    name=visible(name),
                    other_name=visible(path.name),
                    by=_by(sizes),
                    other_by=_by(fixed),
                    way_out=phrase(WAY_OUT),
                )
            )


def _by(sizes: Iterable[int]) -> str:
    return " × ".join(map(str, sizes)) or "1"


def _said(path: Path, template: str, names: list[str]) -> str:
    more = phrase(" and {count} more", count=len(names) - SHOWN) if len(names) > SHOWN else ""
    shown = ", ".join(f"“{visible(name)}”" for name in names[:SHOWN])
    return phrase(template, file=visible(path.name), names=shown + more)
