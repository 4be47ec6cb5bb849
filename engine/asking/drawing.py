"""Turns what is drawn by hand into a picture like those that a network has learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine.data.array import Array
from engine.data.preprocessing import Preprocessing
from graphs.data import Field

LARGEST = 64
"""Pictures of more pixels on a side are not drawn by hand."""
LONGEST = 2
"""A side may be so many times the other: the pad is a square."""
FAINT = 0.25
"""What differs from the background by less than this share of all is no ink."""
LEAST_BACKGROUND = 0.5
"""At least so much of the rim must be background, or the pictures show no figure on a ground."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the pictures of a data set look: dark on light or light on dark, and where the ink is."""

    background: float
    """From 0 (black) to 1 (white)."""
    ink: float
    size: tuple[float, float]
    """The usual height and width of the inked part, as shares of the picture's."""
    centre: tuple[float, float]
    """Where its middle usually is, from the top and from the left, as shares."""


def can_be_drawn(field: Field) -> bool:
    """Whether a field holds small pictures of one channel and of one size, near to a square."""
    if not field.kind.is_picture or not all(isinstance(s, int) for s in field.sizes):
        return False
    channels, height, width = (int(size) for size in field.sizes)
    shorter, longer = sorted((height, width))
    return channels == 1 and longer <= min(LARGEST, LONGEST * shorter)


def look_of(pictures: Array) -> Look | None:
    """How pictures (samples × height × width, from 0 to 1) look; None when no ground is seen."""
    rim = np.concatenate(
        [pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1]], axis=1
    )
    background = float(np.median(rim))
    if (np.abs(rim - background) < FAINT).mean() < LEAST_BACKGROUND:
        return None
    height, width = pictures.shape[1:]
    boxes = [box for picture in pictures if (box := _box(np.abs(picture - background))) is not None]
    if not boxes:
        return None
    tops, bottoms, lefts, rights = np.array(boxes, dtype=np.float64).T
    size = float(np.median(bottoms - tops)) / height, float(np.median(rights - lefts)) / width
    centre = (
        float(np.median(tops + bottoms)) / 2 / height,
        float(np.median(lefts + rights)) / 2 / width,
    )
    ink = 0.0 if background > 0.5 else 1.0
    return Look(background, ink, size, centre)


def _box(ink: Array) -> tuple[int, int, int, int] | None:
    """Top, bottom, left and right of what is inked; the ends are no part of it."""
    rows, columns = (np.flatnonzero((ink > FAINT).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def fitted(drawn: Array, look: Look, height: int, width: int) -> Array:
    """A drawing (rows × columns, 1 where there is ink) as a picture from 0 to 1, ink where usual.

    It keeps its proportions and is as large as the larger of its sides usually is.
    """
    box = _box(drawn)
    if box is None:
        return np.full((height, width), look.background, dtype=np.float32)
    top, bottom, left, right = box
    part = Image.fromarray((drawn[top:bottom, left:right] * 255).astype(np.uint8))
    if bottom - top < right - left:  # a dash is as wide as usual, and a 1 as high
        scale = min(look.size[1] * width / (right - left), height / (bottom - top))
    else:
        scale = min(look.size[0] * height / (bottom - top), width / (right - left))
    high, wide = (max(round(side * scale), 1) for side in (bottom - top, right - left))
    small: Array = (
        np.asarray(part.resize((wide, high), Image.Resampling.BOX), dtype=np.float32) / 255
    )
    cover: Array = np.zeros((height, width), dtype=np.float32)
    down = min(max(round(look.centre[0] * height - high / 2), 0), max(height - high, 0))
    across = min(max(round(look.centre[1] * width - wide / 2), 0), max(width - wide, 0))
    cover[down : down + high, across : across + wide] = small[:height, :width]
    return (look.background + cover * (look.ink - look.background)).astype(np.float32)


def as_given(preprocessing: Preprocessing, name: str, picture: Array) -> Array:
    """A picture from 0 to 1 in the raw numbers of a field: channels × height × width."""
    span = preprocessing.span(name)
    if span is None:
        return np.round(picture * 255).astype(np.uint8)[None]
    return (span.black + picture * (span.white - span.black)).astype(np.float32)[None]


def unit(preprocessing: Preprocessing, name: str, raw: Array) -> Array:
    """Raw pictures of a field (samples × 1 × height × width) as numbers from 0 to 1."""
    span = preprocessing.span(name)
    numbers: Array = raw.astype(np.float32)
    if raw.dtype == np.uint8:
        numbers = numbers / 255
    elif span is not None:
        numbers = (numbers - span.black) / ((span.white - span.black) or 1)
    clipped: Array = np.clip(numbers, 0, 1)
    return clipped[:, 0]
