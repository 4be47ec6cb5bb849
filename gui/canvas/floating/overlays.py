"""What floats above the canvas: words at the pointer, the name being edited, and where to begin."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from graphs.document.document import Document, Graph
from graphs.document.edits import NodeId
from graphs.layers.ends import input_layers
from graphs.steps import operations
from gui.look.stylesheet import give_role

HINT_WIDTH = 320
WORDS = 400
EDGE = 12
"""Pixels between what an empty canvas offers and its edge, at the least."""


class Hint(QLabel):
    """A few words beside the pointer: why a link cannot be, or what would flow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("hint")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(8, 5, 8, 5)  # padding from the stylesheet would come too late
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, words: str, at: QPoint, tone: str = "plain") -> None:
        """Show ``words`` next to ``at``; ``tone`` is plain, warn or error."""
        give_role(self, f"hint-{tone}")
        self.setText(words)
        self.setWordWrap(False)
        self.adjustSize()
        if self.width() > HINT_WIDTH:
            self.setWordWrap(True)
            self.resize(HINT_WIDTH, self.heightForWidth(HINT_WIDTH))
        room = self._over.rect().adjusted(4, 4, -4, -4)
        left = min(at.x() + 16, room.right() - self.width())
        top = at.y() + 20
        if top + self.height() > room.bottom():
            top = at.y() - 12 - self.height()
        self.move(max(room.left(), left), max(room.top(), top))
        self.show()
        self.raise_()


class NameEditor(QLineEdit):
    """Edits a node's name in place. Says what is wrong with a name while it is typed."""

    finished = Signal(str)
    """A name that can be used; empty when nothing is to change."""
    faulty = Signal(str)
    """Why the name cannot be used; empty when it can."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._graph = Document().main
        self._before = ""
        self.node = NodeId("")
        self.is_title = False
        """Whether it is the title of a new block that is written, which may be any words."""
        self.setObjectName("name_editor")
        self.textEdited.connect(self._check)
        self.installEventFilter(self)
        self.hide()

    def edit(self, graph: Graph, node: NodeId, place: QRect) -> None:
        """Open over ``place`` with the node's name."""
        self._open(graph, node, place, graph.nodes[node].name)

    def edit_title(self, graph: Graph, block: NodeId, place: QRect, title: str) -> None:
        """Open over ``place`` for the title of a block."""
        self._open(graph, block, place, title)
        self.is_title = True

    def _open(self, graph: Graph, node: NodeId, place: QRect, text: str) -> None:
        self._graph, self.node, self.is_title = graph, node, False
        self._before = text
        self.setText(text)
        give_role(self, "plain")
        self.setGeometry(place)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus()

    def _fault(self) -> str:
        if self.is_title:
            return ""
        return operations.rename_fault(self._graph, self.node, self.text().strip()) or ""

    def _check(self) -> None:
        fault = self._fault()
        give_role(self, "error" if fault else "plain")
        self.faulty.emit(fault)

    def keep_so_far(self) -> None:
        """Say what is written by now, where it can be used, and go on."""
        name = self.text().strip()
        if self.isVisible() and not self._fault() and name != self._before:
            self._before = name
            self.finished.emit(name)

    def _finish(self, name: str) -> None:
        if self.isVisible():
            self.hide()
            self._over.setFocus()
            self.faulty.emit("")
            self.finished.emit("" if name == self._before else name)

    def give_up(self) -> None:
        """Leave the name as it was."""
        if self.node in self._graph.nodes:
            self._finish(self._before)
        else:
            self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a line has no use for, such as Down, is not the canvas's either."""
        super().keyPressEvent(event)
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            if self._fault():
                self.give_up()
            else:
                self._finish(self.text().strip())
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.give_up()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self._fault():
                    self._check()
                else:
                    self._finish(self.text().strip())
                return True
        return False


class InputsOffer(QFrame):
    """What a canvas offers on which nothing but inputs is drawn, as after data was chosen."""

    propose_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("inputs_offer")
        give_role(self, "card")
        words = QLabel(self.tr("So far nothing but inputs is drawn."))
        give_role(words, "muted")
        propose = QPushButton(self.tr("Propose a network"))
        propose.setObjectName("propose_for_inputs")
        give_role(propose, "primary")
        propose.clicked.connect(lambda: self.propose_wanted.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(14)
        row.addWidget(words)
        row.addWidget(propose)

    def show_for(self, graph: Graph, room: QRect) -> None:
        """Stand at the lower edge of ``room``, where it hides least, or go where more is drawn."""
        drawn = {node.layer for node in graph.nodes.values()}
        self.setVisible(bool(drawn) and drawn <= input_layers())
        self.adjustSize()
        place = self.rect()
        place.moveCenter(room.center())
        place.moveBottom(room.bottom() - EDGE)
        self.move(place.topLeft())


class EmptyState(QFrame):
    """What an empty canvas offers."""

    propose_wanted = Signal()
    template_wanted = Signal()
    open_wanted = Signal()
    search_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("empty_state")
        title = QLabel(self.tr("Draw a network"))
        give_role(title, "title")
        words = QLabel(
            self.tr(
                "Let one be proposed for your data, start from a template, "
                "drag layers from the left, or press Tab and type a layer’s name."
            )
        )
        give_role(words, "muted")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setWordWrap(True)
        self._words = words
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._buttons = self._made_buttons()
        rows = self._rows = QVBoxLayout(self)
        rows.setSpacing(8)
        rows.addWidget(title, alignment=Qt.AlignmentFlag.AlignCenter)
        rows.addWidget(words, alignment=Qt.AlignmentFlag.AlignCenter)
        rows.addSpacing(8)
        rows.addLayout(self._grid)

    def _made_buttons(self) -> list[QPushButton]:
        buttons = []
        for name, label, role, signal in (
            ("start_propose", self.tr("Propose a network"), "primary", self.propose_wanted),
            ("start_template", self.tr("Start from a template"), "", self.template_wanted),
            ("start_open", self.tr("Open a file"), "", self.open_wanted),
            ("start_add", self.tr("Add a layer"), "", self.search_wanted),
        ):
            button = QPushButton(label)
            button.setObjectName(name)
            give_role(button, role)
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
            buttons.append(button)
        return buttons

    def _width(self, across: int) -> int:
        """How wide the buttons are, so many side by side."""
        hints = [button.sizeHint().width() for button in self._buttons]
        columns = [max(hints[column::across]) for column in range(across)]
        return sum(columns) + (across - 1) * self._grid.horizontalSpacing()

    def centre_in(self, room: QRect) -> None:
        """Stand in the middle of ``room``, with as many buttons side by side as fit in it."""
        margins = self._rows.contentsMargins()
        inside = room.width() - 2 * EDGE - margins.left() - margins.right()
        self._words.setFixedWidth(max(0, min(WORDS, inside)))
        ways = (len(self._buttons), 2, 1)
        across = next((one for one in ways if self._width(one) <= inside), 1)
        for at, button in enumerate(self._buttons):
            self._grid.removeWidget(button)
            self._grid.addWidget(button, at // across, at % across)
        self._rows.invalidate()  # a layout that lies in another does not tell it
        self._words.show()
        self.adjustSize()
        if self.height() > room.height():  # the buttons say most of it
            self._words.hide()
            self.adjustSize()
        place = self.rect()
        place.moveCenter(room.center())
        self.move(place.topLeft())
