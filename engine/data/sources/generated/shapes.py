"""Draws shapes that lie over each other, with what each pixel shows."""

import numpy as np

from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.samples import Samples
from engine.data.sources.spec import SourceReader
from graphs.data import ClassKind, Field, ImageKind
from graphs.data.sources.generated.shapes import Shapes

KINDS = ("ground", "circle", "square", "triangle")
LEAST_CONTRAST = 0.25
"""No shape is nearer to the light of the ground than that."""


class ShapesReader(SourceReader[Shapes], of=Shapes):
    """Pictures with random shapes at random places, the later ones before the earlier."""

    def read(self, poll: Poll = go_on) -> Samples:
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        size, count = self.source.size, self.source.samples
        pictures = np.empty((count, size, size), np.float32)
        shown = np.empty((count, size, size), np.uint8)
        for row in range(count):
            poll()
            pictures[row], shown[row] = _drawn(random, size, self.source.most_shapes)
        pictures += random.normal(0, self.source.noise, pictures.shape).astype(np.float32)
        return Samples(
            fields={
                "picture": Field(ImageKind.id, (1, size, size)),
                "shape": Field(ClassKind.id, (size, size), classes=KINDS, target=True),
            },
            domains={},
            values={
                "picture": pictures.clip(0, 1)[:, None],
                "shape": shown.astype(np.int64),
            },
        )


def _drawn(random: np.random.RandomState, size: int, most: int) -> tuple[Array, Array]:
    """A picture without noise, and the kind of what each of its pixels shows."""
    ground = random.uniform(0, 1)
    light, shown = np.full((size, size), ground), np.zeros((size, size), np.uint8)
    for _ in range(random.randint(1, most + 1)):
        kind = random.randint(1, len(KINDS))
        radius = random.uniform(0.14, 0.25) * size
        x, y = random.uniform(radius, size - 1 - radius, 2)
        inside = _inside(kind, radius, np.arange(size)[None] - x, np.arange(size)[:, None] - y)
        # Anywhere around a circle of lights but near to that of the ground.
        away = random.uniform(LEAST_CONTRAST, 1 - LEAST_CONTRAST)
        light[inside], shown[inside] = (ground + away) % 1, kind
    return light, shown


def _inside(kind: int, radius: float, right: Array, down: Array) -> Array:
    """Which places lie in a shape, by how far right of and below its centre they are."""
    match KINDS[kind]:
        case "circle":
            return np.asarray(right**2 + down**2 <= radius**2)
        case "square":
            return (np.abs(right) <= 0.85 * radius) & (np.abs(down) <= 0.85 * radius)
        case _:
            return (np.abs(right) <= (down + radius) / 2) & (down <= radius)
