"""What to look at in a data set: first samples as pictures, curves or rows, and class counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from engine.data.preview import Preview as Shown
    from engine.data.samples import Array, Samples
    from graphs.data import DataSection, Field

MOST_SAMPLES = 60
MOST_BARS = 100
BINS = 12
"""Bars for a number to predict."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One sample to look at: a picture or a curve, and what it is called."""

    caption: str = ""
    image: QImage | None = None
    curve: tuple[float, ...] = ()
    forecast: tuple[float, ...] = ()
    """What is said to come after the curve."""
    ahead: tuple[float, ...] = ()
    """What really came."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: its length is ``value`` against the longest."""

    name: str
    value: float
    text: str
    faulty: bool = False
    """Whether it is as it should not be."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as texts, and which columns are to be predicted."""

    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    targets: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Preview:
    """What the data view shows of a data set; made on a thread, for reading may take long."""

    total: int = 0
    tiles: tuple[Tile, ...] = ()
    table: Table = Table()
    target: str = ""
    bars: tuple[Bar, ...] = ()
    more_bars: int = 0
    """How many classes are not shown."""
    skipped: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def preview(section: DataSection, samples: Samples) -> Preview:
    """Pictures for images and series, a table for the rest, and the spread of the first target."""
    from engine.data.preview import preview as look

    shown = look(section, MOST_SAMPLES, samples)
    targets = section.targets()
    target = targets[0] if targets else ""
    drawn = [name for name in section.inputs() if can_be_drawn(section.fields[name])]
    bars = _bars(samples, shown, target)
    return Preview(
        total=shown.total,
        tiles=_tiles(section, shown, drawn[0], target) if drawn else (),
        table=Table() if drawn else table_of(section, shown.first),
        target=target,
        bars=tuple(bars[:MOST_BARS]),
        more_bars=max(len(bars) - MOST_BARS, 0),
        skipped=shown.skipped,
        notices=shown.notices,
    )


def can_be_drawn(field: Field) -> bool:
    """Whether samples of the field are pictures or curves."""
    from graphs.data import Content

    return field.content in {Content.IMAGE, Content.SERIES}


def tile_of(field: Field, value: Array, caption: str = "") -> Tile | None:
    """A sample as its source gives it, to look at; None for what is not drawn."""
    import numpy as np

    from graphs.data import Content

    if field.content is Content.SERIES:
        return Tile(caption, curve=_first_values(value))
    if field.content is not Content.IMAGE:
        return None
    pixels = np.moveaxis(value, 0, -1)
    if pixels.dtype != np.uint8:
        pixels = (pixels.clip(0, 1) * 255).round().astype(np.uint8)
    return Tile(caption, image=image_of(pixels))


def image_of(pixels: Array) -> QImage:
    """A picture of height × width × channels of bytes; one channel is grey."""
    import numpy as np

    color = pixels.shape[2] >= 3
    packed = np.ascontiguousarray(pixels[..., :3] if color else pixels[..., 0])
    form = QImage.Format.Format_RGB888 if color else QImage.Format.Format_Grayscale8
    height, width = packed.shape[:2]
    return QImage(packed.data, width, height, packed.strides[0], form).copy()


def table_of(section: DataSection, first: Any) -> Table:
    """Every field as one or several columns of texts, those to be predicted last."""
    headers: list[str] = []
    columns: list[list[str]] = []
    targets: set[int] = set()
    for name in (*section.inputs(), *section.targets()):
        for header, cells in _columns(name, first[name]):
            if section.fields[name].target:
                targets.add(len(headers))
            headers.append(header)
            columns.append(cells)
    return Table(tuple(headers), tuple(zip(*columns, strict=False)), frozenset(targets))


def _columns(name: str, values: Sequence[Any]) -> list[tuple[str, list[str]]]:
    if len(values) and isinstance(values[0], dict):
        return [(column, [_cell(row[column]) for row in values]) for column in values[0]]
    return [(name, [_cell(value) for value in values])]


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if hasattr(value, "tolist"):
        value = value.tolist()
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _tiles(section: DataSection, shown: Shown, name: str, target: str) -> tuple[Tile, ...]:
    captions = [_cell(value) for value in shown.first[target]] if target else []
    values: Any = shown.first[name]
    return tuple(
        _tile(section.fields[name], value, captions[at] if captions else "")
        for at, value in enumerate(values)
    )


def _tile(field: Field, shown: Array, caption: str) -> Tile:
    """A picture of height × width × channels, or a curve of steps × values."""
    from graphs.data import Content

    if field.content is Content.IMAGE:
        return Tile(caption, image=image_of(shown))
    return Tile(caption, curve=_first_values(shown))


def _first_values(steps: Array) -> tuple[float, ...]:
    """A series as one curve: of several values per step, the first."""
    return tuple(float(step) for step in steps.reshape(len(steps), -1)[:, 0])


def _bars(samples: Samples, shown: Shown, target: str) -> list[Bar]:
    """How many samples there are of each class, or in each stretch of a number."""
    import numpy as np

    if target in shown.counts:
        return [Bar(name, n, f"{n:,}", faulty=n == 0) for name, n in shown.counts[target].items()]
    if not target:
        return []
    numbers = np.asarray(samples.values[target], dtype=float).reshape(-1)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return []
    counts, edges = np.histogram(numbers, BINS)
    return [
        Bar(f"{low:.3g} … {high:.3g}", int(n), f"{n:,}")
        for low, high, n in zip(edges, edges[1:], counts, strict=False)
    ]
