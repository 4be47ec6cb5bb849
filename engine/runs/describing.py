"""Names a run, notes something about it, or stars it."""

from __future__ import annotations

from pathlib import Path

from engine.errors import RunError
from engine.runs.folder import Run
from engine.runs.notes import LONGEST_NAME, LONGEST_NOTE, Notes, write


def describe(
    folder: Path | str,
    *,
    name: str | None = None,
    note: str | None = None,
    starred: bool | None = None,
) -> Notes:
    """Name a run, note something about it or star it; what is None stays as it was.

    Raises RunError when there is no run, or what is said is too long.
    """
    run = Run.open(folder)
    before = run.notes
    said = Notes(
        before.name if name is None else " ".join(name.split()),
        before.note if note is None else note.strip(),
        before.starred if starred is None else starred,
    )
    for what, text, most in (
        ("name", said.name, LONGEST_NAME),
        ("note", said.note, LONGEST_NOTE),
    ):
        if len(text) > most:
            raise RunError(
                "The {what} has {count:,} letters, more than the {most:,} allowed. Write a "
                "shorter one.",
                what=what,
                count=len(text),
                most=most,
            )
    write(run.folder, said)
    run.remember()
    return said
