"""Keys on the canvas that are no shortcuts: walk, move, open, give up, hold to pan."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from graphs.steps.placing import GRID
from gui.canvas.hand.pointer import Pointer
from gui.canvas.hand.walking import Walking
from gui.canvas.surface import Surface

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

    def __init__(
        self,
        surface: Surface,
        walking: Walking,
        pointer: Pointer,
        give_up: Callable[[], None],
        open_chosen: Callable[[], None],
    ) -> None:
        self._surface, self._walking, self._pointer = surface, walking, pointer
        self._give_up, self._open_chosen = give_up, open_chosen
        self.space = False

    def pressed(self, event: QKeyEvent) -> bool:
        """Whether the key means something here."""
        surface, key = self._surface, Qt.Key(event.key())
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._walking.by_keys(on=True)
        if key is Qt.Key.Key_Escape:
            self._give_up()
        elif key is Qt.Key.Key_Space and not event.isAutoRepeat():
            self.space = True
            surface.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not ctrl:
            self._open_chosen()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:  # in and out of blocks
            return False
        elif key in WAYS and ctrl:
            step = GRID * (FARTHER if shift else 1)
            surface.editing.nudge((WAYS[key][0] * step, WAYS[key][1] * step))
        elif key in WAYS:
            self._walking.go(WAYS[key], adding=shift)
        else:
            return False
        return True

    def released(self, event: QKeyEvent) -> None:
        """Space is let go."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.space = False
            self._pointer.show_cursor(None)
