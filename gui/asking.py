"""One sample at a time: what the network says about it, and how sure it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from engine.events import Failed
from gui.parts import button, column, label, scrolled, wrapped
from gui.preview import Bar, Table, Tile
from gui.samples import Bars, draw_sample
from gui.stylesheet import give_role
from gui.trial import Asked, AskedFile, Cell, Trial
from gui.worker import Jobs

if TYPE_CHECKING:  # it imports torch
    from engine.prediction import Prediction

MOST_BARS = 10
SIDE = 132


class Picture(QWidget):
    """One sample, drawn large."""

    def __init__(self) -> None:
        super().__init__()
        self.tile: Tile | None = None
        self.setFixedSize(SIDE, SIDE)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def show_tile(self, tile: Tile | None) -> None:
        """Show another sample, or none."""
        self.tile = tile
        self.setVisible(tile is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.tile is not None:
            painter = QPainter(self)
            draw_sample(painter, self.tile, QRectF(self.rect()).adjusted(0, 0, -1, -1))
            painter.end()


class Asking(QWidget):
    """Walks through the test split, or takes a file that is chosen or dropped here."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._jobs = jobs
        self._trial: Trial | None = None
        self._members: Sequence[int] = ()
        self._file: AskedFile | None = None
        self._at = 0
        self._picture, self._bars = Picture(), Bars()
        self._row = wrapped("", "mono", "asked_row")
        self._title = label(self.tr("Try it"), "heading")
        self._which = label("", "muted", "which")
        self._verdict = wrapped("", "", "verdict")
        self._told = wrapped("", "error", "asking_told")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._title)
        rows.addLayout(self._walk_row())
        rows.addLayout(self._sample_row(), 1)
        rows.addWidget(self._told)

    def _walk_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(button(self.tr("Previous"), "previous", lambda: self._walk(-1)))
        row.addWidget(button(self.tr("Next"), "next", lambda: self._walk(1)))
        row.addWidget(self._which, 1)
        row.addWidget(button(self.tr("File…"), "ask_file", self._choose_file))
        return row

    def _sample_row(self) -> QHBoxLayout:
        left, right = column(), column()
        self._row_area = scrolled(self._row)
        self._row_area.setMaximumWidth(220)
        left.addWidget(self._picture)
        left.addWidget(self._row_area, 1)
        left.addStretch()
        right.addWidget(self._verdict)
        right.addWidget(scrolled(self._bars), 1)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(left)
        row.addLayout(right, 1)
        return row

    # ---- the test split ----

    def show_trial(self, trial: Trial) -> None:
        """Walk through another run's test split, from its first sample."""
        self._trial = trial
        self._title.setText(self.tr("Try it"))
        self._show_members(range(len(trial)))

    def show_members(self, cell: Cell, members: Sequence[int]) -> None:
        """Walk through the samples of one cell of the confusion matrix."""
        if members:
            self._title.setText(self.tr("{0} taken for {1}").format(*cell))
            self._show_members(members)

    def _show_members(self, members: Sequence[int], file: AskedFile | None = None) -> None:
        self._members, self._file, self._at = members, file, 0
        self._walk(0)

    def _walk(self, by: int) -> None:
        trial, file = self._trial, self._file
        if trial is None or not self._members:
            return
        self._at = (self._at + by) % len(self._members)
        at = self._members[self._at]
        self._which.setText(
            self.tr("sample {at} of {all}").format(at=self._at + 1, all=len(self._members))
        )
        if file is not None:
            self._show_asked(file.samples[at])
        else:
            self._jobs.do(lambda: trial.ask(at), self._show_asked, self._fail, topic="asking")

    def _show_asked(self, asked: Asked) -> None:
        self._told.setText(" ".join(self._file.notices) if self._file is not None else "")
        give_role(self._told, "warn")
        self._show_sample(asked.tile, asked.table)
        self._show_predictions(asked.predictions, asked.truth)

    # ---- a file ----

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("A new sample"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.ask_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_file(self, path: Path) -> None:
        """Say what the network thinks of the sample in a file."""
        trial = self._trial
        if trial is None:
            return
        self._jobs.do(lambda: trial.ask_file(path), self._show_file, self._fail, topic="asking")

    def _show_file(self, file: AskedFile) -> None:
        self._title.setText(file.name)
        self._show_members(range(len(file.samples)), file)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._trial is not None and _file_in(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _file_in(event)
        if path is not None:
            event.acceptProposedAction()
            self.ask_file(path)

    # ---- what is shown ----

    def _show_sample(self, tile: Tile | None, table: Table) -> None:
        self._picture.show_tile(tile)
        cells = table.rows[0] if table.rows else ()
        lines = [
            f"{header}: {cell}"
            for at, (header, cell) in enumerate(zip(table.headers, cells, strict=True))
            if at not in table.targets
        ]
        self._row.setText("\n".join(lines))
        self._row_area.setVisible(bool(lines))

    def _show_predictions(self, predictions: "Sequence[Prediction]", truth: str) -> None:
        first = next((p for p in predictions if p.class_ is not None), None)
        words = [said(prediction) for prediction in predictions]
        if truth:
            words.append(self.tr("true: {truth}").format(truth=truth))
        self._verdict.setText("\n".join(words))
        right = first is not None and first.class_ == truth
        give_role(self._verdict, "" if not truth or first is None else "ok" if right else "error")
        self._bars.show_bars(_probability_bars(first))

    def _fail(self, failed: Failed) -> None:
        self._told.setText(failed.message)
        give_role(self._told, "error")


def said(prediction: "Prediction") -> str:
    """What one output says, in words."""
    if prediction.class_ is not None:
        share = (prediction.probabilities or {}).get(prediction.class_, 0.0)
        return f"{prediction.output}: {prediction.class_} ({100 * share:.1f} %)"
    value = prediction.value
    values = value if isinstance(value, tuple) else (value,)
    shown = ", ".join(f"{one:.4g}" for one in values[:8] if one is not None)
    return f"{prediction.output}: {shown}{', …' if len(values) > 8 else ''}"


def _probability_bars(prediction: "Prediction | None") -> tuple[Bar, ...]:
    """The likeliest classes, in the order of the classes when there are few."""
    shares = dict(prediction.probabilities or {}) if prediction is not None else {}
    if len(shares) > MOST_BARS:
        likeliest = sorted(shares.items(), key=lambda pair: -pair[1])
        shares = dict(likeliest[:MOST_BARS])
    return tuple(Bar(name, share, f"{100 * share:.1f} %") for name, share in shares.items())


def _file_in(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
