"""The bytes of a file of a table: their kind by their beginning, and unpacked when they are."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, TypeAlias

from engine.data.paths import POINTER, is_pointer, located, opened, unreadable
from engine.data.tables.files.table_file import PACKED, is_table
from engine.data.tables.files.text.encodings import beginning
from engine.errors import DataError
from engine.machine import free_memory
from graphs.errors import FileError
from graphs.files import opener
from graphs.wording.visible import visible

FileKind: TypeAlias = Literal["text", "parquet", "workbook", "json"]

MEMORY_PER_BYTE: Final = 8
"""How many bytes of memory one byte of a file may take while it is read."""
LONGEST_LINE: Final = 16 * 2**20
"""More bytes without the end of a line are no table."""
_BEGINNING: Final = 65_536
"""Bytes that show whether JSON holds rows."""
_AT_ONCE: Final = 2**20
_AT_LEISURE: Final = 4 * LONGEST_LINE
"""Files up to so many bytes are read before their beginning is looked at."""
_GZIP: Final = b"\x1f\x8b"
_FOREIGN: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "a PDF document; copy the table out of it, and save it as CSV"),
    (b"\x89PNG", "a picture; choose the pictures as data, or a file with a table"),
    (b"\xff\xd8\xff", "a picture; choose the pictures as data, or a file with a table"),
    (b"GIF8", "a picture; choose a file with a table"),
    (b"SQLite format 3", "a database (SQLite); export the table as CSV"),
    (b"\x89HDF", "a file of arrays (HDF5); save the table as CSV or Parquet"),
    (b"\x93NUMPY", "an array of NumPy; choose it as arrays"),
    (b"ARROW1", "a Feather file; save the table as CSV or Parquet"),
    (b"FEA1", "a Feather file; save the table as CSV or Parquet"),
    (b"Obj\x01", "an Avro file; save the table as CSV or Parquet"),
    (b"BZh", "packed (bzip2); unpack it, and choose the file inside"),
    (b"\xfd7zXZ", "packed (xz); unpack it, and choose the file inside"),
    (b"(\xb5/\xfd", "packed (zstd); unpack it, and choose the file inside"),
    (b"7z\xbc\xaf", "packed (7-Zip); unpack it, and choose the file inside"),
    (b"Rar!", "packed (RAR); unpack it, and choose the file inside"),
    (b"RDX", "data of R; save the table as CSV in R"),
    (b"$FL2", "data of SPSS; save the table as CSV in SPSS"),
    (b"\x80\x04", "a pickle, which could run code when it is opened; save the table as CSV"),
    (b"\x80\x05", "a pickle, which could run code when it is opened; save the table as CSV"),
    (b"\x80\x03", "a pickle, which could run code when it is opened; save the table as CSV"),
    (b"\x7fELF", "a program; choose a file with a table"),
    (b"MZ\x90", "a program; choose a file with a table"),
)
"""How files begin that are no tables, and what they are."""
_WEB: Final = (b"<!doctype html", b"<html", b"<head")


def content(path: Path) -> bytes:
    """The bytes of a file, unpacked. Raises DataError, before what is too large is read."""
    shown = visible(path)
    with opened(path) as file:
        size = opener.size(file)
        if not size:
            raise DataError("{name} is empty. Choose a file with a table.", name=path.name)
        try:
            head = file.read(size if size <= _AT_LEISURE else LONGEST_LINE)
            _refuse_foreign(path, head)
            if is_text(head):
                _refuse_endless(path, head)
            _check_room(path, size)
            data = head + opener.content(file, size, shown) if size > len(head) else head
        except OSError as error:
            raise DataError(unreadable(path, error)) from None
        except FileError as error:
            raise DataError(str(error)) from None
    if data.startswith(_GZIP):
        data = _unpacked(path, data)
        _refuse_foreign(path, data)
    return data


def kind_of(path: Path, data: bytes) -> FileKind:
    """What a file of a table is, by its bytes rather than by its name. Raises DataError."""
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "workbook"
    endings = {end.lower() for end in path.suffixes[-2:]}
    if endings & {".parquet", ".pq"}:
        raise DataError(
            "{name} is no Parquet file, or a damaged one. Choose another file.", name=path.name
        )
    if endings & {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"} and b"\0" in data[:1000]:
        raise DataError(
            "{name} is no workbook, or a damaged one. Choose another file.", name=path.name
        )
    begins = beginning(data).lstrip()
    if begins.startswith("{") or (begins.startswith("[") and endings & {".json", ".jsonl"}):
        return "json"
    return "json" if begins[:1] == "[" and begins[1:].lstrip()[:1] in {"{", "]"} else "text"


def holds_rows(path: Path | str) -> bool:
    """Whether a file is called as tables are, or holds JSON that begins as rows do."""
    if is_table(path):
        return True
    endings = [ending.lower() for ending in Path(path).suffixes]
    if ".json" not in (endings[-1:] if endings[-1:] != [PACKED] else endings[-2:-1]):
        return False
    try:
        with opened(located(path)) as file:
            data = file.read(_BEGINNING)
        if data.startswith(_GZIP):
            data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, _BEGINNING)
    except (DataError, OSError, zlib.error):
        return False
    return "".join(beginning(data, _BEGINNING).split()).startswith(("[{", '{"'))


def is_text(data: bytes) -> bool:
    """Whether lines can be expected in a file that begins so."""
    packed = data.startswith((_GZIP, b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
    return not packed and not beginning(data).startswith(("{", "["))


def _refuse_foreign(path: Path, data: bytes) -> None:
    if is_pointer(data):
        raise DataError(POINTER, name=path.name)
    for begin, what in _FOREIGN:
        if data.startswith(begin):
            raise DataError("{name} holds no table: it is {what}.", name=path.name, what=what)
    if data[:200].lstrip().lower().startswith(_WEB):
        raise DataError(
            "{name} holds no table: it is a web page. Download the file itself again.",
            name=path.name,
        )


def _refuse_endless(path: Path, head: bytes) -> None:
    """Raise DataError for a line that no table has."""
    if len(head) < LONGEST_LINE:
        return
    if head.find(b"\n", 0, LONGEST_LINE) < 0 and head.find(b"\r", 0, LONGEST_LINE) < 0:
        raise DataError(
            "{name} has a first line of more than {amount}, so it holds no table. Choose a "
            "file with a line for each row.",
            name=path.name,
            amount=opener.amount(LONGEST_LINE),
        )


def _check_room(path: Path, size: int) -> None:
    needed, free = size * MEMORY_PER_BYTE, free_memory()
    if needed > free:
        raise DataError(
            "{name} has {size:.1f} GB and needs about {needed:.0f} GB of memory, but only "
            "{free:.1f} GB are free. Choose a part of it.",
            name=path.name,
            size=size / 1000000000.0,
            needed=needed / 1000000000.0,
            free=free / 1000000000.0,
        )


def _unpacked(path: Path, packed: bytes) -> bytes:
    """What a .gz file holds, whatever it says of its size, but never more than there is room."""
    _check_room(path, int.from_bytes(packed[-4:], "little"))
    most = free_memory() // MEMORY_PER_BYTE
    parts, total = list[bytes](), 0
    try:
        with gzip.GzipFile(fileobj=BytesIO(packed)) as file:
            while part := file.read(_AT_ONCE):
                parts.append(part)
                total += len(part)
                if total > most:
                    _check_room(path, total)
                if total >= LONGEST_LINE > total - len(part):
                    _refuse_endless(path, b"".join(parts))
    except (OSError, EOFError, zlib.error):
        raise DataError(
            "{name} is packed (gzip), but damaged or cut off. Download it again.", name=path.name
        ) from None
    if not total:
        raise DataError("{name} holds an empty file. Choose a file with a table.", name=path.name)
    return b"".join(parts)
