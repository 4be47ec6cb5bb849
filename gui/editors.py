"""One widget for each kind of setting. They say what the user chose and change nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSpinBox,
    QToolButton,
    QWidget,
)

from graphs.describe import FieldName, FilePath, Parameter
from gui import icons, theme
from gui.spelling import STEPS, WRITTEN
from gui.stylesheet import give_role

NARROWEST = 64
LARGEST = 2**31 - 1
"""Spin boxes hold no more."""
SWITCH = QSize(36, 22)


class Editor(QWidget):
    """Base of every editor."""

    edited = Signal(object)
    """A value that its parameter has nothing against, while the user is still at it."""
    settled = Signal()
    """The user is done with this value."""
    faulty = Signal(str)
    """Why what is written cannot be used, as the end of a sentence; empty when it can."""

    def __init__(self, parameter: Parameter, inside: QWidget) -> None:
        super().__init__()
        self.parameter = parameter
        self.inside = inside
        inside.setMinimumWidth(NARROWEST)
        inside.setObjectName(parameter.name)
        inside.setAccessibleName(parameter.name)
        inside.setAccessibleDescription(parameter.help)
        self.setFocusProxy(inside)
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(inside)
        if isinstance(inside, Switch):
            inside.setFixedSize(SWITCH)

    def show_value(self, value: Any) -> None:
        """Show what the document holds, without saying so."""
        raise NotImplementedError


class NoWheel(QObject):
    """Leaves the wheel to the panel that scrolls, so that no value changes in passing."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent):
            event.ignore()
            return True
        return False


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
    """A whole number in a box with arrows. What it cannot hold stays written, with the limits."""

    def __init__(self, parameter: Parameter) -> None:
        box = self.box = Counter()
        self._refused = ""
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
        box.lineEdit().setTextMargins(8, 0, 0, 0)  # the stylesheet's padding does not reach inside
        box.lineEdit().textEdited.connect(self._check)
        box.valueChanged.connect(self._edit)
        box.editingFinished.connect(self._finish)

    def _check(self, text: str) -> None:
        number = text.removesuffix(self.box.suffix()).strip()
        wrong = bool(number) and number != "-" and not self.box.has_room_for(text)
        self._refuse(text if wrong else "")

    def _refuse(self, text: str) -> None:
        if not text and not self._refused:
            return
        begins, self._refused = not self._refused, text
        limits = f"{self.box.minimum():,} to {self.box.maximum():,}"
        self.faulty.emit(f"must be a whole number from {limits}" if text else "")
        if text and begins:  # its first digits may have been a number of their own
            self._hold(self._before)
            self.box.lineEdit().setText(text)
            self.edited.emit(self._before)

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
            self.box.lineEdit().setText(self._refused)
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


