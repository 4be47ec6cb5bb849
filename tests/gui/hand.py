"""A hand on the canvas: looks where things are, then does what a user does with mouse and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.document.edits import Link, NodeId
from gui.canvas import Canvas, arranging
from gui.canvas.scene import places
from gui.layers.layer_list import dragged
from gui.workspace import Workspace

LEFT, MIDDLE, NONE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.NoButton,
)
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Hand:
    """Works on one canvas. Nodes are named by their names, ports by ``node.port``."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.workspace = canvas.workspace

    # ---- looking ----

    def id(self, name: str) -> NodeId:
        """The id of the node of that name."""
        node = self.workspace.graph.named(name)
        assert node is not None, f"there is no node {name}"
        return node.id

    def names(self) -> set[str]:
        """The names of all nodes on the canvas."""
        return {item.facts.name for item in self.canvas.sheet.nodes.values()}

    def chosen(self) -> set[str]:
        """The names of the nodes that look chosen."""
        return {i.facts.name for i in self.canvas.sheet.nodes.values() if i.selected}

    def links(self) -> set[str]:
        """The links on the canvas, as ``a.output > b.input``."""
        nodes = self.workspace.graph.nodes
        return {
            f"{nodes[k.source].name}.{k.output} > {nodes[k.target].name}.{k.input}"
            for k in self.canvas.sheet.links
        }

    def link(self, source: str, target: str) -> Link:
        """The link between two nodes."""
        ends = (self.id(source), self.id(target))
        return next(k for k in self.canvas.sheet.links if (k.source, k.target) == ends)

    def view(self, point: QPointF) -> QPoint:
        """A point of the scene in the view."""
        return self.canvas.viewportTransform().map(point).toPoint()

    def node(self, name: str) -> QPoint:
        """The middle of a card."""
        return self.view(self.canvas.sheet.nodes[self.id(name)].centre())

    def title(self, name: str) -> QPoint:
        """The name on a card."""
        return self.view(self.canvas.sheet.nodes[self.id(name)].pos() + QPointF(70, 20))

    def output(self, place: str) -> QPoint:
        """An output port, ``node.port``."""
        name, _, port = place.partition(".")
        return self.view(self.canvas.sheet.nodes[self.id(name)].output_place(port or "output"))

    def input(self, place: str, slot: int = 0) -> QPoint:
        """An input port, ``node.port``."""
        name, _, port = place.partition(".")
        return self.view(self.canvas.sheet.nodes[self.id(name)].input_place(port or "input", slot))

    def middle(self, source: str, target: str) -> QPoint:
        """The middle of the link between two nodes."""
        item = self.canvas.sheet.links[self.link(source, target)]
        return self.view(places.point_on(item.curve, 0.5))

    def empty(self) -> QPoint:
        """A place in view where nothing is."""
        room = self.canvas.viewport().rect().adjusted(20, 20, -20, -20)
        for y in range(room.bottom(), room.top(), -20):
            for x in range(room.left(), room.right(), 20):
                if self.canvas.hit(QPoint(x, y)) is None:
                    return QPoint(x, y)
        raise AssertionError("the canvas is full")

    # ---- the mouse ----

    def _mouse(
        self,
        kind: QEvent.Type,
        at: QPoint,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        keys: Qt.KeyboardModifier,
    ) -> None:
        viewport = self.canvas.viewport()
        spot = QPointF(at)
        event = QMouseEvent(kind, spot, QPointF(viewport.mapToGlobal(at)), button, held, keys)
        QApplication.sendEvent(viewport, event)

    def press(
        self, at: QPoint, keys: Qt.KeyboardModifier = PLAIN, button: Qt.MouseButton = LEFT
    ) -> None:
        """Press a button, and keep it down."""
        self._mouse(QEvent.Type.MouseButtonPress, at, button, button, keys)

    def move(self, at: QPoint, held: Qt.MouseButton = LEFT) -> None:
        """Move with a button down, or with none."""
        self._mouse(QEvent.Type.MouseMove, at, NONE, held, PLAIN)

    def release(self, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        """Let the button go."""
        self._mouse(QEvent.Type.MouseButtonRelease, at, button, NONE, PLAIN)

    def hover(self, at: QPoint) -> None:
        """Move with no button down."""
        self.move(at, NONE)

    def click(self, at: QPoint, keys: Qt.KeyboardModifier = PLAIN) -> None:
        """Press and let go at one place."""
        self.press(at, keys)
        self.release(at)

    def double_click(self, at: QPoint) -> None:
        """Click twice, fast."""
        self.click(at)
        self.press_again(at)
        self.release(at)

    def press_again(self, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
        """Press a button soon after it went up, and keep it down."""
        self._mouse(QEvent.Type.MouseButtonDblClick, at, button, button, PLAIN)

    def drag(
        self,
        start: QPoint,
        end: QPoint,
        keys: Qt.KeyboardModifier = PLAIN,
        button: Qt.MouseButton = LEFT,
    ) -> None:
        """Press at one place, move in several steps, let go at another."""
        self.press(start, keys, button)
        for step in range(1, 5):
            self.move(start + (end - start) * step / 4, button)
        self.release(end, button)

    def wheel(self, at: QPoint, notches: int) -> None:
        """Turn the wheel."""
        viewport = self.canvas.viewport()
        event = QWheelEvent(
            QPointF(at),
            QPointF(viewport.mapToGlobal(at)),
            QPoint(),
            QPoint(0, 120 * notches),
            NONE,
            PLAIN,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(viewport, event)

    def drop(self, layer: str, at: QPoint, *, let_go: bool = True) -> None:
        """Carry a layer from the palette over the canvas and let it go."""
        viewport, carried = self.canvas.viewport(), dragged(layer)
        for event in self._carrying(carried, at)[: None if let_go else 2]:
            QApplication.sendEvent(viewport, event)

    def _carrying(self, carried: QMimeData, at: QPoint) -> list[QDropEvent]:
        copy = Qt.DropAction.CopyAction
        return [
            QDragEnterEvent(at, copy, carried, LEFT, PLAIN),
            QDragMoveEvent(at, copy, carried, LEFT, PLAIN),
            QDropEvent(QPointF(at), copy, carried, LEFT, PLAIN),
        ]

    # ---- the keys ----

    def key(
        self, key: Qt.Key, keys: Qt.KeyboardModifier = PLAIN, on: QWidget | None = None
    ) -> None:
        """Press and let go of a key where the focus is."""
        target = on or QApplication.focusWidget() or self.canvas
        QTest.keyClick(target, key, keys)

    def write(self, words: str) -> None:
        """Write where the focus is."""
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClicks(target, words)

    # ---- time ----

    def undo(self) -> None:
        """Take the last step back."""
        self.workspace.history.undo()


def hand_on(qtbot: QtBot, document: Document, *, arranged: bool = True) -> Hand:
    """A hand on a canvas that shows ``document`` at 100 %, laid out from left to right."""
    workspace = Workspace(document)
    if arranged:
        arranging.arrange(workspace)
    canvas = Canvas(workspace)
    qtbot.addWidget(canvas)
    canvas.resize(1400, 900)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.activateWindow()
    canvas.setFocus()
    canvas.zoom_to(1.0)
    workspace.history.end_gesture()
    return Hand(canvas)


def settled() -> None:
    """Let everything that waits for the event loop happen."""
    for _ in range(3):
        QApplication.processEvents()
