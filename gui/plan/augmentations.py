"""The augmentations of a plan: one switch each, its settings below while it is on."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from graphs.describe import Chosen
from graphs.plan.augmentations import Augmentation
from gui.forms.form import Form
from gui.widgets.building_blocks import named, wrapped


class Augmentations(QWidget):
    """One switch per augmentation; its settings below while it is on."""

    edited = Signal(str, object)
    """What was changed, and all augmentations as they are now."""

    def __init__(self) -> None:
        super().__init__()
        self._chosen: dict[str, Chosen] = {}
        self._switches: dict[str, QCheckBox] = {}
        self._forms: dict[str, Form] = {}
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        told = self.tr(
            "Training pictures alone are changed, anew in every epoch. Validation, the test and "
            "new pictures stay as they are."
        )
        rows.addWidget(wrapped(told, "muted", "augmentation_told"))
        for kind in Augmentation.members():
            switch = named(QCheckBox(kind.title), f"augment_{kind.id}")
            switch.setToolTip(kind.summary())
            switch.clicked.connect(partial(self._switch, kind, switch))
            form = Form(kind.parameters(), kind.defaults())
            form.edited.connect(partial(self._edit, kind))
            self._switches[kind.id], self._forms[kind.id] = switch, form
            rows.addWidget(switch)
            rows.addWidget(form)

    def show_chosen(self, chosen: tuple[Chosen, ...]) -> None:
        """Show what the plan holds now."""
        self._chosen = {one.id: one for one in chosen}
        for id, switch in self._switches.items():
            switch.setChecked(id in self._chosen)
            self._forms[id].setVisible(id in self._chosen)
            if id in self._chosen:
                self._forms[id].show_values(self._chosen[id].settings)

    def _switch(self, kind: type[Augmentation], switch: QCheckBox) -> None:
        self._tell(kind.id, Chosen(kind.id, kind.defaults()) if switch.isChecked() else None)

    def _edit(self, kind: type[Augmentation], name: str, value: object) -> None:
        settings: Mapping[str, Any] = {**self._chosen[kind.id].settings, name: value}
        self._tell(kind.id, Chosen(kind.id, settings))

    def _tell(self, id: str, fresh: Chosen | None) -> None:
        others = {**self._chosen, id: fresh}
        self.edited.emit(id, tuple(one for one in others.values() if one is not None))
