"""The network proposed where nothing is to be predicted: an autoencoder of the input."""

from __future__ import annotations

from graphs.layers.losses.numbers import MSELoss
from graphs.proposing.readers import flat
from graphs.proposing.sketch import Sketch, fixed
from graphs.types import Kind

CODE = 16
"""Numbers at most that stand for a sample."""


def drawn_again(sketch: Sketch) -> bool:
    """Draw an autoencoder of the first field that can be; False where none can."""
    section = sketch.section
    types = section.types()
    named = (name for name in section.inputs() if types[name].kind is Kind.FLOAT)
    name = next((one for one in named if fixed(types[one].features)), None)
    row = None if name is None else flat(sketch, name)
    if name is None or row is None:
        return False
    sizes = fixed(section.types()[name].features) or ()
    (total,) = fixed(sketch.type(row).features) or (1,)
    encoded = sketch.add("linear", row, name="encode", out_features=sketch.width)
    code = sketch.add(
        "linear",
        sketch.add("relu", encoded),
        name="code",
        out_features=max(1, min(CODE, total // 2)),
    )
    decoded = sketch.add("linear", code, name="decode", out_features=sketch.width)
    values = sketch.add("linear", sketch.add("relu", decoded), name="values", out_features=total)
    if len(sizes) > 1:
        values = sketch.add("reshape", values, sizes=sizes)
    sketch.end(values, name, MSELoss.id)
    return True
