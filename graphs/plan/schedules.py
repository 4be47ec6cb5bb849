"""Learning-rate schedules as plain functions of the step, so that they can be drawn first."""

import math

from graphs.describe import Described, param


class Schedule(Described, family="schedules"):
    """Base of every schedule."""

    named_as_in_torch = True

    def factor(self, step: int, steps: int) -> float:
        """What the optimizer's rate is multiplied by at ``step`` (from 0) of ``steps``."""
        raise NotImplementedError


class ConstantRate(Schedule, id="constant"):
    """The same rate from the first step to the last."""

    def factor(self, step: int, steps: int) -> float:
        return 1.0


class Cosine(Schedule, id="cosine", title="Cosine", search="annealing"):
    """Falls along half a cosine wave, after an optional warm-up."""

    warmup: float = param(
        default=0.0, low=0, high=0.9, help="Share of all steps in which the rate rises."
    )
    final: float = param(default=0.0, low=0, high=1, help="What is left of the rate at the end.")

    def factor(self, step: int, steps: int) -> float:
        rising = self.warmup * steps
        if step < rising:
            return (step + 1) / (rising + 1)
        done = (step - rising) / max(steps - rising, 1)
        return self.final + (1 - self.final) * (1 + math.cos(math.pi * min(done, 1.0))) / 2


class OneCycle(Schedule, id="one_cycle", title="One cycle", search="onecycle super-convergence"):
    """Rises from a small rate to the set one, then falls close to zero.

    Smith and Topin, "Super-Convergence", arXiv 1708.07120; numbers as in torch's OneCycleLR.
    """

    warmup: float = param(
        default=0.3, above=0, high=0.9, help="Share of all steps in which the rate rises."
    )
    start: float = param(default=25.0, low=1, help="The first rate is the set one divided by this.")
    end: float = param(
        default=10000.0, low=1, help="The last rate is the first one divided by this."
    )

    def factor(self, step: int, steps: int) -> float:
        peak = max(self.warmup * steps - 1, 1e-9)
        last = max(steps - 1, 1)
        first, final = 1 / self.start, 1 / self.start / self.end
        if step <= peak:
            return _cosine(first, 1.0, step / peak)
        return _cosine(1.0, final, min((step - peak) / max(last - peak, 1e-9), 1.0))


class WarmUp(Schedule, id="warm_up", title="Warm-up", search="linear warmup"):
    """Rises in a straight line to the set rate and stays there."""

    warmup: float = param(
        default=0.1, above=0, high=1, help="Share of all steps in which the rate rises."
    )

    def factor(self, step: int, steps: int) -> float:
        return min(1.0, (step + 1) / max(self.warmup * steps, 1))


def _cosine(start: float, end: float, done: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * done)) / 2
