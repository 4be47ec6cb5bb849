"""Texts in folders, one folder per class."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

import numpy as np

from engine.controls import Poll, go_on
from engine.data.folders.class_folders import Broken, left_out
from engine.data.folders.layout import checked
from engine.data.samples import Samples
from engine.data.sources.files.class_folders import ClassFolders
from engine.data.sources.spec import Proposal, in_full
from engine.data.texts.passages import TokenReading, tokens_of
from engine.data.texts.text_files import check_sizes, read_text, text_paths
from engine.data.texts.tokens import Unit
from engine.errors import DataError
from graphs.data import ClassKind, Field
from graphs.describe import param
from graphs.setting_kinds import FilePath
from graphs.wording.visible import spelled


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

    noun = "texts"

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

    def read(self, poll: Poll = go_on) -> Samples:
        found = self.layout()
        skipped = list(found.skipped)
        texts: list[str] = []
        chosen: list[int] = []
        faults: list[str] = []
        paths = [text_paths(place.folder, skipped, found.root) for place in found.places]
        check_sizes(chain(*paths), found.root)
        for at, of_place in enumerate(paths):
            for path in of_place:
                poll()
                try:
                    texts.append(read_text(path))
                    chosen.append(at)
                except DataError as error:
                    faults.append(spelled(str(error)))
        skipped += left_out(faults, len(faults) + len(texts), self.broken)
        labels = np.array([found.places[at].label for at in chosen], dtype=np.int64)
        parts = found.parts(chosen)
        notices = checked(found, labels, skipped, parts)
        reading = TokenReading(self.unit, self.length, self.most_words, self.least)
        tokens = tokens_of(texts, reading, poll=poll)
        return Samples(
            fields={
                "label": Field(ClassKind.id, classes=found.classes, target=True),
                "text": tokens.field,
            },
            domains=tokens.domains,
            values={"label": labels, "text": tokens.values},
            skipped=tuple(skipped),
            notices=(*notices, *tokens.notices),
            parts=parts,
        )

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path and what the folders are settled, so that they stay as they are seen."""
        samples, found = self.read(poll), self.layout()
        settled = replace(self, path=FilePath(str(found.root)), folders=found.top)
        return Proposal.of(in_full(settled), samples)
