"""Reads files of new rows as the file was read that a model was trained with.

Nothing is decided anew: where such a file contradicts what was settled then, a sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.controls import Poll, go_on
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.files.text import headers
from engine.data.tables.files.text.delimited import OtherSeparatorError
from engine.data.tables.files.text.encodings import OtherEncodingError
from engine.errors import DataError
from graphs.data.sources.table_layout import SIGNS, TableLayout
from graphs.wording.phrases import by_count, counted, enumerated, phrase

if TYPE_CHECKING:
    import polars

SHOWN: Final = 20
_NUMBERED: Final = re.compile(r"^column (\d{1,6})$")


def read_new(
    path: Path,
    layout: TableLayout,
    known: Collection[str] = (),
    targets: Collection[str] = (),
    poll: Poll = go_on,
) -> Sheet:
    """The rows of a new file. ``known`` are all columns of the one that was trained with.

    Raises DataError for a file in which the columns cannot be found, and what ``poll`` raises.
    """
    try:
        sheet = _parted(path, layout, known, poll)
    except OtherEncodingError:  # it is a fact of the file, and what it is not needs no guess
        sheet = _parted(path, replace(layout, encoding="auto"), known, poll)
        told = phrase(
            "{name} is read as {encoding}, as it is not written in {layout_encoding} like "
            "the training data.",
            name=path.name,
            encoding=sheet.layout.encoding,
            layout_encoding=layout.encoding,
        )
        sheet = replace(sheet, notices=(*sheet.notices, told))
    if layout.header == "no":
        _check_unnamed(sheet, known, targets)
    return sheet


def _parted(path: Path, layout: TableLayout, known: Collection[str], poll: Poll) -> Sheet:
    """The file with its columns parted as always, or where their names show it as it parts them."""
    try:
        return read_sheet(path, poll, layout)
    except OtherSeparatorError as error:
        other = error
    sheet = read_sheet(path, poll, replace(layout, separator=other.values["separator"]))
    signs = {name: other.values[name] for name in ("name", "found", "wanted")}
    if layout.header != "yes" or len({*known} & {*sheet.frame.columns}) < 2:
        raise DataError(
            "{name} has a {found} between its columns, but the training data has a {wanted} there. "
            "Save the file with a {wanted} between its columns.",
            **signs,
        ) from other
    told = phrase(
        "{name} is read with a {found} between its columns, where the training data has a "
        "{wanted}: their names are there so.",
        **signs,
    )
    return replace(sheet, notices=(*sheet.notices, told))


def check_names(sheet: Sheet, wanted: Sequence[str]) -> None:
    """Raise DataError, with the way out, when a sheet lacks columns that a model takes."""
    there = set(sheet.frame.columns)
    missing = [name for name in wanted if name not in there]
    if not missing:
        return
    named = _named(missing)
    raise DataError(
        by_count(
            len(missing),
            "{name} has no column {named}, which the model was trained with. {way_out}Its columns "
            "are: {other_named}.",
            "{name} has no columns {named}, which the model was trained with. {way_out}Its columns "
            "are: {other_named}.",
        ),
        name=sheet.path.name,
        named=named,
        way_out=_way_out(sheet, missing, wanted),
        other_named=_named(sheet.frame.columns),
    )


def blank_lines(sheet: Sheet) -> tuple[str, ...]:
    """What to say of lines between rows that hold nothing, and so have no answer."""
    if not sheet.blank:
        return ()
    lines = ", ".join(map(str, sheet.blank))
    told = counted(
        len(sheet.blank),
        "{name}: Line {lines} is blank and has no answer.",
        "{name}: Lines {lines} are blank and have no answer.",
        name=sheet.path.name,
        lines=lines,
    )
    return (told,)


def _named(names: Sequence[str]) -> str:
    more = phrase(" and {count} more", count=len(names) - SHOWN) if len(names) > SHOWN else ""
    return ", ".join(f"“{name}”" for name in names[:SHOWN]) + more


def _way_out(sheet: Sheet, missing: Sequence[str], wanted: Collection[str]) -> str:
    frame, layout = sheet.frame, sheet.layout
    other = next((name for name, sign in SIGNS.items() if sign in "".join(frame.columns)), None)
    if frame.width == 1 and other not in {None, layout.separator, "spaces"}:
        return phrase(
            "Its columns seem to be parted by {other}, but those of the training data by "
            "{separator}: save it in the same way. ",
            other=other,
            separator=layout.separator,
        )
    texts = _texts(frame)
    if layout.header == "yes" and headers.votes(frame.columns, texts).verdict() == "row":
        return phrase(
            "Its first line is a row of values, and the training data had a line of names "
            "above: put that line into this file, too. "
        )
    told, lacking = renaming(missing, [name for name in frame.columns if name not in wanted])
    if not lacking:
        return told
    if told:
        return told + counted(
            len(lacking),
            "Add the column {names}, where values may be left empty. ",
            "Add the columns {names}, where values may be left empty. ",
            names=_named(lacking),
        )
    if skipped := layout.skipped or 0:
        told = counted(
            skipped,
            "As in the training data, {count} line above are skipped. ",
            "As in the training data, {count} lines above are skipped. ",
        )
    return told + counted(
        len(lacking),
        "Add the column, where values may be left empty. ",
        "Add the columns, where values may be left empty. ",
    )


def renaming(missing: Sequence[str], spare: Collection[str]) -> tuple[str, list[str]]:
    """A sentence on which columns only differ in capitals, and what is missing besides."""
    there = {name.casefold(): name for name in spare}
    told, lacking = list[str](), list[str]()
    for name in missing:
        if (found := there.pop(name.casefold(), None)) is None:
            lacking.append(name)
        else:
            told.append(phrase("“{old}” to “{new}”", old=found, new=name))
    if (more := len(told) - SHOWN) > 0:
        listed = phrase(
            "{told} and {more} more in the same way", told=", ".join(told[:SHOWN]), more=more
        )
    else:
        listed = enumerated(told) if told else ""
    return (phrase("Rename {listed}. ", listed=listed) if told else ""), lacking


def _texts(frame: polars.DataFrame) -> polars.DataFrame:
    """All cells as texts, also those of files whose columns have kinds of their own."""
    import polars

    return frame.cast(polars.String)


def _check_unnamed(sheet: Sheet, known: Collection[str], targets: Collection[str]) -> None:
    """Without names, columns are known by their places, so that none may be missing before one."""
    first = sheet.frame.row(0)
    cells = [None if cell is None else str(cell) for cell in first]
    verdict = headers.votes(cells, _texts(sheet.frame).slice(1))
    if verdict.names and verdict.verdict() == "names":
        shown = ", ".join(cell or "" for cell in cells)[:60]
        raise DataError(
            "The first line of {name} (“{shown}”) seems to hold names, but the training "
            "data had no line of names. Remove it from this file.",
            name=sheet.path.name,
            shown=shown,
        )
    places = {name: int(found[1]) for name in known if (found := _NUMBERED.match(name))}
    width, needed = sheet.frame.width, max(places.values(), default=0)
    if not needed or width == needed:
        return
    ends = {places[name] for name in targets if name in places}
    if ends and width == needed - len(ends) and min(ends) > width:
        return  # only what is to be predicted is missing, at the end
    raise DataError(
        by_count(
            width,
            "{name} has {width} column, but the training data had {needed}, without names, so that "
            "they are known by their places. Give all {needed}; what is to be predicted may be "
            "left empty.",
            "{name} has {width} columns, but the training data had {needed}, without names, so "
            "that they are known by their places. Give all {needed}; what is to be predicted may "
            "be left empty.",
        ),
        name=sheet.path.name,
        width=width,
        needed=needed,
    )
