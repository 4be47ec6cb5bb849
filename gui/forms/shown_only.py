"""A setting that is shown but chosen elsewhere, such as the graph that a block computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphs.describe import Parameter
from gui.forms.editor import Editor
from gui.widgets.building_blocks import tip, wrapped

LONGEST = 120
"""Letters; some files hold far more."""


class ShownOnly(Editor):
    """The value in words, over as many lines as they need; long ones in full under the pointer."""

    can_edit = False

    def __init__(self, parameter: Parameter, spell: Callable[[Any], str]) -> None:
        label = self.label = wrapped("", "muted")
        super().__init__(parameter, label)
        self._spell = spell
        self.show_value(None)

    def show_value(self, value: Any) -> None:
        is_fine = self.parameter.fault(value) is None  # files may hold what does not belong here
        words = self._spell(value) if is_fine and value is not None else ""
        whole = words or (self.tr("none") if is_fine else str(value))
        self.label.setText(whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}…")
        self.label.setToolTip(tip(whole))
