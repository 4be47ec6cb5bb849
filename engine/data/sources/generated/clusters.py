"""Clusters: generated points around one centre per class, in as many dimensions as one likes."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np

from engine.controls import Poll, go_on
from engine.data.memory import check_memory
from engine.data.samples import Samples
from engine.data.sources.bundled.tables import table_samples
from engine.data.sources.spec import Source
from graphs.describe import param
from graphs.wording.phrases import phrase

BYTES_PER_NUMBER = 28
"""Twice in double precision while they are made, then as they are trained on."""


class Clusters(
    Source, id="clusters", title="Clusters", group="Generated", search="gaussian blobs big"
):
    """Points around one centre per class, normally distributed. No two classes are equally near.

    Any two centres lie about 1 apart.
    """

    samples: int = param(default=5000, low=4, high=1_000_000, help="How many points.")
    features: int = param(default=100, low=1, high=10_000, help="How many numbers make a point.")
    classes: int = param(default=10, low=2, high=1000, help="How many centres there are.")
    spread: float = param(
        default=0.15,
        low=0,
        high=10,
        help="Standard deviation of each number around its centre; more makes it harder.",
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other clusters.")

    def read(self, poll: Poll = go_on) -> Samples:
        check_memory(
            self.samples * self.features * BYTES_PER_NUMBER,
            phrase(
                "{samples:,} points of {features:,} numbers",
                samples=self.samples,
                features=self.features,
            ),
            phrase("Ask for fewer."),
        )
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.seed)
        # The difference of two such centres has the expected squared length 1.
        centres = random.normal(0, 1 / sqrt(2 * self.features), (self.classes, self.features))
        labels = np.arange(self.samples) % self.classes
        noise = random.normal(0, self.spread, (self.samples, self.features))
        return table_samples(
            "features",
            tuple(f"x{at}" for at in range(1, self.features + 1)),
            centres[labels] + noise,
            "cluster",
            tuple(str(number) for number in range(1, self.classes + 1)),
            labels,
        )

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        if settings.get("classes", 0) > settings.get("samples", 0):
            return {"samples": phrase("must be at least as many as there are classes")}
        return {}
