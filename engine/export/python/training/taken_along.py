"""What stands in a file that trains as it stands here; it needs numpy and torch alone."""

from __future__ import annotations

import argparse
import csv
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

NAMES = ("train", "valid", "test")
DAY = 86_400_000_000
"""Microseconds."""
ROUNDS = {"month": 12, "day": 31, "weekday": 7, "hour": 24}
"""After how many steps each begins again."""


def arguments(beside: Callable[[str], Path], samples: str) -> argparse.Namespace:
    """What is asked for on the command line; ``samples`` says what a file of them is."""
    trained, exported = beside("_trained.safetensors"), beside("_weights.safetensors")
    usual = trained if trained.exists() else exported
    parser = argparse.ArgumentParser(description="Train, measure and ask the network of this file.")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train anew, as the constants say")
    train.add_argument("--to", type=Path, default=trained)
    evaluate = commands.add_parser("evaluate", help="measure on samples whose answers are known")
    evaluate.add_argument("--weights", type=Path, default=usual)
    evaluate.add_argument("--split", choices=NAMES, default="test")
    predict = commands.add_parser("predict", help="answer new samples")
    predict.add_argument("file", type=Path, help=samples)
    predict.add_argument("--weights", type=Path, default=usual)
    predict.add_argument("--to", type=Path, help="a file for all answers, as np.load reads it")
    return parser.parse_args()


def draw_anew(module: nn.Module) -> None:
    """Give a module the first weights that making it would draw."""
    for child in module.children():
        draw_anew(child)
    for name in ("reset_parameters", "_reset_parameters"):
        if hasattr(module, name):
            getattr(module, name)()
            return


class Means:
    """Means over batches that may differ in size."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._counts: dict[str, float] = {}

    def add(self, name: str, mean: Tensor | float, count: Tensor | float) -> None:
        """Add a batch: its mean, and what this was divided by."""
        self._sums[name] = self._sums.get(name, 0.0) + float(mean) * float(count)
        self._counts[name] = self._counts.get(name, 0.0) + float(count)

    def found(self) -> dict[str, float]:
        """The means by name."""
        return {name: total / self._counts[name] for name, total in self._sums.items()}


def save(file: Path | IO[bytes], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by name, so that ``np.load`` reads them; any name will do."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy")
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as written:
                np.lib.format.write_array(written, array, allow_pickle=False)


def on_device(samples: Mapping[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """The samples where they are computed with."""
    return {name: tensor.to(device) for name, tensor in samples.items()}


def told(found: Mapping[str, float]) -> str:
    """What was measured, in words."""
    return ", ".join(f"{name} {value:.6g}" for name, value in found.items())


def likeliest(name: str, shares: NDArray[Any], classes: Sequence[str]) -> str:
    """The likeliest class and its share; one share alone is that of the second class."""
    each = np.array([1 - shares.item(), shares.item()]) if shares.size == 1 else shares
    return f"{name} {classes[int(each.argmax())]} ({float(each.max()):.4f})"


def best_scored(name: str, scores: NDArray[Any], classes: Sequence[str]) -> str:
    """The class of the largest score; one score alone speaks for the second class if it is more
    than 0. Scores are no shares."""
    one = int(scores.item() > 0) if scores.size == 1 else int(scores.argmax())
    return f"{name} {classes[one]}"


def figures(name: str, values: NDArray[Any]) -> str:
    """Some numbers in words."""
    shown = " ".join(f"{value:.6g}" for value in values.flat[:8])
    return f"{name} {shown}{' ...' if values.size > 8 else ''}"


def holding(name: str, shares: NDArray[Any], classes: Sequence[str], least: float = 0.5) -> str:
    """The labels that are said to hold."""
    held = [label for label, share in zip(classes, shares.flat, strict=True) if share > least]
    return f"{name} {', '.join(held) or 'none'}"


def what_is_wrong(error: Exception) -> str:
    """Why a file cannot be used, as a sentence."""
    match error:
        case FileNotFoundError():
            return f"There is no such file: {error.filename or error}"
        case KeyError():
            return f"The file lacks {error}, which the network takes."
        case _:
            return f"The file cannot be used: {error}"


def unit_range(values: NDArray[Any]) -> NDArray[Any]:
    """Bytes as numbers from 0 to 1; what is no bytes is such already."""
    is_bytes = values.dtype == np.uint8
    return np.divide(values, 255, dtype=np.float32) if is_bytes else values.astype(np.float32)


def factors(scale: Sequence[float]) -> NDArray[np.float64]:
    """One over each, and 0 for what was the same in all training samples."""
    return np.array([1 / one if one else 0.0 for one in scale])


def scaled(
    values: NDArray[Any], shift: Sequence[float], scale: Sequence[float], axis: int = -1
) -> NDArray[np.float32]:
    """``(values - shift) / scale`` along an axis, or by one number for all."""
    shape = [1] * values.ndim
    shape[axis] = len(shift)
    moved = values - np.array(shift, values.dtype).reshape(shape)
    return np.asarray(moved * factors(scale).astype(values.dtype).reshape(shape), np.float32)


def longest(raw: Mapping[str, NDArray[Any]], *names: str) -> int:
    """The number of steps of the longest sample, as far as these are there."""
    known = (raw[f"{name}.offsets"] for name in names if f"{name}.offsets" in raw)
    return max(int(np.diff(each).max()) for each in known)


def whole_steps(longest: int, least: int = 1, multiple: int = 1) -> int:
    """How many steps a batch has whose longest sample has so many."""
    return -(-max(longest, least) // multiple) * multiple


def cut(
    batch: Mapping[str, Tensor], names: Sequence[str], least: int = 1, multiple: int = 1
) -> dict[str, Tensor]:
    """A batch without the steps that are padding in all of its samples."""
    there = [name for name in names if name in batch]
    most = max(int(batch[f"{name}.lengths"].max()) for name in there)
    steps = whole_steps(most, least, multiple)
    return {**batch, **{name: batch[name][:, :steps] for name in there}}


def padded(values: NDArray[Any], offsets: NDArray[np.int64], steps: int) -> NDArray[Any]:
    """Samples that lie behind each other, filled up with zeros to so many steps each."""
    whole = np.zeros((len(offsets) - 1, steps, *values.shape[1:]), values.dtype)
    whole[np.arange(steps) < np.diff(offsets)[:, None]] = values
    return whole


def real(lengths: Tensor, like: Tensor) -> Tensor:
    """Where steps are real and no padding, for samples × steps × ..."""
    steps = torch.arange(like.shape[1], device=like.device) < lengths[:, None]
    return steps.view(*steps.shape, *(1,) * (like.dim() - 2)).expand_as(like)


class Number(NamedTuple):
    """A column of numbers: what stands for a missing one, and how all are scaled."""

    name: str
    fill: float
    shift: float
    scale: float

    def read(self, cells: Sequence[str]) -> NDArray[Any]:
        """The numbers of the cells of a file."""
        return np.array([float(cell) if cell else np.nan for cell in cells])

    def encoded(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rows × 1."""
        filled = np.where(np.isnan(values), self.fill, values)
        return np.asarray((filled - self.shift) * factors([self.scale]))[:, None]


