"""Reads text files for language models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.controls import Poll, go_on
from engine.data.folders.class_folders import left_out
from engine.data.paths import located
from engine.data.samples import Samples
from engine.data.sources.language_text import LanguageTextReader
from engine.data.sources.spec import Proposal
from engine.data.texts.text_files import ENDINGS, check_sizes, read_text, text_paths
from engine.data.texts.windows import language_samples
from engine.errors import DataError
from graphs.data.sources.choices import Broken
from graphs.data.sources.files.text_file import TextFile
from graphs.setting_kinds import FilePath
from graphs.wording.phrases import phrase
from graphs.wording.visible import spelled


class TextFileReader(LanguageTextReader[TextFile], of=TextFile):
    """Every text that there is, one after the other."""

    def read(self, poll: Poll = go_on) -> Samples:
        root = located(self.source.path)
        if root == Path():
            raise DataError("Choose a text file, or a folder of text files.")
        texts, skipped = _texts(root, self.source.broken, poll)
        return replace(language_samples(texts, self.cut, poll), skipped=tuple(skipped))

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path in full, so that it stays right wherever the program starts."""
        path = FilePath(str(located(self.source.path).absolute()))
        return Proposal.of(self.having(path=path).source, self.read(poll))


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
            texts.append(read_text(path, root))
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
