"""Handwritten digits side by side, to be read from left to right."""

from collections.abc import Mapping
from typing import Any

from graphs.data.sources.spec import Source
from graphs.describe import param
from graphs.wording.phrases import phrase


class DigitStrips(
    Source,
    id="digit_strips",
    title="Strips of digits",
    group="Ready-made",
    search=(
        "ctc ocr read line text recognition sequence unaligned alignment number house meter mnist "
        "licence plate captcha"
    ),
):
    """Strips with several handwritten digits in a row, to be read from left to right.

    Digits stand at any height and as far from each other as chance has it, also so near that they
    touch; nothing says where. Each picture of a digit is in strips of one part only, so that no
    test strip shows what was learned. The pictures are scikit-learn's.
    """

    strips: int = param(
        default=6000, low=20, high=1_000_000, help="How many; 70 % of them are for training."
    )
    fewest: int = param(
        title="Fewest digits", default=3, low=1, high=50, help="The least number in a strip."
    )
    most: int = param(
        title="Most digits", default=6, low=1, high=50, help="The greatest number in a strip."
    )
    room: int = param(
        title="Room beside a digit",
        default=0,
        low=0,
        high=50,
        unit="pixels",
        help="How much a strip is wider for each digit that it could hold; chance deals it out.",
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other strips.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        """The least number is not above the greatest."""
        if settings["fewest"] <= settings["most"]:
            return {}
        return {
            "most": phrase("must be {fewest} or more, the fewest digits", fewest=settings["fewest"])
        }
