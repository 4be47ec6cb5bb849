"""Long texts shortened to one line until the user expands them."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from graphs.wording.visible import visible
from gui.widgets.building_blocks import button, named, scrolled, tip, wrapped
from gui.widgets.elided import Elided

MOST_HEIGHT = 84
"""Pixels beyond which all of them scroll."""


class Brief(QWidget):
    """The first sentence, elided; below it, when asked for, all of them."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._line = named(Elided(""), name, role)
        self._more = button(self.tr("more"), f"{name}_more", self._turn, "link")
        self._all = wrapped("", role, f"{name}_all")
        self._area = scrolled(self._all)
        self._area.setMaximumHeight(MOST_HEIGHT)
        self._sentences: tuple[str, ...] = ()
        top = QHBoxLayout()
        top.addWidget(self._line, 1)
        top.addWidget(self._more)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(top)
        rows.addWidget(self._area)
        self.say(())

    def say(self, sentences: Sequence[str], *, opened: bool = False) -> None:
        """Show other sentences: on one line, or all of them where they have to be read."""
        told = tuple(map(visible, sentences))
        self.setVisible(bool(told))
        if told == self._sentences and told:
            return
        self._sentences = told
        more = self.tr("(and {count} more)").format(count=len(told) - 1)
        self._line.setText(" ".join([*told[:1], *([more] if len(told) > 1 else [])]))
        self._line.setToolTip(tip("\n".join(told)))
        self._all.setText("\n".join(told))
        self._area.verticalScrollBar().setValue(0)
        self._open(opened)
        self._offer_more()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer_more()

    def _offer_more(self) -> None:
        """Only where there is more than the line says; what is open can always be closed."""
        is_whole = len(self._sentences) == 1 and self._line.sizeHint().width() <= self.width()
        self._more.setVisible(not is_whole or not self._area.isHidden())

    def _turn(self) -> None:
        self._open(self._area.isHidden())
        self._offer_more()

    def _open(self, yes: bool) -> None:
        self._area.setVisible(yes)
        self._more.setText(self.tr("less") if yes else self.tr("more"))
