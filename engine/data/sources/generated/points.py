"""Points in the plane: the four of XOR, and two moons."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.samples import Samples
from engine.data.sources.bundled.tables import table_samples
from engine.data.sources.spec import Source
from graphs.data import Normalize
from graphs.describe import param


class Xor(Source, id="xor", title="Exclusive or", group="Ready-made", search="logic gate"):
    """Four points: whether exactly one of two inputs is on. No straight line parts them."""

    def read(self, poll: Poll = go_on) -> Samples:
        points = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
        exclusive = points[:, 0] ^ points[:, 1]
        return table_samples(
            "point", ("a", "b"), points, "xor", ("no", "yes"), exclusive, Normalize.NONE
        )


class TwoMoons(Source, id="two_moons", title="Two moons", group="Generated"):
    """Points on two half circles that reach into each other."""

    samples: int = param(default=1000, low=4, high=1_000_000, help="How many points.")
    noise: float = param(
        default=0.15, low=0, high=10, help="Standard deviation of what is added to each point."
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other noise.")

    def read(self, poll: Poll = go_on) -> Samples:
        upper = self.samples // 2
        lower = self.samples - upper
        angles = np.concatenate([np.linspace(0, np.pi, upper), np.linspace(0, np.pi, lower)])
        moon = np.repeat([0, 1], [upper, lower])
        x = np.where(moon == 0, np.cos(angles), 1 - np.cos(angles))
        y = np.where(moon == 0, np.sin(angles), 0.5 - np.sin(angles))
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.seed)
        points = np.stack([x, y], axis=1) + random.normal(0, self.noise, (self.samples, 2))
        return table_samples("point", ("x", "y"), points, "moon", ("upper", "lower"), moon)
