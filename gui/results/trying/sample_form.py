"""The inputs of one sample, each in the widget that fits it, to look at and to change."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from graphs.data import Column, Field
from graphs.wording.visible import visible
from gui.look.stylesheet import give_role
from gui.results.asked import HeldInput
from gui.results.trying.pad_part import DrawnField, PadPart
from gui.results.trying.sample_part import SamplePart, SamplePicture
from gui.samples.preview import can_be_drawn
from gui.widgets.building_blocks import button, label, named, tip
from gui.widgets.elided import Elided, ElidedBox
from gui.widgets.path_dialog import FileDialog

NAMES = 96
"""Pixels of the names of columns that are always there; more when there is room."""
CELL, CELL_OF_TIME = 132, 164
"""Pixels of what is written in a column; of days with a time to the second more, in all of them."""
TEXT_HEIGHT = 96
MISSING = "–"


class RowPart(SamplePart):
    """One row of a table: a line for each number, a list for each category."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        super().__init__()
        self._editors: dict[str, QLineEdit | QComboBox] = {}
        self._given: Mapping[str, Any] = {}
        self._columns = {column.name: column for column in columns}
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setHorizontalSpacing(8)
        rows.setVerticalSpacing(4)
        rows.setColumnStretch(0, 1)
        width = CELL_OF_TIME if any(column.is_date for column in columns) else CELL
        for row, column in enumerate(columns):
            editor = _list_of(column) if column.categories else QLineEdit()
            editor.setObjectName(column.name)
            editor.setAccessibleName(column.name)
            name = Elided(column.name, NAMES)
            name.setBuddy(editor)
            name.setToolTip(tip(column.name))
            editor.setFixedWidth(width)
            rows.addWidget(name, row, 0)
            rows.addWidget(editor, row, 1)
            self._editors[column.name] = editor
            if isinstance(editor, QLineEdit):
                editor.setPlaceholderText(self.tr("missing"))
                editor.textEdited.connect(partial(self._edit, editor))
            else:
                editor.activated.connect(partial(self._take_choice, editor))
        rows.setRowStretch(len(columns), 1)
        for editor in self._editors.values():
            if isinstance(editor, QLineEdit):
                give_role(editor, "number")

    def _edit(self, editor: QLineEdit, text: str) -> None:
        self._mark(editor, text)
        self.changed.emit()

    def _take_choice(self, editor: QComboBox, _: int) -> None:
        self._mark_choice(editor)
        self.changed.emit()

    def _mark(self, editor: QLineEdit, text: str) -> None:
        from engine.data.tables.new_rows.reading import fits  # which no start waits for

        fitting = fits(text, self._columns[editor.objectName()])
        give_role(editor, "number" if fitting else "error")

    def show_held(self, held: HeldInput) -> None:
        from engine.data.tables.new_rows.reading import spelled  # which no start waits for

        row = held.given if isinstance(held.given, Mapping) else {}
        for name, editor in self._editors.items():
            text = spelled(row.get(name), self._columns[name])
            if isinstance(editor, QLineEdit):
                editor.setText(text)
                editor.setCursorPosition(0)
                self._mark(editor, text)
            else:
                self._choose(editor, text)

    def _choose(self, editor: QComboBox, text: str) -> None:
        """Show what a cell holds, also where that is none of the categories.

        It is what the network is asked about, too, and can be chosen while the sample is shown.
        """
        column = self._columns[editor.objectName()]
        while editor.count() > 1 + len(column.categories):  # that of the sample before
            editor.removeItem(editor.count() - 1)
        if editor.findData(text) < 0:
            editor.addItem(text, text)
        editor.setCurrentIndex(editor.findData(text))
        self._mark_choice(editor)

    def _mark_choice(self, editor: QComboBox) -> None:
        from engine.data.tables.new_rows.reading import category_of

        text = str(editor.currentData())
        known = not text or category_of(text, self._columns[editor.objectName()]) is not None
        give_role(editor, "" if known else "error")

    def held(self) -> HeldInput:
        return HeldInput(
            {
                name: editor.text() if isinstance(editor, QLineEdit) else editor.currentData()
                for name, editor in self._editors.items()
            }
        )


