"""Arrays by name, written to a file and read from it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray


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
    if file.is_file() and not zipfile.is_zipfile(file):
        raise ValueError(f"{file.name} holds no arrays by name (.npz).")
    try:
        with np.load(file) as archive:
            arrays = {name: np.asarray(archive[name]) for name in archive.files}
    except (ValueError, EOFError, zlib.error, zipfile.BadZipFile):
        raise ValueError(
            f"{file.name} holds what cannot be read. Save plain arrays with np.savez."
        ) from None
    for name, array in arrays.items():
        if not array.ndim or not len(array):
            raise ValueError(f"{file.name} holds no samples: its array “{name}” has no rows.")
    return arrays
