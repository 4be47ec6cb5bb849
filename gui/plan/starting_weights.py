"""What training starts from: fresh weights, or those of a run or of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.runs.events.event_types import Failed
from engine.weights import weight_store
from engine.weights.fitting import Report, compared, listed
from engine.weights.weight_store import WeightsHeader
from graphs.document.edits import ChangeWeights, Step
from graphs.errors import FileError
from graphs.files import weights
from gui.jobs import Jobs
from gui.look.stylesheet import give_role
from gui.widgets.building_blocks import button, label, tip, wrapped
from gui.widgets.path_dialog import FileDialog
from gui.widgets.questions import tell
from gui.workspace import Workspace


def of_run(folder: Path) -> str:
    """Keep the weights of a run. torch is imported here, on the thread."""
    from engine.runs.trained.trained_weights import kept_for_documents

    return kept_for_documents(folder)


def of_file(path: Path) -> str:
    """Keep the weights in a file."""
    from engine.weights import initial_weights

    return initial_weights.of_file(path)


class Starting(QWidget):
    """Says what training starts from, how much of it fits, and lets that be changed."""

    chosen = Signal()
    """Weights were chosen; here is told what of them fits."""

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__()
        self._workspace, self._jobs = workspace, jobs
        self._read: tuple[Path, WeightsHeader] | None = None
        self._told = wrapped("", "muted", "starting_told")
        self._file = button(self.tr("From a file…"), "start_from_file", self._choose)
        self._remove = button(self.tr("Remove"), "start_afresh", self._start_afresh)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(8)
        row.addWidget(label(self.tr("Weights"), "section"))
        row.addWidget(self._told, 1)
        row.addWidget(self._file)
        row.addWidget(self._remove)
        workspace.replaced.connect(self.refresh)
        workspace.changed.connect(self.refresh)
        workspace.history_changed.connect(self.refresh)
        self.refresh()

    # ---- what is shown ----

    def refresh(self) -> None:
        """Say how things are now."""
        sha = self._workspace.document.weights
        self._remove.setVisible(sha is not None)
        role, told, why = "muted", self.tr("Fresh weights, drawn from the seed."), ""
        if sha is not None:
            try:
                report = self._fitting(sha)
                told = self._words(report)
                why = "\n".join((*report.sentences()[:2], *report.renamed(), *report.reasons()))
            except FileError as error:
                role, told = "error", str(error)
        give_role(self._told, role)
        self._told.setText(told)
        self._told.setToolTip(tip(why))

    def _fitting(self, sha: str) -> Report:
        header = self._header(sha)
        nodes = self._workspace.document.main.nodes
        own = {
            f"{nodes[node].name}.{key}": shape
            for node, result in self._workspace.whole.results.items()
            for key, shape in result.weights.items()
        }
        return compared(own, header.shapes, sha, header.origin, self._workspace.document)

    def _words(self, report: Report) -> str:
        layers = report.layers()
        told = f"{report.origin.sentence(report.sha)} {layers.sentence()}"
        if layers.anew:
            anew = self.tr("Drawn anew: {names}.")
            told += " " + anew.format(names=listed(layers.anew, ", "))
        return told

    def _header(self, sha: str) -> WeightsHeader:
        """What the file says of itself, read once; raises FileError."""
        there = weights.lying(sha, self._workspace.folders())
        if not there:
            raise FileError(weights.missing(sha))
        if self._read is None or self._read[0].stem != sha:
            self._read = there[0], weight_store.header_of(there[0])
        return self._read[1]

    # ---- what the user does ----

    def start_from_run(self, folder: Path) -> None:
        """Start from the best weights of a run."""
        self._keep(lambda: of_run(folder))

    def _choose(self) -> None:
        path = self._workspace.path
        folder = path.parent if path is not None else None
        dialog = FileDialog(self, self.tr("Start from the weights in a file"), folder=folder)
        dialog.setNameFilters([self.tr("Weights (*.safetensors)"), self.tr("All (*)")])
        dialog.fileSelected.connect(lambda name: self._keep(lambda: of_file(Path(name))))
        dialog.open()

    def _keep(self, keep: Callable[[], str]) -> None:
        document = self._workspace.document
        now, places = document.weights, self._workspace.folders()

        def work() -> str:
            if now is not None and weights.lying(now, places):  # so that undo finds it
                weight_store.keep(now, places)
            return keep()

        def done(sha: str) -> None:
            if self._workspace.document is document:  # another may be open by now
                self._start_from(sha)
                self.chosen.emit()

        self._jobs.do(work, done, self._refuse, topic="starting weights")

    def _start_from(self, sha: str) -> None:
        change = ChangeWeights(self._workspace.document.weights, sha)
        if change.old != change.new:
            self._workspace.history.do(Step(self.tr("Start from weights"), (change,)))

    def _start_afresh(self) -> None:
        change = ChangeWeights(self._workspace.document.weights, None)
        self._workspace.history.do(Step(self.tr("Start afresh"), (change,)))

    def _refuse(self, failed: Failed) -> None:
        tell(self, self.tr("These weights cannot be used."), failed.message)
