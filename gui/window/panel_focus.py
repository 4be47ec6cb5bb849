"""From panel to panel by the keys."""

from __future__ import annotations

from PySide6.QtCore import Qt

from gui.canvas import Canvas
from gui.inspector.inspector import Inspector
from gui.window.docks import Docks

CANVAS = "canvas"


class Going:
    """Brings the keys to where the user wants them."""

    def __init__(self, canvas: Canvas, docks: Docks, inspector: Inspector) -> None:
        self._canvas, self._docks, self._inspector = canvas, docks, inspector

    def to(self, panel: str) -> None:
        """To a panel, or to the canvas."""
        if panel == CANVAS:
            self._canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._docks.focus(panel)

    def on(self, by: int) -> None:
        """To the next of the panels that can be seen, from the last one to the canvas."""
        order = [CANVAS, *self._docks.shown()]
        here = self._docks.with_focus() or CANVAS
        place = order.index(here) if here in order else 0
        self.to(order[(place + by) % len(order)])

    def to_settings(self) -> None:
        """To the settings of the chosen node."""
        self._docks.show("inspector")
        self._inspector.focus_settings()
