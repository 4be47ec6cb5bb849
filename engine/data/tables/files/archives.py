"""Says what an archive is that should be a workbook, and how much it holds, before it is opened."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Final

from engine.data.memory import check_memory
from engine.errors import DataError
from engine.machine import free_memory
from graphs.wording.phrases import phrase

MEMORY_PER_BYTE: Final = 8
"""What a byte of an unpacked workbook may take while it is read."""
MEMORY_PER_CELL: Final = 40
"""A sheet is held as a rectangle of cells, empty ones too."""
MOST_PACKED: Final = 1032
"""How many times smaller than itself packed data can be."""
_AT_ONCE: Final = 2**20
_CELL: Final = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_REPEATED: Final = re.compile(
    rb'number-(rows|columns)-repeated="(\d{4,})"(?:(?!</table:table-row>).){0,2000}office:value',
    re.DOTALL,
)
_OLE: Final = b"\xd0\xcf\x11\xe0"


def check_workbook(path: Path, data: bytes) -> None:
    """Raise DataError for an archive that is no workbook, and for one that memory cannot hold."""
    if data.startswith(_OLE):
        _check_old(path, data)
        return
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            _check_kind(path, archive, names)
            sizes = {one.filename: _unpacked(data, one) for one in members}
            check_memory(
                sum(sizes.values()) * MEMORY_PER_BYTE,
                phrase("The sheets of {name}", name=path.name),
                phrase("Choose a part of it, or save it as CSV."),
            )
            for name in names:
                if name == "content.xml" or re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
                    _check_cells(path, archive.read(name))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise DataError(
            "{name} is an archive that is damaged or cut off. Download or save it again.",
            name=path.name,
        ) from None


def _check_old(path: Path, data: bytes) -> None:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise DataError(
            "{name} is locked with a password. Open it, and save it without one, or as CSV.",
            name=path.name,
        )
    if not holds("Workbook") and not holds("Book"):
        what = phrase("a document of Word") if holds("WordDocument") else phrase("no workbook")
        raise DataError(
            "{name} holds no table: it is {what}. Choose a workbook, or a CSV file.",
            name=path.name,
            what=what,
        )


def _check_kind(path: Path, archive: zipfile.ZipFile, names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "mimetype" in names and "content.xml" in names:
        if b"spreadsheet" in archive.read("mimetype"):
            return
        raise DataError(
            "{name} holds no table: it is a document, but no spreadsheet. Save the table as CSV.",
            name=path.name,
        )
    if "xl/workbook.bin" in names:
        raise DataError(
            "{name} is a binary workbook (.xlsb). Save it as .xlsx or as CSV in Excel.",
            name=path.name,
        )
    if any(name.startswith("xl/") for name in names):
        raise DataError(
            "{name} is no whole workbook: the list of its sheets is missing. Open it in "
            "Excel or LibreOffice and save it again, or choose another file.",
            name=path.name,
        )
    kinds = {"word/": phrase("a document of Word"), "ppt/": phrase("a presentation")}
    begun = next((k for start, k in kinds.items() if any(n.startswith(start) for n in names)), None)
    if begun is not None:
        raise DataError(
            "{name} holds no table: it is {begun}. Save the table as CSV.",
            name=path.name,
            begun=begun,
        )
    if names and all(name.endswith(".npy") for name in names):
        raise DataError("{name} holds arrays of NumPy. Choose it as arrays.", name=path.name)
    inside = ", ".join(f"“{name[:60]}”" for name in sorted(names)[:3])
    holds = phrase(", with {inside} inside", inside=inside) if inside else phrase(" that is empty")
    raise DataError(
        "{name} is a zip archive{holds}, and no workbook. Unpack it, and choose the "
        "file with the table.",
        name=path.name,
        holds=holds,
    )


def _unpacked(data: bytes, member: zipfile.ZipInfo) -> int:
    """How large a part really is; what it says of itself is believed where it hardly matters."""
    if member.flag_bits & 1:
        raise RuntimeError("it is locked")
    most = free_memory() // MEMORY_PER_BYTE
    if member.compress_type != zipfile.ZIP_DEFLATED:
        return max(member.file_size, member.compress_size)
    if member.file_size > most or member.compress_size * MOST_PACKED < most // 100:
        return max(member.file_size, member.compress_size)
    name, extra = struct.unpack_from("<HH", data, member.header_offset + 26)
    start = member.header_offset + 30 + name + extra
    packed = memoryview(data)[start : start + member.compress_size]
    unpacker, total = zlib.decompressobj(-15), 0
    for at in range(0, len(packed), _AT_ONCE):
        part = bytes(packed[at : at + _AT_ONCE])
        while part and total <= most:
            total += len(unpacker.decompress(part, 16 * _AT_ONCE))
            part = unpacker.unconsumed_tail
    return max(total, member.file_size)


def _check_cells(path: Path, sheet: bytes) -> None:
    """Refuse a sheet whose few cells lie so far apart that no memory holds all between them."""
    letters, digits = 1, 5
    for count in (2, 3):
        if re.search(rb"""\br=["'][A-Z]{%d}\d""" % count, sheet):
            letters = count
    if re.search(rb"""\br=["'][A-Z]{1,3}\d{6}""", sheet):
        digits = 7
    widest, deepest = (26**letters) * 2, min(10**digits, 2**20)
    if widest * deepest * MEMORY_PER_CELL > free_memory() // 4:
        widest = deepest = 1
        for found in _CELL.finditer(sheet):
            widest = max(widest, _column(found[1]))
            deepest = max(deepest, int(found[2]))
    repeated = {b"rows": 1, b"columns": 1}
    for found in _REPEATED.finditer(sheet):
        repeated[found[1]] = max(repeated[found[1]], int(found[2]))
    cells = max(widest * deepest, repeated[b"rows"] * repeated[b"columns"])
    check_memory(
        cells * MEMORY_PER_CELL,
        phrase("The {cells:,} cells of a sheet of {name}", cells=cells, name=path.name),
        phrase("Remove what stands far from the table, or save it as CSV."),
    )


def _column(letters: bytes) -> int:
    """The number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
