"""Texts as samples for language models: windows of tokens, and for each token the next one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.memory import check_memory
from engine.data.samples import Samples
from engine.data.texts.tokens import JOINTS, Speller, parts, pieces, vocabulary
from engine.errors import DataError
from graphs.data import ClassKind, Domain, Field, TokensKind
from graphs.data.sources.choices import Unit
from graphs.wording.phrases import phrase

BLOCK_WINDOWS = 32
"""So many windows of text are one block, which the split keeps together."""
LEAST_BLOCKS = 20
"""A short text gets shorter blocks, so that there are enough to split."""
BYTES_PER_TOKEN = 40
"""Two fields of eight bytes as they are read, split and trained on, and some to spare."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How texts are cut into windows."""

    unit: Unit
    length: int
    """Tokens in a window."""
    stride: int
    """Tokens from the beginning of a window to that of the next."""
    most_words: int
    """How many words the vocabulary holds; characters are all held."""


def language_samples(texts: Sequence[str], cut: Cut, poll: Poll = go_on) -> Samples:
    """Windows of the texts as the field ``text``, and what follows each token as ``next``.

    A text is cut into blocks without a common character, and no window reaches over the end of its
    block; so nothing that is learned from is tested. Raises DataError for too short a text.
    """
    joint = JOINTS[cut.unit]
    words = _words(texts, cut, poll)
    speller = Speller(words, joint)
    tokens = [np.concatenate(_numbered(text, speller, joint, poll)) for text in texts]
    size = _block_size(sum(map(len, tokens)), cut.length)
    blocks = [part for one in tokens for part in _blocks(one, size, cut.length)]
    if not blocks:
        raise DataError(
            "The text is shorter than a window of {length} {unit}. Choose a longer text or "
            "shorter windows.",
            length=cut.length,
            unit=cut.unit,
        )
    counts = [(len(block) - cut.length - 1) // cut.stride + 1 for block in blocks]
    check_memory(
        sum(counts) * cut.length * BYTES_PER_TOKEN,
        phrase(
            "{total:,} windows of {length} {unit}",
            total=sum(counts),
            length=cut.length,
            unit=cut.unit,
        ),
        phrase("Let the windows begin further apart, or make them shorter."),
    )
    windows = np.concatenate([_windows(block, cut) for block in blocks])
    field = Field(TokensKind.id, ("T",), vocabulary=len(words), words=words, joint=joint)
    return Samples(
        fields={"next": Field(ClassKind.id, ("T",), classes=words, target=True), "text": field},
        domains={"T": Domain(1, cut.length)},
        values={"next": windows[:, 1:], "text": windows[:, :-1]},
        groups=np.repeat(np.arange(len(blocks)), counts),
    )


def _words(texts: Sequence[str], cut: Cut, poll: Poll) -> tuple[str, ...]:
    joint = JOINTS[cut.unit]
    counted: Counter[str] = Counter()
    for text in texts:
        for part in parts(text, joint):
            poll()
            counted.update(pieces(part, joint))
    if cut.unit == "characters":
        return tuple(sorted(counted))
    return vocabulary(counted, cut.most_words)


def _numbered(text: str, speller: Speller, joint: str, poll: Poll) -> list[Array]:
    """The tokens of a text, part by part, so that reading can be ended in between."""
    found = []
    for part in parts(text, joint):
        poll()
        found.append(speller.numbered(part).tokens)
    return found or [speller.numbered("").tokens]


def _block_size(count: int, length: int) -> int:
    """Tokens of a block: whole windows of ``length``, and the token after the last."""
    windows = count // (LEAST_BLOCKS * length)
    return min(max(windows, 1), BLOCK_WINDOWS) * length + 1


def _blocks(tokens: Array, size: int, length: int) -> list[Array]:
    ends = [*range(0, len(tokens), size), len(tokens)]
    parts = [tokens[start:end] for start, end in pairwise(ends)]
    return [part for part in parts if len(part) > length]


def _windows(block: Array, cut: Cut) -> Array:
    """Windows × (length + 1): the last of each only follows."""
    return np.lib.stride_tricks.sliding_window_view(block, cut.length + 1)[:: cut.stride]
