"""Export: where to, how far it is, and what was checked before the file counts as done."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ExportError
from engine.export import Exported, Exporter, start
from gui.parts import button, label, named, wrapped
from gui.stylesheet import give_role

POLL_MILLISECONDS = 50


class Exporting(Protocol):
    """An export under way in another process."""

    def poll(self) -> Exported | None: ...
    def cancel(self) -> None: ...


class ExportDialog(QDialog):
    """Exports the best weights of one run. Closing it stops an export that is not done."""

    exported = Signal(object)
    """The file is in its place: its path."""

    def __init__(
        self,
        run: Path,
        to: str,
        name: str,
        folder: Path,
        parent: QWidget | None = None,
        begin: Callable[[Path, str, Path], Exporting] = start,
    ) -> None:
        super().__init__(parent)
        self._run, self._to, self._begin = run, to, begin
        self._kind = Exporter.get(to)
        self._exporting: Exporting | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._poll)
        self.setObjectName("export_dialog")
        self.setWindowTitle(self.tr("Export {kind}").format(kind=self._kind.title))
        self.setMinimumWidth(560)
        self._path = named(QLineEdit(str(folder / f"{name}{self._kind.suffix}")), "path")
        self._bar = named(QProgressBar(), "export_progress")
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._told = wrapped("", "error", "told")
        self._report = named(QWidget(), "report")
        self._rows = QGridLayout(self._report)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._lay_out()
        self._show_state()

    def _lay_out(self) -> None:
        about = wrapped(
            self.tr("The best weights of the run “{run}”. {summary}").format(
                run=self._run.name, summary=self._kind.summary()
            ),
            "muted",
        )
        browse = button(self.tr("Choose…"), "browse", self._browse)
        self._start = button(self.tr("Export"), "start", self._export, "primary")
        self._open_folder = button(self.tr("Open folder"), "open_folder", self._show_folder)
        self._close = button(self.tr("Cancel"), "close", self.close)
        place = QHBoxLayout()
        place.addWidget(label(self.tr("File")))
        place.addWidget(self._path, 1)
        place.addWidget(browse)
        buttons = QHBoxLayout()
        buttons.addStretch()
        for each in (self._open_folder, self._start, self._close):
            buttons.addWidget(each)
        rows = QVBoxLayout(self)
        rows.setSpacing(12)
        rows.addWidget(about)
        rows.addLayout(place)
        for part in (self._bar, self._told, self._report):
            rows.addWidget(part)
        rows.addStretch()
        rows.addLayout(buttons)

    def _browse(self) -> None:
        dialog = QFileDialog(self, self.tr("Export to"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(self._kind.suffix.removeprefix("."))
        dialog.selectFile(self._path.text())
        dialog.fileSelected.connect(self._path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _export(self) -> None:
        path = Path(self._path.text()).expanduser()
        try:
            self._exporting = self._begin(self._run, self._to, path)
        except ExportError as error:
            self._say(str(error), "error")
        else:
            self._say("", "error")
            self._timer.start()
        self._show_state()

    def _poll(self) -> None:
        assert self._exporting is not None
        try:
            exported = self._exporting.poll()
        except ExportError as error:
            self._end()
            self._say(str(error), "error")
        else:
            if exported is not None:
                self._end()
                self._show_report(exported)
                self.exported.emit(Path(exported.path))
        self._show_state()

    def _end(self) -> None:
        self._timer.stop()
        self._exporting = None

    def _say(self, sentence: str, role: str) -> None:
        self._told.setText(sentence)
        give_role(self._told, role)

    def _show_state(self) -> None:
        busy, done = self._exporting is not None, self._report_rows() > 0
        self._bar.setVisible(busy)
        self._told.setVisible(bool(self._told.text()))
        self._report.setVisible(done)
        self._start.setEnabled(not busy)
        self._start.setVisible(not done)
        self._path.setEnabled(not busy and not done)
        self._open_folder.setVisible(done)
        self._close.setText(self.tr("Close") if done else self.tr("Cancel"))

    def _report_rows(self) -> int:
        return self._rows.count()

    def _show_report(self, exported: Exported) -> None:
        """What was checked, so that the user need not believe anybody."""
        self._say(self.tr("Written and checked: {path}").format(path=exported.path), "ok")
        checks = [
            ", ".join(
                [self.tr("batch {size}").format(size=check.batch)]
                + [f"{name} = {size}" for name, size in check.sizes.items()]
            )
            for check in exported.checked
        ]
        facts = [
            (self.tr("Compared with torch at"), "\n".join(checks)),
            (self.tr("Largest difference"), f"{exported.max_abs_diff:.2g}"),
            (self.tr("SHA-256"), f"{exported.sha256[:32]}\n{exported.sha256[32:]}".strip()),
            *((self.tr("Note"), notice) for notice in exported.notices),
        ]
        for row, (what, value) in enumerate(facts):
            shown = wrapped(value, "mono" if row < 3 else "muted")
            self._rows.addWidget(label(what, "muted"), row, 0)
            self._rows.addWidget(shown, row, 1)
        self._rows.setColumnStretch(1, 1)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._path.text()).parent)))

    def stop(self) -> None:
        """End the other process, if there is one; nothing of its file is left."""
        if self._exporting is not None:
            self._exporting.cancel()
            self._end()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop()
        super().closeEvent(event)

    def reject(self) -> None:
        self.stop()
        super().reject()
