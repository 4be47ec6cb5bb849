"""Closing the window while a run is going: it is asked about, stopped, and waited for."""

from __future__ import annotations

import logging
import os

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from graphs.document.edits import Step
from graphs.document.history import History
from gui.live_run import LiveRun
from gui.widgets.questions import ask
from gui.workspace import Workspace

log = logging.getLogger(__name__)

STOP_MILLISECONDS = 3000
"""How long a run may take to stop before the user is offered to end the program all the same."""


class Closing(QObject):
    """Knows whether the window may go.

    While a run stops the window can still be worked in. What is changed then nobody has agreed to
    lose, so it is asked about once more.
    """

    def __init__(self, training: LiveRun, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._training, self._workspace, self._window = training, workspace, window
        self._agreed: tuple[History, Step | None] | None = None
        """What the document was when the user agreed to close it."""
        self.may_go = False
        training.state_changed.connect(self._after_state)

    def ask_to_stop(self) -> None:
        """Nothing unsaved is left; a run that is still going is asked about."""
        if not self._training.is_live:
            self.go()
            return
        ask(
            self._window,
            "stop_question",
            self.tr("Stop the training and quit?"),
            self.tr("It can be resumed from the list of runs."),
            self.tr("Stop and quit"),
            self._stop_and_go,
        )

    def go(self) -> None:
        """Close without a question."""
        self.may_go = True
        self._window.close()

    def _now(self) -> tuple[History, Step | None]:
        history = self._workspace.history
        return history, history.latest

    def _stop_and_go(self) -> None:
        self._agreed = self._now()
        self._training.stop()
        self._after_state()
        QTimer.singleShot(STOP_MILLISECONDS, self, self._offer_to_end)

    def _after_state(self) -> None:
        if self._agreed is None or self._training.is_live:
            return
        agreed, self._agreed = self._agreed, None
        if agreed == self._now():
            self.go()
        else:
            self._window.close()  # which asks about what was changed since

    def _offer_to_end(self) -> None:
        """A thread cannot be ended from outside, but the run in its folder survives the end."""
        if self._agreed is not None and self._training.is_live:
            box = ask(
                self._window,
                "end_question",
                self.tr("The training does not stop."),
                self.tr(
                    "What it has learned up to its last checkpoint can be resumed; before the "
                    "first it begins again."
                ),
                self.tr("End the program"),
                self._end,
            )
            box.finished.connect(self._stay)

    def _stay(self) -> None:
        """The user would rather wait; the run may still come to its end."""
        self._agreed = None

    def _end(self) -> None:
        log.warning("the program was ended while a run did not stop")
        self._workspace.close(keep=self._agreed != self._now())
        logging.shutdown()
        os._exit(0)
