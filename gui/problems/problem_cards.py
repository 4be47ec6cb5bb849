"""Problems as cards: on the canvas beside their node, and in the list below."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Literal, assert_never

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from graphs.document.document import Document
from graphs.document.edits import NodeId, Step
from graphs.mending import fixes
from graphs.mending.fitting import new_nodes
from graphs.problems import Problem, Remove, Severity
from graphs.steps import placing
from gui.look.stylesheet import give_role
from gui.problems.remedies import AcceptPlan, Remedy, Visit, panel_of, remedies
from gui.widgets import building_blocks
from gui.widgets.building_blocks import tip
from gui.widgets.elided import Elided, ElidedButton
from gui.workspace import Workspace

CardShape = Literal["usual", "wide", "narrow"]
"""Buttons below the words in a row, beside the words, or below each other."""
_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
MOST_TRIED = 100
"""In a document of more nodes than this a fix is not tried before its button is there."""
MOST_CARDS = 60
"""More problems than this are counted, not shown: the first ones are to be mended first."""


def place(document: Document, problem: Problem) -> str:
    """Where a problem sits, as the card's first line: ``classify → loss``, ``block.classify``."""
    here = _name_at(document, problem.place)
    other = _name_at(document, (*problem.place[:-1], problem.other)) if problem.other else ""
    return f"{other} → {here}" if here and other else here


def _name_at(document: Document, path: tuple[str | int, ...]) -> str:
    """What a place is called; empty where it is no longer there."""
    try:
        return document.name_at(tuple(one if isinstance(one, int) else NodeId(one) for one in path))
    except (KeyError, ValueError):  # the node is gone, or is no block any more
        return ""


def _mends(document: Document, problem: Problem) -> bool:
    """Whether a fix may be offered: in a large document it is tried only when it is wanted."""
    nodes = sum(len(graph.nodes) for graph in document.graphs.values())
    if problem.recipe is None or nodes > MOST_TRIED:
        return problem.recipe is not None
    return fixes.step(document, problem) is not None


class ProblemCard(QFrame):
    """One problem: where, what, and the fix as a button."""

    def __init__(
        self,
        workspace: Workspace,
        problem: Problem,
        parent: QWidget | None = None,
        *,
        shape: CardShape = "usual",
    ) -> None:
        super().__init__(parent)
        self.problem = problem
        self._workspace = workspace
        self.setObjectName("problem_card")
        grave = problem.severity is Severity.ERROR
        give_role(self, "error-card" if grave else "warn-card")
        self._remedies: tuple[Remedy, ...] = ()
        self._mends = _mends(workspace.document, problem)
        if not self._mends:
            self._remedies = remedies(workspace.document, workspace.whole, problem)
        self._where = place(workspace.document, problem) or self._part_of_the_document()
        heading = Elided(self._where)
        heading.setToolTip(tip(self._where))
        give_role(heading, "heading")
        self.sentence = QLabel(problem.message)
        self.sentence.setWordWrap(True)
        give_role(self.sentence, "muted")
        for label in (heading, self.sentence):
            label.setTextFormat(Qt.TextFormat.PlainText)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(heading)
        words.addWidget(self.sentence)
        self._row = self._buttons(shape)
        self._whole = QBoxLayout(_ACROSS if shape == "wide" else _DOWN, self)
        self._whole.setContentsMargins(12, 10, 12, 10)
        self._whole.setSpacing(8)
        self._whole.addLayout(words, 1)
        if self._row.count():
            self._whole.addLayout(self._row)
        if shape == "usual":
            self._row.addStretch()

    def _buttons(self, shape: CardShape) -> QBoxLayout:
        row = QBoxLayout(_DOWN if shape == "narrow" else _ACROSS)
        row.setSpacing(4)
        made = ElidedButton if shape == "narrow" else QPushButton
        words = fixes.label(self.problem) if self._mends else None
        if words is None and self._remedies:
            words = self._remedies[0].label
        if words is not None:
            self.fix = made(words)
            self.fix.setObjectName("fix")
            deletes = isinstance(self.problem.recipe, Remove)  # work is never lost by a quick press
            give_role(self.fix, "link" if deletes else "primary")
            self.fix.clicked.connect(self.apply_fix)
            row.addWidget(self.fix)
        for number, other in enumerate(self._remedies[1:], 2):
            further = building_blocks.named(made(other.label), f"fix{number}", "link")
            further.clicked.connect(partial(self._apply, other))
            row.addWidget(further)
        beside_it = shape != "wide" and self.problem.other is None
        if self.problem.node is not None and not beside_it:
            both = self.problem.other is not None
            shown = self.tr("Show both nodes") if both else self.tr("Show the node")
            show = building_blocks.named(made(shown), "show_nodes", "link")
            show.clicked.connect(self.show_nodes)
            row.addWidget(show)
        return row

    def offers(self) -> tuple[str, ...]:
        """Where it says that the problem is, and what its buttons say."""
        return self._where, *(button.text() for button in self.findChildren(QPushButton))

    def least_width(self) -> int:
        """How wide the card must be for its buttons to show all their words."""
        margins = self.contentsMargins() + self._whole.contentsMargins()
        return self._row.sizeHint().width() + margins.left() + margins.right() + 2

    def apply_fix(self) -> None:
        """Mend the problem, or say why this fix does not."""
        if self._remedies:
            self._apply(self._remedies[0])
            return
        step = fixes.step(self._workspace.document, self.problem)
        if step is not None:
            self._do(step)
            return
        self.fix.setEnabled(False)
        self.fix.setToolTip(self.tr("This would not mend it: other problems have to go first."))
        self.sentence.setText(
            self.tr(
                "{problem} The fix offered does not help here; mend other problems first."
            ).format(problem=self.problem.message)
        )

    def _part_of_the_document(self) -> str:
        names = {"data": self.tr("The data"), "plan": self.tr("The training plan")}
        return names.get(panel_of(self.problem), self.tr("The whole graph"))

    def _apply(self, chosen: Remedy, *_: bool) -> None:
        """Do what the button says, with what is drawn now: a card may be older than that."""
        workspace = self._workspace  # what is done may take this card away
        now = remedies(workspace.document, workspace.whole, self.problem)
        remedy = next((one for one in now if one.label == chosen.label), None)
        if remedy is None:  # what it was about is gone, and so will be the button
            return
        match remedy.does:
            case Visit(panel):
                workspace.panel_wanted.emit(panel)
            case AcceptPlan():
                workspace.accept_plan()
            case Step() as step:
                self._do(step)
            case _:
                assert_never(remedy.does)

    def _do(self, step: Step) -> None:
        """Make the step, and show what it adds: where that lies, nobody has said."""
        workspace = self._workspace  # what is done may take this card away
        workspace.history.do(step)
        if new := new_nodes(step):
            workspace.reveal(new)

    def show_nodes(self) -> None:
        """Choose the nodes that are involved and bring them into view."""
        if self.problem.path:
            self._workspace.reveal_place(self.problem.place, self.problem.other)


