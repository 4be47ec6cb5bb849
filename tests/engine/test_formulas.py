"""The formulas in the help of layers say what the layers compute, to the last digit of float64."""

import math
import re
from statistics import NormalDist

import pytest
import torch

from engine.network import calls
from graphs.layers import Layer
from graphs.layers.spec import Reaching
from graphs.types import floats

FORMULA = re.compile(r"y = (.+?)(?:, where|; where|, both|\. |\.$)")
TAKEN = (-7.5, -3.0, -1.0, -0.5, -0.2, 0.0, 0.2, 0.5, 1.0, 2.5, 6.0, 25.0)
"""Numbers on both sides of all limits, and at them."""
ABOVE_ZERO = {"log", "sqrt"}
GROUPS = {"Activation", "Arithmetic"}
LAID_OUT = {
    "cosine_similarity",
    "pairwise_distance",
    "glu",
    "where",
    "lerp",
    "prelu",
    "clamp",
    "rrelu",
}
"""Those whose formulas speak of more than one place, or of chance."""


def formula(kind: type[Layer]) -> str:
    """What stands behind the first ``y =`` of the help, as Python reads it."""
    found = FORMULA.match(kind.explanation().body)
    if found is None:
        return ""
    text = found.group(1).replace("·", "*").replace("√", "sqrt").replace("1.0507", "SCALE")
    text = re.sub(r"\|(\w)\|", r"abs(\1)", text.replace("1.6733", "ALPHA"))
    return re.sub(r"(.+) where (.+), else (.+)", r"\1 if \2 else \3", text)


FUNCTIONS = {
    **{name: getattr(math, name) for name in ("exp", "log", "tanh", "sqrt", "sin", "cos")},
    "Φ": NormalDist().cdf,
    "SCALE": 1.0507009873554805,
    "ALPHA": 1.6732632423543772,
}
KINDS = [
    kind
    for kind in Layer.members()
    if kind.group in GROUPS and kind.id not in LAID_OUT and formula(kind)
]


def test_most_layers_on_single_values_have_a_formula_that_can_be_tried() -> None:
    assert len(KINDS) >= 35


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_the_formula_is_what_is_computed(kind: type[Layer]) -> None:
    layer = kind.made(kind.defaults())
    ports = [port.name for port in layer.ports().inputs]
    taken = [x for x in TAKEN if x > 0 or kind.id not in ABOVE_ZERO]
    taken = [x for x in taken if x or kind.id != "reciprocal"]
    numbers = torch.tensor(taken, dtype=torch.float64)
    entering = (numbers,) if len(ports) == 1 else (numbers, numbers.flip(0) + 0.25)
    described = layer.torch(Reaching({port: (floats(len(taken)),) for port in ports}))
    module = None if described.module is None else calls.made(described.module)
    slots = ports if len(ports) == len(entering) else ports * len(entering)
    found = calls.function(described.use, slots, module)(*entering)
    said = []
    for one in zip(*(tensor.tolist() for tensor in entering), strict=True):
        known = {**layer.settings, **dict(zip("xb" if len(one) == 1 else "ab", one, strict=False))}
        said.append(float(eval(formula(kind), {**FUNCTIONS, **known})))
    assert found.double().tolist() == pytest.approx(said, rel=1e-9, abs=1e-9)
