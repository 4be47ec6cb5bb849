"""The frames and notes of the scene: an item for each, kept equal to the workspace's document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem

from graphs.document.document import Graph
from graphs.document.edits import ChangeFrame, ChangeNote, Edit, Position
from graphs.steps.annotation_steps import Marks, Rectangle, moved_frame, moved_note, with_rectangle
from gui.canvas.scene import places
from gui.canvas.scene.annotation_items import FrameItem, NoteItem


@dataclass(frozen=True, slots=True)
class MarkHit:
    """A frame or note under the pointer."""

    marks: Marks
    sides: Position = (0, 0)
    """Which edges: -1 is left or top, 1 right or bottom; neither for what moves it."""
    on_title: bool = True
    """Whether a double-click there edits the words."""


class Annotations:
    """Follows the document for the scene."""

    def __init__(self, graph: Callable[[], Graph], add: Callable[[QGraphicsItem], None]) -> None:
        self._graph, self._add = graph, add
        self.frames: dict[str, FrameItem] = {}
        self.notes: dict[str, NoteItem] = {}

    def begin(self) -> None:
        """Another document is here; the old items are gone."""
        self.frames.clear()
        self.notes.clear()
        for id in self._graph().frames:
            self._show_frame(id)
        for id in self._graph().notes:
            self._show_note(id)

    def follow(self, edit: Edit) -> None:
        """Show what an edit has changed."""
        match edit:
            case ChangeFrame(_, id):
                self._show_frame(id)
            case ChangeNote(_, id):
                self._show_note(id)
            case _:
                pass

    def _show_frame(self, id: str) -> None:
        frame = self._graph().frames.get(id)
        if frame is None:
            _take_away(self.frames.pop(id, None))
        elif id in self.frames:
            self.frames[id].show_frame(frame)
        else:
            self.frames[id] = FrameItem(frame)
            self._add(self.frames[id])

    def _show_note(self, id: str) -> None:
        note = self._graph().notes.get(id)
        if note is None:
            _take_away(self.notes.pop(id, None))
        elif id in self.notes:
            self.notes[id].show_note(note)
        else:
            self.notes[id] = NoteItem(note)
            self._add(self.notes[id])

    def select(self, chosen: Marks) -> None:
        """Mark these as chosen."""
        for id, frame in self.frames.items():
            frame.light(selected=id in chosen.frames)
        for id, note in self.notes.items():
            note.light(selected=id in chosen.notes)

    def place(self, marks: Marks, by: Position) -> None:
        """Show frames and notes moved by ``by`` while they are being dragged."""
        graph = self._graph()
        for id in marks.frames & self.frames.keys():
            self.frames[id].show_frame(moved_frame(graph.frames[id], by))
        for id in marks.notes & self.notes.keys():
            self.notes[id].show_note(moved_note(graph.notes[id], by))

    def show_resized(self, marks: Marks, rectangle: Rectangle) -> None:
        """Show the one frame or note of ``marks`` in another size while it is being pulled."""
        graph = self._graph()
        for edit in with_rectangle(graph, marks.within(graph), rectangle).edits:
            if isinstance(edit, ChangeFrame) and edit.new is not None:
                self.frames[edit.id].show_frame(edit.new)
            elif isinstance(edit, ChangeNote) and edit.new is not None:
                self.notes[edit.id].show_note(edit.new)

    def rectangle(self, marks: Marks) -> Rectangle:
        """That of the one frame or note of ``marks``, in the document."""
        graph = self._graph()
        for id in marks.frames:
            return graph.frames[id].rectangle
        (id,) = marks.notes
        return (*graph.notes[id].position, *graph.notes[id].size)

    def area(self, marks: Marks) -> QRectF:
        """The rectangle around them, in the scene."""
        frames = [self.frames[id].area for id in marks.frames & self.frames.keys()]
        notes = [self.notes[id].area for id in marks.notes & self.notes.keys()]
        return places.united([*frames, *notes])

    def everything(self) -> Marks:
        """All frames and notes."""
        return Marks(frozenset(self.frames), frozenset(self.notes))

    def within(self, area: QRectF) -> Marks:
        """The notes that touch a rectangle, and the frames that lie in it whole."""
        frames = (id for id, item in self.frames.items() if area.contains(item.area))
        notes = (id for id, item in self.notes.items() if item.area.intersects(area))
        return Marks(frozenset(frames), frozenset(notes))

    def hit(self, at: QPointF, reach: float) -> MarkHit | None:
        """What lies at a point: notes first, then edges and titles of frames, smaller ones first.

        Edges are taken from within ``reach``.

        The room within a frame is no part of it: there a hand draws a rubber band.
        """
        for id, note in reversed(self.notes.items()):
            if note.area.adjusted(-reach, -reach, reach, reach).contains(at):
                sides = _sides(note.area, at, reach)
                return MarkHit(Marks(notes=frozenset({id})), sides, on_title=sides == (0, 0))
        for id, frame in sorted(self.frames.items(), key=lambda one: _size(one[1].area)):
            title = frame.title_area()
            title.setTop(title.top() - reach)
            sides = _sides(frame.area, at, reach)
            if not frame.area.adjusted(-reach, -reach, reach, reach).contains(at):
                continue
            if sides == (0, -1):  # its title is there
                sides = (0, 0)
            if sides != (0, 0) or title.contains(at):
                return MarkHit(Marks(frozenset({id})), sides, on_title=sides == (0, 0))
        return None


def _take_away(item: QGraphicsItem | None) -> None:
    if item is not None and item.scene() is not None:
        item.scene().removeItem(item)


def _size(area: QRectF) -> float:
    return area.width() * area.height()


def _sides(area: QRectF, at: QPointF, reach: float) -> Position:
    across = -1 if at.x() <= area.left() + reach else 1 if at.x() >= area.right() - reach else 0
    down = -1 if at.y() <= area.top() + reach else 1 if at.y() >= area.bottom() - reach else 0
    return across, down
