"""One's own texts for language models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.controls import Poll, go_on
from engine.data.folders.class_folders import Broken, left_out
from engine.data.paths import located
from engine.data.samples import Samples
from engine.data.sources.language_text import LanguageText
from engine.data.sources.spec import Proposal
from engine.data.texts.text_files import ENDINGS, check_sizes, read_text, text_paths
from engine.data.texts.windows import language_samples
from engine.errors import DataError
from graphs.describe import param
from graphs.setting_kinds import FilePath
from graphs.wording.phrases import phrase
from graphs.wording.visible import spelled


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

    def read(self, poll: Poll = go_on) -> Samples:
        root = located(self.path)
        if root == Path():
            raise DataError("Choose a text file, or a folder of text files.")
        texts, skipped = _texts(root, self.broken, poll)
        return replace(language_samples(texts, self.cut, poll), skipped=tuple(skipped))

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path in full, so that it stays right wherever the program starts."""
        path = FilePath(str(located(self.path).absolute()))
        return Proposal.of(replace(self, path=path), self.read(poll))


def _texts(root: Path, broken: Broken, poll: Poll) -> tuple[list[str], list[str]]:
    """The texts of a file or of all files of a folder, and what of it was left out."""
    if not root.is_dir():
        return [read_text(root)], []
    texts: list[str] = []
    skipped: list[str] = []
    faults: list[str] = []
    paths = text_paths(root, skipped)
    check_sizes(paths, root)
    for path in paths:
        poll()
        try:
            texts.append(read_text(path))
        except DataError as error:
            faults.append(spelled(str(error)))
    skipped += left_out(faults, len(faults) + len(texts), broken)
    if not texts:
        shown = " ".join(skipped[:3])
        raise DataError(
            phrase(
                "{root} holds no text file ({endings}) that can be read. Choose another "
                "folder. {shown}",
                root=root,
                endings=", ".join(sorted(ENDINGS)),
                shown=shown,
            ).rstrip()
        )
    return texts, skipped
