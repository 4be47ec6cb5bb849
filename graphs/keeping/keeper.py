"""Keeps the work on the document of one window: its log, its claim, and what a save replaces."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from graphs.document.document import Document
from graphs.errors import FileError, Overtaken
from graphs.files import opener, stamps
from graphs.files.stamps import Stamp, StampChange
from graphs.keeping import backups, claims
from graphs.keeping.backups import Backup
from graphs.keeping.claims import Claim
from graphs.keeping.log import LoggedDocument, RecoveryLog

log = logging.getLogger(__name__)


def _unheard(_: str) -> None:
    """Nobody is there to be told."""


class Keeper:
    """Without a folder nothing is kept, but no file is written over unseen."""

    def __init__(
        self,
        folder: Path | None = None,
        program: str = "",
        troubled: Callable[[str], object] = _unheard,
    ) -> None:
        self.folder = folder
        self.log = RecoveryLog(folder, program, troubled)
        self.held: Claim | None = None
        """The claim of the document that is open."""

    def begin(self, document: Document, about: LoggedDocument, claim: Claim | None = None) -> None:
        """Another document is open, with the claim that it needs; the one before is let go."""
        if claim is not self.held:
            self._release()
            self.held = claim
        self.log.begin(document, about)

    def claim(self, path: Path) -> Claim | None:
        """The claim of a document, which may be ours already; raises InUse."""
        if self.folder is None:
            return None
        if self.held is not None and self.held.is_for(path, self.folder):
            return self.held
        return claims.claim(path, self.folder)

    def let_go(self, claim: Claim | None) -> None:
        """Give up a claim that was taken for nothing."""
        if claim is not None and claim is not self.held:
            claim.release()

    def earlier(self, path: Path | None) -> list[Backup]:
        """What saving has replaced at a path, the newest first."""
        return backups.of(path, self.folder) if path is not None and self.folder is not None else []

    def close(self, *, keep: bool) -> None:
        """The document is closed; what is unsaved is kept for the next start, or unwanted.

        Nothing is kept of what comes after; the first word holds.
        """
        self.log.end(keep=keep)
        self._release()

    def _release(self) -> None:
        if self.held is not None:
            self.held.release()
        self.held = None

    def last_look(self, known: Stamp | None) -> Callable[[Path], None]:
        """What a save does before it replaces a file: see that it is the known one, and keep it.

        It raises Overtaken when it is another; None stands for any.
        """

        def look(target: Path) -> None:
            if known is not None and stamps.look(target, known) is StampChange.CHANGED:
                raise Overtaken(
                    "{target} has been changed by another program since you opened or saved it. "
                    "Reload it, keep yours, or save under another name.",
                    target=opener.shown(target),
                )
            if self.folder is not None:
                try:
                    backups.keep(target, self.folder)
                except (FileError, OSError) as error:  # no reason not to save
                    log.info("no backup was kept of %s: %s", target, error)

        return look
