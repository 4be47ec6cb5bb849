"""Handwritten digits, the data for a first model."""

from typing import Literal

from graphs.data.sources.spec import Source
from graphs.describe import param


class Digits(Source, id="digits", title="Handwritten digits", group="Ready-made", search="mnist"):
    """1,797 handwritten digits from 0 to 9, as grey pictures.

    From the UCI repository (Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, 1998),
    as scikit-learn ships it.
    """

    size: Literal["8", "28"] = param(
        default="28", help="Side of the pictures: as they are (8), or enlarged smoothly (28)."
    )
