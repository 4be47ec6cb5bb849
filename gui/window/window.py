"""The window: canvas in the middle, panels around it, menus and the bar above."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow

from engine.errors import EngineError
from engine.runs import Run
from engine.weights import weight_store
from graphs.document.document import Document
from graphs.errors import FileError, GraphError
from graphs.files import SUFFIX
from graphs.keeping.keeper import Keeper
from graphs.keeping.place import place
from graphs.templates import Template
from gui import settings
from gui.canvas import Canvas
from gui.data.data_view import DataView
from gui.gallery import Gallery
from gui.inspector.inspector import Inspector
from gui.jobs import Jobs
from gui.layers.palette import Palette
from gui.live_run import LiveRun
from gui.look import theme
from gui.look.theme import Scheme
from gui.plan.augmented import AugmentedView
from gui.plan.plan_form import PlanForm
from gui.problems.problem_cards import ProblemList
from gui.problems.remedies import panel_of
from gui.results.results_view import Results
from gui.runs.runs_view import RunsView
from gui.training.training_view import TrainingView
from gui.widgets.finder import Finder
from gui.widgets.questions import tell
from gui.window import about
from gui.window.actions import Actions
from gui.window.docks import Area, Docks
from gui.window.enabling import Enabling, reason
from gui.window.keyboard import Keyboard
from gui.window.menus import Files, Menus
from gui.window.panel_focus import Going
from gui.window.proposing import Proposing
from gui.window.run_commands import RunCommands
from gui.window.search_everything import Everything
from gui.window.shortcuts import ShortcutsDialog
from gui.window.topbar import TopBar
from gui.window.work.closing import STOP_MILLISECONDS, Closing
from gui.window.work.filing import Filing
from gui.window.work.interrupted import Interrupted
from gui.window.work.on_disk import OnDisk
from gui.window.work.recovering import Recovering
from gui.workspace import Workspace

JOB_MILLISECONDS = 10_000
"""How long the program waits for small jobs when it ends; its window is gone by then."""


class Window(QMainWindow):
    """Puts the views together around one workspace, and answers for what nobody else can."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAcceptDrops(True)
        self.kept = settings.read()
        self.place = place()
        keeper = Keeper(self.place.folder, about.version("layerloom"), self._say_not_kept)
        self.workspace = Workspace(parent=self, keeper=keeper)
        self.training = LiveRun(parent=self)
        self.jobs = Jobs(self)
        self.filing = Filing(self.workspace, self)
        self.commands = Actions(self)
        self.on_disk = OnDisk(self.workspace, self)
        self.recovering = Recovering(
            self, self.workspace, self.place.folder, self.filing, self.on_disk, self.jobs
        )
        self.closing = Closing(self.training, self.workspace, self)
        self._make_views()
        self.top_bar = TopBar(self.commands, self.workspace)
        self.setMenuWidget(self.top_bar)
        self._make_docks()
        self.going = Going(self.canvas, self.docks, self.inspector)
        self._keyboard = Keyboard(self, home=self.canvas, beside=self.inspector)
        self.menus = self._made_menus()
        offered, recent = self.menus.all_actions, lambda: self.kept.recent
        everything = Everything(
            offered, self.canvas, self.docks, self.plan_form, recent, self.open, self
        )
        self._finder = Finder(everything.finds, self)
        Enabling(self.commands, self.workspace, self.training, self.running)
        self._connect_commands()
        self._connect_views()
        if not self.recovering.starts.is_safe:  # what was kept may be what failed
            self.docks.restore(self.kept)
        self._show_document()

    def _made_menus(self) -> Menus:
        files = Files(
            recent=lambda: self.kept.recent,
            earlier=lambda: self.workspace.keeper.earlier(self.workspace.path),
            open=self.open,
            open_earlier=self.filing.open_earlier,
            new_from=self.new_from,
        )
        bar, canvas = self.top_bar.menus, self.canvas.commands
        return Menus(self, bar, self.commands, canvas, self.docks, files)

    def _make_views(self) -> None:
        self.canvas = Canvas(self.workspace)
        self.setCentralWidget(self.canvas)
        self.palette_view = Palette()
        self.inspector = Inspector(self.workspace)
        self.data_view = DataView(self.workspace, self.jobs)
        augmented = AugmentedView(self.workspace, self.jobs)
        self.plan_form = PlanForm(self.workspace, self.jobs, augmented)
        self.training_view = TrainingView(self.training)
        self.results = Results(self.jobs)
        self.runs_view = RunsView(self.jobs)
        self.problem_list = ProblemList(self.workspace)
        self.running = RunCommands(self.workspace, self.training, self.results, self.jobs, self)
        self.interrupted = Interrupted(self.running, self.jobs, self.workspace, self)
        self.proposing = Proposing(self.workspace, self.jobs, self.data_view.propose, self)

    def _make_docks(self) -> None:
        self.docks = Docks(self)
        below = Area.BottomDockWidgetArea
        self.docks.add("palette", self.tr("Layers"), self.palette_view, Area.LeftDockWidgetArea)
        self.docks.add("inspector", self.tr("Inspector"), self.inspector, Area.RightDockWidgetArea)
        self.docks.add("data", self.tr("Data"), self.data_view, below)
        self.docks.add("plan", self.tr("Plan"), self.plan_form, below)
        self.docks.add("training", self.tr("Training"), self.training_view, below)
        self.docks.add("results", self.tr("Results"), self.results, below)
        self.docks.add("runs", self.tr("Runs"), self.runs_view, below)
        self.docks.add("problems", self.tr("Problems"), self.problem_list, below)
        self.docks.arrange()

    # ---- what leads where ----

    def _connect_commands(self) -> None:
        filing, running, training = self.filing, self.running, self.training
        slots: dict[str, Callable[[], object]] = {
            "new": lambda: filing.new(Document),
            "templates": self._offer_templates,
            "open": filing.choose,
            "save": filing.save,
            "save_as": filing.save_as,
            "recover": partial(self.recovering.look, asked=True),
            "export": lambda: running.export("onnx"),
            "export_weights": lambda: running.export("safetensors"),
            "quit": self.close,
            "undo": lambda: self.workspace.undo(),
            "redo": lambda: self.workspace.redo(),
            "propose": self.proposing.for_data,
            "search": self._search,
            "reset_layout": self.docks.reset,
            "next_panel": partial(self.going.on, 1),
            "previous_panel": partial(self.going.on, -1),
            **{f"go_{name}": partial(self.going.to, name) for name in self.commands.panels()},
            "train": running.train,
            "pause": training.pause,
            "proceed": training.proceed,
            "stop": training.stop,
            "resume": running.resume,
            "shortcuts": self._show_shortcuts,
            "copy_diagnostics": about.copy_diagnostics,
            "about": lambda: self._open_dialog(about.AboutDialog(self)),
            **{f"theme_{one}": partial(self._use_theme, one) for one in Scheme},
        }
        for name, does in slots.items():
            self.commands[name].triggered.connect(partial(_without_the_tick, does))
        self.commands[f"theme_{theme.scheme()}"].setChecked(True)

    def _connect_views(self) -> None:
        workspace, running = self.workspace, self.running
        workspace.history_changed.connect(self._show_document)
        workspace.replaced.connect(self._show_document)
        self.training.state_changed.connect(self.runs_view.refresh)
        self.docks["runs"].visibilityChanged.connect(self._look_at_runs)
        self.filing.used.connect(self._remember)
        self.filing.missing.connect(self._forget)
        self.on_disk.changed.connect(self.filing.file_changed)
        self.on_disk.gone.connect(self.filing.file_gone)
        self.canvas.open_wanted.connect(self.filing.choose)
        self.canvas.template_wanted.connect(self._offer_templates)
        self.canvas.propose_wanted.connect(self.proposing.for_data)
        self.data_view.network_wanted.connect(self.proposing.put)
        self.proposing.data_wanted.connect(lambda: self.docks.show("data"))
        self.proposing.data_wanted.connect(self.data_view.invite)
        self.proposing.proposed.connect(self.canvas.frame_all)
        self.palette_view.layer_wanted.connect(self.canvas.add_layer)
        self.canvas.keeping_blocks.changed.connect(self.palette_view.look_again)
        self.canvas.settings_wanted.connect(self.going.to_settings)
        self.docks.left.connect(self.canvas.setFocus)
        self.training_view.train_asked.connect(running.train)
        self.training_view.resume_asked.connect(lambda: running.resume())
        self.training_view.node_asked.connect(self.show_node)
        self.training_view.results_asked.connect(lambda: self.docks.show("results"))
        self.training_view.results_asked.connect(self.results.show_figures)
        self.results.runs_asked.connect(lambda: self.docks.show("runs"))
        self.training_view.runs_asked.connect(lambda: self.docks.show("runs"))
        self.runs_view.show_asked.connect(running.show_run)
        self.runs_view.resume_asked.connect(running.resume)
        self.runs_view.train_asked.connect(running.train)
        self.runs_view.described.connect(running.retitle)
        self.runs_view.deleted.connect(running.forget)
        self.training_view.train_on_asked.connect(running.train_on)
        self.results.train_on_asked.connect(running.train_on)
        self.runs_view.network_asked.connect(self._open_network)
        self.interrupted.network_wanted.connect(self._open_network)
        self.runs_view.weights_asked.connect(self.plan_form.starting.start_from_run)
        self.plan_form.starting.chosen.connect(lambda: self.docks.show("plan"))
        running.panel_wanted.connect(self.docks.show)
        running.not_ready.connect(self.problem_list.explain)
        workspace.panel_wanted.connect(self.docks.show)
        workspace.problems_changed.connect(self._mark_panels)
        self.data_view.on_disk.changed.connect(self._mark_panels)

    # ---- how things stand ----

    def _show_document(self) -> None:
        self.setWindowTitle(f"{self.workspace.title}[*] – Layerloom")
        self.setWindowModified(not self.workspace.is_saved)
        self.palette_view.build_beside(self.workspace.path)

    def _look_at_runs(self, seen: bool) -> None:
        """At once, whatever was read when the panel was looked at before."""
        if seen:
            self.runs_view.refresh()

    def _mark_panels(self) -> None:
        """Say on their tabs how many problems there are, and how many are mended in each."""
        problems, news = self.workspace.problems, bool(self.data_view.on_disk.news)
        self.docks.count("problems", len(problems))
        for panel, more in (("data", news), ("plan", False)):
            self.docks.count(panel, more + sum(panel_of(one) == panel for one in problems))

    def _remember(self, path: Path) -> None:
        self.kept = self.kept.remembering(path)
        settings.write(self.kept)

    def _forget(self, path: Path) -> None:
        if not path.exists():
            self.kept = self.kept.forgetting(path)

    def _use_theme(self, scheme: Scheme) -> None:
        self.kept = self.kept.with_theme(scheme.value)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.use(app, scheme)

    # ---- what nobody else answers for ----

    def open(self, path: Path) -> None:
        """Open a document, or offer a file with data to the data view."""
        if path.suffix.lower() == SUFFIX:
            self.filing.open(path)
        elif self.data_view.offer(path):
            self.docks.show("data")
        else:
            self.filing.open(path)

    def new_from(self, template: Template) -> None:
        """Start with a fresh document of a template."""
        self.filing.new(template.document, template.id)
        self.canvas.setFocus()

    def show_node(self, name: str) -> None:
        """Bring the node that a run named into view, if it is still there."""
        path = self.workspace.document.path_of(name)
        if path is not None:
            self.workspace.reveal_place(path)

    def _open_network(self, folder: Path) -> None:
        """The document of a run, as a new one that has no file yet."""
        try:
            run = Run.open(folder)
            document = run.document
        except (EngineError, GraphError) as error:
            tell(self, self.tr("The network cannot be opened."), str(error))
            return
        with suppress(FileError):  # what is missing is said when the document is there
            weight_store.keep(document.weights, [folder])
        self.filing.new(lambda: document, run.name)

    def _offer_templates(self) -> None:
        gallery = Gallery(self)
        gallery.chosen.connect(self.new_from)
        self._open_dialog(gallery)

    def _search(self) -> None:
        field = self.top_bar.search
        self._finder.open_at(field.mapTo(self, QPoint(0, -4)), max(field.width(), 420))

    def _show_shortcuts(self) -> None:
        self._open_dialog(ShortcutsDialog(self.menus.all_actions(), self))

    def _open_dialog(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _say_not_kept(self, why: str) -> None:
        tell(self, self.tr("Save soon."), why)

    # ---- what comes from outside ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:  # nobody nearer had a use for it
            self.canvas.setFocus()
        elif words := reason(self.menus.all_actions(), event):
            self.canvas.hint.say(words, self.canvas.pointer_place(), "warn")
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.open(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.docks.fit(event.size().width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.on_disk.look()
            self.data_view.on_disk.look()
            self.palette_view.look_again()

    # ---- the end ----

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.closing.may_go:
            self.workspace.gather()
            self.workspace.heed_file()
        if self.closing.may_go or (self.workspace.is_saved and not self.training.is_live):
            self._leave()
            event.accept()
        else:
            event.ignore()
            self.filing.settle(self.closing.ask_to_stop)

    def leave(self, *, keep: bool = True) -> None:
        """Close without a question; a run that is going is stopped and can be resumed.

        What is unsaved is kept for the next start, unless it is not to be.
        """
        self.workspace.close(keep=keep)
        self.training.stop()
        self.training.wait(STOP_MILLISECONDS)
        self.closing.go()

    def _leave(self) -> None:
        self.workspace.close(keep=False)
        self.on_disk.stop()
        self.data_view.on_disk.stop()
        self.recovering.settle()
        self.running.stop()
        self.hide()
        self.jobs.wait(JOB_MILLISECONDS)
        self.kept = self.docks.kept(self.kept)
        settings.write(self.kept)


def _without_the_tick(does: Callable[[], object], *ticked: bool) -> None:
    """What an action does; Qt tells also whether it is ticked now."""
    does()


def _dropped(event: QDropEvent) -> Path | None:
    """The one file or folder that is dropped."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
