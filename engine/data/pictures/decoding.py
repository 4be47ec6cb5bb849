"""Reads picture files of any common kind as bytes of one size; what is broken gives a reason."""

from __future__ import annotations

import logging
import os
import struct
import warnings
import zlib
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from engine.data.array import Array
from engine.data.paths import is_pointer
from engine.data.pictures.plain import FULL_WHITE, plain_picture
from engine.machine import free_memory
from graphs.errors import Denied, FileError, Missing, NoFile
from graphs.files import opener
from graphs.wording.phrases import UserError, phrase
from graphs.wording.visible import visible

log = logging.getLogger(__name__)

SEVERAL = frozenset({"GIF", "TIFF", "WEBP", "PNG"})
"""Kinds that hold several pictures which are seen as such; in a JPEG the others are previews."""
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
"""Kinds that Pillow decodes by itself; others would call programs outside."""
MEMORY_PER_POINT = 32
"""Bytes that a point takes while its colours are turned into plain ones."""
LYING = frozenset({5, 6, 7, 8})
"""How cameras say that height and width are exchanged."""
MANY = 10**8
"""Bytes of memory that are not asked for; four pictures are read at a time."""

# At its limit of pixels Pillow only warns, and raises at twice that; here the limit itself counts.
warnings.simplefilter("error", Image.DecompressionBombWarning)
# About damage that it could mend it warns on stderr, which nobody reads behind a window.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

# What Pillow raises on damaged files besides OSError, which covers most of them.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)


class PictureError(UserError):
    """A file that cannot be used as a picture; the message is the end of a sentence."""


Depth: TypeAlias = Literal["plain", "deep", "cut"]
"""Deep with more than 8 bits of grey; cut where colours have more, of which 8 are read."""


class Seen(NamedTuple):
    """What a file looks like to a viewer, before it is brought to one form."""

    height: int
    width: int
    is_grey: bool
    is_transparent: bool
    is_first: bool = False
    """Whether it is the first of several pictures in its file."""


class Picture(NamedTuple):
    """A decoded file: channels × height × width."""

    values: Array
    depth: Depth
    greatest: float
    """The greatest number in a file of deep grey of which white is a matter of bits; else 0."""
    seen: Seen


def decoded(
    path: Path,
    channels: int,
    height: int,
    width: int,
    *,
    deep: bool = False,
    white: int = FULL_WHITE,
) -> Picture:
    """The picture as bytes, or as floats in its own numbers where it is deep and is to stay so.

    It is turned as its camera says, put on white where it is transparent, and stretched to size.
    Where deep grey is brought to bytes, ``white`` becomes 255. Raises PictureError.
    """
    try:
        with opener.opened(path) as file, Image.open(file, formats=FORMATS) as image:
            depth, size = _depth(image), image.size
            side = 2 * max(width, height)
            image.draft(None, (side, side))  # a large JPEG need not be decoded in full
            _check_room(image)
            seen = _seen(image, *size)
            turned = ImageOps.exif_transpose(image)
            is_own = deep and depth == "deep"
            greatest = _greatest(turned) if depth == "deep" else 0.0
            mode = "RGB" if channels == 3 else "L"
            plain = _floats(turned) if is_own else plain_picture(turned, mode, white)
            small = np.asarray(plain.resize((width, height), Image.Resampling.BILINEAR))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        limit = (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000
        raise PictureError("has more than {limit} million pixels", limit=limit) from None
    except UnidentifiedImageError:
        raise PictureError(_unknown(path)) from None
    except Missing:
        raise PictureError("is not there, or is a link that leads nowhere") from None
    except Denied:
        raise PictureError("may not be read") from None
    except NoFile:
        raise PictureError("is no file") from None
    except FileError:
        raise PictureError("cannot be read") from None
    except _BROKEN as error:
        log.info("%s: %s: %s", visible(path), type(error).__name__, visible(error))
        raise PictureError("is damaged") from None
    if is_own:
        return Picture(np.repeat(small[None], channels, axis=0), depth, greatest, seen)
    values = np.moveaxis(small.reshape(height, width, channels), -1, 0)
    return Picture(values, depth, greatest, seen)


def _unknown(path: Path) -> str:
    """Why a file is no picture, as the end of a sentence."""
    if os.path.isfile(path) and not os.path.getsize(path):
        return phrase("is empty")
    with suppress(OSError, FileError), opener.opened(path) as file:
        if is_pointer(file.read(200)):
            return phrase(
                "is a pointer of Git LFS in place of the picture; fetch it with “git lfs pull”"
            )
    return phrase("is no picture of a known kind")


def _floats(image: Image.Image) -> Image.Image:
    """A deep picture in its own numbers. Raises PictureError."""
    numbers = np.asarray(image).astype(np.float32)
    if not np.isfinite(numbers).all():
        raise PictureError("holds values that are no finite numbers")
    return Image.fromarray(numbers)


def _depth(image: Image.Image) -> Depth:
    """How many bits the file has, as far as its kind says it before it is decoded."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return "deep"
    said = " ".join(str(tile[3]) for tile in getattr(image, "tile", ()))
    return "cut" if image.mode in {"RGB", "RGBA", "LA"} and "16" in said else "plain"


def _seen(image: Image.Image, width: int, height: int) -> Seen:
    """How it looks, of its whole size, turned as its camera says."""
    is_grey = image.mode in {"1", "L", "LA", "I", "F"} or image.mode.startswith("I;16")
    is_lying = image.getexif().get(ExifTags.Base.Orientation, 1) in LYING
    tall, wide = (width, height) if is_lying else (height, width)
    is_first = image.format in SEVERAL and bool(getattr(image, "is_animated", False))
    return Seen(tall, wide, is_grey, image.has_transparency_data, is_first)


def _check_room(image: Image.Image) -> None:
    """Raise PictureError for one whose points the memory cannot hold."""
    needed = MEMORY_PER_POINT * image.width * image.height
    if needed > MANY and needed > (free := free_memory()):
        raise PictureError(
            "has {width:,} × {height:,} points, which take {amount} of memory while "
            "{free} are free",
            width=image.width,
            height=image.height,
            amount=opener.amount(needed),
            free=opener.amount(free),
        )


def _greatest(image: Image.Image) -> float:
    """The greatest number of a deep picture, as long as ``white`` decides over it; else 0."""
    greatest = float(np.asarray(image).max())
    return greatest if image.mode.startswith("I;16") or 255 < greatest < inf else 0.0
