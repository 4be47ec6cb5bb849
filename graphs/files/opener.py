"""The one place where a path that a user or a file names is opened.

Only regular files are: a pipe would wait for ever for somebody to write into it, a device has no
end, and a folder is none. How large a file is, is asked before it is read, and it is held to that
while it is read. Where the files of one folder are read, links that lead out of it are refused.
"""

import errno
import os
import stat
from io import BufferedReader, BufferedWriter
from pathlib import Path
from typing import IO, NoReturn

from graphs.errors import Denied, Missing, NoFile, Outside, TooLarge, Unreadable
from graphs.files.saving import lies_in, reason
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

_FLAGS = (
    getattr(os, "O_NONBLOCK", 0)  # a pipe that has come there meanwhile does not hold us up
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOINHERIT", 0)
)
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_AT_ONCE = 2**20
"""Bytes that are read at a time, so that a file that grows does not fill the memory."""


def opened(path: Path | str, *, within: Path | None = None, name: str = "") -> BufferedReader:
    """A regular file, open for reading. Raises Unreadable, with a sentence.

    It has to lie in the folder ``within``, also when links are followed. ``name`` is what the
    messages call the file.
    """
    path, name = Path(path), name or shown(path)
    try:
        _check(os.stat(path), name)
        _check_inside(path, within, name)
        return os.fdopen(_regular(os.open(path, os.O_RDONLY | _FLAGS), name), "rb")
    except (OSError, ValueError) as error:
        refuse(error, name)


def appended(path: Path | str, *, within: Path | None = None, name: str = "") -> BufferedWriter:
    """A regular file, open for adding at its end; made when it is not there.

    Raises Unreadable, as ``opened`` does.
    """
    path, name = Path(path), name or shown(path)
    try:
        if path.exists():
            _check(os.stat(path), name)
        _check_inside(path, within, name)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _FLAGS
        return os.fdopen(_regular(os.open(path, flags, 0o666), name), "ab")
    except (OSError, ValueError) as error:
        refuse(error, name)


def check(path: Path | str, *, within: Path | None = None, name: str = "") -> int:
    """How many bytes a file has that can be opened; for what another library opens by its path.

    Raises Unreadable.
    """
    with opened(path, within=within, name=name) as file:
        return size(file)


def size(file: IO[bytes]) -> int:
    """How many bytes an open file has."""
    return os.fstat(file.fileno()).st_size


def content(file: IO[bytes], most: int, name: str) -> bytes:
    """All bytes of an open file. Raises TooLarge for more than ``most``, and Unreadable."""
    if (there := size(file)) > most:
        raise too_large(name, there, most)
    parts, left = [], most + 1
    try:
        while left and (part := file.read(min(left, _AT_ONCE))):
            parts.append(part)
            left -= len(part)
    except (OSError, ValueError) as error:
        refuse(error, name)
    if not left:  # it has grown, or its kind of disk does not say how large it is
        raise too_large(name, most + 1, most)
    return b"".join(parts)


def read_bytes(path: Path | str, most: int, *, within: Path | None = None, name: str = "") -> bytes:
    """All bytes of a regular file. Raises TooLarge for more than ``most``, and Unreadable."""
    name = name or shown(path)
    with opened(path, within=within, name=name) as file:
        return content(file, most, name)


def shown(path: Path | str) -> str:
    """What messages call a file: its name, in quotation marks."""
    return f"“{visible(Path(path).name or path)}”"


def too_large(name: str, there: int, most: int) -> TooLarge:
    """The error for a file of more bytes than ``most``."""
    if there <= most + 1:  # it was read no further
        return TooLarge(
            "{name} goes on, more than the {amount} allowed. Choose another file.",
            name=name,
            amount=amount(most),
        )
    return TooLarge(
        "{name} has {there}, more than the {amount} allowed. Choose another file.",
        name=name,
        there=amount(there),
        amount=amount(most),
    )


def amount(count: int) -> str:
    """So many bytes in words: ``3.1 GB``."""
    for unit, one in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= one:
            return f"{count / one:,.1f} {unit}"
    return phrase("{count} bytes", count=count)


def refuse(error: OSError | ValueError, name: str) -> NoReturn:
    """Raise the error that says why the system does not give a file."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            raise Missing(
                "{name} is not there. It may have been moved or renamed; choose it again.",
                name=name,
            ) from error
        case PermissionError():
            raise Denied(
                "{name} may not be read. Allow reading it, or choose another file.", name=name
            ) from error
        case IsADirectoryError():
            raise NoFile("{name} is a folder. Choose a file in it.", name=name) from error
        case OSError(errno=errno.ENXIO | errno.EAGAIN):  # a pipe without a reader, or locked
            raise NoFile(
                "{name} is in use or is no file. Choose another file.", name=name
            ) from error
        case ValueError():  # it holds a zero, or a letter that the disk cannot write
            raise Unreadable(
                "{name} is no path of a file: it holds characters that no name has. Choose "
                "another file.",
                name=name,
            ) from error
        case _:
            raise Unreadable(
                "{name} cannot be read: {reason}", name=name, reason=reason(error)
            ) from error


def _regular(handle: int, name: str) -> int:
    """The same handle when it is that of a regular file; otherwise it is closed."""
    try:
        _check(os.fstat(handle), name)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _check(found: os.stat_result, name: str) -> None:
    mode = found.st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        at = next((at for at, (is_so, _) in enumerate(_KINDS) if is_so(mode)), None)
        what = phrase("something else") if at is None else phrase(_KINDS[at][1])
        raise NoFile("{name} is no file but {what}. Choose a file.", name=name, what=what)


def _check_inside(path: Path, within: Path | None, name: str) -> None:
    if within is not None and not lies_in(path, within):
        raise Outside(
            "{name} is a link that leads out of its folder. Put the file itself into the folder.",
            name=name,
        )
