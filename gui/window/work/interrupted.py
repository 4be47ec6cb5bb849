"""At the start: a run whose process was killed is offered, once, to be gone on with."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from engine import runs
from engine.runs import Run
from engine.runs.events.event_types import Failed
from gui.jobs import Jobs
from gui.whose import local
from gui.widgets.questions import choose_among, tell
from gui.window.run_commands import RunCommands
from gui.workspace import Workspace

AGAIN_MILLISECONDS = 300
"""Until it is looked whether another question is answered."""


class Interrupted(QObject):
    """Asks about the newest of them; the others are in the list of runs."""

    network_wanted = Signal(object)
    """The folder of the run whose network is wanted on the canvas, which is empty."""

    def __init__(
        self, running: RunCommands, jobs: Jobs, workspace: Workspace, window: QWidget
    ) -> None:
        super().__init__(window)
        self._running, self._jobs, self._window = running, jobs, window
        self._workspace = workspace

    def offer(self) -> None:
        """Look for interrupted runs on a thread, and ask when there are any."""
        self._jobs.do(_found, self._ask, lambda _: None, topic="interrupted runs")

    def _ask(self, found: Sequence[Run]) -> None:
        if not found or self._running.is_live:
            return
        if QApplication.activeModalWidget() is not None:  # one question after the other
            QTimer.singleShot(AGAIN_MILLISECONDS, self, lambda: self._ask(found))
            return
        newest = found[0]
        status, title = newest.status, newest.title
        words = self.tr("It was begun {time}; {epochs} epochs are done.")
        more = [words.format(time=local(newest.about.started), epochs=status.epoch)]
        if others := len(found) - 1:
            told = self.tr("{count} more were interrupted; they are in the list of runs.")
            more.append(told.format(count=others))
        answers: dict[str, Callable[[], object]] = {
            self.tr("Resume"): lambda: self._go_on(found),
            self.tr("Show"): lambda: self._show(found),
            self.tr("Leave"): lambda: self._leave(found, lambda: None),
        }
        choose_among(
            self._window,
            "interrupted",
            self.tr("The run “{name}” was interrupted.").format(name=title),
            " ".join(more),
            answers,
        )

    def _go_on(self, found: Sequence[Run]) -> None:
        self._leave(found[1:], lambda: None)
        self._draw(found[0])
        self._running.resume(found[0].folder)

    def _show(self, found: Sequence[Run]) -> None:
        self._draw(found[0])
        self._leave(found, lambda: self._running.show_run(found[0].folder))

    def _draw(self, run: Run) -> None:
        """Put what the run trains on the canvas, unless something is there already."""
        if not self._workspace.document.main.nodes and self._workspace.is_saved:
            self.network_wanted.emit(run.folder)

    def _leave(self, found: Sequence[Run], then: Callable[[], None]) -> None:
        """Nobody is asked about these again."""
        if found:
            self._jobs.do(lambda: runs.leave(found), lambda _: then(), self._say)

    def _say(self, failed: Failed) -> None:
        tell(self._window, self.tr("The interrupted runs cannot be looked at."), failed.message)


def _found() -> list[Run]:
    runs.sweep()
    return runs.interrupted()