class Category(NamedTuple):
    """A column that holds one of several values."""

    name: str
    values: tuple[str, ...]

    def read(self, cells: Sequence[str]) -> NDArray[Any]:
        """The texts of the cells of a file."""
        return np.array(cells, dtype=np.str_)

    def encoded(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rows × values: 1 for the one that is there, all 0 for another."""
        return np.asarray(values[:, None] == np.array(self.values), np.float64)


class Moment(NamedTuple):
    """A column of dates, of which one part is brought to a scale: days since 1970, or the year."""

    name: str
    part: str
    fill: float
    shift: float
    scale: float

    def read(self, cells: Sequence[str]) -> NDArray[Any]:
        """The dates of the cells of a file, as ISO 8601 has them."""
        return np.array([cell or "NaT" for cell in cells], dtype="datetime64[us]")

    def encoded(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rows × 1."""
        part = np.where(np.isnat(values), self.fill, part_of(values, self.part))
        return ((part - self.shift) * factors([self.scale]))[:, None]


class Round(NamedTuple):
    """A column of dates, of which one part goes round, such as the month."""

    name: str
    part: str

    def read(self, cells: Sequence[str]) -> NDArray[Any]:
        """The dates of the cells of a file, as ISO 8601 has them."""
        return np.array([cell or "NaT" for cell in cells], dtype="datetime64[us]")

    def encoded(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Rows × 2: sine and cosine; 0 where there is no date."""
        angle = part_of(values, self.part) * (2 * np.pi / ROUNDS[self.part])
        pair = np.stack([np.sin(angle), np.cos(angle)], axis=1)
        return np.where(np.isnat(values)[:, None], 0.0, pair)


TableColumn = Number | Category | Moment | Round


def part_of(dates: NDArray[Any], part: str) -> NDArray[np.float64]:
    """Days since 1970, the year, or how far a round has come."""
    moments = np.where(np.isnat(dates), np.datetime64(0, "us"), dates)
    micros = moments.astype(np.int64)
    days, months = moments.astype("datetime64[D]"), moments.astype("datetime64[M]")
    match part:
        case "elapsed":
            return np.asarray(micros / DAY)
        case "year":
            return np.asarray(moments.astype("datetime64[Y]").astype(np.int64) + 1970.0)
        case "month":
            return np.asarray(months.astype(np.int64) % 12 * 1.0)
        case "day":
            return np.asarray((days - months).astype(np.int64) * 1.0)
        case "weekday":  # 1970 began on a Thursday
            return np.asarray((days.astype(np.int64) + 3) % 7 * 1.0)
        case _:
            return np.asarray(micros % DAY / (DAY / 24))


def table(
    raw: Mapping[str, NDArray[Any]], name: str, columns: Sequence[TableColumn]
) -> NDArray[np.float32]:
    """All that the columns of a table become, side by side."""
    found = [column.encoded(raw[f"{name}.{column.name}"]) for column in columns]
    return np.concatenate(found, axis=1).astype(np.float32)


def arrays_of(file: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a file by name."""
    if file.is_file() and not zipfile.is_zipfile(file):
        raise ValueError(f"{file.name} holds no arrays by name (.npz).")
    with np.load(file) as found:
        return dict(found)


def rows_of(file: Path, name: str, columns: Sequence[TableColumn]) -> dict[str, NDArray[Any]]:
    """The columns of a CSV file with a header: numbers with a point, dates as ISO 8601 has them."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    cells = {c.name: [(row[c.name] or "").strip() for row in rows] for c in columns}
    return {f"{name}.{c.name}": c.read(cells[c.name]) for c in columns}
