"""What was seen of each place that the user has been to: the whole graph, and inside of blocks."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF

from graphs.document.edits import Path
from gui.canvas.surface import Surface


class _Seen(NamedTuple):
    """How a place was looked at last."""

    zoom: float
    middle: QPointF
    whole: bool
    """Whether all of it was in view, and nobody had moved it."""


class Sights:
    """Remembers as long as the document is open; who comes to a place first sees all of it."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._seen: dict[Path, _Seen] = {}
        self._place: Path = ()

    def begin(self) -> None:
        """Another document is here."""
        self._seen = {}
        self._place = self._surface.workspace.inside
        self._surface.frame_all()

    def turn(self) -> None:
        """Keep what was seen of the place that was left, and see the other one as before."""
        surface = self._surface
        self._seen[self._place] = _Seen(surface.zoom, surface.middle(), surface.shows_all)
        self._place = surface.workspace.inside
        before = self._seen.get(self._place)
        if before is None or before.whole:
            surface.frame_all()
            return
        surface.see(before.zoom, before.middle)
        chosen = surface.workspace.selection  # the block that was left, which may lie elsewhere now
        if not surface.seen().intersects(surface.sheet.bounds(chosen or None)):
            surface.frame_all()
