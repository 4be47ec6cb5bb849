"""The notice that a run ended while its validation loss still fell, with what to do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.runs.events.record import MoreEpochs
from gui.widgets.building_blocks import button, named, tip
from gui.widgets.elided import Elided


class FallingLoss(QWidget):
    """One line with a button; where nothing is to be said it takes no room."""

    train_on_asked = Signal(int)
    """The run is to have so many epochs in all."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._more: MoreEpochs | None = None
        words = self.tr("The loss was still falling when the planned epochs were over.")
        self._train_on = button("", name, self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        told = named(Elided(words), "falling", "warn")
        told.setToolTip(words)
        row.addWidget(told, 1)
        row.addWidget(self._train_on)
        self.offer(None)

    @property
    def is_offered(self) -> bool:
        """Whether there is something to propose."""
        return self._more is not None

    def offer(self, more: MoreEpochs | None) -> None:
        """Propose to go on, or nothing."""
        self._more = more
        self.setVisible(more is not None)
        if more is None:
            return
        words = self.tr("Train {count:,} more epochs")
        if more.further == 1:
            words = self.tr("Train one more epoch")
        self._train_on.setText(words.format(count=more.further))
        told = self.tr(
            "Go on up to epoch {epochs:,}. At a constant learning rate it comes out as if it had "
            "been planned so; a schedule goes on as that of the longer training."
        )
        self._train_on.setToolTip(tip(told.format(epochs=more.in_all)))

    def _ask(self) -> None:
        if self._more is not None:
            self.train_on_asked.emit(self._more.in_all)
