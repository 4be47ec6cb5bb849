"""What all views share: one document with its history, results, problems, place and selection."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from engine import weight_store
from engine.data import chosen
from graphs import files, structure
from graphs.document import Document
from graphs.edits import Link, NodeId
from graphs.evaluation import Evaluated, Evaluation
from graphs.history import History
from graphs.marks import NO_MARKS, Marks
from graphs.problems import Problem, problem
from graphs.visible import visible


class Session(QObject):
    """The document at work. Views listen here, and propose steps through ``history.do``.

    The document itself is replaced when the user opens another; what a view has connected to the
    session stays connected.
    """

    replaced = Signal()
    """Another document is here; history, evaluation, path, selection and problems are its own."""
    changed = Signal(object, object)
    """Once per step: the ``Change``, and the frozenset of node ids whose results are new.

    Document, results, problems, history and selection agree by then: what is chosen is there.
    """
    problems_changed = Signal()
    """At most once per turn of the event loop, after steps."""
    selection_changed = Signal()
    history_changed = Signal()
    """What can be undone or redone, whether all is saved, or the path is new."""

    panel_wanted = Signal(str)
    """The user wants to mend something in the panel of this name: ``data`` or ``plan``."""
    revealed = Signal(object)
    """These nodes are to be brought into view."""

    _stale = Signal()

    def __init__(self, document: Document | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[Problem, ...] | None = None
        self._by_node: dict[NodeId, list[Problem]] | None = None
        self._told = True
        self._stale.connect(self._tell_problems, Qt.ConnectionType.QueuedConnection)
        self._begin(document or Document(), None)

    def _begin(self, document: Document, path: Path | None, name: str = "") -> None:
        self.document = document
        self.history = History(document)
        self.evaluation = Evaluation(document)
        self.path, self.name = path, name
        self._replanned: tuple[str, ...] = ()
        self.selection: frozenset[NodeId] = frozenset()
        self.selected_links: frozenset[Link] = frozenset()
        self.selected_marks = NO_MARKS
        self.evaluation.changed.connect(self._follow)
        self.history.changed.connect(lambda _: self.history_changed.emit())
        self._spoil_problems()

    # ---- where it comes from and where it goes ----

    def new(self, document: Document | None = None, name: str = "") -> None:
        """Start with ``document``, which has no file yet; ``name`` is what it is called so far."""
        self._replace(document or Document(), None, name)

    def open(self, path: Path) -> tuple[str, ...]:
        """Open a file; what had to be mended in it is returned as sentences. Raises FileError."""
        opened = files.read(path)
        self._replace(opened.document, path)
        self._replanned = opened.replanned
        self._spoil_problems()
        return tuple(opened.notices)

    def save(self, path: Path | None = None) -> tuple[str, ...]:
        """Write to ``path`` or to where it was last. Raises FileError; then nothing changed.

        What could not be written with it, though the document itself was, is returned as sentences.
        """
        target = path or self.path
        assert target is not None  # the window asks for a place first
        notices = files.write(self.document, target, self.folders())
        self.path = target
        self.accept_plan()
        self.history.mark_saved()
        return notices

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
        own = self.path.name if self.path is not None else self.name
        return visible(own) or self.tr("Untitled")

    def _replace(self, document: Document, path: Path | None, name: str = "") -> None:
        self.evaluation.close()
        self._begin(document, path, name)
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

    def _choose(self, nodes: Iterable[NodeId], links: Iterable[Link], marks: Marks) -> bool:
        """Whether something else is chosen now; what is not there is left out."""
        graph = self.document.main
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

    # ---- results and problems ----

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the document as it is now."""
        if self._problems is None:
            self._problems = (
                *chosen.problems(self.document.data),
                *self._problems_of_opening(),
                *weight_store.problems(self.document, self.path),
                *structure.problems(self.document, self.evaluation),
            )
        return self._problems

    def _problems_of_opening(self) -> Iterable[Problem]:
        """A plan that had to be changed is not trained before the user has agreed to it."""
        if self._replanned:
            yield problem(files.REPLANNED, changes=" ".join(self._replanned))

    def problems_at(self, node: NodeId) -> tuple[Problem, ...]:
        """The problems that sit at one node."""
        if self._by_node is None:
            self._by_node = {}
            for problem in self.problems:
                if problem.node is not None:
                    self._by_node.setdefault(NodeId(problem.node), []).append(problem)
        return tuple(self._by_node.get(node, ()))

    def _spoil_problems(self) -> None:
        self._problems = self._by_node = None
        if self._told:
            self._told = False
            self._stale.emit()

    def _tell_problems(self) -> None:
        self._told = True
        self.problems_changed.emit()

    def _follow(self, evaluated: Evaluated) -> None:
        """Bring all into agreement first, and tell then."""
        self._spoil_problems()
        chosen_anew = self._choose(self.selection, self.selected_links, self.selected_marks)
        self.changed.emit(evaluated.change, evaluated.fresh)
        if chosen_anew:
            self.selection_changed.emit()
