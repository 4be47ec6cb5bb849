"""Notes and titles of frames, written where they stand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF

from graphs.document.edits import NOTE_SIZE
from graphs.steps.annotation_steps import NO_MARKS, Marks
from graphs.steps.placing import GRID
from gui.canvas.floating.inline_field import WordsEditor
from gui.canvas.floating.peek import Peek
from gui.canvas.scene import places
from gui.canvas.scene.annotation_items import FONT, TITLE_FONT
from gui.canvas.surface import Surface

LEAST = QSize(160, 30)
"""A field for words is at least so large, from however far it is looked at."""
NEAREST = 2.0
"""Words are not written larger than at this zoom."""


class InPlaceWriting:
    """Opens the field over the canvas, and turns what is written into a step."""

    def __init__(self, surface: Surface, peek: Peek) -> None:
        self._surface, self._peek = surface, peek
        self._corner = QPointF()
        self.field = WordsEditor(surface)
        self.field.finished.connect(self._write)

    def edit(self, marks: Marks) -> None:
        """Edit the title of the one frame or the words of the one note."""
        self._peek.hide()
        graph, annotations = self._surface.sheet.graph, self._surface.sheet.annotations
        for frame in marks.frames:
            area = annotations.frames[frame].title_area()
            self._open(marks, graph.frames[frame].title, area, TITLE_FONT)
        for note in marks.notes:
            self._open(marks, graph.notes[note].text, annotations.notes[note].area, FONT)

    def add_note(self) -> None:
        """Write a note where the pointer is; it is there once there are words."""
        at = self._surface.scene_point(QPointF(self._surface.pointer_place()))
        place = self._free(at)
        self._surface.bring(QRectF(place, QSizeF(*NOTE_SIZE)))  # half of one cannot be written in
        self.add_note_at(place)

    def _free(self, place: QPointF) -> QPointF:
        """The nearest place from there down where no card lies on the note."""
        corner = places.snapped(place.x(), place.y())
        note = QRectF(QPointF(*corner), QSizeF(*NOTE_SIZE))
        positions = self._surface.workspace.graph.positions.values()
        cards = [QRectF(x, y, places.WIDTH, places.HEIGHT) for x, y in positions]
        near = [card for card in cards if card.left() < note.right() and card.right() > note.left()]
        while any(note.intersects(card) for card in near):
            note.translate(0, GRID)
        return note.topLeft()

    def add_note_at(self, place: QPointF) -> None:
        """Write a note at a point of the scene."""
        self._corner = QPointF(*places.snapped(place.x(), place.y()))
        self._open(NO_MARKS, "", QRectF(self._corner, QSizeF(*NOTE_SIZE)), FONT)

    def put_frame(self) -> None:
        """Put a frame around what is chosen, and ask for its title."""
        if framed := self._surface.editing.put_frame(self._surface.tr("Frame")):
            self.edit(framed)

    def _open(self, marks: Marks, text: str, area: QRectF, pixels: int) -> None:
        if not self._surface.seen().intersects(area):
            self._surface.centerOn(area.center())
            self._surface.panned.emit()
        place = self._surface.mapFromScene(area).boundingRect()
        place.setSize(place.size().expandedTo(LEAST))
        self.field.edit(marks, text, place, round(pixels * min(self._surface.zoom, NEAREST)))

    def _write(self, marks: Marks, text: str) -> Marks:
        """Whose words they are now: a new note has come with them."""
        editing, corner = self._surface.editing, self._corner
        if not marks:
            return editing.add_note(text, places.snapped(corner.x(), corner.y()))
        editing.write(marks, text)
        return marks

    def keep_so_far(self) -> None:
        """Have in the document what is written by now, and go on; no words take nothing away."""
        if self.field.words.strip():
            self.field.marks = self._write(self.field.marks, self.field.words)

    def give_up(self) -> None:
        """Another document is here."""
        self.field.hide()

    def follow(self) -> None:
        """What is being written on may be gone."""
        if self.field.marks != self.field.marks.within(self._surface.sheet.graph):
            self.field.hide()
