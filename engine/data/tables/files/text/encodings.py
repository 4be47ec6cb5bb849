"""How the letters of a text file are written; what it is not certain of is asked, never guessed.

A mark at the beginning, zeros between the letters, and valid UTF-8 are certain. Of the rest only
Western European text is recognised: single odd bytes, each a letter or sign where one may stand.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from engine.errors import DataError
from graphs.data.sources.table_layout import Encoding
from graphs.wording.phrases import phrase

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHERS: Final[tuple[Encoding, ...]] = (
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "gb18030",
    "shift-jis",
    "big5",
    "euc-kr",
)
_SIGNS: Final = frozenset("€£§°²³µ±·×–—‘’“”„«»…½¼¾®©™ªº¿¡¢¥†‡•‰‹›¹ \u00a0")
_BLOCK: Final = 2**20
_SHOWN: Final = 4


class OtherEncodingError(DataError):
    """A file is not written in the encoding that is set."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text file as UTF-8 without a mark."""

    data: bytes
    encoding: Encoding
    notice: str = ""
    """What was decided without being certain, as a sentence."""


def beginning(data: bytes, most: int = 1000) -> str:
    """How the text in a file begins, as far as that can be told."""
    mark, codec = next((found for found in _MARKS if data.startswith(found[0])), (b"", ""))
    return data[len(mark) : most].decode(codec or _without_mark(data) or "utf-8", "ignore")


def decoded(data: bytes, name: str, encoding: Encoding = "auto") -> Decoded:
    """The bytes of a file called ``name`` as UTF-8. Raises DataError that says what to set."""
    marked = next(((m, e) for m, e in _MARKS if data.startswith(m)), None)
    if marked is not None:
        return _marked(data[len(marked[0]) :], name, marked[1])
    if (halves := _without_mark(data)) and encoding in {"auto", "utf-16"}:
        return _marked(data, name, halves)
    valid = _first_fault(data) is None
    if encoding == "auto":
        return Decoded(data, "utf-8") if valid else _recognised(data, name)
    if encoding == "utf-8" and valid:
        return Decoded(data, "utf-8")
    if valid and not data.isascii():
        raise OtherEncodingError(
            "{name} is written in UTF-8, but it is to be read as {encoding}, and its "
            "letters would come out wrong. Save it as {encoding}, or set the encoding to "
            "“utf-8”.",
            name=name,
            encoding=encoding,
        )
    return Decoded(_as_set(data, name, encoding), encoding)


def _marked(data: bytes, name: str, codec: str) -> Decoded:
    kind: Encoding = "utf-8" if codec == "utf-8" else "utf-16"
    if codec == "utf-8" and _first_fault(data) is None:
        return Decoded(data, kind)
    try:
        return Decoded(data.decode(codec).encode(), kind)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise DataError(
            "{name} begins like {upper}, but is damaged at byte {at:,}. Save it as UTF-8.",
            name=name,
            upper=codec.upper(),
            at=at,
        ) from None


def _without_mark(data: bytes) -> str:
    """UTF-16 is often written without its mark: every other byte of plain text is zero then."""
    head = data[:200]
    first, second, half = head[0::2].count(0), head[1::2].count(0), max(len(head) // 2, 1)
    if second > 0.7 * half and not first:
        return "utf-16-le"
    return "utf-16-be" if first > 0.7 * half and not second else ""


def _first_fault(data: bytes) -> int | None:
    """Where the bytes are no UTF-8; None when they are. Looks at a part at a time."""
    if data.isascii():
        return None
    decoder, view = codecs.getincrementaldecoder("utf-8")(), memoryview(data)
    for at in range(0, len(data), _BLOCK):
        try:
            decoder.decode(view[at : at + _BLOCK], final=at + _BLOCK >= len(data))
        except UnicodeDecodeError as error:
            return at + error.start
    return None


def _as_set(data: bytes, name: str, encoding: Encoding) -> bytes:
    codec = "utf-16-le" if encoding == "utf-16" else encoding
    try:
        return data.decode(codec).encode()
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise OtherEncodingError(
            "{name}, line {line_at}, is not written in {upper}. Save the file as {upper}, "
            "or set another encoding.{readings}",
            name=name,
            line_at=line_at(data, at),
            upper=encoding.upper(),
            readings=_readings(data),
        ) from None


def _recognised(data: bytes, name: str) -> Decoded:
    """Western European text, where nothing speaks against it. Raises DataError."""
    word = _western(data)
    if word is None:
        at = _first_fault(data) or 0
        raise DataError(
            "{name}, line {line_at}, is not written in UTF-8. Save the file as UTF-8 (in "
            "Excel: “CSV UTF-8”), or set its encoding.{readings}",
            name=name,
            line_at=line_at(data, at),
            readings=_readings(data),
        )
    return Decoded(
        data.decode("windows-1252").encode(),
        "windows-1252",
        phrase(
            "{name} is not written in UTF-8. It is read as Western European text "
            "(windows-1252), such as “{word}”; if that is wrong, set the encoding.",
            name=name,
            word=word,
        ),
    )


def _western(data: bytes) -> str | None:
    """A word of the text as windows-1252; None where it is likelier to be something else."""
    odd = [(m.start(), m.group()) for m in re.finditer(rb"[\x80-\xff]+", data[: 16 * _BLOCK])]
    alone = sum(len(run) == 1 for _, run in odd)
    if not odd or alone < 0.8 * len(odd):
        return None
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError:
        return None
    for found in re.finditer(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])", text):
        if not found.group().isalpha() and found.group() not in "’‘·\u00ad":
            return None  # a sign in the middle of a word: letters of another alphabet
    if re.search(r"[a-z][À-ÖØ-ÞŠŽŒŸ](?![A-Z])|£[a-zó]", text):
        return None  # a capital at the end of a word
    strange = {sign for sign in text if sign > "\x7f" and not sign.isalpha()} - _SIGNS
    return None if strange else _word_at(text)


def _readings(data: bytes) -> str:
    """How the first odd word reads in each encoding that fits, as a sentence."""
    fault = _first_fault(data)
    if fault is None:
        return ""
    start = data.rfind(b"\n", 0, fault) + 1
    line = data[start : data.find(b"\n", fault) if b"\n" in data[fault:] else len(data)][:1000]
    told = []
    for encoding in _OTHERS:
        try:
            word = _word_at(line.decode(encoding))
        except UnicodeDecodeError:
            continue
        if word.isalpha():
            told.append(phrase("“{word}” as {encoding}", word=word, encoding=encoding))
    return phrase(" It reads {told}.", told=", ".join(told[:_SHOWN])) if told else ""


def _word_at(text: str) -> str:
    """The first word with a letter beyond ASCII."""
    found = re.search(r"[^\s,;|\"]*[^\x00-\x7f][^\s,;|\"]*", text)
    return found.group()[:30] if found else ""


def line_at(data: bytes, at: int) -> int:
    """In which line a byte lies."""
    return data.count(b"\n", 0, at) + 1
