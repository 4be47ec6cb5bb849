"""Reads the texts of folders, one folder per class."""

from __future__ import annotations

from itertools import chain

import numpy as np

from engine.controls import Poll, go_on
from engine.data.folders.class_folders import left_out
from engine.data.folders.layout import checked
from engine.data.folders.same_folders import files_once, hard_linked
from engine.data.samples import Samples
from engine.data.sources.files.class_folders import ClassFoldersReader
from engine.data.sources.spec import Proposal, in_full
from engine.data.texts.passages import TokenReading, tokens_of
from engine.data.texts.text_files import check_sizes, read_text, text_paths
from engine.errors import DataError
from graphs.data import ClassKind, Field
from graphs.data.sources.files.text_folder import TextFolder
from graphs.setting_kinds import FilePath
from graphs.wording.visible import spelled


class TextFolderReader(ClassFoldersReader[TextFolder], of=TextFolder):
    """All texts of all folders."""

    noun = "texts"

    def read(self, poll: Poll = go_on) -> Samples:
        found = self.layout()
        skipped = list(found.skipped)
        texts: list[str] = []
        chosen: list[int] = []
        faults: list[str] = []
        paths = [text_paths(place.folder, skipped, found.root) for place in found.places]
        once = files_once(list(chain(*paths)), found.root, skipped)
        paths = [[path for path in of_place if path in once] for of_place in paths]
        check_sizes(chain(*paths), found.root)
        for at, of_place in enumerate(paths):
            for path in of_place:
                poll()
                try:
                    texts.append(read_text(path, found.root))
                    chosen.append(at)
                except DataError as error:
                    faults.append(spelled(str(error)))
        skipped += left_out(faults, len(faults) + len(texts), self.source.broken)
        labels = np.array([found.places[at].label for at in chosen], dtype=np.int64)
        parts = found.parts(chosen)
        notices = (
            *checked(found, labels, skipped, parts),
            *hard_linked(list(chain(*paths)), found.root),
        )
        reading = TokenReading(
            self.source.unit, self.source.length, self.source.most_words, self.source.least
        )
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
        settled = self.having(path=FilePath(str(found.root)), folders=found.top)
        return Proposal.of(in_full(settled.source), samples)
