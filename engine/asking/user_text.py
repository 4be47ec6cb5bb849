"""New texts, or numbers of tokens, turned into what a field of tokens takes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.array import Array
from engine.data.arrays.array_files import ENDINGS
from engine.data.ragged import Ragged
from engine.data.tables.files.content import holds_rows
from engine.data.tables.files.new_files import blank_lines, check_names
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet, is_table
from engine.data.tables.remarks import Remark
from engine.data.texts.text_files import read_text
from engine.data.texts.tokens import UNKNOWN, Speller
from engine.errors import DataError
from graphs.data import Domain, Field
from graphs.wording.phrases import by_count, counted, phrase

FIRST = "Of “{name}”, only the first {most} tokens of each text are read."
LAST = "Of “{name}”, only the last {most} tokens of each text are read."
PATHS = ("/", "./", "../", "~/")
"""How paths begin that are no names alone."""
SHOWN = 5
"""Unknown words that are named."""
LONGEST = 40
"""Characters of them that are shown."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that a user gives."""

    texts: tuple[str, ...]
    lines: tuple[int, ...] = ()
    """For the rows of a file, where each begins in it."""
    notices: tuple[str, ...] = ()


def texts_given(name: str, given: Any, read: Callable[[Path], Sheet] = read_sheet) -> Texts | None:
    """The texts that a user gives for the field ``name``; None for what is no text.

    They may come one by one, as a text file, or as the column of this name of rows or of a table,
    which ``read`` opens. A text is read as JSON only when it is a list or a row with the column,
    and as a path when such a file exists. Raises DataError for a file that is no text, and rows
    without the column.
    """
    if isinstance(given, Path):
        return _texts_of_file(name, given, read)
    if isinstance(given, str):
        given = _written_as_json(name, given)
    if isinstance(given, str):
        path = _path(given)
        return Texts((given,)) if path is None else _texts_of_file(name, path, read)
    rows = [given] if isinstance(given, Mapping) else given
    if not isinstance(rows, list | tuple) or not rows:
        return None
    if all(isinstance(row, Mapping) for row in rows):
        return Texts(tuple(_cell(name, row) for row in rows))
    return Texts(tuple(rows)) if all(isinstance(one, str) for one in rows) else None


def _written_as_json(name: str, text: str) -> Any:
    """The list or the row with a ``name`` that a text is in JSON; the text itself otherwise."""
    if text.lstrip().startswith(("[", "{")):
        with suppress(ValueError, RecursionError):
            found = json.loads(text)
            return found if isinstance(found, list) or name in found else text
    return text


def _texts_of_file(name: str, path: Path, read: Callable[[Path], Sheet]) -> Texts | None:
    if path.suffix.lower() in ENDINGS:
        return None
    if path.suffix.lower() == ".json" and not holds_rows(path):
        try:
            found = json.loads(read_text(path))
        except (ValueError, RecursionError):
            return None  # whoever reads numbers says what is wrong with it
        return Texts((found,)) if isinstance(found, str) else texts_given(name, found, read)
    if not holds_rows(path):
        return Texts((read_text(path),))
    sheet = read(path)
    check_names(sheet, [name])
    column = sheet.column(name)
    texts = tuple("" if value is None else str(value) for value in column)
    return Texts(texts, tuple(sheet.lines), (*sheet.skipped, *blank_lines(sheet)))


def _cell(name: str, row: Mapping[str, Any]) -> str:
    if name not in row:
        raise DataError("The row has no “{name}”. It needs a text of this name.", name=name)
    return "" if row[name] is None else str(row[name])


def _path(text: str) -> Path | None:
    """The file that the text names: one that is there, or that ends like one."""
    try:
        path = Path(text).expanduser()
        if path.is_file():
            return path
    except (OSError, ValueError, RuntimeError):  # too long, a zero byte, a home that is not there
        return None
    ends_so = path.suffix.lower() in {".txt", ".json", *ENDINGS} or is_table(path)
    begins_so = text.startswith(PATHS)
    # A device or a pipe is no text; but a folder may be called as a word is.
    is_there = os.path.lexists(path) and not path.is_dir()
    is_path = ends_so or begins_so or is_there
    return path if is_path and not set(text) & set("\n\t ") else None


