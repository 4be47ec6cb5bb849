"""Notices when another program has written the document's file, and says so once for each time."""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from graphs.files.stamps import StampChange
from gui.workspace import Workspace

QUIET_MILLISECONDS = 250
"""A file that is being written is left alone until nothing has happened for so long."""


class OnDisk(QObject):
    """Watches the file and its folder, as most programs put another file in its place."""

    changed = Signal()
    """It holds something else than was opened or saved."""
    gone = Signal()
    """It is not there any more."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._stir)
        self._watcher.directoryChanged.connect(self._stir)
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MILLISECONDS)
        self._quiet.timeout.connect(self.look)
        self._told: tuple[StampChange, float] | None = None
        workspace.replaced.connect(self._watch)
        workspace.history_changed.connect(self._watch)
        self._watched: Path | None = None

    def look(self) -> None:
        """See what has become of the file, and tell what has not been told yet."""
        found, path = self._workspace.look(), self._workspace.path
        if path is None or found is StampChange.SAME:
            self._told = None
            self._add()
            return
        try:
            news = found, path.stat().st_mtime
        except OSError:
            news = found, 0.0
        if news == self._told:
            return
        self._told = news
        if found is StampChange.CHANGED:
            self._add()
            self.changed.emit()
        else:
            self.gone.emit()

    def stop(self) -> None:
        """Watch no more."""
        self._quiet.stop()
        self._watcher.blockSignals(True)

    def _stir(self) -> None:
        self._quiet.start()

    def _watch(self) -> None:
        """Watch what is open now."""
        if self._workspace.path == self._watched:
            return
        self._watched, self._told = self._workspace.path, None
        before = [*self._watcher.files(), *self._watcher.directories()]
        if before:
            self._watcher.removePaths(before)
        self._add()

    def _add(self) -> None:
        """Watch the file and its folder; a file put in its place is another one to watch."""
        if self._watched is None:
            return
        there = {*self._watcher.files(), *self._watcher.directories()}
        wanted = [str(one) for one in (self._watched, self._watched.parent) if one.exists()]
        new = [one for one in wanted if one not in there]
        if new:
            self._watcher.addPaths(new)
