"""Random changes to whole batches of training images, on the device they are on.

``graphs/plan/augmentations.py`` holds the settings; here is one function for each, found by its id.
An exported file takes these functions along, so they need nothing but torch and their arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import torch
from torch import Generator, Tensor
from torch.nn import functional

from engine.data.preprocessing import Preprocessing
from engine.seeds import derived
from graphs.plan.augmentations import (
    Augmentation,
    RandomBrightness,
    RandomFlip,
    RandomNoise,
    RandomRotation,
    RandomScale,
    RandomShift,
)


@dataclass(frozen=True, slots=True)
class BatchChange:
    """What an augmentation does. Its settings are given to ``function`` by name.

    It takes a batch of channels × height × width and a generator on the CPU, and gives the same
    sizes. Where it asks for ``unit``, that is how much of each channel, as it is encoded, lies
    between black and white.
    """

    function: Callable[..., Tensor]
    is_warp: bool = False
    """Whether it takes the number of images instead, and gives a matrix for each (``warped``).

    Several in a row are one look at the pixels, as each blurs.
    """
    takes_unit: bool = False
    """Whether it asks how far white is from black."""


CHANGES: dict[str, BatchChange] = {}
"""By the id of the augmentation."""


def change_of(augmentation: Augmentation) -> BatchChange:
    """What an augmentation does."""
    return CHANGES[augmentation.id]


def applies(
    kind: type[Augmentation], is_warp: bool = False
) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Registers the function below it as what a kind of augmentation does."""

    def registered(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        if kind.id in CHANGES:
            raise TypeError(f"two functions apply {kind.id!r}: {function} and {CHANGES[kind.id]}")
        asked = signature(function).parameters
        CHANGES[kind.id] = BatchChange(function, is_warp, "unit" in asked)
        return function

    return registered


@applies(RandomShift)
def shifted(images: Tensor, generator: Generator, pixels: int) -> Tensor:
    """Each image is a window on its padded self, at a random place.

    All windows of the batch are rows of one overlapping view, so that one copy takes them all:
    48 µs for 64 images of 28 × 28, against 66 µs with gather and 210 µs with a slice per image.
    """
    count, channels, height, width = images.shape
    down, right = torch.randint(0, 2 * pixels + 1, (2, count), generator=generator)
    padded = functional.pad(images, (pixels, pixels, pixels, pixels)).contiguous()
    plane, line = (height + 2 * pixels) * (width + 2 * pixels), width + 2 * pixels
    first = torch.arange(count) * (channels * plane) + down * line + right
    last = (count - 1) * channels * plane + 2 * pixels * line + 2 * pixels
    windows = padded.as_strided((last + 1, channels, height, width), (1, plane, line, 1))
    return windows.index_select(0, first.to(images.device))


@applies(RandomFlip)
def flipped(images: Tensor, generator: Generator, horizontal: float, vertical: float) -> Tensor:
    """Some images are mirrored, exactly."""
    draws = torch.rand(2, len(images), 1, 1, 1, generator=generator)
    for axis, share, draw in zip((-1, -2), (horizontal, vertical), draws, strict=True):
        if share:
            images = torch.where((draw < share).to(images.device), images.flip(axis), images)
    return images


@applies(RandomRotation, is_warp=True)
def turning(count: int, generator: Generator, degrees: float) -> Tensor:
    """Matrices that turn each image by a random angle; positive ones turn against the clock."""
    angle = (2 * torch.rand(count, generator=generator) - 1) * math.radians(degrees)
    rows = angle.cos(), -angle.sin(), angle.sin(), angle.cos()
    return torch.stack(rows, 1).view(count, 2, 2)


@applies(RandomScale, is_warp=True)
def growing(count: int, generator: Generator, share: float) -> Tensor:
    """Matrices by which both sides of each image grow or shrink alike."""
    factor = 1 + (2 * torch.rand(count, generator=generator) - 1) * share
    return torch.eye(2) / factor.view(count, 1, 1)


@applies(RandomBrightness)
def brightened(images: Tensor, generator: Generator, unit: Tensor, strength: float) -> Tensor:
    """One number is added to all pixels of an image."""
    more = (2 * torch.rand(len(images), 1, 1, 1, generator=generator) - 1).to(images)
    return images + more * strength * unit.view(1, -1, 1, 1)


@applies(RandomNoise)
def noisy(images: Tensor, generator: Generator, unit: Tensor, std: float) -> Tensor:
    """A number is added to each pixel; drawn on the device, where it is needed in such amounts."""
    seed = int(torch.randint(2**62, (), generator=generator))
    there = Generator(images.device).manual_seed(seed)
    grain = torch.randn(images.shape, generator=there, dtype=images.dtype, device=images.device)
    return images + grain * std * unit.view(1, -1, 1, 1)


def warped(images: Tensor, matrices: Tensor) -> Tensor:
    """Each pixel taken from where its matrix says, between the four nearest ones; else empty.

    A matrix leads from (right, down) of a pixel about the middle to where it comes from.
    """
    height, width = images.shape[-2:]
    right = torch.arange(width) - (width - 1) / 2
    down = torch.arange(height) - (height - 1) / 2
    places = torch.stack(torch.meshgrid(right, down, indexing="xy"), -1)
    sources = torch.einsum("nij,hwj->nhwi", matrices, places)
    grid = sources * torch.tensor([2 / width, 2 / height])  # as grid_sample counts
    return functional.grid_sample(images, grid.to(images), align_corners=False)


class Augmenter:
    """The augmentations of a plan, in order. What they do depends on seed, epoch and step alone.

    ``units`` are, by field, how much of each channel lies between black and white; 1 when unknown.
    """

    def __init__(
        self,
        augmentations: Sequence[Augmentation],
        seed: int,
        units: Mapping[str, Tensor] | None = None,
    ) -> None:
        self._changes = [(change_of(one), one.settings) for one in augmentations]
        self._seed, self._units = seed, units or {}
        self._generator = Generator()

    def __bool__(self) -> bool:
        return bool(self._changes)

    def apply(self, images: Tensor, epoch: int, step: int, name: str = "") -> Tensor:
        """A batch of images, changed; ``name`` is that of their field, when there are several."""
        unit = self._units.get(name, torch.ones(images.shape[1])).to(images)
        waiting: Tensor | None = None
        for position, (change, settings) in enumerate(self._changes):
            self._generator.manual_seed(derived(self._seed, "change", position, name, epoch, step))
            if change.is_warp:
                here = change.function(len(images), self._generator, **settings)
                waiting = here if waiting is None else waiting @ here
                continue
            images, waiting = _settled(images, waiting), None
            more: dict[str, Any] = {"unit": unit} if change.takes_unit else {}
            images = change.function(images, self._generator, **settings, **more)
        return _settled(images, waiting)


def _settled(images: Tensor, waiting: Tensor | None) -> Tensor:
    return images if waiting is None else warped(images, waiting)


def units_of(preprocessing: Preprocessing) -> dict[str, Tensor]:
    """What ``Augmenter`` wants to know of pictures whose numbers were brought to another scale."""
    return {
        name: torch.from_numpy(numbers.factor()).float()
        for name, numbers in preprocessing.numbers.items()
        if preprocessing.fields[name].kind.is_picture and numbers.shift
    }
