"""How a table lies in its file: what is set about it, or was decided when the data was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Encoding: TypeAlias = Literal[
    "auto",
    "utf-8",
    "utf-16",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "latin-1",
    "gb18030",
    "big5",
    "shift-jis",
    "euc-kr",
]
ColumnSeparator: TypeAlias = Literal["auto", "comma", "semicolon", "tab", "bar", "colon", "spaces"]
CommentSign: TypeAlias = Literal["auto", "none", "#", "%", "//", "--", "!"]
HeaderChoice: TypeAlias = Literal["auto", "yes", "no"]
BadLines: TypeAlias = Literal["stop", "skip"]

SIGNS: Final[Mapping[str, str]] = {
    "tab": "\t",
    "semicolon": ";",
    "bar": "|",
    "comma": ",",
    "colon": ":",
    "spaces": " ",
}
"""What stands between columns, by its name; the first of equally likely ones is taken."""
COMMENTS: Final[tuple[CommentSign, ...]] = ("#", "%", "//", "--", "!")


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table lies in its file. What is “auto” or None is found out from the whole file."""

    header: HeaderChoice = "auto"
    """Whether the first line holds the names of the columns."""
    separator: ColumnSeparator = "auto"
    skipped: int | None = None
    """How many lines stand above the table."""
    comment: CommentSign = "auto"
    """What begins lines that are no rows."""
    encoding: Encoding = "auto"
    sheet: str = ""
    """Which sheet of a workbook it is; empty for the first that holds a table."""
    bad_lines: BadLines = "stop"
    """What to do where lines have too many or too few values."""

    def settings(self) -> dict[str, Any]:
        """Itself as the settings of a source."""
        return {
            "header": self.header,
            "column_separator": self.separator,
            "lines_to_skip": self.skipped,
            "comment_sign": self.comment,
            "encoding": self.encoding,
            "workbook_sheet": self.sheet,
            "bad_lines": self.bad_lines,
        }


AUTO: Final = TableLayout()
