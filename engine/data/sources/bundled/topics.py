"""Cuts the English text into passages, each of one topic."""

import re
from collections.abc import Iterator, Mapping

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.bundled.english_text import topics
from engine.data.sources.spec import SourceReader
from engine.data.texts.passages import SHORTEST, TokenReading, tokens_of
from engine.data.texts.tokens import JOINTS, pieces
from graphs.data import ClassKind, Field
from graphs.data.sources.bundled.topics import Topics

BLOCK = 5
"""So many passages in a row stay together in the split, because neighbours are alike."""
LEAST_BLOCKS = 10
"""A short topic gets shorter blocks, so that each part of the split has some."""
_RULE = re.compile(r"^\W{3,}$", re.MULTILINE)  # lines drawn under headings


class TopicsReader(SourceReader[Topics], of=Topics):
    """The passages of the chosen topics."""

    def read(self, poll: Poll = go_on) -> Samples:
        found = {
            name: list(_passages(paragraphs, self.source.length))
            for name, paragraphs in _own_paragraphs(topics()).items()
        }
        largest = sorted(found, key=lambda name: (-len(found[name]), name))[: self.source.classes]
        names = tuple(sorted(largest))
        texts = [text for name in names for text in found[name]]
        counts = [len(found[name]) for name in names]
        words = tokens_of(
            texts, TokenReading("words", self.source.length, self.source.most_words), poll=poll
        )
        return Samples(
            fields={
                "passage": words.field,
                "topic": Field(ClassKind.id, classes=names, target=True),
            },
            domains=words.domains,
            values={"passage": words.values, "topic": np.repeat(np.arange(len(names)), counts)},
            groups=_blocks(counts),
        )


def _own_paragraphs(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The paragraphs of each topic; one that stands in several is left to the smallest of them."""
    owner: dict[str, str] = {}
    cut = {name: _paragraphs(text) for name, text in texts.items()}
    for name in sorted(cut, key=lambda name: (len(texts[name]), name)):
        for paragraph in cut[name]:
            owner.setdefault(paragraph, name)
    return {
        name: [p for p in dict.fromkeys(cut[name]) if owner[p] == name]  # each once
        for name in cut
    }


def _paragraphs(text: str) -> list[str]:
    parts = _RULE.sub("", text).split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def _passages(paragraphs: list[str], length: int) -> Iterator[str]:
    """Paragraphs put together while they fit; one that is longer is cut, what is short left out."""
    held: list[str] = []
    for paragraph in paragraphs:
        words = pieces(paragraph, JOINTS["words"])
        if len(held) + len(words) > length:
            yield from _long_enough(held)
            held = []
        while len(words) > length:
            yield " ".join(words[:length])
            words = words[length:]
        held += words
    yield from _long_enough(held)


def _long_enough(words: list[str]) -> list[str]:
    return [" ".join(words)] if len(words) >= SHORTEST else []


def _blocks(counts: list[int]) -> Array:
    """A number for each passage, the same for those that stay together."""
    blocks, first = [], 0
    for count in counts:
        size = max(1, min(BLOCK, count // LEAST_BLOCKS))
        blocks.append(first + np.arange(count) // size)
        first = int(blocks[-1][-1]) + 1
    return np.concatenate(blocks)
