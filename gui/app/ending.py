"""The end that the system asks for: signals, and the end of the user's session.

It comes without a question. A run is stopped so that it can be resumed, and what is unsaved stays
in its recovery log for the next start.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Qt
from PySide6.QtWidgets import QApplication

log = logging.getLogger(__name__)

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)
)
BY_SIGNAL = 128
"""What shells add to the number of the signal that has ended a program."""


class Ending(QObject):
    """Hears signals while Qt runs, and ends the program once by ``end``; a second one ends it now.

    Python would hear them only when some Python code runs next.
    """

    def __init__(self, end: Callable[[], object], app: QApplication) -> None:
        super().__init__()
        self._end = end
        self.code: int | None = None
        """With what the program is to end, once it has been asked to."""
        self._heard, self._told = socket.socketpair()
        for one in (self._heard, self._told):
            one.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._listen)
        self._wakeup = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        self._before = {one: signal.signal(one, _heed) for one in SIGNALS}
        app.commitDataRequest.connect(self.end_of_session, Qt.ConnectionType.DirectConnection)

    def stop(self) -> None:
        """Hear no more; signals do again what they did before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup)
        for number, did in self._before.items():
            signal.signal(number, did)
        self._heard.close()
        self._told.close()

    def _listen(self) -> None:
        try:
            numbers = [one for one in self._heard.recv(64) if one in SIGNALS]
        except BlockingIOError:
            return
        for number in numbers:
            self.ask(BY_SIGNAL + number)

    def ask(self, code: int) -> None:
        """End the program, which then says ``code``."""
        if self.code is not None:  # the first has not ended it yet
            logging.shutdown()
            os._exit(code)
        log.info("the system asks the program to end (%d)", code)
        self.code = code
        self._end()
        QCoreApplication.exit(code)

    def end_of_session(self, _: object) -> None:
        """The user logs out, or the machine is switched off."""
        if self.code is None:
            self.code = 0
            self._end()


def _heed(number: int, frame: FrameType | None) -> None:
    """Python writes the number into the socket; there is nothing else to do."""
