"""Names on the left, figures on the right, and how large figures are said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from graphs.checking.costs import counted_at, number
from graphs.sizes import Size
from graphs.wording.phrases import phrase
from gui.look.stylesheet import give_role
from gui.widgets.building_blocks import tip

UNITS = {"E": 10**18, "P": 10**15, "T": 10**12, "G": 10**9, "M": 10**6}


class Figures(QWidget):
    """Names on the left, figures on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setVerticalSpacing(6)
        self._shown: list[tuple[str, str]] = []
        self._tips: dict[str, str] = {}

    def show_figures(
        self, figures: Iterable[tuple[str, str]], tips: Mapping[str, str] | None = None
    ) -> None:
        """Show these; ``tips`` are what there is to know beside some of them, by name."""
        wanted, tips = list(figures), dict(tips or {})
        if (wanted, tips) == (self._shown, self._tips):
            return
        self._shown, self._tips = wanted, tips
        while self._rows.rowCount():
            self._rows.removeRow(0)
        for name, figure in wanted:
            value = words(figure, "mono")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setToolTip(tip(tips.get(name, "")))
            self._rows.addRow(words(name, "muted"), value)


def counted(*sizes: Size) -> str:
    """Multiply-adds as people say them: ``0.19 M``, and for which lengths where these vary."""
    count = sum(map(number, sizes))
    lengths = ", ".join(f"{name} = {length}" for name, length in counted_at(*sizes).items())
    at = phrase(" at {lengths}", lengths=lengths) if lengths else ""
    for unit, one in UNITS.items():
        if count >= one or (unit == "M" and count >= one // 10):
            return f"{count / one:.3g} {unit}{at}"
    return f"{count:,}{at}"


def words(text: str, role: str) -> QLabel:
    """Words over as many lines as they need."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    give_role(made, role)
    return made
