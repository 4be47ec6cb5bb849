"""What dead processes left unsaved: the logs that are there, and the documents that they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from graphs import files
from graphs.document.document import Document
from graphs.errors import BrokenFile, FileError
from graphs.files import opener, owners
from graphs.files.parsing import parsed
from graphs.files.saving import reason
from graphs.keeping import log
from graphs.keeping.log import LoggedDocument, LogHead
from graphs.keeping.patches import Patch, Patched
from graphs.wording.phrases import phrase

LARGEST = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Lost:
    """Unsaved changes to one document, from a process that is no more."""

    log: Path
    about: LoggedDocument
    steps: int
    when: float
    """Of the last step, in seconds since 1970."""
    fault: str = ""
    """Why it cannot be recovered; empty when it can."""
    title: str = ""
    """What the document is called; empty when it has no name yet."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A document as its last whole step left it, and what could not be brought back."""

    document: Document
    about: LoggedDocument
    steps: int
    notices: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What the document is called, if only by its data; empty when it has no name yet."""
        return self.about.title or self.document.data.called


def lost(folder: Path) -> list[Lost]:
    """All that can be offered, the newest first; what is on disk already is removed."""
    place = folder / log.FOLDER
    with suppress(OSError):
        _sweep(place)
        found = [one for one in place.iterdir() if one.suffix == log.SUFFIX]
        offers = [offer for one in found if (offer := _offer(one)) is not None]
        return sorted(offers, key=lambda one: one.when, reverse=True)
    return []


def recovered(path: Path) -> Recovered:
    """The document that a log holds. Raises FileError."""
    head, tree, lines = _read(path)
    made, is_whole = _patches(lines)
    document, kept = _longest(tree, made)
    notices = list(document.notices)
    if not is_whole or kept < len(made):
        notices.append(phrase("Not all changes could be read again; the last ones are missing."))
    about = LoggedDocument(
        Path(head.path) if head.path is not None else None, head.name, head.stamp
    )
    return Recovered(document.document, about, head.steps + _gestures(made[:kept]), tuple(notices))


def _name() -> str:
    """What messages call a log."""
    return phrase("The record of unsaved changes")


def remove(path: Path) -> None:
    """Remove a log whose document is safe elsewhere, or unwanted. Raises FileError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            "{name} could not be removed: {reason}", name=_name(), reason=reason(error)
        ) from error


# ---- what is on offer ----


def _offer(path: Path) -> Lost | None:
    """What a log offers; None when its process lives, or all of it is saved."""
    try:
        touched = path.stat().st_mtime
        head = _head(path)
    except OSError:
        return None  # it has been removed meanwhile
    except FileError as error:
        return Lost(path, LoggedDocument(), 0, touched, str(error))
    if owners.lives(head.owner, touched):
        return None
    about = LoggedDocument(
        Path(head.path) if head.path is not None else None, head.name, head.stamp
    )
    try:
        found = recovered(path)
    except FileError as error:
        return Lost(path, about, head.steps, touched, str(error), about.title)
    if _is_on_disk(found):
        with suppress(FileError):
            remove(path)
        return None
    return Lost(path, found.about, found.steps, touched, title=found.title)


def _is_on_disk(found: Recovered) -> bool:
    """Whether it was saved, and the process ended before it could remove the log."""
    if found.about.path is None:
        return False
    try:
        there = opener.read_bytes(found.about.path, files.limits.MAX_BYTES)
        return there == files.content(found.document, found.about.path.parent)
    except FileError:
        return False


def _sweep(place: Path) -> None:
    """Remove logs that were never whole; the process that began one finishes it at once."""
    for part in place.glob(".*.part"):
        with suppress(OSError, FileError):
            lines = _lines(part)
            if not lines or not owners.lives(_as_head(lines[0]).owner, part.stat().st_mtime):
                part.unlink()


# ---- reading ----


def _lines(path: Path) -> list[bytes]:
    """The whole lines of a log; the last may have been cut off by the end of its process."""
    return opener.read_bytes(path, LARGEST, name=_name()).split(b"\n")[:-1]


def _head(path: Path) -> LogHead:
    with opener.opened(path, name=_name()) as file:
        line = file.readline(100_000)
    if not line.endswith(b"\n"):
        raise BrokenFile("{name} holds nothing that can be read. Discard it.", name=_name())
    return _as_head(line)


def _as_head(line: bytes) -> LogHead:
    head: LogHead = _typed(parsed(line, _name()), LogHead)
    if head.format != log.FORMAT or head.version > log.VERSION:
        raise BrokenFile("{name} is that of a newer version. Open it with that one.", name=_name())
    return head


def _read(path: Path) -> tuple[LogHead, bytes, list[bytes]]:
    lines = _lines(path)
    if len(lines) < 2:
        raise BrokenFile("{name} holds nothing that can be read. Discard it.", name=_name())
    return _as_head(lines[0]), lines[1], lines[2:]


def _patches(lines: list[bytes]) -> tuple[list[Patch], bool]:
    """The steps up to the first that cannot be read, and whether there is none such."""
    made: list[Patch] = []
    for line in lines:
        try:
            made.append(_typed(parsed(line, _name()), Patch))
        except FileError:
            return made, False
    return made, True


def _longest(base: bytes, made: list[Patch]) -> tuple[files.OpenedDocument, int]:
    """The document after as many of the steps as can be opened, and how many those are.

    Raises FileError when not even the first state can be opened.
    """
    for count in _fewer(len(made)):
        try:
            patched = Patched(parsed(base, _name()))
            for one in made[:count]:
                patched.apply(one)
            return files.document_of(patched.tree(), _name()), count
        except (BrokenFile, KeyError, TypeError, AttributeError) as error:
            if count == 0:
                raise BrokenFile("{name} is damaged. Discard it.", name=_name()) from error
        except FileError:
            if count == 0:
                raise
    raise AssertionError("the counts end with none")


def _fewer(count: int) -> Iterator[int]:
    """All, then ever fewer, in steps that double, down to none."""
    less = 1
    while count > 0:
        yield count
        count, less = count - less, 2 * less
    yield 0


def _gestures(made: list[Patch]) -> int:
    """How many steps that is for the user: one that goes on and on counts once."""
    touched = [one.touches() for one in made]
    return sum(one != before for one, before in zip(touched, [None, *touched], strict=False))


def _typed(value: Any, kind: type[log.LogHead] | type[Patch]) -> Any:
    try:
        return msgspec.convert(value, kind, strict=True)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise BrokenFile("{name} is damaged. Discard it.", name=_name()) from error
