"""What is chosen, in full: its name, its settings, what flows through it, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from graphs import operations
from graphs.document import Change
from graphs.edits import Link, NodeId
from graphs.evaluation import Result
from graphs.layers import Layer
from graphs.layers.losses import Loss
from graphs.problems import Severity
from graphs.sizes import Size, symbols
from graphs.types import spell
from gui import icons
from gui.canvas.facts import USUAL, number
from gui.forms import Form
from gui.problems import ProblemCard
from gui.session import Session
from gui.stylesheet import give_role

MARGIN = 16
USUAL_SIZE = QSize(304, 640)
UNITS = {"E": 10**18, "P": 10**15, "T": 10**12, "G": 10**9, "M": 10**6}


class Inspector(QScrollArea):
    """Shows one node, one link, how many nodes, or the whole document."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("inspector")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page: NodePage | SummaryPage = SummaryPage(session)
        self.setWidget(self.page)
        session.selection_changed.connect(self.refresh)
        session.replaced.connect(self.refresh)
        session.changed.connect(self._follow)
        session.problems_changed.connect(self._show_problems)

    def sizeHint(self) -> QSize:
        return USUAL_SIZE

    def refresh(self) -> None:
        """Show what is chosen now."""
        selection = self._session.selection
        node = next(iter(selection)) if len(selection) == 1 else None
        old = self.takeWidget()  # setWidget would delete it at once, maybe amid its own signal
        self.page = SummaryPage(self._session) if node is None else NodePage(self._session, node)
        self.setWidget(self.page)
        if old is not None:
            old.hide()
            old.deleteLater()

    def _follow(self, change: Change, fresh: frozenset[NodeId]) -> None:
        page = self.page
        if not isinstance(page, NodePage):
            page.refresh()
        elif page.node in self._session.document.main.nodes:
            if page.is_of_another_kind():
                self.refresh()
            else:
                page.refresh()

    def _show_problems(self) -> None:
        if isinstance(self.page, NodePage) and self.page.node in self._session.document.main.nodes:
            self.page.show_problems()


class NodePage(QWidget):
    """One node."""

    def __init__(self, session: Session, node: NodeId) -> None:
        super().__init__()
        self._session, self.node = session, node
        drawn = session.document.main.nodes[node]
        self._layer, self._kind = drawn.layer, Layer.find(drawn.layer)
        self._fields = self._offered()
        self.form: Form | None = None
        rows = self._rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        rows.setSpacing(8)
        self._add_heading()
        if self._kind is not None:
            self._add_form(self._kind)
        rows.addSpacing(4)
        rows.addWidget(_rule())
        rows.addSpacing(4)
        self._facts = Figures()
        rows.addWidget(self._facts)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        rows.addLayout(self._cards)
        rows.addStretch(1)
        self.refresh()
        self.show_problems()

    def _add_heading(self) -> None:
        tile = QLabel()
        tile.setPixmap(icons.tile(self._layer, 22))
        self.name = QLineEdit()
        self.name.setObjectName("node_name")
        self.name.setAccessibleName(self.tr("Name of the node"))
        self.name.setToolTip(self.tr("Name in weights, scripts and exported files"))
        give_role(self.name, "name")
        self.name.textEdited.connect(lambda text: self._say_fault(text.strip()))
        self.name.editingFinished.connect(self._rename)
        undo = QShortcut(Qt.Key.Key_Escape, self.name)
        undo.setContext(Qt.ShortcutContext.WidgetShortcut)
        undo.activated.connect(self._give_name_up)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(tile)
        top.addWidget(self.name, 1)
        self._rows.addLayout(top)
        self.fault = _words("", "error")
        self.fault.setObjectName("name_fault")
        self.fault.hide()
        self._rows.addWidget(self.fault)
        self._rows.addWidget(_words(self._about(), "muted"))
        page = re.search(r"https://\S+", self._kind.help()) if self._kind is not None else None
        if page is not None:
            link = QLabel(f'<a href="{page.group()}">{self.tr("How torch defines it")}</a>')
            link.setOpenExternalLinks(True)
            give_role(link, "muted")
            self._rows.addWidget(link)
        self._rows.addSpacing(8)

    def _about(self) -> str:
        if self._kind is None:
            return self.tr("{layer} · not known to this version").format(layer=self._layer)
        return f"{self._kind.title} · {self._kind.summary()}"

    def _add_form(self, kind: type[Layer]) -> None:
        settings = self._session.document.main.nodes[self.node].settings
        self.form = Form(kind.parameters(), settings, fields=self._fields)
        self.form.edited.connect(self._edit)
        self.form.settled.connect(lambda: self._session.history.end_gesture())
        self._rows.addWidget(self.form)

    def _offered(self) -> tuple[str, ...]:
        data = self._session.document.data
        is_loss = self._kind is not None and issubclass(self._kind, Loss)
        return data.targets() if is_loss else data.inputs()

    def is_of_another_kind(self) -> bool:
        """Whether the page has to be made anew: another layer, or other fields to choose from."""
        drawn = self._session.document.main.nodes[self.node]
        return drawn.layer != self._layer or self._offered() != self._fields

    # ---- what the user does ----

    def _edit(self, name: str, value: object) -> None:
        drawn = self._session.document.main.nodes[self.node]
        if drawn.settings.get(name) != value or name not in drawn.settings:
            step = operations.set_setting(self._session.document, self.node, name, value)
            self._session.history.do(step, gesture=f"set {self.node} {name}")

    def _say_fault(self, name: str) -> bool:
        fault = operations.rename_fault(self._session.document, self.node, name)
        self.fault.setText(fault or "")
        self.fault.setVisible(fault is not None)
        return fault is not None

    def _rename(self) -> None:
        """Rename the node; a name that cannot be stays where it is written, with the reason."""
        nodes, name = self._session.document.main.nodes, self.name.text().strip()
        if self.node not in nodes or self._say_fault(name):
            return
        self.name.setModified(False)
        if name != nodes[self.node].name:
            self._session.history.do(operations.rename(self._session.document, self.node, name))

    def _give_name_up(self) -> None:
        self.name.setText(self._session.document.main.nodes[self.node].name)
        self.fault.hide()

    # ---- what is shown ----

    def refresh(self) -> None:
        """Show the node as it is now."""
        drawn = self._session.document.main.nodes[self.node]
        if not self.name.isModified():
            self.name.setText(drawn.name)
        if self.form is not None:
            self.form.show_values(drawn.settings)
        self._facts.show_figures(self._figures(self._session.evaluation[self.node]))

    def _figures(self, result: Result) -> Iterable[tuple[str, str]]:
        ports = result.layer.ports().inputs if result.layer is not None else ()
        given = result.given
        came = [(p.name, t) for p in ports for t in (given.all(p.name) if given else ())]
        for port, tensor in came:
            usual = port == "input" or len(came) == 1
            yield self.tr("Input") if usual else f"{self.tr('Input')} {port}", spell(tensor)
        for port, tensor in result.outputs.items():
            usual = port == "output" or len(result.outputs) == 1
            yield self.tr("Output") if usual else f"{self.tr('Output')} {port}", spell(tensor)
        yield self.tr("Parameters"), f"{result.parameters:,}"
        yield self.tr("Multiply-adds"), counted(result.flops)

    def show_problems(self) -> None:
        """Show what is wrong with the node: at its setting where one is named, and as a card."""
        problems = self._session.problems_at(self.node)
        if self.form is not None:
            errors = [p for p in problems if p.severity is Severity.ERROR and p.setting]
            self.form.show_faults({str(p.setting): p.message for p in errors})
        _clear(self._cards)
        for problem in problems:
            card = ProblemCard(self._session, problem, shape="narrow")
            self._cards.addWidget(card)


