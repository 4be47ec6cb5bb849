"""Names a run, notes something about it, or stars it."""

from __future__ import annotations

import re
from pathlib import Path

from engine.errors import RunError
from engine.runs.folder import Run
from engine.runs.making import numbered
from engine.runs.notes import LONGEST_NAME, LONGEST_NOTE, Notes, write
from engine.runs.run_index import number_in
from graphs.wording.visible import spelled


def describe(
    folder: Path | str,
    *,
    name: str | None = None,
    note: str | None = None,
    starred: bool | None = None,
) -> Notes:
    """Name a run, note something about it or star it; what is None stays as it was.

    One whose name is taken away is called by its document and a number, as it was at first.
    Raises RunError when there is no run, or what is said is too long.
    """
    run = Run.open(folder)
    before = run.notes
    said = Notes(
        before.name if name is None else " ".join(name.split()) or _own_name(run),
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


def _own_name(run: Run) -> str:
    """What a run was called at first, where it still is; else its document and another number."""
    name, document = run.notes.name, spelled(run.name)
    of = re.sub(r" \d+/\d+$", "", document)  # each fold of a cross-validation says which it is
    return name if number_in(name, of) else numbered(document)
