"""New texts, as the tokens that a network takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.texts.tokens import PAD, UNKNOWN, pieces
from engine.export.python.training.taken_along.csv_files import csv_rows
from engine.export.python.training.taken_along.plain_files import require_file


def read_texts(file: Path, column: str) -> list[str]:
    """The texts in a column of a CSV file, or a text file as a whole."""
    require_file(file)
    if file.suffix.lower() != ".csv":
        return [file.read_text("utf-8-sig")]
    return [row.cells[column] for row in csv_rows(file, [column])]


def token_numbers(text: str, known: Mapping[str, int], joint: str, unknown: int) -> list[int]:
    """The tokens of a text; one that is unknown where there is none."""
    # Words that are not known as they are written are looked up in small letters.
    found = [
        known.get(piece, known.get(piece.lower() if joint else piece, unknown))
        for piece in pieces(text, joint)
    ]
    return found or [unknown]


def tokenized(
    texts: Sequence[str], name: str, words: Sequence[str], joint: str, longest: int
) -> dict[str, NDArray[Any]]:
    """The first tokens of each text, one text behind the other, and where each begins."""
    numbers = {word: number for number, word in enumerate(words)}
    known = {word: number for word, number in numbers.items() if word not in {PAD, UNKNOWN}}
    tokens = [token_numbers(text, known, joint, numbers[UNKNOWN])[:longest] for text in texts]
    offsets = np.cumsum([0, *map(len, tokens)], dtype=np.int64)
    return {name: np.concatenate(tokens), f"{name}.offsets": offsets}
