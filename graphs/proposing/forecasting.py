"""The network proposed for forecasts: a linear map of the window, plus a hidden layer."""

from __future__ import annotations

from math import prod

from graphs.data import Field
from graphs.layers.losses.numbers import MSELoss
from graphs.proposing.readers import flat
from graphs.proposing.sketch import Sketch, fixed
from graphs.sizes import product
from graphs.types import Kind

MOST_SEEN = 8192
"""With more numbers in a window, a map of all of them would have too many weights."""


def forecast(sketch: Sketch) -> bool:
    """Draw a forecast; False, and nothing is drawn, for data of another form."""
    section = sketch.section
    inputs, targets = section.inputs(), section.targets()
    if len(inputs) != 1 or not section.fields[inputs[0]].kind.is_series:
        return False
    wanted = {name: _sizes(section.fields[name]) for name in targets}
    if not any(prod(sizes or ()) > 1 for sizes in wanted.values()):
        return False
    known = {name: sizes for name, sizes in wanted.items() if sizes is not None}
    seen = product(section.types()[inputs[0]].features)
    if len(known) < len(wanted) or not isinstance(seen, int) or seen > MOST_SEEN:
        return False
    row = flat(sketch, inputs[0])
    assert row is not None
    hidden = sketch.hidden(row)
    for name, sizes in known.items():
        direct = sketch.add("linear", row, name="direct", out_features=prod(sizes))
        rest = sketch.add("linear", hidden, name="rest", out_features=prod(sizes))
        values = sketch.add("add", direct, rest)
        if len(sizes) > 1:
            values = sketch.add("reshape", values, sizes=sizes)
        sketch.end(values, name, MSELoss.id)
    return True


def _sizes(field: Field) -> tuple[int, ...] | None:
    """The sizes of numbers to predict; None for anything else."""
    kind = field.kind
    follows = kind.tensor is Kind.FLOAT and not (kind.is_picture or kind.has_columns)
    return fixed(field.sizes) if follows else None
