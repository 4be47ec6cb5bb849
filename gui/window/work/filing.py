"""New, open, save: nothing unsaved is lost without a question, no failure loses anything."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from graphs.document.document import Document
from graphs.errors import FileError, InUse, Overtaken
from graphs.files import SUFFIX
from graphs.files.stamps import StampChange
from graphs.keeping.backups import Backup
from gui.widgets.path_dialog import FileDialog
from gui.widgets.questions import ask, ask_to_save, choose, tell
from gui.workspace import Workspace

Then = Callable[[], None]


class Filing(QObject):
    """Asks the questions around files. Every dialog is opened, none is waited for.

    What is to happen after a question is handed on as ``then``.
    """

    used = Signal(object)
    """A file was opened or saved: its path."""
    missing = Signal(object)
    """A file could not be opened: its path."""

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace, self._window = workspace, window
        self._asking: QMessageBox | None = None

    # ---- what the menu asks for ----

    def new(self, make: Callable[[], Document], name: str = "") -> None:
        """Start with the document that ``make`` gives; ``name`` is what its file may be called."""
        self.settle(lambda: self._workspace.new(make(), name))

    def choose(self) -> None:
        """Let the user choose a file and open it."""
        self.settle(self._choose)

    def open(self, path: Path) -> None:
        """Open ``path`` in place of the document that is there."""
        self.settle(lambda: self._open(path))

    def save(self, then: Then | None = None) -> None:
        """Save where it was saved last; ask where, the first time."""
        if self._workspace.path is None:
            self.save_as(then)
        else:
            self._save(self._workspace.path, then)

    def save_as(self, then: Then | None = None) -> None:
        """Ask where, then save there."""
        dialog = self._dialog(self.tr("Save as"), saves=SUFFIX)
        dialog.selectFile(str(self._workspace.path or self._workspace.title))
        dialog.fileSelected.connect(lambda name: self._save(Path(name), then))
        dialog.open()

    def settle(self, then: Then) -> None:
        """Go on with ``then`` once nothing would be lost by it; never, if the user says cancel."""
        self._workspace.gather()
        self._workspace.heed_file()
        if self._workspace.is_saved:
            then()
            return
        ask_to_save(
            self._window,
            self.tr("Save the changes to “{name}”?").format(name=self._workspace.title),
            self._lost_unsaved(),
            lambda: self.save(then),
            then,
        )

    def _lost_unsaved(self) -> str:
        """What is lost where nothing is saved, and what became of the file meanwhile."""
        lost = self.tr("Without saving they are lost.")
        told = {
            StampChange.SAME: "",
            StampChange.CHANGED: self.tr(
                "Another program has changed the file since it was opened or saved here. If you "
                "save, you are asked which of the two is kept."
            ),
            StampChange.GONE: self.tr(
                "Another program has moved or removed the file. Saving writes it again."
            ),
        }[self._workspace.look()]
        return f"{lost}\n\n{told}" if told else lost

    def open_earlier(self, backup: Path) -> None:
        """Open an earlier version of the document in its place, unsaved."""
        self.settle(partial(self._do, partial(self._workspace.open_earlier, backup)))

    # ---- what another program does ----

    def file_changed(self) -> None:
        """Another program has written the document's file: the user chooses.

        Until then the document is unsaved, as no file holds it any more.
        """
        self._workspace.count_as_unsaved()
        more = self.tr("Yours is kept among the earlier versions if you reload.")
        self._ask_which(self.tr("Keep mine"), self._workspace.keep_mine, more, None)

    def file_gone(self) -> None:
        """The document's file was removed or renamed: what is here is all there is."""
        self._workspace.count_as_unsaved()
        tell(
            self._window,
            self.tr("“{name}” is not there any more.").format(name=self._workspace.title),
            self.tr("Another program has moved or removed it. Saving writes it again."),
        )

    def _ask_which(
        self, keep: str, does: Callable[[], object], more: str, then: Then | None
    ) -> None:
        if self._asking is not None:
            self._asking.close()
        text = self.tr("“{name}” was changed by another program.").format(
            name=self._workspace.title
        )
        ways: dict[str, Callable[[], object]] = {
            self.tr("Reload"): self._reload,
            keep: does,
            self.tr("Save mine as…"): lambda: self.save_as(then),
        }
        self._asking = choose(self._window, "changed_on_disk", text, more, ways)
        self._asking.finished.connect(self._asked)

    def _asked(self) -> None:
        self._asking = None

    def _reload(self) -> None:
        path = self._workspace.path
        if path is not None:
            self._workspace.set_aside()
            self._open(path)

    # ---- what happens then ----

    def _choose(self) -> None:
        dialog = self._dialog(self.tr("Open"))
        dialog.fileSelected.connect(lambda name: self._open(Path(name)))
        dialog.open()

    def _dialog(self, title: str, *, saves: str = "") -> FileDialog:
        path = self._workspace.path
        folder = path.parent if path is not None else None
        dialog = FileDialog(self._window, title, saves=saves, folder=folder)
        dialog.setNameFilters(
            [self.tr("Layerloom documents (*{suffix})").format(suffix=SUFFIX), self.tr("All (*)")]
        )
        return dialog

    def _open(self, path: Path) -> None:
        self._do(partial(self._workspace.open, path), path)

    def _do(
        self,
        work: Callable[[], tuple[str, ...]],
        path: Path | None = None,
        earlier: Sequence[Backup] | None = None,
    ) -> None:
        """Open by ``work``, which gives sentences; ``path`` is what it was asked to open.

        If it fails, ``earlier`` versions of the file are offered: all of them, if not given.
        """
        try:
            notices = work()
        except InUse as error:
            self._offer_copy(error, path)
            return
        except FileError as error:
            if path is not None:
                self.missing.emit(path)
            kept = self._workspace.keeper.earlier(path) if earlier is None else earlier
            self._tell_unopened(error, path, kept)
            return
        if path is not None:
            self.used.emit(path)
        if notices:
            title = self.tr("“{name}” was opened with changes.").format(name=self._workspace.title)
            tell(self._window, title, "\n".join(notices))

    def _tell_unopened(
        self, error: FileError, path: Path | None, earlier: Sequence[Backup]
    ) -> None:
        """Say why a file was not opened, and offer what it held before it was saved last.

        Where that cannot be opened either, the version before that is offered, and so on.
        """
        text = self.tr("The file was not opened.")
        if path is None or not earlier:
            tell(self._window, text, str(error))
            return
        backup, *older = earlier
        saved = QDateTime.fromSecsSinceEpoch(int(backup.when))
        when = QLocale().toString(saved, "d MMM yyyy, HH:mm:ss")
        more = self.tr("The version before, of {when}, is kept.").format(when=when)
        work = partial(self._workspace.open_earlier, backup.path, path)
        way = partial(self._do, work, path, older)
        yes = self.tr("Open the version before")
        ask(self._window, "unopened", text, f"{error}\n\n{more}", yes, way)

    def _offer_copy(self, error: InUse, path: Path | None) -> None:
        if path is not None:
            copy = self.tr("Open a copy")
            way = partial(self._do, partial(self._workspace.open_copy, path))
            text = self.tr("“{name}” is open already.").format(name=path.name)
            ask(self._window, "in_use", text, str(error), copy, way)

    def _save(self, path: Path, then: Then | None, over: bool = False) -> None:
        try:
            notices = self._workspace.save(path, over=over)
        except Overtaken:
            self._workspace.count_as_unsaved()  # whatever is answered, no file holds what is here
            more = self.tr("What it has written is kept among the earlier versions if you save.")
            keep = partial(self._save, path, then, True)
            self._ask_which(self.tr("Save mine over it"), keep, more, then)
            return
        except FileError as error:
            box = tell(self._window, self.tr("The document was not saved."), str(error))
            box.finished.connect(lambda: self.save_as(then))
            return
        self.used.emit(path)
        if notices:
            box = tell(
                self._window,
                self.tr("The document was saved, with a remark."),
                "\n".join(notices),
            )
            box.finished.connect(lambda: then() if then is not None else None)
        elif then is not None:
            then()
