"""Makes the points of XOR and of the two moons."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.samples import Samples
from engine.data.sources.bundled.tables import table_samples
from engine.data.sources.spec import SourceReader
from graphs.data import Normalize
from graphs.data.sources.generated.points import TwoMoons, Xor


class XorReader(SourceReader[Xor], of=Xor):
    """The four points."""

    def read(self, poll: Poll = go_on) -> Samples:
        points = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
        exclusive = points[:, 0] ^ points[:, 1]
        return table_samples(
            "point", ("a", "b"), points, "xor", ("no", "yes"), exclusive, Normalize.NONE
        )


class TwoMoonsReader(SourceReader[TwoMoons], of=TwoMoons):
    """Even steps on both half circles, with random noise."""

    def read(self, poll: Poll = go_on) -> Samples:
        upper = self.source.samples // 2
        lower = self.source.samples - upper
        angles = np.concatenate([np.linspace(0, np.pi, upper), np.linspace(0, np.pi, lower)])
        moon = np.repeat([0, 1], [upper, lower])
        x = np.where(moon == 0, np.cos(angles), 1 - np.cos(angles))
        y = np.where(moon == 0, np.sin(angles), 0.5 - np.sin(angles))
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        points = np.stack([x, y], axis=1) + random.normal(
            0, self.source.noise, (self.source.samples, 2)
        )
        return table_samples("point", ("x", "y"), points, "moon", ("upper", "lower"), moon)
