"""Reads text files: UTF-8 and UTF-16 are told apart by their first bytes, the rest is refused."""

import codecs
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from engine.data.folders.class_folders import files_in
from engine.data.memory import check_memory
from engine.data.paths import POINTER, is_pointer, read_file, without_end_marks
from engine.errors import DataError
from graphs.files import opener
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

MEMORY_PER_BYTE = 40
"""A character takes up to four bytes, and its token eight in each of two fields, and some more."""
ENDINGS = frozenset({".md", ".text", ".txt"})
"""How the files of a folder end that are read."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(path: Path, root: Path | None = None) -> str:
    """The text in a file, with plain line ends. Raises DataError that says where it breaks.

    Messages call it by its place below ``root``, where one is given.
    """
    is_below = root is not None and path.is_relative_to(root)
    name = visible(str(path.relative_to(root)) if root is not None and is_below else path.name)
    data = read_file(path, MEMORY_PER_BYTE, phrase("The characters of {name}", name=name))
    if is_pointer(data):
        raise DataError(POINTER, name=name)
    text = decoded(data, name)
    if not text.strip():
        raise DataError("{name} is empty. Choose a file with text.", name=name)
    return text


def text_paths(folder: Path, skipped: list[str], root: Path | None = None) -> list[Path]:
    """Every text file below a folder, in an order that is always the same; see ``files_in``."""
    return [path for path in files_in(folder, skipped, root) if path.suffix.lower() in ENDINGS]


def check_sizes(paths: Iterable[Path], root: Path) -> None:
    """Raise DataError when the memory cannot hold all these texts."""
    size = 0
    for path in paths:
        with suppress(OSError, ValueError):
            size += path.stat().st_size
    what = phrase(
        "The characters of the {amount} of texts in {root}",
        amount=opener.amount(size),
        root=visible(root),
    )
    check_memory(size * MEMORY_PER_BYTE, what, phrase("Choose a part of them."))


def decoded(data: bytes, name: str) -> str:
    """The bytes of a text file called ``name`` as text. Raises DataError."""
    encoding = next((kind for mark, kind in _MARKS if data.startswith(mark)), "utf-8")
    if encoding.startswith("utf-8") and _without_mark(data) == "utf-8":
        data = without_end_marks(data)
    if encoding == "utf-8" and (encoding := _without_mark(data)) == "utf-8" and b"\0" in data:
        raise DataError(
            "{name} holds a zero byte in line {line}, so it is no text. Choose a text file.",
            name=name,
            line=_line(data, data.index(0)),
        )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding.startswith("utf-8"):
            fault = phrase(
                "{name}, line {line}, is not written in UTF-8",
                name=name,
                line=_line(data, error.start),
            )
        else:
            fault = phrase(
                "{name} begins like {upper}, but breaks at byte {start:,}",
                name=name,
                upper=encoding.upper(),
                start=error.start,
            )
        raise DataError("{fault}. Save it as UTF-8.", fault=fault) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_mark(data: bytes) -> str:
    """UTF-16 is often written without its mark: every other byte of plain text is zero then."""
    first, second = data[0:200:2].count(0), data[1:200:2].count(0)
    half = max(len(data[:200]) // 2, 1)
    if len(data) % 2 == 0 and second > 0.7 * half and not first:
        return "utf-16-le"
    if len(data) % 2 == 0 and first > 0.7 * half and not second:
        return "utf-16-be"
    return "utf-8"


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
