"""Picture files that are given to a trained model, on the scale of its training pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.data.array import Array
from engine.data.pictures.decoding import Picture, PictureError, decoded
from engine.data.pictures.value_range import Span
from engine.errors import DataError
from graphs.data import Normalize
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    from engine.data.preprocessing import Preprocessing


def read_for(preprocessing: Preprocessing, name: str, path: Path) -> tuple[Array, tuple[str, ...]]:
    """One picture as raw values of a field, and what to tell of it. Raises DataError."""
    channels, height, width = (int(size) for size in preprocessing.fields[name].sizes)
    sizes = (channels, height, width)
    span = preprocessing.span(name)
    own = span is None or span.is_deep or preprocessing.fields[name].normalize is Normalize.RANGE
    picture = _decoded(path, sizes, deep=own)
    if own and picture.depth == "deep" and _is_within(picture.values, span):
        return picture.values[None], _about_light(path, picture.values, span)
    if span is None:
        raise DataError(
            "“{name}” was trained on numbers that no picture file has. Give a .npy file "
            "with numbers on the same scale.",
            name=name,
        )
    if own and picture.depth == "deep":
        picture = _decoded(path, sizes, deep=False)
    told = phrase(
        "{name} has 8 bits, and training had pictures from {black:g} to {white:g}; its "
        "black and white are taken for these.",
        name=path.name,
        black=span.black,
        white=span.white,
    )
    if (span.black, span.white) == (0, 1):
        return picture.values[None], ()
    return span.of_bytes(picture.values)[None], (told,) if span.is_deep else ()


def _decoded(path: Path, sizes: tuple[int, int, int], *, deep: bool) -> Picture:
    try:
        return decoded(path, *sizes, deep=deep)
    except PictureError as error:
        raise DataError(
            "{name} {error}. Choose another picture.", name=path.name, error=error
        ) from None


def _is_within(values: Array, span: Span | None) -> bool:
    """Whether numbers are on the scale of training, where that is no wider than that of bytes."""
    return span is None or span.is_deep or float(values.max()) <= span.white


def _about_light(path: Path, values: Array, span: Span | None) -> tuple[str, ...]:
    if span is None or float(values.max()) <= span.white:
        return ()
    return (
        phrase(
            "{name} holds numbers up to {most:g}, beyond those of training, which end at "
            "{white:g}; what the model makes of them is uncertain.",
            name=path.name,
            most=float(values.max()),
            white=span.white,
        ),
    )
