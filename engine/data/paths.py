"""The files and folders that users name, which may be no paths at all."""

from __future__ import annotations

from pathlib import Path

from engine.errors import DataError


def located(written: Path | str) -> Path:
    """The path that somebody wrote, where ~ is the home folder. Raises DataError for what is none.

    Whether something is there is not asked.
    """
    try:
        path = Path(written).expanduser()
    except RuntimeError:  # ~somebody, who has no home here
        raise DataError(
            f"There is no home folder for the beginning of {written}. Write the path in full."
        ) from None
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return path
    except (OSError, ValueError) as error:  # such as a name that is too long
        raise DataError(unreadable(path, error)) from None
    return path


def unreadable(path: Path, error: OSError | ValueError) -> str:
    """Why a file cannot be opened, as a sentence."""
    match error:
        case FileNotFoundError():
            return f"{path} is not there. It may have been moved or renamed; choose it again."
        case PermissionError():
            return f"{path} may not be read. Allow reading it, or choose another file."
        case OSError():
            return f"{path} cannot be read: {error.strerror or error}. Choose another file."
        case _:
            return f"{str(path)!r} is no path of a file. Choose another file."
