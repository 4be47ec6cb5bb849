"""The view of data with a hand on it."""

from PySide6.QtWidgets import QLabel, QListWidget
from pytestqt.qtbot import QtBot

from graphs.data.sources import Source
from gui.data.data_view import DataView
from gui.jobs import Jobs
from gui.workspace import Workspace
from tests.gui.found_widgets import part
from tests.gui.windows import LONG, words


class Shown:
    """The view with a hand on it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.jobs, self.workspace = qtbot, Jobs(), Workspace()
        self.view = DataView(self.workspace, self.jobs)
        qtbot.addWidget(self.view)
        self.view.resize(1200, 500)
        self.view.show()

    def choose(self, source: str) -> None:
        """Click a source and wait until its data was read."""
        rows = part(self.view, QListWidget, "sources")
        title = Source.get(source).title
        rows.setCurrentRow([rows.item(at).text() for at in range(rows.count())].index(title))
        self.wait()

    def wait(self) -> None:
        """Wait until nothing is being read or about to be."""
        timer = self.view._timer
        self.qtbot.waitUntil(lambda: not self.jobs.busy and not timer.isActive(), timeout=LONG)

    @property
    def notices(self) -> str:
        """All that is to be known of the data, folded or not."""
        folded = part(self.view, QLabel, "preview_notices_all")
        return folded.text() if words(self.view, "preview_notices") else ""

    def says(self, name: str) -> str:
        return words(self.view, name)
