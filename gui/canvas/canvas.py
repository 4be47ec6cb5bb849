"""The canvas: what the mouse, the keys and things dropped on it do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from graphs.document.edits import NodeId
from gui.canvas import arranging
from gui.canvas.adding import Adding
from gui.canvas.blocks import BlockCommands
from gui.canvas.commands import Commands, Does
from gui.canvas.floating.breadcrumbs import Breadcrumbs
from gui.canvas.floating.layer_search import LayerSearch
from gui.canvas.floating.link_list import Wires
from gui.canvas.floating.overlays import EmptyState, InputsOffer, NameEditor
from gui.canvas.floating.peek import Peek
from gui.canvas.floating.writing import InPlaceWriting
from gui.canvas.hand.drops import Drops
from gui.canvas.hand.gestures import Gesture, Pan
from gui.canvas.hand.keys import CanvasKeys
from gui.canvas.hand.menu import ContextMenu
from gui.canvas.hand.pointer import Pointer
from gui.canvas.hand.presses import Presses
from gui.canvas.hand.walking import Walking
from gui.canvas.keeping_blocks import KeepingBlocks
from gui.canvas.looks import Looks
from gui.canvas.scene.scene import NodeHit
from gui.canvas.sights import Sights
from gui.canvas.surface import Surface
from gui.workspace import Workspace

ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class Canvas(Surface):
    """Shows the workspace's graph and lets the user change it.

    ``commands`` holds its actions, with shortcuts that work while the canvas has the focus; the
    window shows the same actions in its menus.
    """

    propose_wanted = Signal()
    template_wanted = Signal()
    open_wanted = Signal()
    settings_wanted = Signal()
    """The user wants to write the settings of the chosen node."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Canvas"))
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        """The button that began the gesture, and alone ends it."""
        self._build_overlays()
        self._build_hands()
        self.commands = self._made_commands()
        self._menu = ContextMenu(self, self.commands.edit)
        self._sights = Sights(self)
        workspace.replaced.connect(self._begin)
        workspace.entered.connect(self._enter)
        workspace.changed.connect(self._after_step)
        workspace.selection_changed.connect(self._take_hint_back)
        workspace.revealed.connect(self._reveal)
        workspace.gathering.connect(self.name_editor.keep_so_far)
        workspace.gathering.connect(self.writing.keep_so_far)
        self._begin()

    def _build_overlays(self) -> None:
        """Make what floats above the graph."""
        self.search = LayerSearch(self)
        self.name_editor = NameEditor(self)
        self.name_editor.faulty.connect(self._say_name_fault)
        self.name_editor.finished.connect(self._rename)
        self.peek = Peek(self)
        self.writing = InPlaceWriting(self, self.peek)
        self.wires = Wires(self, self.peek)
        self.adding = Adding(self, self.search, self.writing)
        self.breadcrumbs = Breadcrumbs(self.workspace, self)
        self.empty = EmptyState(self)
        self._offer = InputsOffer(self)
        self._offer.propose_wanted.connect(self.propose_wanted)
        self.empty.propose_wanted.connect(self.propose_wanted)
        self.empty.template_wanted.connect(self.template_wanted)
        self.empty.open_wanted.connect(self.open_wanted)
        self.empty.search_wanted.connect(self.search_here)

    def _build_hands(self) -> None:
        """Make what answers the mouse, the keys and what is dropped."""
        self.walking = Walking(self)
        self.pointer = Pointer(self, self.peek)
        self.keys = CanvasKeys(self, self.walking, self.pointer, self.give_up, self.open_chosen)
        self.presses = Presses(self, self.writing, self.adding, self.edit_name)
        self._drops = Drops(self, self.writing)
        self._looks = Looks(self)
        self.blocks = BlockCommands(self)
        self.keeping_blocks = KeepingBlocks(self, self.blocks)

    def _made_commands(self) -> Commands:
        does = Does(
            search=self.search_here,
            paste=self.paste,
            duplicate=self.duplicate,
            rename=self.rename_selected,
            replace=self.replace_selected,
            select_all=self.select_all,
            wire=self.wires.open,
            add_note=self.writing.add_note,
            put_frame=self.writing.put_frame,
            arrange=self.arrange,
            frame_selection=self.frame_selection,
            blocks=self.blocks,
            keeping=self.keeping_blocks,
            group=self._group,
        )
        return Commands(self, does)

    def _begin(self) -> None:
        """Another document is here."""
        self._end_all()
        self._sights.begin()

    def _enter(self) -> None:
        """Another graph of the document is here."""
        self._end_all()
        self._sights.turn()

    def _end_all(self) -> None:
        """End what was going on with what was shown before."""
        self._gesture = None
        self.pointer.forget()
        self._drops.leave()
        self.search.close_search()
        self.name_editor.hide()
        self.writing.give_up()
        self.hint.hide()
        self.peek.wake()
        self._show_empty()

    def _after_step(self) -> None:
        if self._gesture is not None:  # an undo while a button is down
            self.give_up()
        self.stay()
        self._show_empty()
        self.pointer.forget()
        if self.name_editor.node not in self.sheet.nodes:
            self.name_editor.hide()
        self._take_hint_back()
        self.writing.follow()

    def _take_hint_back(self) -> None:
        """What was said at the pointer was about what was drawn and chosen then."""
        if not self.name_editor.isVisible():  # which says itself what is wrong with a name
            self.hint.hide()

    def _show_empty(self) -> None:
        drawn = self.sheet.nodes or self.sheet.annotations.everything()
        self.empty.setVisible(not drawn and not self.workspace.inside)
        self.empty.centre_in(self.rect())
        self._offer.show_for(self.workspace.graph, self.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_empty()

    # ---- commands ----

    def frame_selection(self) -> None:
        """Bring what is chosen into view, or everything."""
        self.frame(self.workspace.selection or None)

    def _reveal(self, nodes: tuple[NodeId, ...]) -> None:
        there = frozenset(node for node in nodes if node in self.sheet.nodes)
        if there:
            self.bring(self.sheet.bounds(there))
        self.setFocus()

    def select_all(self) -> None:
        """Choose everything."""
        everything = self.sheet.annotations.everything()
        self.workspace.select(self.sheet.nodes, self.sheet.links, everything)

    def paste(self) -> None:
        """Paste at the pointer, or in the middle when it is elsewhere."""
        at = self.pointer_place()
        if self.editing.paste(self.scene_point(QPointF(at))):
            self._bring_chosen()
        else:
            self.hint.say(self.tr("The clipboard holds no nodes. Copy some first."), at, "warn")

    def duplicate(self) -> None:
        """Add a copy of what is chosen below it."""
        self.editing.duplicate()
        self._bring_chosen()

    def _bring_chosen(self) -> None:
        """What was added may lie further down than is seen, to lie on nothing that was there."""
        nodes, marks = self.workspace.selection, self.workspace.selected_marks
        area = self.sheet.bounds(nodes).united(self.sheet.annotations.area(marks))
        if not area.isEmpty():
            self.bring(area)

    def arrange(self) -> None:
        """Lay the chosen nodes out in rows from left to right, or all, and bring them into view."""
        chosen, room = self.workspace.selection, self.viewport().size()
        size = (room.width(), room.height())
        moved = arranging.arrange(self.workspace, chosen, size, self.sheet.sizes)
        if len(chosen) > 1:
            self.frame(chosen)
        else:
            self.frame_all()
        if not moved and self.workspace.graph.nodes:
            words = self.tr("All is arranged: no node would lie anywhere else.")
            self.hint.say(words, self.pointer_place())

    def rename_selected(self) -> None:
        """Edit the name of the one chosen node, the title of the frame, the words of the note."""
        if self.workspace.selected_marks:
            self.writing.edit(self.workspace.selected_marks)
        elif len(self.workspace.selection) == 1:
            (node,) = self.workspace.selection
            self.edit_name(node)

    def replace_selected(self) -> None:
        """Search for another layer in the place of the one chosen node."""
        if len(self.workspace.selection) == 1:
            (node,) = self.workspace.selection
            self.peek.hide()
            self.adding.search_instead(node)

    def edit_name(self, node: NodeId) -> None:
        """Edit a node's name in place."""
        self.peek.hide()
        self.name_editor.edit(self.workspace.graph, node, self._name_place(node))

    def _name_place(self, node: NodeId) -> QRect:
        card = self.node_area(node)
        return QRect(card.left(), card.top() + 2, max(card.width(), 176), 30)

    def _say_name_fault(self, fault: str) -> None:
        if fault:
            self.hint.say(fault, self.name_editor.geometry().bottomLeft() - QPoint(16, 12), "error")
        else:
            self.hint.hide()

    def _rename(self, name: str) -> None:
        if name and self.name_editor.is_title:
            self.blocks.call(self.name_editor.node, name)
        elif name:
            self.editing.rename(self.name_editor.node, name)

    # ---- adding ----

    def search_here(self) -> None:
        """Search for a layer to add where the pointer is."""
        self.adding.search_at(self.pointer_place())

    def add_layer(self, layer: str) -> None:
        """Add a layer behind the chosen node when it fits there, else in the middle of the view."""
        self.adding.add(layer)

    # ---- things dropped ----

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.over(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    # ---- the mouse ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._gesture is not None:  # another button is down already
            event.accept()
            return
        self.hint.hide()
        self.walking.by_keys(on=False)
        if event.button() is Qt.MouseButton.MiddleButton or (
            event.button() is Qt.MouseButton.LeftButton and self.keys.space
        ):
            self._begin_gesture(Pan(self, at), event.button())
        elif event.button() is Qt.MouseButton.LeftButton:
            gesture = self.presses.begun(at, adding=bool(event.modifiers() & ADDING))
            if gesture is not None:
                self._begin_gesture(gesture, event.button())
        event.accept()

    def _begin_gesture(self, gesture: Gesture, button: Qt.MouseButton) -> None:
        self.workspace.history.end_gesture()
        self._gesture, self._button = gesture, button
        self.peek.rest()
        self.viewport().setCursor(gesture.cursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._gesture is not None and not event.buttons():
            self.give_up()  # another program was told that the button went up
        if self._gesture is not None:
            self._gesture.moved(at)
        else:
            self.pointer.over(at)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture = self._gesture
        if gesture is not None and event.button() is self._button:
            self._gesture = None
            at = event.position().toPoint()
            gesture.released(at)
            self.presses.released(gesture)
            self.peek.wake()
            self.pointer.show_cursor(self.hit(at))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        is_left = event.button() is Qt.MouseButton.LeftButton
        if self._gesture is not None or self.keys.space or not is_left:
            self.mousePressEvent(event)  # the second press of two
        else:
            self._open(event.position().toPoint())
            event.accept()

    def _open(self, at: QPoint) -> None:
        hit = self.hit(at)
        if isinstance(hit, NodeHit) and self.blocks.is_block(hit.node):
            self.workspace.enter(hit.node)
        else:
            self.presses.opened(at)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._gesture is not None:  # a menu would take what is being done out of the hand
            return
        self._menu.open_for(event)

    # ---- the keys ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.pressed(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self.keys.released(event)

    def open_chosen(self) -> None:
        """Go on to what the chosen thing holds: settings of a node, words of a note or frame."""
        if self.workspace.selected_marks:
            self.writing.edit(self.workspace.selected_marks)
        elif len(self.workspace.selection) == 1:
            self.settings_wanted.emit()

    def _group(self) -> None:
        """Make a block of what is chosen, and ask at once what it is called."""
        if (block := self.blocks.group()) is not None:
            self.peek.hide()
            graph, place = self.workspace.graph, self._name_place(block)
            self.name_editor.edit_title(graph, block, place, self.blocks.title(block))

    def give_up(self) -> None:
        """Drop what is going on; when nothing is, leave the block, or outside choose nothing.

        What is chosen inside holds nobody back: as in Figma, Escape leads out of what was entered
        by one press for each level, and what was entered is chosen then.
        """
        self.hint.hide()
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.cancelled()
            self.peek.wake()
            self.pointer.show_cursor(None)
        elif self.workspace.inside:
            self.workspace.leave()
        else:
            self.workspace.select(())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.walking.show()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.keys.space = False
        if self._gesture is not None:
            self.give_up()
        super().focusOutEvent(event)
        self.walking.show()
