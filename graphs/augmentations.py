"""Random changes to training images, as settings; the engine applies them to whole batches."""

from graphs.describe import Described, param


class Augmentation(Described, family="augmentations"):
    """Base of every augmentation."""


class RandomShift(Augmentation, id="random_shift", title="Random shift", search="translate crop"):
    """Moves each image by a random number of whole pixels; what comes in is empty."""

    pixels: int = param(
        default=2, low=0, high=64, unit="px", help="The furthest move in each direction."
    )
