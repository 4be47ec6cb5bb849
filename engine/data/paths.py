"""The files and folders that users name, which may be no paths at all."""

from __future__ import annotations

from io import BufferedReader
from pathlib import Path
from typing import Final

from engine.data.memory import check_memory
from engine.errors import DataError
from graphs.errors import FileError
from graphs.files import opener
from graphs.files.saving import reason
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

POINTER: Final = (
    "{name} is a pointer of Git LFS, which stands in place of the file itself. Fetch the file with "
    "“git lfs pull”."
)
_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_END_MARKS: Final = b"\0\x1a"


def is_pointer(data: bytes) -> bool:
    """Whether the bytes of a file only say where Git has stored the real one."""
    return data.startswith(_POINTER)


def without_end_marks(data: bytes) -> bytes:
    """A text without zero bytes and Ctrl-Z at its very end, which old programs put there."""
    return data.rstrip(_END_MARKS) if data.endswith((b"\0", b"\x1a")) else data


def located(written: Path | str) -> Path:
    """The path that somebody wrote, where ~ is the home folder. Raises DataError for what is none.

    Whether something is there is not asked.
    """
    try:
        path = Path(written).expanduser()
    except RuntimeError:  # ~somebody, who has no home here
        raise DataError(
            "There is no home folder for the beginning of {written}. Write the path in full.",
            written=visible(written),
        ) from None
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return path
    except (OSError, ValueError) as error:  # such as a name that is too long
        raise DataError(unreadable(path, error)) from None
    return path


def opened(path: Path) -> BufferedReader:
    """A regular file, open for reading. Raises DataError for everything else."""
    try:
        return opener.opened(path, name=visible(path))
    except FileError as error:
        raise DataError(str(error)) from None


def read_file(path: Path, memory_per_byte: int, what: str, advice: str = "Choose a part.") -> bytes:
    """All bytes of a file, of which each takes so much memory until it is learned from.

    Raises DataError, before anything is read, when that is not free: ``what``, in the plural.
    """
    with opened(path) as file:
        size = opener.size(file)
        check_memory(size * memory_per_byte, what, advice)
        try:
            return opener.content(file, size, visible(path))
        except FileError as error:
            raise DataError(str(error)) from None


def unreadable(path: Path, error: OSError | ValueError) -> str:
    """Why a file cannot be opened, as a sentence."""
    shown = visible(path)
    match error:
        case FileNotFoundError():
            return phrase(
                "{shown} is not there. It may have been moved or renamed; choose it again.",
                shown=shown,
            )
        case PermissionError():
            return phrase(
                "{shown} may not be read. Allow reading it, or choose another file.", shown=shown
            )
        case OSError():
            return phrase("{shown} cannot be read: {reason}", shown=shown, reason=reason(error))
        case _:
            return phrase("“{path}” is no path of a file. Choose another file.", path=shown)
