"""Bytes to plain values, with the place where they break.

Python's parser does the work. It lets through what no document may hold (keys twice, NaN, numbers
without end), recurses into nesting and does not say where; all of that is added here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any, NoReturn

from graphs.errors import BrokenFile, TooLarge
from graphs.files import limits, wording
from graphs.files.migrations import OTHER_COPY
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
# The closing quote may be missing: broken files must not make the search go back again and again.
_ANY_STRING = re.compile(f"{_STRING}?".encode(), re.DOTALL)
_KEY_OR_BRACE = re.compile(rf"({_STRING})(\s*:)?|[{{}}]", re.DOTALL)
_STRING_OR_NUMBER = re.compile(rf"{_STRING}|-?\d[\d.eE+-]*|NaN|-?Infinity", re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


class _DoubledKeyError(Exception):
    """An object has a key twice."""


class _NumberError(Exception):
    """A number that no document may hold; its argument is the number as written."""


class _TextError(Exception):
    """A text over the limit; its argument is the text."""


def too_long(text: str, name: str) -> TooLarge:
    """The error for a text over the limit."""
    return TooLarge(
        "{name} holds a text of {count:,} characters, more than the {max_text:,} "
        "allowed: “{shortened}”. Shorten it outside Layerloom.",
        name=name,
        count=len(text),
        max_text=limits.MAX_TEXT,
        shortened=visible(_shortened(text)),
    )


@dataclass(frozen=True, slots=True)
class FileForm:
    """A kind of file: what messages say of it, and how much it may hold."""

    what: str = "document"
    divide: str = "Divide it into several documents."
    """The way out of a file that is too large."""
    earlier: str = "Open an earlier copy."
    other: str = OTHER_COPY
    """The way out of a file that is broken."""
    greatest: int | None = None
    """No whole number is further from zero; None leaves it at so many digits."""
    times: int = 1
    """How many times what a document may hold, which may lie in one text of it."""


DOCUMENT = FileForm()
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]|\xff\xfe|\xfe\xff")
"""How a document begins, and what was one; a picture or a text does not."""


def check_kind(data: bytes, name: str) -> None:
    """Raises BrokenFile for a file of another kind, which is called as documents are."""
    if data.strip() and not _BEGINNING.match(data):
        raise BrokenFile(
            "{name} is no Layerloom document, whatever it is called: it does not begin as one. "
            "Choose a file that Layerloom saved; data is chosen in the panel Data.",
            name=name,
        )


def parsed(data: bytes, name: str, form: FileForm = DOCUMENT) -> Any:
    """The values that the bytes of a file say.

    Raises TooLarge and BrokenFile; ``name`` is what their messages call the file.
    """
    if (fault := limits.fault(data, form.times)) is not None:
        raise TooLarge(
            "{name} {fault}, so it was not opened. {divide}",
            name=name,
            fault=fault,
            divide=form.divide,
        )
    text = _decoded(data, name, form)
    if not text.strip():
        raise BrokenFile("{name} is empty. {earlier}", name=name, earlier=form.earlier)
    if _depth(data) > limits.MAX_DEPTH:
        raise BrokenFile(
            "{name} nests brackets more than {max_depth} deep, which no {what} does. {other}",
            name=name,
            max_depth=limits.MAX_DEPTH,
            what=form.what,
            other=form.other,
        )
    try:
        return json.loads(
            text,
            object_pairs_hook=partial(_object, form=form),
            parse_int=partial(_whole, greatest=form.greatest),
            parse_float=_fraction,
            parse_constant=_refuse,
        )
    except json.JSONDecodeError as error:
        _break(name, text, error.pos, wording.of_syntax(error.msg), form)
    except _DoubledKeyError:
        place, key = next(_doubled(text))
        _break(name, text, place, phrase("the key {key} is there twice", key=visible(key)), form)
    except _NumberError as error:
        number = str(error)
        place = next(m.start() for m in _STRING_OR_NUMBER.finditer(text) if m[0] == number)
        reason = phrase(
            "{shortened} is no number that a {what} can hold",
            shortened=_shortened(number),
            what=form.what,
        )
        _break(name, text, place, reason, form)
    except _TextError as error:
        raise too_long(str(error), name) from None


def _decoded(data: bytes, name: str, form: FileForm) -> str:
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BrokenFile(
            "{name} breaks in line {line}, at byte {start}: that is no UTF-8 text. {other}",
            name=name,
            line=line,
            start=error.start,
            other=form.other,
        ) from error


def _depth(data: bytes) -> int:
    brackets = _ANY_STRING.sub(b"", data).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0)


def _object(pairs: list[tuple[str, Any]], form: FileForm) -> dict[str, Any]:
    longest = limits.MAX_TEXT if form is DOCUMENT else form.times * limits.MAX_BYTES
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _DoubledKeyError
    for key, value in pairs:
        if len(key) > limits.MAX_TEXT:
            raise _TextError(key)
        if isinstance(value, str) and len(value) > longest:
            raise _TextError(value)
    return values


def _whole(number: str, greatest: int | None) -> int:
    if len(number.lstrip("-")) > limits.MAX_DIGITS:
        raise _NumberError(number)
    value = int(number)
    if greatest is not None and abs(value) > greatest:
        raise _NumberError(number)
    return value


def _fraction(number: str) -> float:
    value = float(number)
    if value in {float("inf"), float("-inf")}:
        raise _NumberError(number)
    return value


def _refuse(constant: str) -> NoReturn:
    raise _NumberError(constant)


def _doubled(text: str) -> Iterator[tuple[int, str]]:
    """Where a key comes that its object has already, and the key as written."""
    objects: list[set[str]] = []
    for token in _KEY_OR_BRACE.finditer(text):
        if token[0] == "{":
            objects.append(set())
        elif token[0] == "}":
            objects.pop()
        elif token[2]:
            key = json.loads(token[1])
            if key in objects[-1]:
                yield token.start(), _shortened(token[1])
            objects[-1].add(key)


def _break(name: str, text: str, place: int, reason: str, form: FileForm) -> NoReturn:
    line = text.count("\n", 0, place) + 1
    column = place - text.rfind("\n", 0, place)
    raise BrokenFile(
        "{name} breaks in line {line}, column {column}: {reason}. {other}",
        name=name,
        line=line,
        column=column,
        reason=reason,
        other=form.other,
    )


def _shortened(written: str) -> str:
    return written if len(written) <= 40 else written[:40] + "..."
