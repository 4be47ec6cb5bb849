"""Limits how often costly drawing happens, so that training keeps the processor."""

from time import perf_counter, thread_time

SHORTEST, LONGEST = 90, 500
"""Milliseconds between two drawings: ten a second where they are cheap, two at the least."""
SHARE = 0.025
"""The part of the time that this thread may work while a run trains: it is taken from the run."""


class Rhythm:
    """Lets drawings follow each other so slowly that they take no more than their share.

    What counts is the processor time of the whole thread, since painting comes after drawing.
    """

    def __init__(self) -> None:
        self.milliseconds = SHORTEST
        self._clock, self._worked = perf_counter(), thread_time()

    def beat(self) -> int:
        """How many milliseconds to wait until the next drawing; call it once per drawing."""
        clock, worked = perf_counter(), thread_time()
        passed = max(clock - self._clock, 1e-6)
        share = (worked - self._worked) / passed
        self._clock, self._worked = clock, worked
        wanted = 1000 * passed * share / SHARE
        # Half the way each time, so that one slow drawing does not hold up those that follow.
        self.milliseconds = round(min(max((self.milliseconds + wanted) / 2, SHORTEST), LONGEST))
        return self.milliseconds