class TextPart(SamplePart):
    """A passage."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._text = QPlainTextEdit()
        self._text.setObjectName(name)
        self._text.setAccessibleName(name)
        self._text.setMinimumHeight(TEXT_HEIGHT)
        self._text.setTabChangesFocus(True)
        self._shown = ""
        self._text.textChanged.connect(self._edit)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.addWidget(self._text)

    def _edit(self) -> None:
        if self._text.toPlainText() != self._shown:
            self._shown = self._text.toPlainText()
            self.changed.emit()

    def show_held(self, held: HeldInput) -> None:
        self._shown = str(held.given)
        self._text.setPlainText(self._shown)

    def held(self) -> HeldInput:
        return HeldInput(self._text.toPlainText())


class NumberPart(SamplePart):
    """A whole number that stands for somebody or something, such as a user."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._line = QLineEdit()
        self._line.setObjectName(name)
        self._line.setAccessibleName(name)
        give_role(self._line, "number")
        self._line.textEdited.connect(lambda text: self.changed.emit())
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.addWidget(self._line)

    def show_held(self, held: HeldInput) -> None:
        self._line.setText(str(held.given))

    def held(self) -> HeldInput:
        text = self._line.text().strip()
        return HeldInput([int(text)] if text.isdecimal() else text)


class PicturePart(SamplePart):
    """A picture or a curve; a new one comes from a file."""

    file_chosen = Signal(object)

    def __init__(self, name: str, values: tuple[str, ...], *, alone: bool) -> None:
        """``values`` are the names of those of a step, of which the first one is drawn."""
        super().__init__()
        self._held = HeldInput("")
        self._picture = SamplePicture()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 8, 0)
        if values:
            told = self.tr("{first}, the first of {count} columns")
            drawn = Elided(told.format(first=visible(values[0]), count=len(values)))
            rows.addWidget(named(drawn, f"drawn_{name}", "muted"))
        rows.addWidget(self._picture)
        if not alone:
            rows.addWidget(button(self.tr("Choose a file…"), f"file_{name}", self._choose))
        rows.addStretch()

    def _choose(self) -> None:
        choose_file(self, self.file_chosen.emit)

    def show_held(self, held: HeldInput) -> None:
        self._held = held
        self._picture.show_tile(held.tile)

    def held(self) -> HeldInput:
        return self._held


class SampleForm(QWidget):
    """All inputs of one sample below each other."""

    changed = Signal()
    """The user has changed a value."""
    file_chosen = Signal(str, object)
    """A field is to hold what is in a file."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[str, SamplePart] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        self._inside = QWidget()
        self._rows.addWidget(self._inside)

    def show_fields(self, fields: Mapping[str, Field], pads: Mapping[str, DrawnField]) -> None:
        """Make room for samples of other fields, with a pad for those in ``pads``."""
        old, self._inside = self._inside, QWidget()
        self._rows.replaceWidget(old, self._inside)
        old.setParent(None)
        old.deleteLater()
        rows = QVBoxLayout(self._inside)
        rows.setContentsMargins(0, 0, 0, 0)
        self._parts = {}
        for name, field in fields.items():
            if len(fields) > 1:
                rows.addWidget(label(name, "section"))
            if name in pads:
                made: SamplePart = PadPart(name, pads[name])
            else:
                made = self._made(name, field, alone=len(fields) == 1)
            self._parts[name] = made
            made.changed.connect(self.changed)
            rows.addWidget(made, 1 if name in pads else 0)
        rows.addStretch()

    def _made(self, name: str, field: Field, *, alone: bool) -> SamplePart:
        if field.kind.has_columns:
            return RowPart(field.columns)
        if can_be_drawn(field):
            made = PicturePart(name, field.names, alone=alone)
            made.file_chosen.connect(partial(self.file_chosen.emit, name))
            return made
        return TextPart(name) if field.sizes else NumberPart(name)

    def show_held(self, held: Mapping[str, HeldInput]) -> None:
        """Show a sample, without saying so."""
        for name, part in self._parts.items():
            part.show_held(held[name])

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing yet in some part that an answer could be about."""
        return any(part.is_blank for part in self._parts.values())

    def held(self) -> dict[str, HeldInput]:
        """The sample as it is shown."""
        return {name: part.held() for name, part in self._parts.items()}


def choose_file(parent: QWidget, then: Callable[[Path], object]) -> None:
    """Ask for a file with a new sample."""
    dialog = FileDialog(parent, parent.tr("A new sample"))
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def _list_of(column: Column) -> QComboBox:
    box = ElidedBox()
    box.addItem(MISSING, "")
    for category in column.categories:
        box.addItem(category, category)
    box.setMaxVisibleItems(20)
    return box
