"""Pictures that a table names, each with its class or number."""

from graphs.data.sources.choices import AnswerKind, Separator, SplitBy
from graphs.data.sources.files.picture_settings import PictureSettings
from graphs.data.sources.files.table_source import TableFile
from graphs.describe import param
from graphs.notation import DecimalSign, Notations
from graphs.setting_kinds import FilePath


class PictureTable(
    TableFile,
    PictureSettings,
    id="picture_table",
    title="Pictures named in a table",
    group="From files",
    search="csv images labels file names",
):
    """A table with a line per picture: the name of its file, and what is to be predicted.

    The pictures lie beside the table or in folders below, or in a folder of their own. Those that
    are missing or cannot be read are left out and listed.
    """

    path: FilePath = param(
        default=FilePath(""), help="The table, or the folder with it and the pictures."
    )
    pictures_path: FilePath = param(
        default=FilePath(""), help="The folder of the pictures; empty takes that of the table."
    )
    file_column: str = param(
        default="", help="The column with the names of the files; empty looks for it."
    )
    target: str = param(default="", help="The column to predict; empty takes the likeliest.")
    label_columns: tuple[str, ...] = param(
        default=(),
        help="Columns of 0 and 1 with a label each, predicted together where no target is chosen; "
        "empty looks for them.",
    )
    target_kind: AnswerKind = param(
        default="auto",
        help="Whether a class, several labels at once, or a number is predicted; auto looks at "
        "the column.",
    )
    separator: Separator = param(
        default=";",
        title="Label separator",
        help="What stands between labels, where a picture may have several.",
    )
    decimal: DecimalSign = param(
        default="auto",
        title="Decimal sign",
        help="The sign before the decimals of a number; auto looks at the column.",
    )
    notations: Notations = param(
        default=None,
        title="How cells are written",
        help="Of the column to predict: numbers or texts, their signs, and what stands for no "
        "value; what is not said is found out.",
    )
    split: SplitBy = param(
        default="given",
        help="Whether a split that a column gives is kept, or drawn by the plan's shares.",
    )
    split_column: str = param(
        default="",
        help="The column that says what a picture is for, by words such as train and test; empty "
        "looks for one called split or so.",
    )
