"""The line in the data panel that says what another program has done to the data."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from graphs.files.stamps import StampChange
from graphs.wording.visible import visible
from gui.widgets.building_blocks import button, tip, wrapped


class DataNews(QWidget):
    """Says it, and offers to read again; nothing is read anew without a word."""

    read_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = wrapped("", "warn", "data_news")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(button(self.tr("Read again"), "read_news", self.read_asked.emit))
        self.say({})

    def say(self, news: Mapping[Path, StampChange]) -> None:
        """Tell what has become of paths; nothing to tell takes no room."""
        self._words.setText(" ".join(self._sentence(*one) for one in news.items()))
        self._words.setToolTip(tip("\n".join(map(str, news))))
        self.setVisible(bool(news))

    def _sentence(self, path: Path, found: StampChange) -> str:
        if found is StampChange.GONE:
            words = self.tr("“{name}” is not there any more. Put it back, or choose other data.")
        else:
            words = self.tr(
                "“{name}” was changed on disk since it was read here. A training takes it as it "
                "is now; read it again to see what that is."
            )
        return words.format(name=visible(path.name))
