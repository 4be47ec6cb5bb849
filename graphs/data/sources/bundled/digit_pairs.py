"""Handwritten digits two by two, to be told alike or not."""

from graphs.data.sources.spec import Source
from graphs.describe import param


class DigitPairs(
    Source,
    id="digit_pairs",
    title="Pairs of digits",
    group="Ready-made",
    search="siamese twin same different verification similarity metric learning mnist",
):
    """Pairs of handwritten digits, of which half show the same digit; to be told is which.

    Each picture is in pairs of one part only, so that no test pair holds a picture that was
    learned. The pictures are scikit-learn's.
    """

    pairs: int = param(
        default=6000, low=20, high=1_000_000, help="How many; 70 % of them are for training."
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other pairs.")
