"""Texts in folders, one folder per class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.data.class_folders import Broken, checked, class_folders, left_out, spelled
from engine.data.paths import located
from engine.data.samples import Poll, Samples, go_on
from engine.data.sources.spec import Proposal, Source
from engine.data.text_files import read_text, text_paths
from engine.data.texts import Reading, tokens_of
from engine.data.tokens import Unit
from engine.errors import DataError
from graphs.data import Content, Field
from graphs.describe import FilePath, param


class TextFolder(
    Source, id="text_folder", title="Folder of texts", group="From files", search="classify txt"
):
    """A folder with one folder per class, which holds text files of that class.

    The files may be in UTF-8 or UTF-16. Files that cannot be read are left out and listed.
    """

    path: FilePath = param(default=FilePath(""), help="The folder that holds the class folders.")
    unit: Unit = param(default="words", help="What a token is: a character or a word.")
    length: int = param(
        default=200, low=1, high=100_000, unit="tokens", help="So many tokens of a text are read."
    )
    most_words: int = param(
        default=5000,
        low=10,
        high=100_000,
        help="How many words are told apart, the commonest first; the rest are unknown.",
    )
    least: int = param(
        default=2, low=1, high=1000, help="How often a word must occur to be told apart."
    )

    broken: Broken = param(default="leave out", help="What is done with files that cannot be read.")

    def read(self, poll: Poll = go_on) -> Samples:
        root = located(self.path)
        folders, skipped = class_folders(root, "texts")
        texts: list[str] = []
        labels: list[int] = []
        faults: list[str] = []
        for label, folder in enumerate(folders):
            for path in text_paths(folder, skipped):
                poll()
                try:
                    texts.append(read_text(path))
                    labels.append(label)
                except DataError as error:
                    faults.append(spelled(str(error)))
        skipped += left_out(faults, len(faults) + len(texts), self.broken)
        found = np.array(labels, dtype=np.int64)
        notices = checked(root, folders, found, skipped, "texts")
        reading = Reading(self.unit, self.length, self.most_words, self.least)
        tokens = tokens_of(texts, reading, poll=poll)
        classes = tuple(spelled(folder.name) for folder in folders)
        return Samples(
            fields={
                "label": Field(Content.CLASS, classes=classes, target=True),
                "text": tokens.field,
            },
            domains=tokens.domains,
            values={"label": found, "text": tokens.values},
            skipped=tuple(skipped),
            notices=(*notices, *tokens.notices),
        )

    def propose(self, poll: Poll = go_on) -> Proposal:
        """With the path in full, so that it stays right wherever the program starts."""
        path = FilePath(str(located(self.path).absolute()))
        return Proposal.of(replace(self, path=path), self.read(poll))
