"""Generated pictures of shapes, of which each pixel is to be told."""

from graphs.data.sources.spec import Source
from graphs.describe import param

LEAST_SIZE = 16
"""Below this many pixels a side the shapes can hardly be told apart."""


class Shapes(
    Source,
    id="shapes",
    title="Shapes",
    group="Generated",
    search="segmentation masks u-net pixels circles squares triangles",
):
    """Circles, squares and triangles that lie over each other, and which of them each pixel shows.

    Ground and shapes have a light of their own in each picture, so that no brightness gives a shape
    away; only its outline does.
    """

    samples: int = param(default=1500, low=4, high=100_000, help="How many pictures.")
    size: int = param(
        default=32, low=LEAST_SIZE, high=512, unit="px", help="Height and width of each picture."
    )
    most_shapes: int = param(
        default=3, low=1, high=10, help="How many shapes a picture has at most."
    )
    noise: float = param(
        default=0.05, low=0, high=1, help="Standard deviation of what is added to each pixel."
    )
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other pictures.")
