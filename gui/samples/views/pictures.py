"""Pictures as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphs.data import Field, ImageKind
from gui.samples.tiles import DrawnTile, image_of
from gui.samples.views.spec import KindView

if TYPE_CHECKING:
    from engine.data.array import Array


class PictureView(KindView, of=ImageKind):
    """In colours, or in greys."""

    def draws(self, field: Field) -> bool:
        """Whatever its sizes."""
        return True

    def tile(self, value: Array) -> DrawnTile:
        """Bytes or numbers, channels × height × width."""
        from engine.data.kinds.images import pictures

        return self.shown_tile(pictures(value[None])[0])

    def shown_tile(self, shown: Array) -> DrawnTile:
        """Bytes, height × width × channels."""
        return DrawnTile(image=image_of(shown))
