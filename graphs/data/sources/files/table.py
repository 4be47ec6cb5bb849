"""Tables from files: CSV, workbooks, Parquet and JSON, with any column to predict."""

from typing import Literal, TypeAlias

from graphs.data.sources.choices import AnswerKind, Separator, SplitBy
from graphs.data.sources.files.table_source import TableFile
from graphs.describe import param
from graphs.notation import DecimalSign, Notations
from graphs.setting_kinds import FilePath

TextUnit: TypeAlias = Literal["auto", "characters", "words"]
"""What a token of a column of texts is; auto looks at the column."""


class Table(
    TableFile,
    id="table",
    title="Table (CSV, Excel)",
    group="From files",
    search="csv tsv xlsx xls ods json workbook spreadsheet",
):
    """A file with a line per sample and one or more columns to predict.

    Columns of numbers are scaled; columns of texts become one 0-or-1 column per text; columns of
    sentences are read word by word, each as a field of its own. Columns that cannot help, such as
    ids, are proposed to be ignored.
    """

    names_its_columns = True

    target: str = param(default="", help="The column to predict; empty takes the likeliest.")
    also: tuple[str, ...] = param(
        default=(), help="Further columns to predict, each as a field of its own."
    )
    ignored: tuple[str, ...] | None = param(
        default=None, help="Columns not to learn from; none leaves out those that cannot help."
    )
    categories: tuple[str, ...] = param(
        default=(), help="Columns to read as categories although they hold numbers."
    )
    target_kind: AnswerKind = param(
        default="auto",
        help="Whether a class, several labels at once, or a number is predicted; auto looks at "
        "the column, and takes it for one class or a number.",
    )
    separator: Separator = param(
        default=";",
        title="Label separator",
        help="What stands between labels, where a row may have several.",
    )
    decimal: DecimalSign = param(
        default="auto",
        title="Decimal sign",
        help="The sign before the decimals of a number; auto looks at the columns.",
    )
    notations: Notations = param(
        default=None,
        title="How cells are written",
        help="By column: numbers, dates or texts, their signs, and what stands for no value; what "
        "is not said is found out.",
    )
    texts: tuple[str, ...] | None = param(
        default=None, help="Columns to read as text; none takes those that hold sentences."
    )
    split: SplitBy = param(
        default="given",
        help="Whether a split that a column or files give is kept, or drawn by the plan's shares.",
    )
    split_column: str = param(
        default="",
        help="The column that says what a row is for, by words such as train and test; empty "
        "looks for one called split or so.",
    )
    validation_path: FilePath = param(
        default=FilePath(""), help="A file of its own for validation, with the same columns."
    )
    test_path: FilePath = param(
        default=FilePath(""), help="A file of its own for the test, with the same columns."
    )
    text_unit: TextUnit = param(
        default="auto",
        help="What a token of a text is; auto takes words, and characters where a script puts no "
        "spaces between words.",
    )
    text_length: int = param(
        default=100, low=1, high=100_000, unit="tokens", help="So many tokens of a text are read."
    )
    text_words: int = param(
        default=5000,
        low=10,
        high=100_000,
        help="How many words are told apart, the commonest first; the rest are unknown.",
    )
    text_least: int = param(
        default=2, low=1, high=1000, help="How often a word must occur to be told apart."
    )