def tokens_given(
    name: str, field: Field, domain: Domain | None, texts: Sequence[str]
) -> tuple[Ragged | Array, tuple[str, ...]]:
    """The texts as tokens, and what to tell the user. Raises DataError.

    What is longer than ``domain`` allows is cut: a ragged field keeps the beginning, which is what
    was trained on, and any other the end, which is where a language model goes on.
    """
    speller = Speller.of(field)
    numbered = [speller.numbered(text) for text in texts]
    notices = unknown_pieces(field, [one.unknown for one in numbered])
    tokens = [one.tokens for one in numbered]
    if field.ragged and (empty := [at for at, one in enumerate(texts) if not one]):
        notes = dict.fromkeys(empty, _empty((), 1))
        notices += (Remark.of(("empty", name), _empty, count=len(empty), notes=notes),)
    if field.ragged:  # as in training, nothing is one unknown token
        tokens = [one if len(one) else speller.read("", 1) for one in tokens]
    if domain is None:
        return _single(name, field, tokens), notices
    most = domain.high // domain.multiple * domain.multiple
    if longer := [at for at, one in enumerate(tokens) if len(one) > most]:
        told = phrase(FIRST if field.ragged else LAST, name=name, most=most)
        notices += (Remark.of((told,), lambda *_: told, notes=dict.fromkeys(longer, told)),)
        tokens = [one[:most] if field.ragged else one[-most:] for one in tokens]
    if any(not len(one) for one in tokens):
        raise DataError(
            "A text given for “{name}” has nothing that is known. Give another text.", name=name
        )
    if field.ragged:
        return Ragged.of(tokens), notices
    if len({len(one) for one in tokens}) > 1:
        raise DataError(
            "The texts given for “{name}” differ in their number of tokens. Give one at a time.",
            name=name,
        )
    if len(tokens[0]) < domain.low or len(tokens[0]) % domain.multiple:
        raise DataError(
            "“{name}” takes {low} to {high} tokens in steps of {multiple}, but {count} are "
            "given. Give a longer or shorter text.",
            name=name,
            low=domain.low,
            high=domain.high,
            multiple=domain.multiple,
            count=len(tokens[0]),
        )
    return np.stack(tokens), notices


def _empty(_: Sequence[str], count: int) -> str:
    return counted(
        count,
        "{count:,} text is empty, so what is said of it rests on nothing.",
        "{count:,} texts are empty, so what is said of them rests on nothing.",
    )


def _single(name: str, field: Field, tokens: list[Array]) -> Array:
    """As many tokens per text as the field has, which is one or a fixed number."""
    wanted = int(np.prod([int(size) for size in field.sizes], dtype=np.int64))
    for one in tokens:
        if len(one) != wanted:
            raise DataError(
                by_count(
                    wanted,
                    "“{name}” takes {wanted} token, but {count} are given.",
                    "“{name}” takes {wanted} tokens, but {count} are given.",
                ),
                name=name,
                wanted=wanted,
                count=len(one),
            )
    return np.stack([one.reshape(tuple(int(size) for size in field.sizes)) for one in tokens])


def unknown_pieces(field: Field, by_text: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """What to tell the user of words or characters in texts that a field does not know."""
    pieces = [piece for one in by_text for piece in one]
    if not pieces:
        return ()
    does = phrase("are read as unknown") if UNKNOWN in field.words else phrase("are left out")
    noun = phrase("words") if field.joint else phrase("characters")

    def told(pieces: Sequence[str], _: int) -> str:
        named = ", ".join(f"“{_short(piece)}”" for piece in pieces[:SHOWN])
        more = phrase(" and {count} more", count=len(pieces) - SHOWN) if len(pieces) > SHOWN else ""
        return phrase(
            "These {noun} did not occur in the data and {does}: {named}{more}.",
            noun=noun,
            does=does,
            named=named,
            more=more,
        )

    notes = {at: told(list(dict.fromkeys(one)), 1) for at, one in enumerate(by_text) if one}
    return (Remark.of(("unknown", noun, does), told, pieces, notes=notes),)


def _short(piece: str) -> str:
    return piece if len(piece) <= LONGEST else f"{piece[:LONGEST]}..."


def positions_given(name: str, field: Field, numbers: Array) -> Array:
    """Numbers of tokens, checked. Raises DataError."""
    most = (field.kind.values(field) or 1) - 1
    if (numbers != np.round(numbers)).any() or numbers.min() < 0 or numbers.max() > most:
        raise DataError(
            "“{name}” takes whole numbers from 0 to {most}, which stand for its tokens. "
            "Correct what is given.",
            name=name,
            most=most,
        )
    whole: Array = numbers.astype(np.int64)
    return whole
