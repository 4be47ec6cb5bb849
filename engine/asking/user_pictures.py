"""Picture files that are given to a trained model, on the scale of its training pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.data.array import Array
from engine.data.pictures.decoding import Picture, PictureError, decoded
from engine.data.pictures.plain import FULL_WHITE
from engine.data.pictures.value_range import Span
from engine.errors import DataError
from graphs.data import Normalize
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    from engine.data.preprocessing import Preprocessing

DARK = 4
"""White lies so many times above what may be another scale."""
SLACK = 0.1
"""So much of the scale numbers may lie beyond it, as in pictures that were made larger."""
FAR = 10
"""So many times what those of training vary by, numbers are on another scale."""


def read_for(preprocessing: Preprocessing, name: str, path: Path) -> tuple[Array, tuple[str, ...]]:
    """One picture as raw values of a field, and what to tell of it. Raises DataError."""
    channels, height, width = (int(size) for size in preprocessing.fields[name].sizes)
    sizes = (channels, height, width)
    span = preprocessing.span(name)
    own = span is None or span.is_deep or preprocessing.fields[name].normalize is Normalize.RANGE
    white = preprocessing.deep_white.get(name, FULL_WHITE)
    picture = _decoded(path, sizes, white, deep=own)
    if own and picture.depth == "deep" and _is_within(picture.values, span):
        return picture.values[None], _about_light(path.name, picture.values, span)
    if span is None:
        raise DataError(
            "“{name}” was trained on numbers that no picture file has. Give a .npy file "
            "with numbers on the same scale.",
            name=name,
        )
    if own and picture.depth == "deep":
        picture = _decoded(path, sizes, white, deep=False)
    told = phrase(
        "{name} has 8 bits, and training had pictures from {black:g} to {white:g}; its "
        "black and white are taken for these.",
        name=path.name,
        black=span.black,
        white=span.white,
    )
    if (span.black, span.white) == (0, 1):
        return picture.values[None], _about_white(path.name, picture, white)
    return span.of_bytes(picture.values)[None], (told,) if span.is_deep else ()


def on_scale(
    preprocessing: Preprocessing, name: str, array: Array
) -> tuple[Array, tuple[str, ...]]:
    """An array of pictures on the scale of training, and what to tell of it. Raises DataError."""
    span = _known_span(preprocessing, name)
    if span is None:
        return array, _about_far(preprocessing, name, array)
    if array.dtype == np.uint8:
        return (array if span == Span(0, 1) else span.of_bytes(array)), ()
    low, high = float(array.min()), float(array.max())
    slack = SLACK * (span.white - span.black)
    smaller = high <= 1 or (low < span.black and high < span.white / DARK**2)
    fractions = span.white > 1 and smaller and bool((array != np.round(array)).any())
    if span.is_deep and not fractions and low >= -slack:
        return array, (*_about_light(name, array, span), *_about_dark(name, high, span))
    if fractions or low < span.black - slack or high > span.white + slack:
        raise DataError(
            "The numbers given for “{name}” lie from {low:g} to {high:g}, and those of the "
            "training pictures from {black:g} to {white:g}, so they are on another scale. {way}",
            name=name,
            low=low,
            high=high,
            black=span.black,
            white=span.white,
            way=_way(span, low, high),
        )
    return array, _about_dark(name, high, span)


def _known_span(preprocessing: Preprocessing, name: str) -> Span | None:
    """What black and white are, where the training pictures said it."""
    if preprocessing.fields[name].normalize is Normalize.NONE:
        return Span(0, 1)
    known = preprocessing.numbers[name].span
    return Span(*known) if known else None


def _way(span: Span, low: float, high: float) -> str:
    """How to bring numbers to the scale of training."""
    if span == Span(0, 1) and low >= 0 and 1 < high <= 255:
        return phrase("If 255 is white in them, divide them by 255, or save them as bytes (uint8).")
    if low >= 0 and high <= 1:
        return phrase("If 1 is white in them, multiply them by {white:g}.", white=span.white)
    return phrase(
        "Bring them to the scale on which {black:g} is black and {white:g} is white.",
        black=span.black,
        white=span.white,
    )


def _decoded(path: Path, sizes: tuple[int, int, int], white: int, *, deep: bool) -> Picture:
    try:
        return decoded(path, *sizes, deep=deep, white=white)
    except PictureError as error:
        raise DataError(
            "{name} {error}. Choose another picture.", name=path.name, error=error
        ) from None


def _is_within(values: Array, span: Span | None) -> bool:
    """Whether numbers are on the scale of training, where that is no wider than that of bytes."""
    return span is None or span.is_deep or float(values.max()) <= span.white


def _about_far(preprocessing: Preprocessing, name: str, array: Array) -> tuple[str, ...]:
    """What is told of numbers on another scale than those of training, whose white is not known."""
    known = preprocessing.numbers[name]
    if not known.scale or not array.size:
        return ()
    middle, width = sum(known.shift) / len(known.shift), max(known.scale)
    if float(np.median(np.abs(array - np.float64(middle)))) <= FAR * width:
        return ()
    return (
        phrase(
            "The numbers given for “{name}” lie from {low:g} to {high:g}, far from those of "
            "training, which lie around {middle:.3g} and vary by about {width:.3g}; what the model "
            "makes of them is uncertain. Bring them to the same scale.",
            name=name,
            low=float(array.min()),
            high=float(array.max()),
            middle=middle,
            width=width,
        ),
    )


def _about_dark(name: str, high: float, span: Span) -> tuple[str, ...]:
    """What is told of numbers that may be on a scale up to 1 or 255 where white is far above."""
    if not any(high <= white < span.white / DARK for white in (1, 255)):
        return ()
    return (
        phrase(
            "The numbers given for “{name}” end at {most:g}, and white is {white:g} in those of "
            "training, so they count as very dark. If they are on another scale, bring them to "
            "this one.",
            name=name,
            most=high,
            white=span.white,
        ),
    )


def _about_white(name: str, picture: Picture, white: int) -> tuple[str, ...]:
    """What is told of a deep picture that uses more, or far less, than what became white."""
    is_far = picture.greatest > white or picture.values.max() < 255 / DARK
    if not (picture.greatest and is_far):
        return ()
    return (
        phrase(
            "{name} has more than 8 bits and holds numbers up to {most:g}, while {white} counts as "
            "white, so it looks darker or brighter than it is. If that is wrong, save it in 8 "
            "bits.",
            name=name,
            most=picture.greatest,
            white=white,
        ),
    )


def _about_light(name: str, values: Array, span: Span | None) -> tuple[str, ...]:
    if span is None or float(values.max()) <= span.white:
        return ()
    return (
        phrase(
            "{name} holds numbers up to {most:g}, beyond those of training, which end at "
            "{white:g}; what the model makes of them is uncertain.",
            name=name,
            most=float(values.max()),
            white=span.white,
        ),
    )
