"""Ratings: generated marks that users give to items, for recommenders."""

from collections.abc import Mapping
from typing import Any

from graphs.data.sources.spec import Source
from graphs.describe import param
from graphs.wording.phrases import phrase


class Ratings(
    Source, id="ratings", title="Ratings", group="Generated", search="recommender users items"
):
    """What users think of items: a mean, how kind the user, how good the item is, taste, and noise.

    No user rates an item twice. Because the noise is known, so is the least error: nobody can be
    off by less than the noise on average (root mean square).
    """

    users: int = param(default=200, low=2, high=100_000, help="How many users there are.")
    items: int = param(default=100, low=2, high=100_000, help="How many items there are.")
    ratings: int = param(default=12_000, low=4, high=10_000_000, help="How many ratings.")
    factors: int = param(
        default=2, low=1, high=64, help="How many sides taste has: numbers per user and per item."
    )
    noise: float = param(
        default=0.5, low=0, high=10, help="Standard deviation of what is added to each rating."
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other ratings.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        if settings["ratings"] > settings["users"] * settings["items"]:
            return {"ratings": phrase("must be at most users times items")}
        return {}
