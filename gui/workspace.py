"""What all views share: one document with its history, results, problems, place and selection."""

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from engine import readiness
from engine.weights import weight_store
from graphs import files
from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.checking.evaluation import EvaluatedStep, Evaluation
from graphs.document.document import Document, Graph
from graphs.document.edits import GraphEdit, Link, NodeId, Step, nodes_on, undone
from graphs.document.edits import Path as Place
from graphs.document.history import History
from graphs.errors import FileError, InUse
from graphs.files import stamps
from graphs.files.stamps import StampChange
from graphs.keeping import backups, claims
from graphs.keeping.claims import Claim
from graphs.keeping.keeper import Keeper
from graphs.keeping.log import LoggedDocument
from graphs.keeping.lost import Recovered
from graphs.mending.fitting import new_nodes
from graphs.problems import Problem, problem
from graphs.steps import annotation_steps
from graphs.steps.annotation_steps import NO_MARKS, Marks
from graphs.wording.visible import visible
from gui.shown_graph import ShownGraph, around


class Workspace(QObject):
    """The document at work. Views listen here, and propose steps through ``history.do``.

    The document itself is replaced when the user opens another; what a view has connected to the
    workspace stays connected.
    """

    replaced = Signal()
    """Another document is here; history, evaluation, path, selection and problems are its own."""
    changed = Signal(object, object)
    """Once per step: the ``Change``, and the frozenset of node ids whose results are new.

    Document, results, problems, history and selection agree by then: what is chosen is there.
    """
    entered = Signal()
    """Another graph of the same document is shown: of a block, or the one around it."""
    problems_changed = Signal()
    """At most once per turn of the event loop, after steps."""
    selection_changed = Signal()
    history_changed = Signal()
    """What can be undone or redone, whether all is saved, or the path is new."""

    gathering = Signal()
    """The document is about to be read as a whole: whoever has words that are still being written
    in a field makes a step of them now."""
    panel_wanted = Signal(str)
    """The user wants to mend something in the panel of this name: ``data`` or ``plan``."""
    revealed = Signal(object)
    """These nodes are to be brought into view."""
    undone = Signal(object)
    """This ``Step`` was taken back, and what came back is chosen."""
    redone = Signal(object)
    """This ``Step`` was made again, and what came back is chosen."""

    _stale = Signal()

    def __init__(
        self,
        document: Document | None = None,
        parent: QObject | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        super().__init__(parent)
        self.keeper = keeper or Keeper()
        self._problems: tuple[Problem, ...] | None = None
        self._by_node: dict[NodeId, list[Problem]] | None = None
        self._told = True
        self._stale.connect(self._tell_problems, Qt.ConnectionType.QueuedConnection)
        self._begin(document or Document(), LoggedDocument())

    def _begin(self, document: Document, about: LoggedDocument, claim: Claim | None = None) -> None:
        self.document = document
        self.keeper.begin(document, about, claim)
        # The first that hears: whatever views make of a step, it is in the log by then.
        document.changed.connect(self.keeper.log.note)
        self.history = History(document)
        self.whole = Evaluation(document.main)
        self._shown = ShownGraph(self.whole)
        self.path, self.name, self.stamp = about.path, about.name, about.stamp
        self._replanned: tuple[str, ...] = ()
        self.selection: frozenset[NodeId] = frozenset()
        self.selected_links: frozenset[Link] = frozenset()
        self.selected_marks = NO_MARKS
        self.whole.changed.connect(self._follow)
        self.history.changed.connect(lambda _: self._after_history())
        self._spoil_problems()

    @property
    def graph(self) -> Graph:
        """The graph that is drawn, selected in and edited: the one that the results are of."""
        return self.evaluation.graph

    @property
    def evaluation(self) -> EvaluatedGraph:
        """The results of the graph that is shown, with what reaches it at its place."""
        return self._shown.evaluation

    @property
    def inside(self) -> Place:
        """The blocks that the user has entered, one in the other; none where all is shown.

        Behind a block that is repeated stands which of its copies is shown, from 0.
        """
        return self._shown.inside

    def go(self, inside: Iterable[NodeId | int]) -> None:
        """Show the graph of the last of these blocks; without any, the main graph.

        Of a repeated block it is the first copy, unless the number of another follows it.
        """
        came_out = self.inside
        if not self._shown.go(tuple(inside)):
            return
        self.history.end_gesture()
        here = len(self.inside)
        left = came_out[here : here + 1] if came_out[:here] == self.inside else ()
        self._choose(nodes_on(left), (), NO_MARKS)
        self._spoil_problems()
        self.entered.emit()
        self.selection_changed.emit()

    def enter(self, block: NodeId) -> None:
        """Show the graph that a block computes."""
        self.go((*self.inside, block))

    def leave(self) -> None:
        """Show the graph around the block that was entered last, which is chosen then."""
        self.go(around(self.inside))

    def _after_history(self) -> None:
        if self.history.is_saved:
            self.keeper.log.discard()
        self.history_changed.emit()

    # ---- where it comes from and where it goes ----

    def new(self, document: Document | None = None, name: str = "") -> None:
        """Start with ``document``, which has no file yet; ``name`` is what it is called so far."""
        self._replace(document or Document(), LoggedDocument(None, name))

    def open(self, path: Path) -> tuple[str, ...]:
        """Open a file; what had to be mended in it is returned as sentences.

        Raises FileError, and InUse when another window has it open.
        """
        claim = self.keeper.claim(path)
        try:
            opened = files.read(path)
        except FileError:
            self.keeper.let_go(claim)
            raise
        self._replace(opened.document, LoggedDocument(path, "", opened.stamp), claim)
        self._replanned = opened.replanned
        self._spoil_problems()
        return tuple(opened.notices)

    def open_copy(self, path: Path) -> tuple[str, ...]:
        """Open what a file holds as a document that has no file yet. Raises FileError."""
        opened = files.read(path)
        with suppress(FileError):  # what is missing is said when the document is there
            weight_store.keep(opened.document.weights, [path.parent])
        self.new(opened.document, self.tr("{name} (copy)").format(name=path.stem))
        return tuple(opened.notices)

    def open_earlier(self, backup: Path, of: Path | None = None) -> tuple[str, ...]:
        """Have an earlier version in place of what is there, unsaved. Raises FileError.

        It is one of the document that is open, or of the file ``of``, which cannot be read itself.
        """
        if of is None:
            about, claim = LoggedDocument(self.path, self.name, self.stamp), self.keeper.held
        else:
            about, claim = LoggedDocument(of), self.keeper.claim(of)
        try:
            opened = files.read(backup, None if about.path is None else about.path.parent)
        except FileError:
            self.keeper.let_go(claim)
            raise
        self._replace(opened.document, about, claim)
        self.count_as_unsaved()
        return tuple(opened.notices)

    def recover(self, found: Recovered, log: Path) -> None:
        """Have what a dead process left in ``log``, unsaved, with the path that it had."""
        about, claim = found.about, None
        try:
            claim = self.keeper.claim(about.path) if about.path is not None else None
        except InUse:  # by a window that has opened the file as it was saved
            about = LoggedDocument(
                None, self.tr("{name} (copy)").format(name=Path(found.title).stem)
            )
        self._replace(found.document, about, claim, (log, found.steps))

    def save(self, path: Path | None = None, *, over: bool = False) -> tuple[str, ...]:
        """Write to ``path`` or to where it was last. Raises FileError; then nothing changed.

        A file that another program has changed raises Overtaken, unless it is to be written
        ``over``. What could not be written with it, though the document itself was, is returned as
        sentences.
        """
        target = path or self.path
        assert target is not None  # the window asks for a place first
        self.gather()
        is_own = self.path is not None and claims.key(target) == claims.key(self.path)
        claim = self.keeper.claim(target)
        look = self.keeper.last_look(self.stamp if is_own and not over else None)
        try:
            written = files.written(self.document, target, self.folders(), look)
        except FileError:
            self.keeper.let_go(claim)
            raise
        self.path, self.stamp = target, written.stamp
        self.accept_plan()
        self.keeper.begin(self.document, LoggedDocument(target, self.name, written.stamp), claim)
        self.history.mark_saved()
        return written.notices

    def look(self) -> StampChange:
        """What has become of the document's file since it was opened or saved."""
        if self.path is None or self.stamp is None:
            return StampChange.SAME
        return stamps.glance(self.path, self.stamp)

    def heed_file(self) -> None:
        """Where the file holds something else by now, or is gone, the document is unsaved."""
        if self.look() is not StampChange.SAME:
            self.count_as_unsaved()

    def keep_mine(self) -> None:
        """Another program has changed the file, and the user wants the document as it is here."""
        if self.path is not None:
            with suppress(FileError):
                self.stamp = files.stamp_of(self.path)
        self.count_as_unsaved()

    def set_aside(self) -> None:
        """Keep the document as it is among the earlier versions, before it is replaced."""
        if self.path is not None and self.keeper.folder is not None and not self.is_saved:
            with suppress(FileError):
                data = files.content(self.document, self.path.parent)
                backups.put(data, self.path, self.keeper.folder, time.time_ns())

    def count_as_unsaved(self) -> None:
        """The file does not hold what is here, though no step has said so."""
        self.history.forget_saved()
        self.keeper.log.keep_whole()

    def close(self, *, keep: bool) -> None:
        """The program ends; what is unsaved is kept for the next start, or unwanted."""
        if keep:
            self.gather()
        self.keeper.close(keep=keep)

    def gather(self) -> None:
        """Have in the document what is still being written, as a user takes it to be there."""
        self.gathering.emit()

    def folders(self) -> tuple[Path, ...]:
        """Where the weights that the document starts from may lie; nowhere when it has none."""
        return () if self.document.weights is None else weight_store.folders(self.path)

    def accept_plan(self) -> None:
        """Train by the plan as it is now, although the file that was opened asked for another."""
        if self._replanned:
            self._replanned = ()
            self._spoil_problems()

    @property
    def is_saved(self) -> bool:
        """Whether nothing would be lost if the document were closed."""
        return self.history.is_saved

    @property
    def title(self) -> str:
        """What the document is called, without folder."""
        if own := self.name if self.path is None else self.path.name:
            return visible(own)
        if by_data := self.document.data.called:
            return visible(by_data)
        return self.tr("Untitled")

    @property
    def stem(self) -> str:
        """The same without the ending of its file: what its runs are called by."""
        return self.title if self.path is None else Path(self.title).stem

    def _replace(
        self,
        document: Document,
        about: LoggedDocument,
        claim: Claim | None = None,
        lost: tuple[Path, int] | None = None,
    ) -> None:
        self.whole.close()
        self._begin(document, about, claim)
        if lost is not None:  # before views look at it, as one of them may be what failed
            self.history.forget_saved()
            self.keeper.log.adopt(*lost)
        self.replaced.emit()
        self.selection_changed.emit()
        self.history_changed.emit()

    # ---- selection ----

    def select(
        self, nodes: Iterable[NodeId], links: Iterable[Link] = (), marks: Marks = NO_MARKS
    ) -> None:
        """Choose nodes, links, frames and notes; what is not there is left out."""
        if self._choose(nodes, links, marks):
            self.selection_changed.emit()

    @property
    def has_selection(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.selection or self.selected_links or self.selected_marks)

    def _choose(self, nodes: Iterable[NodeId], links: Iterable[Link], marks: Marks) -> bool:
        """Whether something else is chosen now; what is not there is left out."""
        graph = self.graph
        chosen = frozenset(node for node in nodes if node in graph.nodes)
        wired = frozenset(k for k in links if graph.link_at((k.target, k.input, k.slot)) == k)
        marked = marks.within(graph)
        before = (self.selection, self.selected_links, self.selected_marks)
        self.selection, self.selected_links, self.selected_marks = chosen, wired, marked
        return (chosen, wired, marked) != before

    def reveal(self, nodes: Iterable[NodeId]) -> None:
        """Choose nodes and bring them into view."""
        wanted = tuple(nodes)
        self.select(wanted)
        self.revealed.emit(wanted)

    def undo(self) -> None:
        """Take the last step back; what comes back is chosen, as it was when it was deleted."""
        if (latest := self.history.latest) is not None:
            self.history.undo()
            self._choose_brought(undone(latest))
            self.undone.emit(latest)

    def redo(self) -> None:
        """Make the last step that was taken back again; what comes back is chosen."""
        before = self.history.latest
        self.history.redo()
        if (latest := self.history.latest) is not None and latest is not before:
            self._choose_brought(latest)
            self.redone.emit(latest)

    def _choose_brought(self, step: Step) -> None:
        nodes, marks = new_nodes(step), annotation_steps.new(step)
        self._go_where_it_was(step)
        if nodes or marks:
            self.select(nodes, marks=marks)

    def _go_where_it_was(self, step: Step) -> None:
        """Show a graph that a step has changed, where none of what is shown was."""
        graphs = [edit.graph for edit in step.edits if isinstance(edit, GraphEdit)]
        if graphs and self.graph.id not in graphs:
            ways = (self._shown.way_to(graph) for graph in graphs)
            way = next((one for one in ways if one is not None), None)
            if way is not None:
                self.go(way)

    # ---- results and problems ----

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the document as it is now."""
        if self._problems is None:
            beside = weight_store.folders(self.path)
            found = readiness.problems(self.document, self.whole, beside=beside)
            self._problems = (*self._problems_of_opening(), *found)
        return self._problems

    def _problems_of_opening(self) -> Iterable[Problem]:
        """A plan that had to be changed is not trained before the user has agreed to it."""
        if self._replanned:
            yield problem(files.REPLANNED, changes=" ".join(self._replanned))

    def problems_at(self, node: NodeId) -> tuple[Problem, ...]:
        """The problems that sit at one node of what is shown, or in it."""
        if self._by_node is None:
            self._by_node = {}
            for problem in self.problems:
                if (at := self.node_of(problem)) is not None:
                    self._by_node.setdefault(at, []).append(problem)
        return tuple(self._by_node.get(node, ()))

    def node_of(self, problem: Problem) -> NodeId | None:
        """The node shown at which a problem is, or in which; None where it is elsewhere."""
        return self._shown.node_of(problem)

    def reveal_place(self, path: Iterable[str | int], *others: str | None) -> None:
        """Enter the blocks that lead to a node, and bring it into view with its neighbours."""
        *blocks, node = (one if isinstance(one, int) else NodeId(one) for one in path)
        self.go(blocks)
        self.reveal([*nodes_on((node,)), *(NodeId(other) for other in others if other is not None)])

    def _spoil_problems(self) -> None:
        self._problems = self._by_node = None
        if self._told:
            self._told = False
            self._stale.emit()

    def _tell_problems(self) -> None:
        self._told = True
        self.problems_changed.emit()

    def _follow(self, evaluated: EvaluatedStep) -> None:
        """Bring all into agreement first, and tell then."""
        self._spoil_problems()
        fresh, has_left = self._shown.follow(evaluated)
        chosen_anew = self._choose(self.selection, self.selected_links, self.selected_marks)
        if has_left:
            self.entered.emit()
        self.changed.emit(evaluated.change, fresh)
        if chosen_anew or has_left:
            self.selection_changed.emit()
