"""Whole numbers, written or counted up and down; what cannot be is refused with the limits."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QSpinBox

from graphs.describe import Parameter
from graphs.wording.phrases import phrase
from gui.forms.editor import NARROWEST, Editor, NoWheel, not_taken

USUAL = 200
"""As wide as this a number and its unit are shown whole."""
BESIDE = 40
"""Pixels of a box beside its text: rims and arrows."""
LARGEST = 2**31 - 1
"""Spin boxes hold no more."""


class Counter(QSpinBox):
    """Lets numbers be written that it cannot hold, so that the reason can be said."""

    def validate(self, input: str, pos: int) -> tuple[QValidator.State, str, int]:
        digits = input.removesuffix(self.suffix()).strip().removeprefix("-")
        if digits.isdecimal():
            fine = self.has_room_for(input)
            state = QValidator.State.Acceptable if fine else QValidator.State.Intermediate
            return state, input, pos
        return super().validate(input, pos)

    def has_room_for(self, text: str) -> bool:
        """Whether a number as it is written lies within the limits."""
        try:
            number = int(text.removesuffix(self.suffix()))
        except ValueError:  # also more digits than Python reads
            return False
        return self.minimum() <= number <= self.maximum()


class WholeNumber(Editor):
    """A whole number in a box with arrows.

    What it cannot hold gives way to the value of before, with the limits below.
    """

    def __init__(self, parameter: Parameter) -> None:
        box = self.box = Counter()
        self._refused, self._is_told = "", False
        self._before = 0
        super().__init__(parameter, box)
        low = parameter.low if parameter.low is not None else -LARGEST
        high = parameter.high if parameter.high is not None else LARGEST
        if parameter.above is not None:
            low = max(low, parameter.above + 1)
        if parameter.below is not None:
            high = min(high, parameter.below - 1)
        box.setRange(int(max(low, -LARGEST)), int(min(high, LARGEST)))
        box.setSuffix(f" {parameter.unit}" if parameter.unit else "")
        box.installEventFilter(NoWheel(box))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if parameter.unit:  # or it would lie below the arrows
            usual = box.fontMetrics().horizontalAdvance(f"{USUAL}{box.suffix()}")
            box.setMinimumWidth(max(usual + BESIDE, NARROWEST))
        box.lineEdit().setTextMargins(8, 0, 0, 0)  # the stylesheet's padding does not reach inside
        box.lineEdit().textEdited.connect(self._check)
        box.valueChanged.connect(self._edit)
        box.editingFinished.connect(self._finish)

    def _check(self, text: str) -> None:
        number = text.removesuffix(self.box.suffix()).strip()
        wrong = bool(number) and number != "-" and not self.box.has_room_for(text)
        self._refuse(text if wrong else "")

    def _refuse(self, text: str) -> None:
        if not text and not self._is_told:
            return
        begins, self._refused, self._is_told = not self._refused, text, bool(text)
        self.faulty.emit(self._limits() if text else "")
        if text and begins:  # its first digits may have been a number of their own
            self._hold(self._before)
            self.box.lineEdit().setText(text)
            self.edited.emit(self._before)

    def _limits(self) -> str:
        limits = phrase("{low:,} to {high:,}", low=self.box.minimum(), high=self.box.maximum())
        return phrase("must be a whole number from {limits}", limits=limits)

    def _hold(self, value: int) -> None:
        self.box.blockSignals(True)
        self.box.setValue(value)
        self.box.blockSignals(False)

    def _edit(self, value: int) -> None:
        if self._refused and value == self._before:  # the box goes back to what it could hold
            return
        self._refuse("")
        self.edited.emit(value)

    def _finish(self) -> None:
        if self._refused:
            written, self._refused = self._refused.removesuffix(self.box.suffix()), ""
            kept = self.box.textFromValue(self.box.value())
            self.box.lineEdit().setText(f"{kept}{self.box.suffix()}")
            self.faulty.emit(not_taken(self._limits(), written.strip()))
        self._before = self.box.value()
        self.settled.emit()

    def show_value(self, value: Any) -> None:
        if not isinstance(value, int):
            return
        if not self.box.hasFocus():
            self._before = value
        if value != self.box.value():
            self._refuse("")
            self._before = value
            self._hold(value)
