"""The layers proposed for tokens and for classes as inputs: an embedding."""

from __future__ import annotations

from graphs.data import ClassKind, TokensKind
from graphs.proposing.readers import Reader
from graphs.proposing.series import remembered
from graphs.proposing.sketch import Features, Sketch, Spot
from graphs.sizes import product

TEXT_WIDTH = 64
"""Numbers for each token of a text."""
FEW_PLACES, PLACE_WIDTH = 64, 16
"""With no more tokens than this in each sample, each place has so many numbers of its own."""
MOST_WIDE = 50
"""Numbers at most for a token that stands alone, such as a user."""


class TokenReader(Reader, of=TokensKind):
    """Reads tokens: one per sample by its row, a text by the average of its rows.

    The average knows no order, and yet tells topics apart as well as a GRU, in a fraction of the
    time (Joulin et al., Bag of tricks for efficient text classification, 2016). A few tokens that
    always stand at the same places are laid out as they stand.
    """

    def features(self, sketch: Sketch, name: str) -> Features:
        """The row of a token, or what a text comes to."""
        spot = sketch.input(name)
        tensor = sketch.type(spot)
        if tensor.rank == 1:
            wide = min(MOST_WIDE, 2 + round((tensor.values or 1) ** 0.5))
            row = sketch.add("embedding", spot, name=f"{name}_row", embedding_dim=wide)
            return Features(row, learned=False)
        length = product(tensor.features)
        if isinstance(length, int) and length <= FEW_PLACES:
            rows = sketch.add("embedding", spot, embedding_dim=PLACE_WIDTH)
            return Features(sketch.add("flatten", rows), learned=False)
        rows = sketch.dropped(_rows(sketch, name))
        return Features(sketch.add("mean", rows, dim=1), learned=False)

    def steps(self, sketch: Sketch, name: str, causal: bool) -> Spot:
        """What a GRU remembers at each token."""
        return remembered(sketch, _rows(sketch, name), causal)


class Classes(TokenReader, of=ClassKind):
    """Reads classes that are given rather than predicted."""


def _rows(sketch: Sketch, name: str) -> Spot:
    """Tokens × numbers; tokens that lie in rows and columns are read row by row."""
    spot = sketch.input(name)
    if sketch.type(spot).rank > 2:
        spot = sketch.add("flatten", spot)
    return sketch.add("embedding", spot, embedding_dim=TEXT_WIDTH)
