"""Points in the plane: the four of XOR, and two moons."""

from graphs.data.sources.spec import Source
from graphs.describe import param


class Xor(Source, id="xor", title="Exclusive or", group="Ready-made", search="logic gate"):
    """Four points: whether exactly one of two inputs is on. No straight line parts them."""


class TwoMoons(Source, id="two_moons", title="Two moons", group="Generated"):
    """Points on two half circles that reach into each other."""

    samples: int = param(default=1000, low=4, high=1_000_000, help="How many points.")
    noise: float = param(
        default=0.15, low=0, high=10, help="Standard deviation of what is added to each point."
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other noise.")
