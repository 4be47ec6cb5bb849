"""Arrays by name, written to a file and read from it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from engine.export.python.training.taken_along.plain_files import require_file

NUMBERS = "biuf"


class UnfitSamplesError(ValueError):
    """Samples are of other sizes or of another kind than the network takes."""


def save_arrays(file: Path | IO[bytes], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by name, so that ``np.load`` reads them; any name will do."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy")
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as written:
                np.lib.format.write_array(written, array, allow_pickle=False)


def load_arrays(file: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a file by name."""
    require_file(file)
    if not zipfile.is_zipfile(file):
        raise ValueError(f"{file.name} holds no arrays by name (.npz).")
    try:
        with np.load(file) as archive:
            arrays = {name: np.asarray(archive[name]) for name in archive.files}
    except (ValueError, EOFError, MemoryError, RuntimeError, zlib.error, zipfile.BadZipFile):
        raise ValueError(
            f"{file.name} holds what cannot be read. Save plain arrays with np.savez."
        ) from None
    for name, array in arrays.items():
        if not array.ndim or not len(array):
            raise ValueError(f"{file.name} holds no samples: its array “{name}” has no rows.")
    return arrays


def require_array(
    raw: Mapping[str, NDArray[Any]],
    name: str,
    sizes: Sequence[int | None],
    below: int | None = None,
) -> None:
    """Refuse an array that does not hold finite numbers of these sizes for each sample.

    None stands for any size. Where there is a ``below``, numbers are whole, from 0 to less than it.
    """
    array = raw[name]
    found = array.shape[1:]
    fits = [size in (None, there) for size, there in zip(sizes, found, strict=False)]
    if len(sizes) != len(found) or not all(fits):
        wanted = ["N", *("any" if size is None else str(size) for size in sizes)]
        raise UnfitSamplesError(
            f"its array “{name}” has the sizes {' × '.join(map(str, array.shape))}. "
            f"Save it with {' × '.join(wanted)}."
        )
    if array.dtype.kind not in NUMBERS or not np.isfinite(array).all():
        raise UnfitSamplesError(f"its array “{name}” does not hold finite numbers alone.")
    if below is not None and not ((array >= 0) & (array < below) & (array % 1 == 0)).all():
        raise UnfitSamplesError(
            f"its array “{name}” is to hold whole numbers from 0 to {below - 1}."
        )
