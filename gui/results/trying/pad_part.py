"""An input that can be drawn by hand."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from gui.results.asked import HeldInput
from gui.results.trying.pad import LEAST, DrawingPad
from gui.results.trying.sample_part import SamplePart, SamplePicture
from gui.widgets.building_blocks import button, label, wrapped

GAP, SPACING = 12, 4
"""Pixels between what lies beside each other, and below each other."""


@dataclass(frozen=True, slots=True)
class DrawnField:
    """How a field is drawn by hand: in which greys, and what a drawing is to the network."""

    ground: float
    ink: float
    held: Callable[[QImage], HeldInput]
    """From the strokes, white on black, to what the input holds."""


class PadPart(SamplePart):
    """A small picture that can be drawn: the pad, and beside it what the network gets to see."""

    def __init__(self, name: str, drawn: DrawnField) -> None:
        super().__init__()
        self._drawn = drawn
        self._held = HeldInput("")
        self._pad = DrawingPad(f"pad_{name}")
        self._pad.use(drawn.ground, drawn.ink)
        self._pad.drawn.connect(self._take)
        self._seen = SamplePicture()
        self._undo = button(self.tr("Undo"), f"pad_undo_{name}", self._pad.undo)
        self._clear = button(self.tr("Clear"), f"pad_clear_{name}", self._pad.clear)
        hint = wrapped(self.tr("Draw on the pad; the answer follows."), "muted", "pad_hint")
        buttons = QHBoxLayout()
        buttons.addWidget(self._undo)
        buttons.addWidget(self._clear)
        buttons.addStretch()
        self._above_seen = label(self.tr("What the network sees"), "muted")
        for part in (self._pad, self._above_seen, self._seen):
            part.setParent(self)
        self._beside = QVBoxLayout(self)
        self._beside.setSpacing(SPACING)
        self._beside.addLayout(buttons)
        self._beside.addWidget(hint)
        self._beside.addStretch()
        self.setMinimumHeight(LEAST)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Let the pictures fill the height, and be squares; all lies beside each other.

        A layout would not: how wide they are follows from how high the whole is.
        """
        side = self._pad.fit(self.height())
        words = self._above_seen.sizeHint()
        below = words.height() + SPACING
        seen = self._seen.fit(max(self.height(), LEAST) - below)
        left = side + GAP
        self._above_seen.setGeometry(left, 0, words.width(), words.height())
        self._seen.setGeometry(left, below, seen, seen)
        left += max(seen, words.width()) + GAP
        self._beside.setContentsMargins(left, 0, 8, 0)

    def _take(self) -> None:
        self._held = self._drawn.held(self._pad.coverage())
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self._seen.show_tile(self._held.tile)
        self._undo.setEnabled(self._pad.strokes > 0)
        self._clear.setEnabled(not self._pad.is_blank)

    def show_held(self, held: HeldInput) -> None:
        if held is not self._held:  # else it is what was drawn, which stays on the pad
            self._held = held
            self._pad.show_tile(held.tile)
        self._show()

    @property
    def is_blank(self) -> bool:
        return self._pad.is_blank

    def held(self) -> HeldInput:
        return self._held
