"""Training pictures for the eye, changed as training changes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from engine import devices
from engine.controls import Poll, go_on
from engine.data.array import Array
from engine.data.augmentation import Augmenter, units_of
from engine.data.kinds.images import pictures
from engine.data.preprocessing import Preprocessing
from engine.data.reading import read
from engine.data.splitting.by_plan import indices_of
from graphs.data import DataSection
from graphs.plan.augmentations import Augmentation
from graphs.plan.plan import Plan

TIMES = 9
"""How often one picture is shown."""
MOST = 100
"""Training pictures to choose from."""


class TrainingPictures:
    """Some pictures of the training split of a section that has pictures, as they are encoded.

    Making one reads the data. Raises DataError, and whatever ``poll`` raises.
    """

    def __init__(self, section: DataSection, plan: Plan, poll: Poll = go_on) -> None:
        name = section.pictures()[0]
        samples = read(section, poll)
        train = indices_of(samples, plan).train
        known = Preprocessing.fitted(samples, train)
        some = train[np.linspace(0, len(train) - 1, min(MOST, len(train))).astype(np.int64)]
        self._images = known.encode(name, samples.values[name][some])
        self._name, self._units = name, units_of(known)
        self._span = known.span(name)
        self._shift, self._scale = known.numbers[name].shift, known.numbers[name].scale

    def __len__(self) -> int:
        return len(self._images)

    def changed(self, at: int, augmentations: Sequence[Augmentation], seed: int) -> Array:
        """Picture ``at`` nine times, each changed in its own way.

        As TIMES × height × width × channels of bytes.
        """
        augmenter = Augmenter(augmentations, seed, self._units)
        with devices.threads(1):
            same = self._images[at].expand(TIMES, -1, -1, -1)
            several = augmenter.apply(same, epoch=0, step=at, name=self._name)
        return pictures(self._raw(several).numpy(), self._span)

    def _raw(self, images: torch.Tensor) -> torch.Tensor:
        """From the scale of the network to that of light, between 0 and 1."""
        if not self._shift:
            return images
        shift, scale = (torch.tensor(n).view(1, -1, 1, 1) for n in (self._shift, self._scale))
        return images * scale + shift
