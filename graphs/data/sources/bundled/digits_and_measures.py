"""Handwritten digits once more, with a table beside the picture and a number beside the class."""

from graphs.data.sources.spec import Source
from graphs.describe import param


class DigitsAndMeasures(
    Source,
    id="digits_and_measures",
    title="Digits with measures",
    group="Ready-made",
    search="two inputs outputs multimodal regression slant",
):
    """1,797 noisy pictures of digits, each with measures of the clean picture as a table.

    Picture and table together say more than each alone. To be told are the digit, and how far the
    writing slants (in degrees from upright, to the right). The pictures are scikit-learn's.
    """

    noise: float = param(
        default=0.3, low=0, high=10, help="Standard deviation of what is added to each pixel."
    )
    error: float = param(
        default=0.2,
        low=0,
        high=10,
        help="How far measures are off, in parts of their standard deviation.",
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other noise.")
