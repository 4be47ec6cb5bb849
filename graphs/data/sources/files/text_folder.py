"""Texts in folders, one folder per class."""

from graphs.data.sources.choices import Broken, Unit
from graphs.data.sources.files.class_folders import ClassFolders
from graphs.describe import param


class TextFolder(
    ClassFolders,
    id="text_folder",
    title="Folder of texts",
    group="From files",
    search="classify txt",
):
    """A folder with one folder per class, which holds text files of that class.

    The files may be in UTF-8 or UTF-16. Files that cannot be read are left out and listed.
    """

    unit: Unit = param(
        title="Token", default="words", help="What a token is: a character or a word."
    )
    length: int = param(
        title="Text length",
        default=200,
        low=1,
        high=100_000,
        unit="tokens",
        help="So many tokens of a text are read.",
    )
    most_words: int = param(
        title="Vocabulary size",
        default=5000,
        low=10,
        high=100_000,
        help="How many words are told apart, the commonest first; the rest are unknown.",
    )
    least: int = param(
        title="Least occurrences",
        default=2,
        low=1,
        high=1000,
        help="How often a word must occur to be told apart.",
    )

    broken: Broken = param(
        title="Broken files",
        default="leave out",
        help="What is done with files that cannot be read.",
    )
