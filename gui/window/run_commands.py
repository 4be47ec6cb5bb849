"""The actions on runs: Train, Resume, Show and Export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from weakref import ref

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QWidget

from engine import runs
from engine.errors import EngineError
from engine.runs import Run
from engine.runs.events.event_types import Failed
from engine.runs.events.record import RunRecord, State, recorded
from engine.training import folding
from graphs import files
from graphs.checking import structure
from graphs.comparing.changes import changed_nodes
from graphs.document.document import Document
from graphs.errors import GraphError
from graphs.problems import Problem, Severity
from graphs.wording.visible import visible
from gui.export.export_dialog import Exportable, ExportDialog
from gui.jobs import Jobs
from gui.live_run import LiveRun
from gui.results.results_view import Results
from gui.training.training_view import run_name
from gui.whose import ShownRun, is_of
from gui.widgets.path_dialog import FileDialog
from gui.widgets.questions import tell
from gui.workspace import Workspace

MOST_NAMED = 3
"""So many nodes that are others now are named."""


class _Of(NamedTuple):
    """What a run is of."""

    document: Document
    """As it was trained."""
    path: Path | None
    """Its file, where that is known."""
    title: str
    drawn: Document | None = None
    """The open document that the run was begun with, where it was begun here."""


class RunCommands(QObject):
    """Starts runs, shows past ones, and exports them."""

    panel_wanted = Signal(str)
    """The panel in which the next thing is to be seen."""
    not_ready = Signal(object)
    """Training did not begin: the first ``Problem`` that has to be mended before."""
    exported = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        training: LiveRun,
        results: Results,
        jobs: Jobs,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._training, self._results = workspace, training, results
        self._jobs, self._window = jobs, window
        self._dialog: ExportDialog | None = None
        self._drawn: TemporaryDirectory[str] | None = None
        self._wanted: Path | None = None
        """The run that is being read to be shown."""
        self._of: _Of | None = None
        """What the run in view is of."""
        self._begun: dict[Path, tuple[ref[Document], Path | None]] = {}
        """By folder, the document that each run was begun with here, and its file then."""
        training.shown_changed.connect(self._follow)
        training.not_begun.connect(self._say_not_begun)
        training.origin_changed.connect(results.say_origin)
        workspace.replaced.connect(self._say_origin)
        workspace.problems_changed.connect(self._say_origin)

    @property
    def is_live(self) -> bool:
        """Whether a run is being trained here."""
        return self._training.is_live

    @property
    def run(self) -> Path | None:
        """The run in view, once it has weights to export and nobody is at work on it."""
        return None if self._training.is_live else self._training.folder

    def train(self) -> None:
        """Train the document as it is now, or show what has to be mended first."""
        if self._training.is_live:
            return
        self._workspace.gather()
        errors = [p for p in self._workspace.problems if p.severity is Severity.ERROR]
        if errors:
            self._refuse_errors(errors)
            return
        document, name = self._workspace.document.copy(), self._workspace.stem
        open_ = self._workspace
        self._of = _Of(document, open_.path, open_.title, open_.document)
        self._wanted = None
        beside = self._workspace.folders()
        create = folding.create if folding.wanted(document) else runs.create
        self._training.start(lambda: create(document, name=name, beside=beside))
        self.panel_wanted.emit("training")

    def _refuse_errors(self, errors: list[Problem]) -> None:
        """Say why training does not begin, and go to where the first mistake is."""
        self.panel_wanted.emit("problems")
        self.not_ready.emit(errors[0])
        place = next((one.place for one in errors if one.path), None)
        if place is not None:
            self._workspace.reveal_place(place)

    def resume(self, folder: Path | None = None) -> None:
        """Go on with the run in ``folder``, or with the one in view."""
        place = folder or self._training.whole
        if folder is not None and (part := folding.part_of(folder)) is not None:
            place = Path(part.run)
        if self._training.is_live or place is None:
            return
        if place != self._training.whole:
            self._of = self._known(place, _document_of(place))
        self._wanted = None
        self._training.start(lambda: place)
        self._say_origin()
        self.panel_wanted.emit("training")

    def train_on(self, epochs: int) -> None:
        """Let the run in view have so many epochs in all, and go on with it."""
        place = self._training.folder
        if self._training.is_live or place is None:
            return
        self._wanted = None
        self._training.start(lambda: _extended(place, epochs))
        self._say_origin()
        self.panel_wanted.emit("training")

    def forget(self, folder: Path) -> None:
        """A run was deleted: nothing is shown of it, also if that was under way."""
        if self._wanted == folder:
            self._wanted = None
        self._training.forget(folder)

    def retitle(self, folder: Path, title: str) -> None:
        """A run has another name."""
        self._training.retitle(folder, title)
        self._results.retitle(folder, title)

    def show_run(self, folder: Path) -> None:
        """Show the curves of a past run, and its results if it has any."""
        if self._training.is_live and folder in (self._training.folder, self._training.whole):
            self.panel_wanted.emit("training")
            return
        if self._training.is_live:
            words = self.tr("Another run is being trained. Stop it first, or wait for it.")
            tell(self._window, self.tr("The run cannot be shown now."), words)
            return
        self._wanted = folder
        self._jobs.do(
            lambda: _recorded(folder),
            lambda found: self._show(folder, *found),
            lambda failed: self._refuse(folder, failed.message),
            topic="shown run",
        )

    def _show(self, folder: Path, record: RunRecord, of: _Of | None) -> None:
        if folder == self._wanted and not self._training.is_live:
            self._wanted, self._of = None, self._known(folder, of)
            self._training.show(record, folder)
            self._say_origin()
            self.panel_wanted.emit("training")

    def _refuse(self, folder: Path, sentence: str) -> None:
        if folder != self._wanted:
            return
        self._wanted = None
        tell(self._window, self.tr("The run cannot be opened."), sentence)

    def _say_not_begun(self, failed: Failed) -> None:
        tell(self._window, self.tr("The training did not begin."), failed.message)

    def _say_origin(self) -> None:
        """Another document is open, or its network is another by now: say so beside the run."""
        if self._of is None or self._training.record.state is State.EMPTY:
            return
        told = self._changed(self._of)
        if not self._is_of_the_open_one():
            words = self.tr("This run is of “{name}”, not of the document that is open.")
            told = words.format(name=self._of.title)
        if told != self._training.origin:
            self._training.say_origin(told)

    def _changed(self, of: _Of) -> str:
        """In which nodes the network that is drawn is not that of the run any more."""
        names = changed_nodes(of.document, self._workspace.document)
        if not names:
            return ""
        shown = ", ".join(f"“{visible(name)}”" for name in names[:MOST_NAMED])
        if more := len(names) - MOST_NAMED if len(names) > MOST_NAMED else 0:
            shown = self.tr("{names} and {count} more").format(names=shown, count=more)
        if of.drawn is None and of.path is None and of.title != self._workspace.stem:
            # A copy, or the same one by its earlier name: which of the two cannot be told.
            words = self.tr("This run is of “{name}”, whose network is another in {names}.")
            return words.format(name=of.title, names=shown)
        return self.tr("The network has changed since this run: {names}.").format(names=shown)

    def _is_of_the_open_one(self) -> bool:
        """Whether the run in view is of the document that is open, as far as is known."""
        if self._of is None:
            return True
        of, workspace = self._of, self._workspace
        if workspace.document is of.drawn or (of.path is not None and workspace.path == of.path):
            return True
        return is_of(of.document, of.title, workspace.document, workspace.stem)

    def _known(self, folder: Path, of: _Of | None) -> _Of | None:
        """What a run is of, with what is known of it because it was begun here."""
        if of is None or folder not in self._begun:
            return of
        drawn, path = self._begun[folder]
        return of._replace(drawn=drawn(), path=path)

    def _follow(self, shown: ShownRun) -> None:
        """What is in view is what results are of, whatever it was before."""
        if shown.folder is not None and self._of is not None and self._of.drawn is not None:
            begun = (ref(self._of.drawn), self._of.path)
            whole = self._training.whole or shown.folder
            self._begun |= {shown.folder: begun, whole: begun}
        self._results.follow(shown, self._training.record)

    @property
    def can_export(self) -> bool:
        """Whether there is a run to export, or a document that can be compiled."""
        if self._training.is_live:
            return False
        return self.run is not None or self._is_sound

    @property
    def _is_sound(self) -> bool:
        document, problems = self._workspace.document, self._workspace.problems
        return bool(document.main.nodes) and not any(map(structure.stops_export, problems))

    def _with_weights(self) -> Path | None:
        """The run in view, if it has kept any; what is wrong with it the export itself says."""
        try:
            return self.run if self.run is None or Run.open(self.run).has_weights else None
        except EngineError:
            return self.run

    def export(self, to: str) -> None:
        """Ask what and where, then write the run in view or the document as drawn."""
        self._workspace.gather()
        if not self.can_export:
            return
        choices, documents = [], []
        run, drawn = self._with_weights(), self._workspace.stem
        if run is not None:
            called = self._training.record.title or run_name(str(run))
            title = self.tr("Best weights of the run “{run}”").format(run=called)
            if self._of is not None and not self._is_of_the_open_one():
                other = self.tr("Best weights of the run “{run}” of “{name}”, which is not open")
                title = other.format(run=called, name=self._of.title)
            choices.append(Exportable(title, run_name(str(run)), lambda: run))
            documents.append(lambda: Run.open(run).document)
        if self._is_sound:
            title = self.tr("“{name}” as it is drawn, untrained")
            if self._workspace.document.weights is not None:
                title = self.tr("“{name}” as it is drawn, with the weights it starts from")
            title = title.format(name=drawn)
            choices.append(Exportable(title, drawn, self._written))
            documents.append(self._workspace.document.copy)
        if not choices:
            words = self.tr("The run in view has no weights yet. Go on with its training first.")
            tell(self._window, self.tr("There is nothing to export."), words)
            return
        if not self._is_of_the_open_one():
            choices.reverse()  # what is looked at comes first
            documents.reverse()
        self._dialog = ExportDialog(choices, to, self._folder_for_files(), self._window)
        self._dialog.exported.connect(self.exported)
        self._dialog.finished.connect(self._forget_dialog)
        self._dialog.open()
        for choice, document in enumerate(documents):
            self._say_ends(self._dialog, choice, document)

    def _say_ends(
        self, dialog: ExportDialog, choice: int, document: Callable[[], Document]
    ) -> None:
        """Find what goes in and comes out on a thread, as the plan of a network needs torch."""

        def found() -> str:
            from engine.export.ends import ends

            return ends(document())

        def show(words: str) -> None:
            if dialog is self._dialog:
                dialog.show_ends(choice, words)

        self._jobs.do(found, show, lambda _: None)  # what is wrong the export itself says

    def _written(self) -> Path:
        """The document as it is now in a file of its own, for the other process to read."""
        self._drawn = self._drawn or TemporaryDirectory(prefix="layerloom-drawn-")
        path = Path(self._drawn.name) / f"{self._workspace.stem}{files.SUFFIX}"
        files.write(self._workspace.document, path, self._workspace.folders())
        return path

    def _forget_dialog(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()
        if self._drawn is not None:
            self._drawn.cleanup()
            self._drawn = None

    def stop(self) -> None:
        """End an export that is under way, and a text that is being written."""
        self._results.stop()
        if self._dialog is not None:
            self._dialog.reject()

    def _folder_for_files(self) -> Path:
        if self._workspace.path is not None:
            return self._workspace.path.parent
        if (last := FileDialog.last_folder()) is not None:
            return last
        place = QStandardPaths.StandardLocation.DocumentsLocation
        documents = Path(QStandardPaths.writableLocation(place))
        return documents if documents.is_dir() else Path.home()


def _extended(folder: Path, epochs: int) -> Path:
    runs.extend(folder, epochs)
    return folder


def _document_of(folder: Path) -> _Of | None:
    """The document of a run; None where that cannot be told, such as for several folds."""
    try:
        run = Run.open(folder)
        document = run.document
    except (EngineError, GraphError):
        return None
    return _Of(document, None, run.name)


def _recorded(folder: Path) -> tuple[RunRecord, _Of | None]:
    run = Run.open(folder)
    record = recorded(run.events(), run.title)
    record.run = record.run or str(folder)
    record.fold = folding.part_of(folder)
    if record.fold is not None and record.state is State.FINISHED:
        across = folding.summary(record.fold.run)
        record.folds = across if len(across.each) == across.folds else None
    if run.state == "failed" and record.failed is None:  # it broke before it said anything
        record.tell(Failed(run.status.message, run=str(folder)))
    elif record.state.is_live or record.state is State.EMPTY:  # it was killed, or never began
        record.wish(State.STOPPED)
    return record, _document_of(folder)
