"""Reads the table in a file of any kind that holds one."""

from __future__ import annotations

from pathlib import Path

from engine.controls import Poll, go_on
from engine.data.tables.files.content import content, kind_of
from engine.data.tables.files.json_rows import read_json
from engine.data.tables.files.parquet import read_parquet
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.files.text.delimited import read_delimited
from engine.data.tables.files.unseen_signs import without
from engine.data.tables.files.workbooks import read_workbook
from engine.errors import DataError
from graphs.data.sources.table_layout import AUTO, TableLayout


def read_sheet(path: Path, poll: Poll = go_on, layout: TableLayout = AUTO) -> Sheet:
    """The table in a file: text, packed text, a workbook, Parquet or JSON, told by its bytes.

    Raises DataError, and whatever ``poll`` raises.
    """
    if not str(path) or path == Path():
        raise DataError("Choose a file with a table: CSV, Excel, Parquet or JSON.")
    data = content(path)
    match kind_of(path, data):
        case "parquet":
            return without(read_parquet(path, data))
        case "workbook":
            return without(read_workbook(path, data, layout))
        case "json":
            return without(read_json(path, data, poll))
        case _:
            return read_delimited(path, data, layout, poll)
