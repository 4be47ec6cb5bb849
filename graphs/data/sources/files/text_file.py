"""One's own texts for language models."""

from graphs.data.sources.choices import Broken
from graphs.data.sources.language_text import LanguageText
from graphs.describe import param
from graphs.setting_kinds import FilePath


class TextFile(
    LanguageText, id="text_file", title="Text file", group="From files", search="language model txt"
):
    """A text file, or a folder of them, for a model that goes on writing.

    Windows of text, and for each character or word the one that follows. The files may be in UTF-8
    or UTF-16.
    """

    path: FilePath = param(
        default=FilePath(""), help="A text file, or a folder whose text files are all read."
    )

    broken: Broken = param(
        title="Broken files",
        default="leave out",
        help="What is done with files of a folder that cannot be read.",
    )
