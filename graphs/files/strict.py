"""The small files of JSON that the program keeps for itself, read strictly or not at all.

A value comes out only when the whole file is what was written: UTF-8, no key twice, no NaN, no
number or nesting without end, every value of its type. Otherwise there is a sentence that says
where it breaks, and whoever asked goes on with a default. What would be written over is set aside.
"""

from pathlib import Path
from typing import TypeVar

import msgspec

from graphs.errors import BrokenFile, FileError, Missing
from graphs.files import limits, opener, wording
from graphs.files.parsing import FileForm, parsed

Value = TypeVar("Value")

LARGEST = 4_000_000
"""Bytes; what the program keeps for itself has a few thousand, but for what holds a document."""
TIMES = 3
"""Within a text, each quotation mark and line end of a document takes one byte more."""
LARGEST_WITH_DOCUMENT = TIMES * limits.MAX_BYTES
MOST_ASIDE = 9
"""So many broken ones are kept beside each other; then the last is written over."""
_SMALL = FileForm(
    what="small file",
    divide="Put it back as it was.",
    earlier="Put it back as it was.",
    other="It may have been damaged or changed by hand; put it back as it was.",
    greatest=2**63 - 1,
    times=TIMES,
)


def value(data: bytes, kind: type[Value], name: str) -> Value:
    """What the bytes of a file say, as a ``kind``. Raises BrokenFile and TooLarge.

    ``name`` is what the messages call the file.
    """
    tree = parsed(data, name, _SMALL)
    try:
        if b"\\u" in data:
            msgspec.json.encode(tree)  # halves of characters are found wherever they are
        return msgspec.convert(tree, kind, strict=True)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at ")
        at = wording.of_place(place.partition("$")[2])
        raise BrokenFile(
            "{name} is broken{at}: {of_value}. {other}",
            name=name,
            at=at,
            of_value=wording.of_value(reason),
            other=_SMALL.other,
        ) from error
    except UnicodeEncodeError as error:
        raise BrokenFile(
            "{name} breaks: it holds half of a character. {other}", name=name, other=_SMALL.other
        ) from error


def read(
    path: Path | str,
    kind: type[Value],
    *,
    most: int = LARGEST,
    within: Path | None = None,
    name: str = "",
) -> Value:
    """What the file at a path says, as a ``kind``.

    Raises Missing, and Unreadable, TooLarge and BrokenFile with a sentence; see ``opener.opened``.
    """
    name = name or opener.shown(path)
    return value(opener.read_bytes(path, most, within=within, name=name), kind, name)


def read_or(
    path: Path | str,
    usual: Value,
    kind: type[Value],
    *,
    most: int = LARGEST,
    within: Path | None = None,
    name: str = "",
) -> tuple[Value, str]:
    """The same with a default in place of an error, and the sentence of the error.

    The sentence is empty where the file is right, and where there is none.
    """
    try:
        return read(path, kind, most=most, within=within, name=name), ""
    except Missing:
        return usual, ""
    except FileError as error:
        return usual, str(error)


def set_aside(path: Path) -> Path | None:
    """Give what lies at a path another name, ``name.broken-1``, and say which; None when it stays.

    So that nothing is lost when a new one is written.
    """
    for number in range(1, MOST_ASIDE + 1):
        aside = path.with_name(f"{path.name}.broken-{number}")
        if number == MOST_ASIDE or not _is_there(aside):
            try:
                path.replace(aside)
            except OSError:
                return None
            return aside
    return None


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        return True
    return True
