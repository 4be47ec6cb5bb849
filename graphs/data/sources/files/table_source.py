"""What all sources have in common that read a table from a file: how it lies in that file."""

from functools import cache
from typing import ClassVar

from graphs.data.sources.spec import Source
from graphs.data.sources.table_layout import (
    BadLines,
    ColumnSeparator,
    CommentSign,
    Encoding,
    HeaderChoice,
    TableLayout,
)
from graphs.describe import Parameter, param
from graphs.setting_kinds import FilePath


class TableFile(Source):
    """Base of the sources that read a table from a file.

    How the table lies in the file is found out when it is chosen, and written into the settings,
    so that training and predicting read by them.
    """

    names_its_columns: ClassVar[bool] = False
    """Whether each column of its fields stands in the file by the name that the field has."""

    path: FilePath = param(
        default=FilePath(""), help="A CSV file, a workbook, or a Parquet or JSON file."
    )
    header: HeaderChoice = param(
        default="auto", help="Whether the first line holds the names of the columns."
    )
    column_separator: ColumnSeparator = param(
        default="auto", help="What stands between the columns of a text file."
    )
    lines_to_skip: int | None = param(
        default=None,
        low=0,
        high=10_000,
        unit="lines",
        help="How many lines stand above the table; nothing finds it out.",
    )
    comment_sign: CommentSign = param(
        default="auto", help="What begins lines that are comments and no rows."
    )
    encoding: Encoding = param(default="auto", help="How the letters of a text file are written.")
    workbook_sheet: str = param(
        default="", help="The sheet of a workbook; empty takes the first that holds a table."
    )
    bad_lines: BadLines = param(
        default="stop",
        help="Whether lines with too many or too few values stop the reading or are skipped.",
    )

    @classmethod
    @cache
    def parameters(cls) -> tuple[Parameter, ...]:
        """Its settings: the path and its own first, and last how the table lies in the file."""
        found = super().parameters()
        last = [one for one in found if one.name in TableLayout().settings()]
        return (*(one for one in found if one not in last), *last)

    @property
    def layout(self) -> TableLayout:
        """How the table lies in its file, as far as it is settled."""
        return TableLayout(
            self.header,
            self.column_separator,
            self.lines_to_skip,
            self.comment_sign,
            self.encoding,
            self.workbook_sheet,
            self.bad_lines,
        )
