"""New, open, save: nothing unsaved is lost without a question, no failure loses anything."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from graphs.document import Document
from graphs.errors import FileError
from graphs.files import SUFFIX
from gui.questions import ask_to_save, tell
from gui.session import Session

Then = Callable[[], None]


class Filing(QObject):
    """Asks the questions around files. Every dialog is opened, none is waited for.

    What is to happen after a question is handed on as ``then``.
    """

    used = Signal(object)
    """A file was opened or saved: its path."""
    missing = Signal(object)
    """A file could not be opened: its path."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window

    # ---- what the menu asks for ----

    def new(self, make: Callable[[], Document], name: str = "") -> None:
        """Start with the document that ``make`` gives; ``name`` is what its file may be called."""
        self.settle(lambda: self._session.new(make(), name))

    def choose(self) -> None:
        """Let the user choose a file and open it."""
        self.settle(self._choose)

    def open(self, path: Path) -> None:
        """Open ``path`` in place of the document that is there."""
        self.settle(lambda: self._open(path))

    def save(self, then: Then | None = None) -> None:
        """Save where it was saved last; ask where, the first time."""
        if self._session.path is None:
            self.save_as(then)
        else:
            self._save(self._session.path, then)

    def save_as(self, then: Then | None = None) -> None:
        """Ask where, then save there."""
        dialog = self._dialog(self.tr("Save as"), QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.selectFile(str(self._session.path or self._session.title))
        dialog.fileSelected.connect(lambda name: self._save(Path(name), then))
        dialog.open()

    def settle(self, then: Then) -> None:
        """Go on with ``then`` once nothing would be lost by it; never, if the user says cancel."""
        if self._session.is_saved:
            then()
            return
        ask_to_save(
            self._window,
            self.tr("Save the changes to “{name}”?").format(name=self._session.title),
            self.tr("Without saving they are lost."),
            lambda: self.save(then),
            then,
        )

    # ---- what happens then ----

    def _choose(self) -> None:
        dialog = self._dialog(self.tr("Open"), QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._open(Path(name)))
        dialog.open()

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setAcceptMode(mode)
        dialog.setNameFilters(
            [self.tr("Layerloom documents (*{suffix})").format(suffix=SUFFIX), self.tr("All (*)")]
        )
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        if self._session.path is not None:
            dialog.setDirectory(str(self._session.path.parent))
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _open(self, path: Path) -> None:
        try:
            notices = self._session.open(path)
        except FileError as error:
            self.missing.emit(path)
            tell(self._window, self.tr("The file was not opened."), str(error))
            return
        self.used.emit(path)
        if notices:
            title = self.tr("“{name}” was opened with changes.").format(name=path.name)
            tell(self._window, title, "\n".join(notices))

    def _save(self, path: Path, then: Then | None) -> None:
        try:
            notices = self._session.save(path)
        except FileError as error:
            box = tell(self._window, self.tr("The document was not saved."), str(error))
            box.finished.connect(lambda: self.save_as(then))
            return
        self.used.emit(path)
        if notices:
            box = tell(
                self._window, self.tr("The document was saved, with a remark."), "\n".join(notices)
            )
            box.finished.connect(lambda: then() if then is not None else None)
        elif then is not None:
            then()
