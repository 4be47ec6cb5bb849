"""What to look at in a data set: first samples as pictures, curves or rows, and class counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from graphs.data import DataSection, Field
from graphs.wording.figures import figure
from graphs.wording.visible import with_shape
from gui.samples.tiles import DrawnTile, first_values
from gui.samples.views import KindView

if TYPE_CHECKING:
    from engine.data.array import Array
    from engine.data.choosing.preview import Preview as Shown
    from engine.data.samples import Samples

MOST_SAMPLES = 60
MOST_BARS = 100
MOST_NUMBERS = 6
"""Of an array in a cell, so many are told."""
BINS = 12
"""Bars for a number to predict."""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One sample with all that it consists of: pictures and curves, texts, what is to be said."""

    tiles: tuple[DrawnTile, ...] = ()
    text: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: its length is ``value`` against the longest."""

    name: str
    value: float
    text: str
    faulty: bool = False
    """Whether it is as it should not be."""


@dataclass(frozen=True, slots=True)
class PreviewTable:
    """Rows as texts, and which columns are to be predicted."""

    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    targets: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """What the data view shows of a data set; made on a thread, for reading may take long."""

    total: int = 0
    tiles: tuple[DrawnTile, ...] = ()
    rows: tuple[SampleRow, ...] = ()
    table: PreviewTable = PreviewTable()
    target: str = ""
    bars: tuple[Bar, ...] = ()
    more_bars: int = 0
    """How many classes are not shown."""
    skipped: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def preview(section: DataSection, samples: Samples) -> ShownPreview:
    """Pictures and curves as tiles, texts and several inputs as rows, everything else as a table;
    and the spread of the first target.
    """
    from engine.data.choosing.preview import preview as look

    shown = look(section, MOST_SAMPLES, samples)
    target = next(iter(section.targets()), "")
    inputs = [section.fields[name] for name in section.inputs()]
    drawn = [field for field in inputs if can_be_drawn(field)]
    in_rows = any(field.words for field in inputs) or (drawn and len(inputs) > 1)
    bars = _bars(samples, shown, target)
    return ShownPreview(
        total=shown.total,
        tiles=_tiles(section, shown, target) if drawn and not in_rows else (),
        rows=_rows(section, shown) if in_rows else (),
        table=PreviewTable() if drawn or in_rows else table_of(section, shown.first),
        target=target,
        bars=tuple(bars[:MOST_BARS]),
        more_bars=max(len(bars) - MOST_BARS, 0),
        skipped=shown.skipped,
        notices=shown.notices,
    )


def can_be_drawn(field: Field) -> bool:
    """Whether samples of the field are pictures or curves."""
    return KindView.of(field.kind).draws(field)


def tile_of(field: Field, value: Array, caption: str = "") -> DrawnTile | None:
    """A sample as its source gives it, to look at; None for what is not drawn."""
    view = KindView.of(field.kind)
    return replace(view.tile(value), caption=caption) if view.draws(field) else None


def table_of(section: DataSection, first: Any) -> PreviewTable:
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
    return PreviewTable(tuple(headers), tuple(zip(*columns, strict=False)), frozenset(targets))


def _columns(name: str, values: Sequence[Any]) -> list[tuple[str, list[str]]]:
    if len(values) and isinstance(values[0], dict):
        return [(column, _cells([row[column] for row in values])) for column in values[0]]
    return [(name, [_cell(value) for value in values])]


def _cells(values: Sequence[Any]) -> list[str]:
    """Days as days, where no row has a time of day."""
    moments = [value for value in values if isinstance(value, datetime)]
    if moments and all(moment.time() == time() for moment in moments):
        values = [value.date() if isinstance(value, datetime) else value for value in values]
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if hasattr(value, "tolist"):
        value = value.tolist()
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, list):
        return ", ".join(map(_cell, value[:MOST_NUMBERS])) + ("…" if value[MOST_NUMBERS:] else "")
    return figure(value, 6) if isinstance(value, float) else str(value)


def _tiles(section: DataSection, shown: Shown, target: str) -> tuple[DrawnTile, ...]:
    """The one input of each sample; a series to predict goes on behind the one it belongs to."""
    (name,) = section.inputs()
    future = target if target and can_be_drawn(section.fields[target]) else ""
    captions = [_cell(value) for value in shown.first[target]] if target and not future else []
    values: Any = shown.first[name]
    view = KindView.of(section.fields[name].kind)
    tiles = []
    for at, value in enumerate(values):
        tile = replace(view.shown_tile(value), caption=captions[at] if captions else "")
        if future and tile.curve:
            later: Any = shown.first[future]
            tile = replace(tile, ahead=first_values(later[at]))
        tiles.append(tile)
    return tuple(tiles)


def _rows(section: DataSection, shown: Shown) -> tuple[SampleRow, ...]:
    fields = section.fields
    first: Mapping[str, Any] = shown.first
    drawn = [name for name in section.inputs() if can_be_drawn(fields[name])]
    texts = [name for name in section.inputs() if fields[name].words]
    others = [name for name in section.inputs() if name not in (*drawn, *texts)]
    rows = []
    for at in range(min((len(first[name]) for name in section.inputs()), default=0)):
        tiles = tuple(KindView.of(fields[name].kind).shown_tile(first[name][at]) for name in drawn)
        passages = [str(first[name][at]) for name in texts]
        told = [cell for name in others for cell in _named_cells(name, first[name][at])]
        said = [_cell(first[name][at]) for name in section.targets()]
        text = "\n".join([*passages, " · ".join(told)] if told else passages)
        rows.append(SampleRow(tiles, text, ", ".join(said)))
    return tuple(rows)


def _named_cells(name: str, value: Any) -> list[str]:
    pairs = value.items() if isinstance(value, dict) else [(name, value)]
    return [f"{key} {_cell(cell)}" for key, cell in pairs]


def _bars(samples: Samples, shown: Shown, target: str) -> list[Bar]:
    """How many samples there are of each class, or in each stretch of a number."""
    import numpy as np

    from engine.data.ragged import Ragged

    if target in shown.counts:
        return [Bar(name, n, f"{n:,}", faulty=n == 0) for name, n in shown.counts[target].items()]
    if not target:
        return []
    field, found = samples.fields[target], samples.values[target]
    if isinstance(found, Ragged):
        found = found.values
    if not isinstance(found, np.ndarray):
        return []
    if field.classes:
        return _class_bars(field.classes, found)
    if not field.names:
        return _number_bars(found)
    each = zip(field.names, np.moveaxis(found, -1, 0), strict=True)
    return [bar for name, numbers in each for bar in _number_bars(numbers, f"{name} ")]


def _number_bars(found: Array, whose: str = "") -> list[Bar]:
    """How many numbers there are in each stretch; those of one column alone, for its own scale."""
    import numpy as np

    numbers = np.asarray(found, dtype=float).reshape(-1)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return []
    counts, edges = np.histogram(numbers, BINS)
    return [
        Bar(f"{whose}{figure(low)} … {figure(high)}", int(n), f"{n:,}")
        for low, high, n in zip(edges, edges[1:], counts, strict=False)
    ]


def _class_bars(classes: tuple[str, ...], found: Array) -> list[Bar]:
    """How often each class is there, where every step has one; most first."""
    import numpy as np

    counted = np.bincount(found.reshape(-1).astype(np.int64))
    pairs = zip(classes, counted.tolist(), strict=False)
    bars = [Bar(with_shape(name), int(n), f"{int(n):,}") for name, n in pairs]
    return sorted((bar for bar in bars if bar.value), key=lambda bar: -bar.value)