class Written(Editor):
    """Anything that is written on a line: numbers with a point, pairs, lists, words, nothing."""

    def __init__(
        self,
        parameter: Parameter,
        read: Callable[[str], Any],
        spell: Callable[[Any], str],
        step: Callable[[Any, int], Any] | None = None,
    ) -> None:
        line = self.line = QLineEdit()
        super().__init__(parameter, line)
        self._read, self._spell, self._step = read, spell, step
        self._value: Any = None
        self._unit = QLabel(parameter.unit, line)
        give_role(self._unit, "faint")
        self._unit.adjustSize()
        line.setTextMargins(0, 0, self._unit.width() + 4 if parameter.unit else 0, 0)
        self._role = "" if parameter.kind in (str, FilePath) else "number"
        give_role(line, self._role)
        line.textEdited.connect(self._edit)
        line.editingFinished.connect(self._finish)
        line.installEventFilter(self)

    def show_value(self, value: Any) -> None:
        self._value = value
        if not self.line.hasFocus() or self._parsed() != (True, value):
            self.line.setText(self._written(value))
            self._say("")

    def _written(self, value: Any) -> str:
        """A value as text; files may hold what does not belong here."""
        return self._spell(value) if self.parameter.fault(value) is None else str(value)

    def _parsed(self) -> tuple[bool, Any]:
        try:
            return True, self._read(self.line.text())
        except ValueError:
            return False, None

    def _edit(self) -> None:
        fine, value = self._parsed()
        fault = self.parameter.fault(value) if fine else f"must be {self.parameter.wanted()}"
        self._say(fault or "")
        if fault is None and value != self._value:
            self._value = value
            self.edited.emit(value)

    def _say(self, fault: str) -> None:
        give_role(self.line, "error" if fault else self._role)
        self.faulty.emit(fault)

    def _finish(self) -> None:
        """Show the value as it is kept; what could not be used is forgotten."""
        self.line.setText(self._written(self._value))
        self._say("")
        self.settled.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent):
            right = self.line.width() - self._unit.width() - 8
            self._unit.move(right, (self.line.height() - self._unit.height()) // 2)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._step:
            by = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
            fine, value = self._parsed()
            if by and fine and value is not None:
                self.line.setText(self._spell(self._step(value, by)))
                self._edit()
                return True
        return False


class Switch(QCheckBox):
    """On or off, drawn as a switch."""

    def __init__(self) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(SWITCH)

    def hitButton(self, pos: Any) -> bool:
        return bool(self.rect().contains(pos))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        groove = QRectF(1, 2, 34, 18)
        painter.setPen(theme.color("accent") if self.hasFocus() else theme.color("faint"))
        painter.setBrush(theme.color("accent" if self.isChecked() else "raised"))
        painter.drawRoundedRect(groove, 9, 9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_accent" if self.isChecked() else "muted"))
        left = groove.right() - 15 if self.isChecked() else groove.left() + 3
        painter.drawEllipse(QRectF(left, groove.top() + 3, 12, 12))


class OnOff(Editor):
    """A switch."""

    def __init__(self, parameter: Parameter) -> None:
        self.switch = Switch()
        super().__init__(parameter, self.switch)
        self.row.addStretch()
        self.switch.toggled.connect(lambda on: self.edited.emit(on))
        self.switch.clicked.connect(lambda _: self.settled.emit())

    def show_value(self, value: Any) -> None:
        self.switch.blockSignals(True)
        self.switch.setChecked(bool(value))
        self.switch.blockSignals(False)
        self.switch.update()


class OneOf(Editor):
    """One of a few words."""

    def __init__(self, parameter: Parameter, words: tuple[str, ...], none: str = "") -> None:
        box = self.box = QComboBox()
        super().__init__(parameter, box)
        box.installEventFilter(NoWheel(box))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setPlaceholderText(self.tr(none))
        box.addItems(list(words))
        box.setEnabled(bool(words))
        box.textActivated.connect(self._choose)

    def _choose(self, word: str) -> None:
        self.edited.emit(word)
        self.settled.emit()

    def show_value(self, value: Any) -> None:
        word = str(value)
        if word and self.box.findText(word) < 0:  # kept although it is no longer offered
            self.box.addItem(word)
        self.box.setCurrentIndex(self.box.findText(word) if word else -1)


class Place(Written):
    """A file or folder, written or chosen in a dialog."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter, str.strip, str)
        browse = self.browse = QToolButton()
        browse.setObjectName(f"browse_{parameter.name}")
        browse.setIcon(icons.icon("folder", "muted"))
        browse.setToolTip(self.tr("Choose a file or a folder"))
        browse.setAccessibleName(browse.toolTip())
        browse.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(browse)
        menu.addAction(self.tr("File…"), self._choose_file)
        menu.addAction(self.tr("Folder…"), self._choose_folder)
        browse.setMenu(menu)
        self.row.addWidget(browse)

    def _folder(self) -> str:
        here = Path(self.line.text().strip() or ".")
        return str(here if here.is_dir() else here.parent)

    def _choose_file(self) -> None:
        self._take(QFileDialog.getOpenFileName(self, self.tr("Choose a file"), self._folder())[0])

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"), self._folder())
        self._take(folder)

    def _take(self, path: str) -> None:
        if path:
            self.line.setText(path)
            self._edit()
            self._finish()


def editor_for(parameter: Parameter, fields: tuple[str, ...] = ()) -> Editor:
    """The widget for a setting; ``fields`` are the names that a field name may be chosen from."""
    kind = parameter.kind
    if parameter.choices:
        return OneOf(parameter, parameter.choices)
    if kind is bool:
        return OnOff(parameter)
    if kind is int:
        return WholeNumber(parameter)
    if kind is FieldName:
        return OneOf(
            parameter, fields, none="Choose a field" if fields else "Choose the data first"
        )
    if kind is FilePath:
        return Place(parameter)
    if kind not in WRITTEN:
        raise TypeError(f"there is no editor for {parameter.name}: {kind}")
    read, spell = WRITTEN[kind]
    made = Written(parameter, read, spell, STEPS.get(kind))
    if type(None) in getattr(kind, "__args__", ()):
        made.line.setPlaceholderText(made.tr("none"))
    return made
