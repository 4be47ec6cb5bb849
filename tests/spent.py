"""How much processor time something takes, on a machine that others use as well."""

import time
from collections.abc import Callable

TRIES = 3


def least_seconds(done: Callable[[], object], enough: float) -> float:
    """The least of a few tries, of which the first that is below ``enough`` is the last."""
    least = float("inf")
    for _ in range(TRIES):
        start = time.process_time()
        done()
        least = min(least, time.process_time() - start)
        if least < enough:
            break
    return least