class SummaryPage(QWidget):
    """What there is to say when not one node alone is chosen."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        rows = QVBoxLayout(self)
        rows.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        rows.setSpacing(8)
        self.heading = _words("", "title")
        self.about = _words("", "muted")
        self._facts = Figures()
        for widget in (self.heading, self.about, self._facts):
            rows.addWidget(widget)
        rows.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Count again."""
        session = self._session
        count, links = len(session.selection), session.selected_links
        if count > 1:
            self._show_several(count)
        elif len(links) == 1:
            self._show_link(next(iter(links)))
        else:
            self._show_document()

    def _show_several(self, count: int) -> None:
        chosen = [self._session.evaluation[node] for node in self._session.selection]
        self.heading.setText(self.tr("{count} nodes").format(count=count))
        self.about.setText(self.tr("Drag to move them together. Delete removes them."))
        self._facts.show_figures(self._totals(chosen))

    def _show_link(self, link: Link) -> None:
        nodes, evaluation = self._session.document.main.nodes, self._session.evaluation
        self.heading.setText(f"{nodes[link.source].name} → {nodes[link.target].name}")
        self.about.setText(f"{link.output} → {link.input}")
        tensor = evaluation[link.source].outputs.get(link.output)
        figures = []
        if tensor is not None:
            figures = [(self.tr("Shape"), spell(tensor)), (self.tr("Kind"), tensor.kind.value)]
        self._facts.show_figures(figures)

    def _show_document(self) -> None:
        document = self._session.document
        self.heading.setText(self._session.title)
        source = document.data.source
        words = self.tr("Choose a node to see its settings.")
        self.about.setText(words if document.main.nodes else self.tr("Nothing is drawn yet."))
        everything = self._session.evaluation.results.values()
        self._facts.show_figures(
            [
                (self.tr("Data"), source or self.tr("none yet")),
                (self.tr("Nodes"), f"{len(document.main.nodes):,}"),
                (self.tr("Links"), f"{document.main.link_count():,}"),
                *self._totals(everything),
            ]
        )

    def _totals(self, results: Iterable[Result]) -> list[tuple[str, str]]:
        parameters, flops = 0, 0
        for result in results:
            parameters += result.parameters
            flops += number(result.flops)
        return [
            (self.tr("Parameters"), f"{parameters:,}"),
            (self.tr("Multiply-adds"), counted(flops)),
        ]


class Figures(QWidget):
    """Names on the left, figures on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setVerticalSpacing(6)
        self._shown: list[tuple[str, str]] = []

    def show_figures(self, figures: Iterable[tuple[str, str]]) -> None:
        """Show these."""
        wanted = list(figures)
        if wanted == self._shown:
            return
        self._shown = wanted
        while self._rows.rowCount():
            self._rows.removeRow(0)
        for name, figure in wanted:
            value = _words(figure, "mono")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._rows.addRow(_words(name, "muted"), value)


def counted(size: Size) -> str:
    """Multiply-adds as people say them: ``0.19 M``; with lengths that vary, for a usual one."""
    count = number(size)
    names = sorted(s.name for s in symbols(size))
    at = f" at {', '.join(names)} = {USUAL}" if names else ""
    for unit, one in UNITS.items():
        if count >= one or (unit == "M" and count >= one // 10):
            return f"{count / one:.3g} {unit}{at}"
    return f"{count:,}{at}"


def _words(text: str, role: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    give_role(made, role)
    return made


def _rule() -> QFrame:
    made = QFrame()
    give_role(made, "line")
    return made


def _clear(rows: QVBoxLayout) -> None:
    while (item := rows.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
