"""Export: what and where to, how far it is, and what was checked before the file counts as done."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from engine.errors import ExportError
from engine.export import Exported, Exporter, start, targets
from engine.export.stages import Stage
from graphs.errors import FileError
from gui.export.export_report import ExportReport
from gui.look.stylesheet import give_role
from gui.widgets.building_blocks import button, label, named, wrapped
from gui.widgets.elided import ElidedBox
from gui.widgets.on_screen import ScreenDialog, WholeArea, keep_on_screen
from gui.widgets.path_dialog import FileDialog

POLL_MILLISECONDS = 50
LONG_SECONDS = 30
"""An export that takes longer says how long."""


class ExportPage(Protocol):
    """An export under way in another process."""

    @property
    def stage(self) -> Stage | None:
        """What is being done now; None before it has begun and after the end."""

    def poll(self) -> Exported | None:
        """The result once there is one, without waiting. Raises ExportError when there is none."""

    def cancel(self) -> None:
        """Stop now; no file is left."""


class Begin(Protocol):
    """Begins an export of a run or a document; raises ExportError when it cannot be."""

    def __call__(self, source: Path, to: str, path: Path, *, replace: bool) -> ExportPage: ...


@dataclass(frozen=True, slots=True)
class Exportable:
    """Something to export: its title, what its file is called, and its place once it is wanted."""

    title: str
    name: str
    place: Callable[[], Path]
    """Raises FileError when it cannot be put anywhere."""


class ExportDialog(ScreenDialog):
    """Exports one of ``choices``. Closing it stops an export that is not done."""

    exported = Signal(object)
    """The file is in its place: its path."""

    def __init__(
        self,
        choices: Sequence[Exportable],
        to: str,
        folder: Path,
        parent: QWidget | None = None,
        begin: Begin = start,
    ) -> None:
        super().__init__(parent)
        self._choices, self._begin = tuple(choices), begin
        self._exporting: ExportPage | None = None
        self._done = False
        self._known_ends: dict[int, str] = {}
        self._in_the_way: tuple[Path, ...] = ()
        """Files that would be written over, which the user has not agreed to yet."""
        self._agreed: Path | None = None
        """What the user has agreed to replace where files are chosen."""
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self._poll)
        self.setObjectName("export_dialog")
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(640)
        self._what, self._form = named(ElidedBox(), "what"), named(ElidedBox(), "format")
        for choice in self._choices:
            self._what.addItem(choice.title)
        for kind in Exporter.members():
            self._form.addItem(kind.title, kind.id)
        self._form.setCurrentIndex(self._form.findData(to))
        self._kind = Exporter.get(to)
        self._form.currentIndexChanged.connect(self._choose_form)
        self._name = self._choices[0].name
        """What the file is called by what was chosen last; the user may have typed another name."""
        self._path = named(QLineEdit(str(folder / f"{self._name}{self._kind.suffix}")), "path")
        self._bar = named(QProgressBar(), "export_progress")
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._told, self._report = wrapped("", "error", "told"), ExportReport()
        self._lay_out()
        self._what.currentIndexChanged.connect(self._choose_what)
        self._path.textChanged.connect(self._look)
        self._path.editingFinished.connect(self._complete)
        self._show_state()
        self._look()
        self._path.setFocus()

    def _lay_out(self) -> None:
        self._about = wrapped(self._kind.summary(), "muted", "about_format")
        self._ends = wrapped("", "muted", "ends")
        self._browse_button = button(self.tr("Choose…"), "browse", self._browse)
        self._start = button(self.tr("Export"), "start", self._export, "primary")
        self._start.setDefault(True)
        self._open_folder = button(self.tr("Open folder"), "open_folder", self._show_folder)
        self._close = button(self.tr("Cancel"), "close", self.close)
        buttons = QHBoxLayout()
        buttons.addStretch()
        for each in (self._open_folder, self._start, self._close):
            buttons.addWidget(each)
        rows = QVBoxLayout(self)
        rows.setSpacing(12)
        rows.addWidget(self._asked_part())
        self._reported = WholeArea(self._report)
        for part in (self._bar, self._told, self._reported):
            rows.addWidget(part)
        rows.addStretch()
        rows.addLayout(buttons)

    def _asked_part(self) -> QWidget:
        self._asked = QWidget()
        grid = QGridLayout(self._asked)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for row, (words, editor) in enumerate(
            (
                (self.tr("What"), self._what),
                (self.tr("Format"), self._form),
                ("", self._about),
                ("", self._ends),
                (self.tr("File"), self._path),
            )
        ):
            name = label(words)
            name.setBuddy(editor)
            grid.addWidget(name, row, 0)
            grid.addWidget(editor, row, 1)
        grid.addWidget(self._browse_button, grid.rowCount() - 1, 2)
        return self._asked

    # ---- what is asked ----

    def show_ends(self, choice: int, words: str) -> None:
        """Say what goes into the file of that choice and what comes out, once it is known."""
        self._known_ends[choice] = words
        self._say_ends()

    def _say_ends(self) -> None:
        self._ends.setText(self._known_ends.get(self._what.currentIndex(), ""))

    def _choose_what(self, choice: int) -> None:
        """Something else, which is called otherwise: one must not be taken for the other."""
        before, self._name = self._name, self._choices[choice].name
        ending = self._kind.suffix
        folder, name = os.path.split(self._path.text())
        if name == f"{before}{ending}":
            self._path.setText(os.path.join(folder, f"{self._name}{ending}"))
        self._look()
        self._say_ends()

    def _choose_form(self) -> None:
        """Another kind of file, which ends otherwise."""
        before, self._kind = self._kind, Exporter.get(self._form.currentData())
        self._about.setText(self._kind.summary())
        path = self._path.text()
        if path.endswith(before.suffix):
            self._path.setText(path.removesuffix(before.suffix) + self._kind.suffix)
        self._look()

    def _browse(self) -> None:
        dialog = FileDialog(self, self.tr("Export to"), saves=self._kind.suffix)
        dialog.selectFile(self._path.text())
        dialog.fileSelected.connect(self._take)
        dialog.open()

    def _take(self, name: str) -> None:
        """A file was chosen; where one is there already, that dialog has asked about it."""
        self._agreed = Path(name) if os.path.lexists(name) else None
        self._path.setText(name)
        self._look()

    @property
    def _target(self) -> Path:
        path = Path(os.path.expanduser(self._path.text()))  # unlike that of Path it never raises
        suffix = self._kind.suffix
        is_whole = path.suffix.lower() == suffix or bool(targets.misnamed(self._kind, path))
        return path if is_whole or os.path.isdir(path) else path.parent / f"{path.name}{suffix}"

    def _complete(self) -> None:
        """A name that was typed without the ending has it from now on, and shows it."""
        if self._target.name != Path(self._path.text()).name:
            self._path.setText(f"{self._path.text()}{self._kind.suffix}")

    def _look(self) -> None:
        """Say at once what is in the way of the name as it stands, and nothing else any more."""
        there = targets.lying(self._kind, self._target)
        self._in_the_way = tuple(place for place in there if place != self._agreed)
        names = ", ".join(f"“{place.name}”" for place in self._in_the_way)
        if told := targets.misnamed(self._kind, self._target):
            self._say(told, "error")
        elif len(self._in_the_way) > 1:
            told = self.tr("{names} are there already. “Replace” writes over both of them.")
            self._say(told.format(names=names), "warn")
        else:
            told = self.tr("{name} is there already. “Replace” writes over it.")
            self._say(told.format(name=names) if names else "", "warn")
        self._start.setText(self.tr("Replace") if names else self.tr("Export"))
        give_role(self._start, "danger" if names else "primary")

    # ---- the work ----

    def _export(self) -> None:
        path, asked = self._target, self._in_the_way
        there = targets.lying(self._kind, path)
        if not {*there} <= {*asked, self._agreed}:  # it came since the name was typed
            self._look()
            return
        try:
            place = self._choices[self._what.currentIndex()].place()
            self._exporting = self._begin(place, self._kind.id, path, replace=bool(there))
        except (ExportError, FileError) as error:
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
            if exported is None:
                self._say(self._stage_words(self._exporting.stage), "muted")
            else:
                self._end()
                self._done = True
                self._say(self.tr("Written and checked."), "ok")
                self._report.show_exported(exported, self._what.currentText())
                FileDialog.begin_next_in(Path(exported.path).parent)
                self.exported.emit(Path(exported.path))
        self._show_state()
        if self._done:  # the report needs less room than what it follows
            self.adjustSize()
            keep_on_screen(self)

    def _stage_words(self, stage: Stage | None) -> str:
        """What is being done, and for how long where that is worth waiting elsewhere."""
        if stage is None or stage.name == "reading":
            return self.tr("Reading the network…")
        if stage.name == "checking":
            return self.tr("Checking the file at several sizes…")
        if stage.seconds < LONG_SECONDS:
            return self.tr("Writing the network down…")
        return self.tr(
            "Writing {nodes:,} nodes down, which takes about {minutes:.0f} min. Cancel stops it at "
            "once."
        ).format(nodes=stage.nodes, minutes=max(1, stage.seconds / 60))

    def _end(self) -> None:
        self._timer.stop()
        self._exporting = None

    def _say(self, sentence: str, role: str) -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))
        give_role(self._told, role)

    def _show_state(self) -> None:
        busy, done = self._exporting is not None, self._done
        self._bar.setVisible(busy)
        self._reported.setVisible(done)
        self._asked.setVisible(not done)
        self._asked.setEnabled(not busy)
        self._start.setEnabled(not busy)
        self._start.setVisible(not done)
        self._open_folder.setVisible(done)
        self._close.setText(self.tr("Close") if done else self.tr("Cancel"))
        if done:
            self._close.setDefault(True)
        elif not busy:  # what was disabled has lost the focus, and Enter shall try again
            self._path.setFocus()

    def _show_folder(self) -> None:
        folder = self._target.absolute().parent
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            told = self.tr("No program here shows folders. The file lies in “{folder}”.")
            self._say(told.format(folder=folder), "warn")

    def stop(self) -> None:
        """End the other process, if there is one; nothing of its file is left."""
        if self._exporting is not None:
            self._exporting.cancel()
            self._end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter exports at once, but goes to “Replace” first: it may be pressed before reading."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._in_the_way and self._start.isEnabled() and not self._done:
            self._start.setFocus()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.stop()
        super().closeEvent(event)

    def reject(self) -> None:
        self.stop()
        super().reject()
