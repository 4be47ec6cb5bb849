"""The base of what reads a table from a file."""

from __future__ import annotations

from typing import Any, TypeVar

from engine.controls import Poll, go_on
from engine.data.paths import located
from engine.data.sources.spec import SourceReader
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet
from graphs.data.sources.files.table_source import TableFile

AnyTableFile = TypeVar("AnyTableFile", bound=TableFile)


class TableFileReader(SourceReader[AnyTableFile]):
    """Base of the readers of tables from files."""

    def sheet(self, poll: Poll = go_on) -> Sheet:
        """The table in the file. Raises DataError, and whatever ``poll`` raises."""
        return read_sheet(located(self.source.path), poll, self.source.layout)

    def settled(self, sheet: Sheet) -> dict[str, Any]:
        """The settings that say how a table was read, to be written into the document."""
        return sheet.layout.settings()
