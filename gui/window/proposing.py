"""Putting a proposed network on the canvas, for data looked at or the data of the document."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.runs.events.event_types import Failed
from graphs.data import DataSection
from graphs.data.sources import Source
from graphs.document.document import Document
from graphs.errors import NothingToLearn
from graphs.proposing import propose_network
from graphs.proposing.plan_by_hand import plan_origins, plan_told
from gui.jobs import Jobs
from gui.widgets.questions import tell
from gui.workspace import Workspace


class Proposing(QObject):
    """Proposes networks, each as one step of the history."""

    data_wanted = Signal()
    """There is no data yet for which a network could be proposed."""
    proposed = Signal()
    """Another network is drawn."""

    def __init__(
        self, workspace: Workspace, jobs: Jobs, for_looked_at: Callable[[], bool], window: QWidget
    ) -> None:
        """``for_looked_at`` asks for a network for data in view; it says whether there is some."""
        super().__init__(window)
        self._for_looked_at = for_looked_at
        self._workspace, self._jobs, self._window = workspace, jobs, window

    def for_data(self) -> None:
        """Propose for the data that is looked at, else for that of the document."""
        if not self._for_looked_at():
            self._for_document()

    def _for_document(self) -> None:
        """The samples are counted first."""
        document = self._workspace.document
        section = document.data
        if not section.fields:
            self.data_wanted.emit()
            return
        self._jobs.do(
            lambda: _counted(section),
            lambda samples: self._if_open(document, section, samples),
            lambda failed: self._guess(document, section, failed),
            topic="proposed network",
        )

    def _guess(self, document: Document, section: DataSection, failed: Failed) -> None:
        """The data cannot be read now; its fields are known all the same."""
        self._if_open(document, section, None)

    def _if_open(self, document: Document, section: DataSection, samples: int | None) -> None:
        if self._workspace.document is document and document.data == section:
            self.put(section, samples)

    def put(self, section: DataSection, samples: int | None) -> None:
        """Put a network for so many samples on the canvas, in the place of what is drawn."""
        document, history = self._workspace.document, self._workspace.history
        before = document.plan
        origins = plan_origins(before, history.steps)
        try:
            step, notices = propose_network(document, section, samples, origins.by_hand)
        except NothingToLearn as error:
            tell(self._window, self.tr("No network can be proposed."), str(error))
            return
        history.do(step)
        self.proposed.emit()
        told = [*notices, *plan_told(before, document.plan, origins)]
        if told:
            words = self.tr("A network is proposed.")
            if notices:
                words = self.tr("Not all of the data has a part in it.")
            tell(self._window, words, "\n".join(told))


def _counted(section: DataSection) -> int | None:
    """How many samples the source has. Raises DataError."""
    from engine.data.sources import reader_of

    kind = Source.find(section.source)
    if kind is None or kind.faults(section.settings):
        return None
    return len(reader_of(kind.made(section.settings)).read())
