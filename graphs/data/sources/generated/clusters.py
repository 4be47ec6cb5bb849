"""Clusters: generated points around one centre per class, in any number of dimensions."""

from collections.abc import Mapping
from typing import Any

from graphs.data.sources.spec import Source
from graphs.describe import param
from graphs.wording.phrases import phrase


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

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        if settings.get("classes", 0) > settings.get("samples", 0):
            return {"samples": phrase("must be at least as many as there are classes")}
        return {}
