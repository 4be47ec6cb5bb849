"""Random changes to whole batches of training images, on the device they are on.

``graphs/plan/augmentations.py`` holds the settings; here is one class for each, found by its id.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar

import torch
import torch.nn.functional as F  # noqa: N812  # torch's own name for it

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

Settings = TypeVar("Settings", bound=Augmentation)


class BatchChange(ABC, Generic[Settings]):
    """Base of every augmentation at work. Subclassing it with an id registers it."""

    kinds: ClassVar[dict[str, type[BatchChange[Any]]]] = {}

    def __init_subclass__(cls, *, of: type[Augmentation] | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if of is None:  # a further base
            return
        if of.id in cls.kinds:
            raise TypeError(f"two classes apply {of.id!r}: {cls.kinds[of.id].__name__} and {cls}")
        cls.kinds[of.id] = cls

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @abstractmethod
    def apply(
        self, images: torch.Tensor, generator: torch.Generator, unit: torch.Tensor
    ) -> torch.Tensor:
        """Batch × channels × height × width in, the same out.

        ``generator`` is on the CPU; ``unit`` is how much of each channel, as it is encoded, lies
        between black and white.
        """


class Shift(BatchChange[RandomShift], of=RandomShift):
    """Each image is a window on its padded self, at a random place.

    All windows of the batch are rows of one overlapping view, so that one copy takes them all:
    48 µs for 64 images of 28 × 28, against 66 µs with gather and 210 µs with a slice per image.
    """

    def apply(
        self, images: torch.Tensor, generator: torch.Generator, unit: torch.Tensor
    ) -> torch.Tensor:
        reach = self.settings.pixels
        count, channels, height, width = images.shape
        down, right = torch.randint(0, 2 * reach + 1, (2, count), generator=generator)
        padded = F.pad(images, (reach, reach, reach, reach)).contiguous()
        plane, line = (height + 2 * reach) * (width + 2 * reach), width + 2 * reach
        first = torch.arange(count) * (channels * plane) + down * line + right
        last = (count - 1) * channels * plane + 2 * reach * line + 2 * reach
        windows = padded.as_strided((last + 1, channels, height, width), (1, plane, line, 1))
        return windows.index_select(0, first.to(images.device))


class FlipChange(BatchChange[RandomFlip], of=RandomFlip):
    """Some images are mirrored, exactly."""

    def apply(
        self, images: torch.Tensor, generator: torch.Generator, unit: torch.Tensor
    ) -> torch.Tensor:
        draws = torch.rand(2, len(images), 1, 1, 1, generator=generator)
        shares = (self.settings.horizontal, self.settings.vertical)
        for axis, share, draw in zip((-1, -2), shares, draws, strict=True):
            if share:
                chosen = (draw < share).to(images.device)
                images = torch.where(chosen, images.flip(axis), images)
        return images


class Warp(BatchChange[Settings]):
    """Base of what looks up each pixel elsewhere. Several in a row are one look, as each blurs."""

    def apply(
        self, images: torch.Tensor, generator: torch.Generator, unit: torch.Tensor
    ) -> torch.Tensor:
        return warped(images, self.matrices(len(images), generator))

    @abstractmethod
    def matrices(self, count: int, generator: torch.Generator) -> torch.Tensor:
        """Count × 2 × 2: from (right, down) of a pixel about the middle to where it comes from."""


class Rotation(Warp[RandomRotation], of=RandomRotation):
    """Positive angles turn against the clock."""

    def matrices(self, count: int, generator: torch.Generator) -> torch.Tensor:
        reach = math.radians(self.settings.degrees)
        angle = (2 * torch.rand(count, generator=generator) - 1) * reach
        rows = angle.cos(), -angle.sin(), angle.sin(), angle.cos()
        return torch.stack(rows, 1).view(count, 2, 2)


class ScaleChange(Warp[RandomScale], of=RandomScale):
    """Both sides grow or shrink alike."""

    def matrices(self, count: int, generator: torch.Generator) -> torch.Tensor:
        factor = 1 + (2 * torch.rand(count, generator=generator) - 1) * self.settings.share
        return torch.eye(2) / factor.view(count, 1, 1)


class Brightness(BatchChange[RandomBrightness], of=RandomBrightness):
    """One number is added to all pixels of an image."""

    def apply(
        self, images: torch.Tensor, generator: torch.Generator, unit: torch.Tensor
    ) -> torch.Tensor:
        more = (2 * torch.rand(len(images), 1, 1, 1, generator=generator) - 1).to(images)
        return images + more * self.settings.strength * unit.view(1, -1, 1, 1)


class Noise(BatchChange[RandomNoise], of=RandomNoise):
    """A number is added to each pixel; drawn on the device, where it is needed in such amounts."""

    def apply(
        self, images: torch.Tensor, generator: torch.Generator, unit: torch.Tensor
    ) -> torch.Tensor:
        seed = int(torch.randint(2**62, (), generator=generator))
        there = torch.Generator(images.device).manual_seed(seed)
        grain = torch.randn(images.shape, generator=there, dtype=images.dtype, device=images.device)
        return images + grain * self.settings.std * unit.view(1, -1, 1, 1)


def warped(images: torch.Tensor, matrices: torch.Tensor) -> torch.Tensor:
    """Each pixel taken from where its matrix says, between the four nearest ones; else empty."""
    height, width = images.shape[-2:]
    right = torch.arange(width) - (width - 1) / 2
    down = torch.arange(height) - (height - 1) / 2
    places = torch.stack(torch.meshgrid(right, down, indexing="xy"), -1)
    sources = torch.einsum("nij,hwj->nhwi", matrices, places)
    grid = sources * torch.tensor([2 / width, 2 / height])  # as grid_sample counts
    return F.grid_sample(images, grid.to(images), align_corners=False)


class Augmenter:
    """The augmentations of a plan, in order. What they do depends on seed, epoch and step alone.

    ``units`` are, by field, how much of each channel lies between black and white; 1 when unknown.
    """

    def __init__(
        self,
        augmentations: Sequence[Augmentation],
        seed: int,
        units: Mapping[str, torch.Tensor] | None = None,
    ) -> None:
        self._changes = [BatchChange.kinds[a.id](a) for a in augmentations]
        self._seed, self._units = seed, units or {}
        self._generator = torch.Generator()

    def __bool__(self) -> bool:
        return bool(self._changes)

    def apply(self, images: torch.Tensor, epoch: int, step: int, name: str = "") -> torch.Tensor:
        """A batch of images, changed; ``name`` is that of their field, when there are several."""
        unit = self._units.get(name, torch.ones(images.shape[1])).to(images)
        waiting: torch.Tensor | None = None
        for position, change in enumerate(self._changes):
            self._generator.manual_seed(derived(self._seed, "change", position, name, epoch, step))
            if isinstance(change, Warp):
                here = change.matrices(len(images), self._generator)
                waiting = here if waiting is None else waiting @ here
                continue
            images, waiting = _settled(images, waiting), None
            images = change.apply(images, self._generator, unit)
        return _settled(images, waiting)


def _settled(images: torch.Tensor, waiting: torch.Tensor | None) -> torch.Tensor:
    return images if waiting is None else warped(images, waiting)


def units_of(preprocessing: Preprocessing) -> dict[str, torch.Tensor]:
    """What ``Augmenter`` wants to know of pictures whose numbers were brought to another scale."""
    return {
        name: torch.from_numpy(numbers.factor()).float()
        for name, numbers in preprocessing.numbers.items()
        if preprocessing.fields[name].kind.is_picture and numbers.shift
    }
