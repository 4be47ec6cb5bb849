"""Tables in workbooks of Excel and LibreOffice: the first sheet that holds one, or a named one."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.data.tables.files.archives import check_workbook
from engine.data.tables.files.table_file import Sheet, checked_names
from engine.data.tables.files.text.headers import VALUE, votes
from engine.data.tables.files.typed import typed_sheet
from engine.errors import DataError
from graphs.data.sources.table_layout import TableLayout
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import fastexcel
    import polars

MOST_TITLES: Final = 20
"""Rows above a table that are taken for its title."""
DAMAGED: Final = (
    "{name} is a workbook that cannot be opened: it is damaged, or locked with a password. Open it "
    "in Excel or LibreOffice, and save it as CSV or as a new workbook."
)


def read_workbook(path: Path, data: bytes, layout: TableLayout) -> Sheet:
    """The table in the bytes of a workbook. Raises DataError.

    Numbers, dates and truth values stay what they are in it.
    """
    import fastexcel
    import polars

    check_workbook(path, data)
    # It guesses about columns that hold no value, which are told in our own words.
    logging.getLogger("fastexcel").setLevel(logging.ERROR)
    broken = (fastexcel.FastExcelError, polars.exceptions.PanicException, OSError, ValueError)
    try:
        book = fastexcel.read_excel(data)
        chosen, texts = _chosen(path, book, layout.sheet)
        settled, notices = _settled(path, texts, replace(layout, sheet=chosen))
        rows = _rows(texts, settled)
        if not rows:
            raise DataError(
                "{name}, sheet “{chosen}”, has no rows. Choose another sheet.",
                name=path.name,
                chosen=chosen,
            )
        loaded = book.load_sheet(
            chosen, header_row=None, skip_rows=rows[0], schema_sample_rows=None
        ).to_polars()
        native = _native(book, chosen, rows[0], loaded)
    except broken:
        raise DataError(DAMAGED, name=path.name) from None
    frame = loaded.select(polars.all().gather([row - rows[0] for row in rows]))
    names = _names(texts, settled)
    kept = [at for at, name in enumerate(names) if name or frame.to_series(at).drop_nulls().len()]
    frame = frame.select(frame.columns[at] for at in kept)
    called = [names[at] or f"column {at + 1}" for at in kept]
    frame.columns = checked_names(path, called, phrase("Give each its own name in the first row."))
    numbers = {name: native[at] for name, at in zip(called, kept, strict=True) if at in native}
    others = [f"“{name}”" for name in book.sheet_names if name != chosen]
    if others and not layout.sheet:
        shown = ", ".join(others[:5]) + (
            phrase(" and {count} more", count=len(others) - 5) if others[5:] else ""
        )
        notices.insert(
            0,
            phrase(
                "{name}: the sheet “{chosen}” is read, not {shown}; the sheet of a workbook is "
                "a setting.",
                name=path.name,
                chosen=chosen,
                shown=shown,
            ),
        )
    lines = [row + 1 for row in rows]
    found = typed_sheet(path, frame, lines, "row", settled, tuple(notices))
    return replace(found, native=numbers)


def _native(
    book: fastexcel.ExcelReader, sheet: str, first: int, loaded: polars.DataFrame
) -> dict[int, frozenset[str]]:
    """For each column that mixes numbers and texts, by place, its numbers as they are written."""
    import polars

    places = [at for at, kind in enumerate(loaded.dtypes) if kind == polars.String]
    places = [at for at in places if loaded.to_series(at).str.contains(r"^\d+[.,]\d+$").any()]
    if not places:
        return {}
    # As truth values only what the workbook holds as numbers is there.
    truths = book.load_sheet(
        sheet, header_row=None, skip_rows=first, dtypes=dict.fromkeys(places, "boolean")
    ).to_polars()
    return {
        at: frozenset(loaded.to_series(at).filter(truths.to_series(at).is_not_null()).to_list())
        for at in places
    }


def _chosen(path: Path, book: fastexcel.ExcelReader, wanted: str) -> tuple[str, polars.DataFrame]:
    """The sheet that is wanted or the first with a table, and its cells as texts."""
    names = book.sheet_names
    if wanted and wanted not in names and len(names) > 1:
        shown = ", ".join(f"“{name}”" for name in names[:20])
        raise DataError(
            "{name} has no sheet “{wanted}”, but: {shown}. Name the sheet so, or set another.",
            name=path.name,
            wanted=wanted,
            shown=shown,
        )
    candidates = [wanted] if wanted in names else names
    best: tuple[str, polars.DataFrame] | None = None
    for name in candidates:
        texts = _texts(book, name)
        filled = len(_filled(texts))
        if filled >= 2 and texts.width >= 2:
            return name, texts
        if best is None and filled >= 2:
            best = name, texts
    if best is None:
        raise DataError("{name} has no sheet with a table. Choose another file.", name=path.name)
    return best


def _texts(book: fastexcel.ExcelReader, name: str) -> polars.DataFrame:
    import polars

    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    every = polars.all().cast(polars.String).str.strip_chars()
    return sheet.select(polars.when(every != "").then(every).name.keep()) if sheet.width else sheet


def _filled(texts: polars.DataFrame) -> list[int]:
    """The rows that hold something."""
    import polars

    if not texts.width:
        return []
    held: list[int] = (
        texts.select(polars.any_horizontal(polars.all().is_not_null()).arg_true())
        .to_series()
        .to_list()
    )
    return held


def _settled(
    path: Path, texts: polars.DataFrame, layout: TableLayout
) -> tuple[TableLayout, list[str]]:
    """The layout with the rows above the table and the header decided, and what was decided."""
    told = []
    if layout.skipped is None:
        skipped = _titles(texts)
        layout = replace(layout, skipped=skipped)
        if skipped and any(row < skipped for row in _filled(texts)):
            title = next(cell for cell in texts.row(_filled(texts)[0]) if cell)
            told.append(
                phrase(
                    "{name}: the rows above the table are skipped (“{title}”); the lines to skip "
                    "are a setting.",
                    name=path.name,
                    title=title[:60],
                )
            )
    if layout.header != "auto":
        return layout, told
    rows = [row for row in _filled(texts) if row >= (layout.skipped or 0)]
    if not rows:
        return replace(layout, header="yes"), told
    first = texts.row(rows[0])
    verdict = votes(first, texts[rows[1:]]).verdict() if rows[1:] else "names"
    shown = ", ".join(cell or "" for cell in first)[:60]
    if verdict == "row":
        told.append(
            phrase(
                "{name}: the first row (“{shown}”) is like the others, so the columns have no "
                "names: they are called “column 1” and so on. If it holds names, set the "
                "header to “yes”.",
                name=path.name,
                shown=shown,
            )
        )
        return replace(layout, header="no"), told
    if verdict == "unclear":
        told.append(
            phrase(
                "{name}: it is not clear what the first row is. It is taken for the names of "
                "the columns: “{shown}”. If it is a row of values, set the header to “no”.",
                name=path.name,
                shown=shown,
            )
        )
    return replace(layout, header="yes"), told


def _titles(texts: polars.DataFrame) -> int:
    """How many rows stand above the table: with one cell only, where the next ones have more."""
    import polars

    filled = _filled(texts)
    count = 0
    for row in filled[:MOST_TITLES]:
        cells = [cell for cell in texts.row(row) if cell is not None]
        if len(cells) > 1 or texts.width < 2 or polars.Series(cells).str.contains(VALUE).all():
            break
        count += 1
    return filled[count] if count < len(filled) else 0


def _rows(texts: polars.DataFrame, layout: TableLayout) -> list[int]:
    rows = [row for row in _filled(texts) if row >= (layout.skipped or 0)]
    return rows[1:] if layout.header == "yes" else rows


def _names(texts: polars.DataFrame, layout: TableLayout) -> list[str]:
    """The names of all columns; empty for those without one."""
    if layout.header != "yes":
        return [""] * texts.width
    row = next(row for row in _filled(texts) if row >= (layout.skipped or 0))
    return [(cell or "").strip() for cell in texts.row(row)]
