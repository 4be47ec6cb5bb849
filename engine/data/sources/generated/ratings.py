"""Draws users, items and tastes, and the ratings that follow from them."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.memory import check_memory
from engine.data.samples import Samples
from engine.data.sources.spec import SourceReader
from graphs.data import Field, Normalize, NumberKind, TokensKind
from graphs.data.sources.generated.ratings import Ratings
from graphs.wording.phrases import phrase

MEAN = 3.0
BIAS = 0.4
"""Standard deviation of how kind a user is, and of how good an item is."""
TASTE = 0.8
"""Standard deviation of what taste adds to a rating."""


class RatingsReader(SourceReader[Ratings], of=Ratings):
    """Random users, items and tastes, and what follows from them."""

    def read(self, poll: Poll = go_on) -> Samples:
        pairs = self.source.users * self.source.items
        check_memory(
            8 * pairs + 64 * self.source.ratings,
            phrase("{pairs:,} pairs", pairs=pairs),
            phrase("Ask for fewer users."),
        )
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        kindness = random.normal(0, BIAS, self.source.users)
        quality = random.normal(0, BIAS, self.source.items)
        side = (TASTE**2 / self.source.factors) ** 0.25  # products of two, added up, vary by TASTE
        liked = random.normal(0, side, (self.source.users, self.source.factors))
        offered = random.normal(0, side, (self.source.items, self.source.factors))
        user, item = np.divmod(random.permutation(pairs)[: self.source.ratings], self.source.items)
        taste = np.einsum("nf,nf->n", liked[user], offered[item])
        noise = random.normal(0, self.source.noise, self.source.ratings)
        rating = MEAN + kindness[user] + quality[item] + taste + noise
        return Samples(
            fields={
                "item": Field(TokensKind.id, vocabulary=self.source.items),
                "rating": Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True),
                "user": Field(TokensKind.id, vocabulary=self.source.users),
            },
            domains={},
            values={"item": item, "rating": rating.reshape(-1, 1), "user": user},
        )
