"""The notice that a run ended while its validation loss still fell, with what to do."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.widgets.building_blocks import button, named, tip
from gui.widgets.elided import Elided


class FallingLoss(QWidget):
    """One line with a button; where nothing is to be said it takes no room."""

    train_on_asked = Signal(int)
    """The run is to have so many epochs in all."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.epochs = 0
        words = self.tr("The loss was still falling when the planned epochs were over.")
        self._train_on = button(self.tr("Train on"), name, self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        told = named(Elided(words), "falling", "warn")
        told.setToolTip(words)
        row.addWidget(told, 1)
        row.addWidget(self._train_on)
        self.offer(0)

    def offer(self, epochs: int) -> None:
        """Propose so many epochs in all, or nothing for 0."""
        self.epochs = epochs
        more = self.tr(
            "Go on up to epoch {epochs:,}. At a constant learning rate it comes out as if it had "
            "been planned so; a schedule goes on as that of the longer training."
        )
        self._train_on.setToolTip(tip(more.format(epochs=epochs)))
        self.setVisible(epochs > 0)

    def _ask(self) -> None:
        self.train_on_asked.emit(self.epochs)
