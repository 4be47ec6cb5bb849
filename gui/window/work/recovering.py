"""Unsaved changes of programs that ended early are offered at the start, and brought back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from engine.runs.events.event_types import Failed
from graphs.errors import FileError
from graphs.keeping import lost
from graphs.keeping.lost import Lost
from graphs.keeping.starts import Starts
from gui.jobs import Jobs
from gui.widgets.questions import ask, tell
from gui.window.work.filing import Filing
from gui.window.work.on_disk import OnDisk
from gui.window.work.recovery_dialog import RecoveryDialog
from gui.workspace import Workspace

SETTLED_MILLISECONDS = 1500
"""A start is through when the window has lived for so long with what was to be in it."""


class Recovering(QObject):
    """Looks for what can be brought back, asks about it, and does it."""

    def __init__(
        self,
        window: QWidget,
        workspace: Workspace,
        folder: Path | None,
        filing: Filing,
        on_disk: OnDisk,
        jobs: Jobs,
    ) -> None:
        super().__init__(window)
        self._window, self._workspace, self._folder = window, workspace, folder
        self._filing, self._on_disk, self._jobs = filing, on_disk, jobs
        self.starts = Starts(folder)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLED_MILLISECONDS)
        self._settling.timeout.connect(self.settle)

    def begin(self, file: Path | None) -> Path | None:
        """The program starts with ``file``; the file that may be opened, none in a safe start."""
        self.starts.begin(file)
        self._settling.start()
        return None if self.starts.is_safe else file

    def settle(self) -> None:
        """All has gone well so far."""
        self._settling.stop()
        self.starts.settle()

    def look(self, *, asked: bool = False) -> None:
        """Offer what there is; say that there is nothing only when it was ``asked`` for."""
        if self._folder is None:
            self._show(asked, ())
            return
        self._jobs.do(
            partial(lost.lost, self._folder),
            partial(self._show, asked),
            self._tell_failed,
            topic="recovery",
        )

    def _tell_failed(self, failed: Failed) -> None:
        tell(self._window, self.tr("Nothing can be recovered."), failed.message)

    def _show(self, asked: bool, found: Sequence[Lost]) -> None:
        failed = self.starts.failed if self.starts.is_safe and not asked else ()
        if found or failed:
            files = tuple(dict.fromkeys(one.file for one in failed if one.file))
            dialog = RecoveryDialog(found, files if failed else None, self._window)
            dialog.recover_asked.connect(self._recover)
            dialog.discard_asked.connect(partial(self._discard, dialog))
            dialog.open()
        elif asked:
            tell(
                self._window,
                self.tr("There are no unsaved changes to recover."),
                self.tr("What a program that ended early left unsaved would be listed here."),
            )

    def _recover(self, found: Lost) -> None:
        self._filing.settle(partial(self._restore, found))

    def _restore(self, found: Lost) -> None:
        self.starts.begin(found.about.path, found.log)
        try:
            recovered = lost.recovered(found.log)
        except FileError as error:
            tell(self._window, self.tr("The changes cannot be recovered."), str(error))
            self.settle()
            return
        self._workspace.recover(recovered, found.log)
        self._on_disk.look()  # others may have written the file since
        self._settling.start()
        if recovered.notices:
            title = self.tr("Not all came back as it was.")
            tell(self._window, title, "\n".join(recovered.notices))

    def _discard(self, dialog: RecoveryDialog, found: Lost) -> None:
        ask(
            dialog,
            "discard_question",
            self.tr("Discard the unsaved changes to “{name}”?").format(name=dialog.title_of(found)),
            self.tr("They cannot be brought back afterwards."),
            self.tr("Discard"),
            partial(self._remove, dialog, found),
        )

    def _remove(self, dialog: RecoveryDialog, found: Lost) -> None:
        self._try(lambda: lost.remove(found.log), lambda: dialog.forget(found))

    def _try(self, does: Callable[[], None], then: Callable[[], None]) -> None:
        try:
            does()
        except FileError as error:
            tell(self._window, self.tr("That did not work."), str(error))
            return
        then()
