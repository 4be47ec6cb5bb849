"""Forms made from descriptions: one row per setting, checked while it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from graphs.describe import Chosen, Described, Parameter
from gui.forms.editor import Editor
from gui.forms.editors import PathEditor, editor_for
from gui.forms.node_pick import NodePick, Offered
from gui.forms.shown_only import ShownOnly
from gui.look.stylesheet import give_role
from gui.widgets.building_blocks import follow
from gui.widgets.elided import Elided, ElidedBox

LABELS = 112
"""Width of the column of names, in pixels."""


class Form(QWidget):
    """One row per parameter. Says what the user chose; whoever made it changes the document."""

    edited = Signal(str, object)
    """A setting and its new value, at every keystroke that leaves a value that can be used."""
    settled = Signal()
    """The user is done with a setting; what follows is another step."""

    def __init__(
        self,
        parameters: Iterable[Parameter],
        settings: Mapping[str, Any],
        *,
        fields: tuple[str, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._editors: dict[str, Editor] = {}
        self._faults: dict[str, QLabel] = {}
        self._told: dict[str, str] = {}
        self._written: dict[str, str] = {}
        self._places: dict[str, int] = {}
        rows = self._rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(8)
        rows.setVerticalSpacing(6)
        rows.setColumnMinimumWidth(0, LABELS)
        rows.setColumnStretch(1, 1)
        for parameter in parameters:
            self._add(parameter, fields)
        self.show_values(settings)

    def _add(self, parameter: Parameter, fields: tuple[str, ...]) -> None:
        editor = self._editors[parameter.name] = editor_for(parameter, fields)
        label = Elided(parameter.title, LABELS)
        label.setBuddy(editor)
        fault = self._faults[parameter.name] = QLabel()
        fault.setObjectName(f"fault_{parameter.name}")
        fault.setWordWrap(True)
        fault.setTextFormat(Qt.TextFormat.PlainText)
        give_role(fault, "error")
        fault.hide()
        for widget in (label, editor):
            widget.setToolTip(_tip(parameter))
        row = self._places[parameter.name] = 4 * len(self._editors)
        self._rows.addWidget(label, row, 0)
        if isinstance(editor, PathEditor | ShownOnly):  # what is long has a line of its own
            self._rows.addWidget(editor, row + 1, 0, 1, 2)
        else:
            self._rows.addWidget(editor, row, 1)
        self._rows.addWidget(fault, row + 3, 0, 1, 2)
        name, title = parameter.name, parameter.title
        editor.edited.connect(lambda value: self.edited.emit(name, value))
        editor.settled.connect(self.settled)
        editor.faulty.connect(lambda words: self._say(name, f"{title} {words}." if words else ""))

    def editor(self, name: str) -> Editor:
        """The editor of a setting."""
        return self._editors[name]

    def put_beside(self, name: str, widget: QWidget) -> None:
        """Show a small widget right of a setting, such as a button for more about it."""
        self._rows.addWidget(widget, self._places[name], 2)

    def put_below(self, name: str, widget: QWidget) -> None:
        """Show more of a setting below it."""
        self._rows.addWidget(widget, self._places[name] + 2, 0, 1, 2)

    def tell(self, name: str, words: str) -> None:
        """Say a sentence below a setting until something else is written there."""
        self._say(name, words)

    def follow(self, before: QWidget) -> None:
        """Be reached by Tab right after ``before``: what is made late is last otherwise."""
        follow(before, self)

    def first(self) -> Editor | None:
        """The first editor that can be used."""
        usable = (one for one in self._editors.values() if one.isEnabled() and one.can_edit)
        return next(usable, None)

    def show_values(self, settings: Mapping[str, Any]) -> None:
        """Show what the document holds now, without saying so."""
        for name, editor in self._editors.items():
            if name in settings:
                editor.show_value(settings[name])

    def show_nodes(self, offered: Callable[[str], Offered]) -> None:
        """Show, for each setting that refers to a node, those that it can refer to now."""
        for name, editor in self._editors.items():
            if isinstance(editor, NodePick):
                editor.show_nodes(offered(name))

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Show what others have against settings, as sentences by setting."""
        self._told = dict(faults)
        for name in self._editors:
            self._show_fault(name)

    def _say(self, name: str, words: str) -> None:
        """What is wrong with what is being written comes before what others have against it."""
        self._written[name] = words
        self._show_fault(name)

    def _show_fault(self, name: str) -> None:
        words = self._written.get(name) or self._told.get(name, "")
        self._faults[name].setText(words)
        self._faults[name].setVisible(bool(words))


class ChosenForm(QWidget):
    """One of a family, such as the optimizer, and the settings of the one that is chosen."""

    edited = Signal(object)
    """The new ``Chosen``."""
    settled = Signal()

    def __init__(
        self,
        name: str,
        title: str,
        family: type[Described],
        chosen: Chosen,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._family, self._chosen = family, chosen
        self.box = ElidedBox()
        self.box.setObjectName(name)
        self.box.setAccessibleName(title)
        for member in family.members():
            self.box.addItem(member.title, member.id)
            self.box.setItemData(
                self.box.count() - 1, member.summary(), Qt.ItemDataRole.ToolTipRole
            )
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.activated.connect(self._choose)
        label = QLabel(title)
        label.setBuddy(self.box)
        top = QGridLayout()
        top.setHorizontalSpacing(8)
        top.setColumnMinimumWidth(0, LABELS)
        top.setColumnStretch(1, 1)
        top.addWidget(label, 0, 0)
        top.addWidget(self.box, 0, 1)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(6)
        self._rows.addLayout(top)
        self._form: Form | None = None
        self._show_form()

    @property
    def form(self) -> Form:
        """The settings of the chosen member."""
        assert self._form is not None
        return self._form

    def show_value(self, chosen: Chosen) -> None:
        """Show what the document holds now, without saying so."""
        another = chosen.id != self._chosen.id
        self._chosen = chosen
        if another:
            self._show_form()
        else:
            self.form.show_values(chosen.settings)

    def _show_form(self) -> None:
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
        member = self._family.find(self._chosen.id)  # one of a later version is none of the box
        self.box.setCurrentIndex(self.box.findData(self._chosen.id))
        self.box.setToolTip(member.summary() if member is not None else "")
        parameters = member.parameters() if member is not None else ()
        self._form = Form(parameters, self._chosen.settings)
        self._form.edited.connect(self._edit)
        self._form.settled.connect(self.settled)
        self._rows.addWidget(self._form)
        self._form.follow(self.box)

    def _choose(self) -> None:
        id = self.box.currentData()
        if id != self._chosen.id:
            self._chosen = Chosen(id, self._family.get(id).defaults())
            self._show_form()
            self.edited.emit(self._chosen)
        self.settled.emit()

    def _edit(self, name: str, value: object) -> None:
        self._chosen = Chosen(self._chosen.id, {**self._chosen.settings, name: value})
        self.edited.emit(self._chosen)


def _tip(parameter: Parameter) -> str:
    """What a setting does and what it takes."""
    wanted = parameter.wanted()
    return f"{parameter.help}\n{wanted[:1].upper()}{wanted[1:]}."
