"""Where an export may write: which files it makes, what lies there, and whose names they have."""

from __future__ import annotations

import os
from pathlib import Path

from engine.export.exporters import Exporter
from graphs import files
from graphs.files.saving import reason
from graphs.wording.phrases import phrase


def lying(exporter: type[Exporter], path: Path) -> list[Path]:
    """What is there already of the files that an export to ``path`` writes."""
    return [
        place
        for place in exporter.files(path)
        if os.path.lexists(place) and not os.path.isdir(place)  # neither of them ever raises
    ]


def misnamed(exporter: type[Exporter], path: Path) -> str:
    """Why a file of this kind may not have that name, as a sentence; empty when it may.

    An ending that stands for something else would be believed, here and by every other program.
    """
    ending = path.suffix.lower()
    if ending == files.SUFFIX:
        return phrase(
            "“{name}” would be the name of a document of Layerloom. Let the name of the export end "
            "in {suffix}.",
            name=path.name,
            suffix=exporter.suffix,
        )
    for other in Exporter.members():
        if ending == other.suffix != exporter.suffix:
            return phrase(
                "Files that end in {ending} are of the format “{other}”. Choose that format, or "
                "let the name end in {suffix}.",
                ending=other.suffix,
                other=other.title,
                suffix=exporter.suffix,
            )
    return ""


def fault(exporter: type[Exporter], path: Path, *, replace: bool) -> str:
    """Why an export to ``path`` cannot be written, as a sentence; empty when nothing is in its way.

    Better said before the work than after. What is there already is in the way unless the user has
    agreed to ``replace`` it.
    """
    if told := misnamed(exporter, path):
        return told
    for place in exporter.files(path):
        if place != path and os.path.isdir(place):
            return phrase(
                "The export writes a file “{name}”, too, and a folder has this name. Move that "
                "folder away, or choose another name.",
                name=place.name,
            )
        if told := _place_fault(place):
            return told
    return "" if replace else taken(exporter, path)


def taken(exporter: type[Exporter], path: Path) -> str:
    """That something lies there, as a sentence; empty when all names are free."""
    for place in lying(exporter, path):
        return phrase(
            "“{name}” is there already. Choose another name, or move it away.", name=place.name
        )
    return ""


def _place_fault(path: Path) -> str:
    """Why no file can be written there, as a sentence."""
    if os.path.isdir(path):
        return phrase("{path} is a folder. Add the name of the file.", path=path)
    if not os.path.isdir(path.parent):
        return phrase(
            "There is no folder {parent}. Create it first, or choose another.", parent=path.parent
        )
    if not os.access(path.parent, os.W_OK):
        return phrase(
            "You may not write into the folder {parent}. Choose another.", parent=path.parent
        )
    if os.path.exists(path) and not os.path.isfile(path):
        return phrase(
            "“{name}” is a device or a pipe, not a file. Choose another name.", name=path.name
        )
    try:
        path.lstat()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        return phrase("No file can be written to {path}: {reason}", path=path, reason=reason(error))
    return ""
