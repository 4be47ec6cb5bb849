"""The rows of the list of runs: what each says, which are chosen, and which are sought."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from engine.runs.run_index import Summary
from gui.look import icons, theme
from gui.whose import local, run_titles, short_part
from gui.widgets.building_blocks import named, tip, with_whole_words
from gui.widgets.metric_names import figure, metric_words

NAME, STARTED, STATE, EPOCHS, BEST, DOCUMENT, NOTE = range(7)
"""The columns."""
DOWN, UP = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder


class RunsTable(QTableWidget):
    """One row per run. The runs that are not sought are left out, not forgotten."""

    opened = Signal()
    """A row was clicked twice, or Enter was pressed."""
    renaming_asked = Signal()
    deleting_asked = Signal()

    def __init__(self) -> None:
        headers = [
            self.tr("Run"),
            self.tr("Started"),
            self.tr("State"),
            self.tr("Epochs"),
            self.tr("Best (validation)"),
            self.tr("Document"),
            self.tr("Note"),
        ]
        super().__init__(0, len(headers))
        named(self, "runs")
        self.setTabKeyNavigation(False)  # Tab leads on to the buttons
        self._every: list[Summary] = []
        self._runs: list[Summary] = []
        self._titles: dict[str, str] = {}
        """What each run is called, by its folder."""
        self._words, self._starred = "", False
        self._by, self._order = STARTED, DOWN
        self.setHorizontalHeaderLabels(headers)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        with_whole_words(self.horizontalHeader())
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().setSortIndicatorShown(True)
        self.horizontalHeader().setSortIndicator(self._by, self._order)
        self.horizontalHeader().sectionClicked.connect(self.sort_by)
        self.itemDoubleClicked.connect(lambda: self.opened.emit())

    def show_runs(self, found: Sequence[Summary]) -> None:
        """Show these; what was chosen before stays so where it is still there."""
        self._every = list(found)
        titles = run_titles(self._every)
        self._titles = {run.folder: title for run, title in zip(found, titles, strict=True)}
        self._fill()

    def title(self, run: Summary) -> str:
        """What a run is called here, as no other is."""
        return self._titles.get(run.folder, run.title)

    def seek(self, words: str, starred: bool) -> None:
        """Show only the runs that speak of these words, and have a star."""
        self._words, self._starred = words, starred
        self._fill()

    def sort_by(self, column: int) -> None:
        """Sort by a column; by the one that it is sorted by already, the other way round."""
        first = DOWN if column in {STARTED, EPOCHS, BEST} else UP
        turned = UP if self._order == DOWN else DOWN
        self._order = turned if column == self._by else first
        self._by = column
        self.horizontalHeader().setSortIndicator(self._by, self._order)
        self._fill()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes with Tab has a row to go on from."""
        super().focusInEvent(event)
        by_keys = event.reason() in {
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        }
        if by_keys and self._runs and not self.all_chosen():
            self.setCurrentCell(0, NAME)
            self.selectRow(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows the chosen run, F2 names it, Delete asks whether to delete it."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit()
        elif key == Qt.Key.Key_F2:
            self.renaming_asked.emit()
        elif key == Qt.Key.Key_Delete:
            self.deleting_asked.emit()
        else:
            super().keyPressEvent(event)

    @property
    def is_vain(self) -> bool:
        """Whether there are runs, and none of them is sought."""
        return bool(self._every) and not self._runs

    def all_chosen(self) -> list[Summary]:
        """The runs in the rows that are chosen, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._runs[row] for row in rows if row < len(self._runs)]

    def _fill(self) -> None:
        chosen = {run.folder for run in self.all_chosen()}
        self._runs = [
            run
            for run in self._every
            if run.speaks_of(self._words) and (run.starred or not self._starred)
        ]
        self._runs.sort(key=lambda run: _rank(run, self._by), reverse=self._order == DOWN)
        self.setRowCount(len(self._runs))
        for row, run in enumerate(self._runs):
            self._write(row, run)
        self._select([row for row, run in enumerate(self._runs) if run.folder in chosen])
        self.itemSelectionChanged.emit()

    def _write(self, row: int, run: Summary) -> None:
        said = run.note or run.cause
        note = " ".join(said.split())
        state, epochs = state_words(run.state), str(run.epochs)
        cells = (self.title(run), local(run.started), state, epochs, best(run), run.document, note)
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            if column in {STARTED, EPOCHS, BEST}:
                item.setFont(theme.mono(12))
            self.setItem(row, column, item)
        first, last = self.item(row, NAME), self.item(row, NOTE)
        if first is not None and last is not None:  # they were just written
            first.setToolTip(tip(run.folder))
            first.setIcon(_star(run))
            last.setToolTip(tip(said))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for row, run in enumerate(self._runs):
                if (first := self.item(row, NAME)) is not None:
                    first.setIcon(_star(run))

    def _select(self, rows: list[int]) -> None:
        model, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        model.clearSelection()
        for row in rows:
            model.select(self.model().index(row, 0), flag.Select | flag.Rows)


def _star(run: Summary) -> QIcon:
    """In the colours that hold now."""
    return icons.icon("star", "accent") if run.starred else QIcon()


def _rank(run: Summary, column: int) -> tuple[bool, str, float]:
    """By what a run is sorted: words by their letters, numbers by their size, nothing lowest."""
    if column == BEST:
        telling = _telling(run)
        name = telling[0] if telling else ""
        return bool(telling), name, run.best.get(name, 0.0)
    if column == EPOCHS:
        return True, "", run.epochs
    words = {
        NAME: run.title,
        STARTED: run.started,
        STATE: state_words(run.state),
        DOCUMENT: run.document,
        NOTE: run.note or run.cause,
    }[column]
    return bool(words), words.casefold(), 0.0


def _telling(run: Summary) -> list[str]:
    """The names of the measures that say most of a run: others than its loss, if there are any."""
    measured = [name for name in run.best if name != "epoch"]
    return [name for name in measured if name.rpartition("/")[2] != "loss"] or measured


def state_words(state: str) -> str:
    """How a run stands, in the user's language."""
    return {
        "new": QCoreApplication.translate("RunsView", "new"),
        "running": QCoreApplication.translate("RunsView", "running"),
        "stopped": QCoreApplication.translate("RunsView", "stopped"),
        "finished": QCoreApplication.translate("RunsView", "finished"),
        "failed": QCoreApplication.translate("RunsView", "failed"),
        "diverged": QCoreApplication.translate("RunsView", "diverged"),
    }.get(state, state)


def best(run: Summary) -> str:
    """What was best in a run, in short: ``epoch 17: Accuracy 0.991``."""
    epoch = run.best.get("epoch")
    words = ", ".join(
        f"{metric_words(name)} {figure(run.best[name])}" for name in _telling(run)[:2]
    )
    if words and "valid" not in run.held_out:
        words = f"{words} ({short_part('valid', run.held_out)})"
    told = QCoreApplication.translate("RunsView", "epoch {epoch:.0f}: {words}")
    return told.format(epoch=epoch, words=words) if epoch is not None else words
