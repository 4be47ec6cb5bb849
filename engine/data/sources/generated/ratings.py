"""Ratings: generated marks that users give to items, for recommenders."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.controls import Poll, go_on
from engine.data.memory import check_memory
from engine.data.samples import Samples
from engine.data.sources.spec import Source
from graphs.data import Field, Normalize, NumberKind, TokensKind
from graphs.describe import param
from graphs.wording.phrases import phrase

MEAN = 3.0
BIAS = 0.4
"""Standard deviation of how kind a user is, and of how good an item is."""
TASTE = 0.8
"""Standard deviation of what taste adds to a rating."""


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

    def read(self, poll: Poll = go_on) -> Samples:
        pairs = self.users * self.items
        check_memory(
            8 * pairs + 64 * self.ratings, f"{pairs:,} pairs", phrase("Ask for fewer users.")
        )
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.seed)
        kindness = random.normal(0, BIAS, self.users)
        quality = random.normal(0, BIAS, self.items)
        side = (TASTE**2 / self.factors) ** 0.25  # products of two, added up, vary by TASTE
        liked = random.normal(0, side, (self.users, self.factors))
        offered = random.normal(0, side, (self.items, self.factors))
        user, item = np.divmod(random.permutation(pairs)[: self.ratings], self.items)
        taste = np.einsum("nf,nf->n", liked[user], offered[item])
        noise = random.normal(0, self.noise, self.ratings)
        rating = MEAN + kindness[user] + quality[item] + taste + noise
        return Samples(
            fields={
                "item": Field(TokensKind.id, vocabulary=self.items),
                "rating": Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True),
                "user": Field(TokensKind.id, vocabulary=self.users),
            },
            domains={},
            values={"item": item, "rating": rating.reshape(-1, 1), "user": user},
        )
