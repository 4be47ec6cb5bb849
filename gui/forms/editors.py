"""One widget for each kind of setting. They say what the user chose and change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QToolButton

from graphs.describe import Parameter
from graphs.setting_kinds import FieldName, FilePath, setting_kind, without_nothing
from graphs.wording.phrases import phrase
from gui.forms.editor import Editor, not_taken
from gui.forms.node_pick import NodePick
from gui.forms.shown_only import ShownOnly
from gui.forms.switch import OnOff
from gui.forms.whole_number import WholeNumber
from gui.look import icons
from gui.look.stylesheet import give_role
from gui.widgets.building_blocks import tip
from gui.widgets.elided import ElidedBox
from gui.widgets.path_dialog import PathDialog


class LineEditor(Editor):
    """Anything that is written on a line: numbers with a point, pairs, lists, words, nothing.

    What can be used is told while it is written. As soon as it cannot, the value is again what it
    was before: the beginning of what was meant is nothing that anybody asked for. After Enter, or
    elsewhere, it is also shown again, and the reason stays until something else is written.
    """

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
        self._before: Any = None
        """The value before something was written."""
        self._refused = False
        """Whether it is told that what was written last was not taken."""
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
        writing = self.line.hasFocus() and value == self._value
        if not writing:
            self._before = value
        is_told = self._refused and value == self._value
        self._value = value
        if not (writing and self._fault()) and self._parsed() != (True, value):
            self.line.setText(self._written(value))
        if not (is_told or (writing and self._fault())):
            self._say("")

    def _written(self, value: Any) -> str:
        """A value as text; files may hold what does not belong here."""
        return self._spell(value) if self.parameter.fault(value) is None else str(value)

    def _parsed(self) -> tuple[bool, Any]:
        try:
            return True, self._read(self.line.text())
        except ValueError:
            return False, None

    def _fault(self) -> str | None:
        """Why what is written cannot be used."""
        fine, value = self._parsed()
        if fine:
            return self.parameter.fault(value)
        return phrase("must be {wanted}", wanted=self.parameter.wanted())

    def _edit(self) -> None:
        fault = self._fault()
        self._say(fault or "")
        value = self._parsed()[1] if fault is None else self._before
        if value != self._value:
            self._value = value
            self.edited.emit(value)

    def _say(self, fault: str) -> None:
        self._refused = False
        give_role(self.line, "error" if fault else self._role)
        self.faulty.emit(fault)

    def _finish(self) -> None:
        """Show the value as it is kept, and why it is not what was written."""
        fault, written = self._fault(), self.line.text()
        self._before = self._value
        self.line.setText(self._written(self._value))
        if fault:
            self._say("")
            self._refused = True
            self.faulty.emit(not_taken(fault, written))
        elif not self._refused:
            self._say("")
        self.settled.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self._fault():
            self._finish()  # Qt tells of it only where it knows of something written
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


class OneOf(Editor):
    """One of a few words. What is stored need not be what is shown."""

    def __init__(self, parameter: Parameter, offered: Mapping[str, str], none: str = "") -> None:
        box = self.box = ElidedBox()
        super().__init__(parameter, box)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setPlaceholderText(none)
        for value, word in offered.items():
            box.addItem(word, value)
        box.setEnabled(bool(offered))
        box.activated.connect(self._choose)

    def _choose(self, at: int) -> None:
        self.edited.emit(self.box.itemData(at))
        self.settled.emit()

    def show_value(self, value: Any) -> None:
        word = str(value)
        if word and self.box.findData(word) < 0:  # kept although it is no longer offered
            self.box.addItem(word, word)
        self.box.setCurrentIndex(self.box.findData(word) if word else -1)
        self.box.setToolTip(tip(self.box.currentText()))  # it may be longer than there is room for

    def offer(self, words: Mapping[str, str]) -> None:
        """Offer only these values, in these words; the one that is chosen stays."""
        chosen = self.box.currentData()
        self.box.clear()
        for value, word in words.items():
            self.box.addItem(word, value)
        self.show_value(chosen)

    def refuse(self, reasons: Mapping[str, str]) -> None:
        """Grey out the values that cannot be chosen, each with the reason."""
        model = self.box.model()
        assert isinstance(model, QStandardItemModel)
        for at in range(self.box.count()):
            reason = reasons.get(self.box.itemData(at), "")
            model.item(at).setEnabled(not reason)
            model.item(at).setToolTip(reason)


class PathEditor(LineEditor):
    """A file or folder, written or chosen in a dialog."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter, str.strip, str)
        browse = self.browse = QToolButton()
        browse.setObjectName(f"browse_{parameter.name}")
        icons.wear(browse, "folder", "muted")
        browse.setToolTip(self.tr("Choose a file or a folder"))
        browse.setAccessibleName(browse.toolTip())
        browse.clicked.connect(self._choose)
        self.row.addWidget(browse)

    def _folder(self) -> Path | None:
        """Where what is written here lies; None where nothing is, or it is no whole path."""
        here = Path(self.line.text().strip())
        if not here.is_absolute():
            return None
        return here if here.is_dir() else here.parent

    def _choose(self) -> None:
        dialog = PathDialog(self, self._folder())
        dialog.fileSelected.connect(self._take)
        dialog.open()

    def _take(self, path: str) -> None:
        if path:
            self.line.setText(path)
            self._edit()
            self._finish()
            self.line.clearFocus()  # nothing is written in it any more
            self.browse.clearFocus()


def editor_for(parameter: Parameter, fields: tuple[str, ...] = ()) -> Editor:
    """The widget for a setting; ``fields`` are the names that a field name may be chosen from."""
    kind = parameter.kind
    if parameter.choices:
        return OneOf(parameter, {choice: phrase(choice) for choice in parameter.choices})
    if kind is bool:
        return OnOff(parameter)
    if kind is int:
        return WholeNumber(parameter)
    if kind is FieldName:
        return OneOf(
            parameter,
            {field: field for field in fields},
            none=phrase("Choose a field") if fields else phrase("No data yet"),
        )
    if kind is FilePath:
        return PathEditor(parameter)
    if parameter.is_reference:
        return NodePick(parameter)
    known = setting_kind(kind)
    if known.read is None:
        return ShownOnly(parameter, known.spell)
    made = LineEditor(parameter, known.read, known.spell, known.step)
    if without_nothing(kind) != kind:
        made.line.setPlaceholderText(made.tr("none"))
    return made