class ProblemList(QScrollArea):
    """All problems of the document, the ones that stop training first."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._shown: tuple[Problem, ...] | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.summary = QLabel()
        give_role(self.summary, "muted")
        self.why = building_blocks.wrapped("", "error", "why_not")
        self.why.hide()
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(12, 12, 12, 12)
        self._rows.setSpacing(8)
        self._rows.addWidget(self.why)
        self._rows.addWidget(self.summary)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self._rows.addLayout(self._cards)
        self._rows.addStretch(1)
        self.setWidget(inside)
        self._older: list[ProblemCard] = []
        """Cards that were made before the last step, and have not been looked at since."""
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._renew_one)
        workspace.problems_changed.connect(self.refresh)
        workspace.replaced.connect(self.refresh)
        self.refresh()

    @property
    def cards(self) -> list[ProblemCard]:
        """The cards that are shown, from top to bottom."""
        items = (self._cards.itemAt(place) for place in range(self._cards.count()))
        found = (item.widget() for item in items if item is not None)
        return [card for card in found if isinstance(card, ProblemCard)]

    def explain(self, problem: Problem) -> None:
        """Say why training did not begin, until something has changed."""
        self.refresh()
        where = place(self._workspace.document, problem)
        words = self.tr("Training did not begin: {problem}").format(problem=problem.message)
        if where:
            words = self.tr("Training did not begin because of {place}: {problem}").format(
                place=where, problem=problem.message
            )
        self.why.setText(words)
        self.why.show()
        self.verticalScrollBar().setValue(0)

    def refresh(self) -> None:
        """Show the problems as they are now."""
        document = self._workspace.document
        problems = tuple(_grave_first(self._workspace.problems, document))
        if problems == self._shown:
            self._older = self.cards
            self._turn.start()
            return
        self.why.hide()
        self._shown, self._older = problems, []
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        for problem in problems[:MOST_CARDS]:
            card = ProblemCard(self._workspace, problem, shape="wide")
            self._cards.addWidget(card)
            card.show()  # now, and not at the next turn: it takes the place of one that was there
        errors = sum(p.severity is Severity.ERROR for p in problems)
        self.summary.setText(self._summed_up(errors, len(problems) - errors))

    def _renew_one(self) -> None:
        """The same problem may have other fixes by now, and be at a node of another name.

        To find them takes some milliseconds, so a turn is for one card, and only in sight.
        """
        if not self._older or self.visibleRegion().isEmpty():
            self._turn.stop()
            return
        old = self._older.pop(0)
        new = ProblemCard(self._workspace, old.problem, shape="wide")
        if new.offers() == old.offers():
            new.deleteLater()
            return
        self._cards.replaceWidget(old, new)
        new.show()
        old.hide()
        old.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._older:  # it has come into sight
            self._turn.start()
        super().paintEvent(event)

    def _summed_up(self, errors: int, warnings: int) -> str:
        if not errors and not warnings:
            return self.tr("No problems. This network can be trained.")
        parts = []
        if errors:
            parts.append(self.tr("{errors} to mend before training").format(errors=errors))
        if warnings:
            parts.append(self.tr("{warnings} worth a look").format(warnings=warnings))
        counted = ", ".join(parts) + "."
        if errors + warnings > MOST_CARDS:
            counted += " " + self.tr("The first {most} are shown.").format(most=MOST_CARDS)
        return counted


def _grave_first(problems: Iterable[Problem], document: Document) -> list[Problem]:
    """What stops training first; of each kind what the canvas shows first, read in rows."""

    def rank(one: Problem) -> tuple[bool, bool, int, int]:
        at = document.graph_at(()).positions  # the node that shows it stands in the outermost
        place = at.get(NodeId(one.node)) if one.node is not None else None
        x, y = place or (0, 0)  # what is of the whole comes before what is of a node
        return one.severity is not Severity.ERROR, place is not None, y // placing.DOWN, x

    return sorted(problems, key=rank)
