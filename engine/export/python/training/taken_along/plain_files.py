"""What is asked of a path before it is read or written."""

from __future__ import annotations

import os
from pathlib import Path


def require_file(file: Path) -> None:
    """Refuse what is no plain file: nothing, a folder, or a pipe, which could be read for ever."""
    if not file.exists():
        raise ValueError(f"there is no file “{file}”.")
    if not file.is_file():
        raise ValueError(f"“{file}” is a folder, or no plain file. Name a file.")


def require_place(file: Path) -> None:
    """Refuse a place where nothing can be written, before time is spent on what is to lie there."""
    if file.exists():
        require_file(file)
    if not file.parent.is_dir():
        raise ValueError(f"there is no folder “{file.parent}”. Make it, or name another place.")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise ValueError(f"“{file}” may not be written. Name another place with --to.")
