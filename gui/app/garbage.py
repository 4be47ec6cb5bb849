"""Python's collection of garbage, on the window's thread alone.

Garbage is what refers to itself in a circle; Python looks for it on whichever thread asks for
memory. An object of Qt in such a circle would be destroyed there, while the window's thread may be
at work with it, which kills the process.
"""

import gc

from PySide6.QtCore import QObject, QTimer

MILLISECONDS = 500
"""How often it is looked whether there is enough to collect."""


class GarbageCollection(QObject):
    """Collects when Python's own thresholds are passed, twice a second at most.

    It does so from a timer of the thread that it is made on. Python's rule that all objects wait
    until a quarter more of them have come is not kept: what was there at the start is frozen.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(MILLISECONDS)
        self._timer.timeout.connect(collect_when_due)
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()


def collect_when_due() -> None:
    """Collect the oldest generation of which more has come than Python waits for."""
    pairs = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [generation for generation, (count, most) in enumerate(pairs) if count > most > 0]
    if due:
        gc.collect(due[-1])
