"""Draws points around random centres."""

from math import sqrt

import numpy as np

from engine.controls import Poll, go_on
from engine.data.memory import check_memory
from engine.data.samples import Samples
from engine.data.sources.bundled.tables import table_samples
from engine.data.sources.spec import SourceReader
from graphs.data.sources.generated.clusters import Clusters
from graphs.wording.phrases import phrase

BYTES_PER_NUMBER = 28
"""Twice in double precision while they are made, then as they are trained on."""


class ClustersReader(SourceReader[Clusters], of=Clusters):
    """Random points around random centres."""

    def read(self, poll: Poll = go_on) -> Samples:
        check_memory(
            self.source.samples * self.source.features * BYTES_PER_NUMBER,
            phrase(
                "{samples:,} points of {features:,} numbers",
                samples=self.source.samples,
                features=self.source.features,
            ),
            phrase("Ask for fewer."),
        )
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        # The difference of two such centres has the expected squared length 1.
        centres = random.normal(
            0, 1 / sqrt(2 * self.source.features), (self.source.classes, self.source.features)
        )
        labels = np.arange(self.source.samples) % self.source.classes
        noise = random.normal(0, self.source.spread, (self.source.samples, self.source.features))
        return table_samples(
            "features",
            tuple(f"x{at}" for at in range(1, self.source.features + 1)),
            centres[labels] + noise,
            "cluster",
            tuple(str(number) for number in range(1, self.source.classes + 1)),
            labels,
        )
