"""What the keys do on the canvas that are no shortcuts: walk, move, open, give up, hold to pan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from graphs.steps.placing import GRID

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
FARTHER = 8
"""With Shift what is chosen is moved so many times as far."""


class CanvasKeys:
    """Remembers whether Space is held."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.space = False

    def pressed(self, event: QKeyEvent) -> bool:
        """Whether the key means something here."""
        canvas, key = self._canvas, Qt.Key(event.key())
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        canvas.walking.by_keys(on=True)
        if key is Qt.Key.Key_Escape:
            canvas.give_up()
        elif key is Qt.Key.Key_Space and not event.isAutoRepeat():
            self.space = True
            canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not ctrl:
            canvas.open_chosen()
        elif key in WAYS and ctrl:
            step = GRID * (FARTHER if shift else 1)
            canvas.editing.nudge((WAYS[key][0] * step, WAYS[key][1] * step))
        elif key in WAYS:
            canvas.walking.go(WAYS[key], adding=shift)
        else:
            return False
        return True

    def released(self, event: QKeyEvent) -> None:
        """Space is let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.space = False
            self._canvas.pointer.show_cursor(None)
