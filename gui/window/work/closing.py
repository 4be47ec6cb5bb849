"""Closing the window while a run is going: it is asked about, stopped, and waited for."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from gui.live_run import LiveRun
from gui.widgets.questions import ask

log = logging.getLogger(__name__)

STOP_MILLISECONDS = 3000
"""How long a run may take to stop before the user is offered to end the program all the same."""


class Closing(QObject):
    """Knows whether the window may go."""

    def __init__(self, training: LiveRun, window: QWidget, ended: Callable[[], object]) -> None:
        super().__init__(window)
        self._ended = ended
        self._training, self._window = training, window
        self._going = self.may_go = False
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

    def _stop_and_go(self) -> None:
        self._going = True
        self._training.stop()
        self._after_state()
        QTimer.singleShot(STOP_MILLISECONDS, self, self._offer_to_end)

    def _after_state(self) -> None:
        if self._going and not self._training.is_live:
            self.go()

    def _offer_to_end(self) -> None:
        """A thread cannot be ended from outside, but the run in its folder survives the end."""
        if self._training.is_live:
            ask(
                self._window,
                "end_question",
                self.tr("The training does not stop."),
                self.tr("What it has learned up to its last checkpoint can be resumed."),
                self.tr("End the program"),
                self._end,
            )

    def _end(self) -> None:
        log.warning("the program was ended while a run did not stop")
        self._ended()
        logging.shutdown()
        os._exit(0)
