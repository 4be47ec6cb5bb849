"""Random changes to training images, as settings; the engine applies them to whole batches.

Each image is changed in its own way, and anew in every epoch.
"""

from typing import ClassVar

from graphs.describe import Described, param


class Augmentation(Described, family="augmentations"):
    """Base of every augmentation."""

    moves: ClassVar[bool] = False
    """Whether what a picture shows comes to lie at other pixels."""


class RandomShift(Augmentation, id="random_shift", title="Random shift", search="translate crop"):
    """Moves each image by a random number of whole pixels; what comes in is empty."""

    moves = True
    pixels: int = param(
        title="Most pixels",
        default=2,
        low=0,
        high=64,
        unit="px",
        help="The furthest move in each direction.",
    )


class RandomFlip(Augmentation, id="random_flip", title="Random flip", search="mirror reflect"):
    """Mirrors images by chance, for things that look as likely either way round."""

    moves = True
    horizontal: float = param(
        title="Left to right",
        default=0.5,
        low=0,
        high=1,
        help="The chance of each image to have left and right change places: 0.5 is half of them.",
    )
    vertical: float = param(
        title="Top to bottom",
        default=0.0,
        low=0,
        high=1,
        help="The chance of each image to have top and bottom change places: 0.5 is half of them.",
    )


class RandomRotation(
    Augmentation, id="random_rotation", title="Random rotation", search="turn angle tilt"
):
    """Turns each image about its middle by a random angle; what comes in is empty."""

    moves = True
    degrees: float = param(
        title="Most degrees",
        default=10.0,
        low=0,
        high=180,
        unit="°",
        help="The furthest turn in each direction.",
    )


class RandomScale(Augmentation, id="random_scale", title="Random scale", search="zoom resize"):
    """Draws each image larger or smaller about its middle; what comes in is empty."""

    moves = True
    share: float = param(
        title="Most growth",
        default=0.1,
        low=0,
        high=0.9,
        help="The most by which it grows or shrinks: 0.1 is 10 %.",
    )


class RandomBrightness(
    Augmentation, id="random_brightness", title="Random brightness", search="light dark exposure"
):
    """Makes each image lighter or darker, all its pixels and colours alike."""

    strength: float = param(
        title="Most change",
        default=0.2,
        low=0,
        high=1,
        help="The furthest change, where black is 0 and white is 1.",
    )


class RandomNoise(Augmentation, id="random_noise", title="Random noise", search="gaussian grain"):
    """Adds noise to each pixel and colour, as a camera does in the dark."""

    std: float = param(
        title="Standard deviation",
        default=0.05,
        low=0,
        high=1,
        help="Its standard deviation, where black is 0 and white is 1.",
    )
