"""Behind a MaskPadding each sample comes out as it does alone, or a warning says not."""

from functools import cache
from random import Random
from typing import Any

import pytest
import torch

from engine.network.compiling import compiled
from graphs.checking.among_samples import COUNTED
from graphs.checking.evaluation import evaluated
from graphs.data import ClassKind, DataSection, Domain, Field, SeriesKind
from graphs.document.document import Document
from graphs.layers import Layer
from graphs.mending import fixes
from graphs.problems import Severity
from tests.engine.drawings import Drawing
from tests.engine.modules.test_mask_padding import reader

Kind = tuple[str, dict[str, Any]]
"""A layer and its settings."""

LONGEST, LENGTHS = 23, (14, 23, 17)
DATA = DataSection(
    "made up",
    {},
    {
        "series": Field(SeriesKind.id, ("T", 4), ragged=True),
        "kind": Field(ClassKind.id, classes=("low", "high"), target=True),
    },
    {"T": Domain(12, 40)},
)
ON_CHANNELS: tuple[Kind, ...] = (
    ("conv1d", {"out_channels": 4, "padding": 1}),
    ("conv1d", {"out_channels": 4, "padding": 1, "padding_mode": "replicate"}),
    ("conv1d", {"out_channels": 4, "kernel_size": 1}),
    ("conv1d", {"out_channels": 4, "kernel_size": 2}),
    ("conv1d", {"out_channels": 4, "padding": "same", "dilation": 2}),
    ("max_pool1d", {}),
    ("avg_pool1d", {"kernel_size": 3, "stride": 1, "padding": 1}),
    ("pad", {"pad": (2, 0)}),
    ("crop", {"crop": (1, 0)}),
    ("slice", {"dim": 2, "start": 1}),
    ("cumsum", {"dim": 2}),
    ("flip", {"dim": 2}),
    ("softmax", {"dim": 2}),
    ("tanh", {}),
    ("batch_norm1d", {}),
    ("instance_norm1d", {}),
    ("dropout", {}),
)
ON_STEPS: tuple[Kind, ...] = (
    ("linear", {"out_features": 4}),
    ("layer_norm", {}),
    ("sinusoidal_position", {}),
    ("cumsum", {"dim": 1}),
    ("multihead_attention", {"num_heads": 2}),
    ("gru", {"hidden_size": 4}),
    ("relu", {}),
)
ENDS_ON_CHANNELS: tuple[Kind, ...] = (
    ("global_max_pool", {}),
    ("global_avg_pool", {}),
    *((kind, {"dim": 2}) for kind in ("sum", "norm", "max", "mean")),
    ("select", {"dim": 2, "index": 0}),
    ("select", {"dim": 2, "index": -1}),
)
ENDS_ON_STEPS: tuple[Kind, ...] = (
    *((kind, {"dim": 1}) for kind in ("sum", "norm", "max", "mean", "logsumexp", "var")),
    ("last_step", {}),
    ("select", {"dim": 1, "index": 0}),
)


@cache
def drawn(seed: int) -> Document:
    """A chain behind a MaskPadding, whose steps are turned and turned back, down to one row."""
    random, drawing = Random(seed), Drawing(DATA)
    drawing.node("input", "series", field="series")
    chain, are_first = ["series"], True

    def add(layer: str, **settings: object) -> None:
        name = f"{layer}_{len(chain)}"
        chain.append(drawing.node(layer, name, **settings))

    add("mask_padding")
    for _ in range(random.randint(0, 6)):
        if are_first and random.random() < 0.2:
            add("mask_padding")
            drawing.wire("series", f"{chain[-1]}.like")
        elif random.random() < 0.4:
            add("transpose", dim0=1, dim1=2)
            are_first = not are_first
        else:
            layer, settings = random.choice(ON_STEPS if are_first else ON_CHANNELS)
            add(layer, **settings)
    layer, settings = random.choice(ENDS_ON_STEPS if are_first else ENDS_ON_CHANNELS)
    add(layer, **settings)
    drawing.node("linear", "scores", out_features=2)
    drawing.node("output", "kind")
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.chain(*chain, "scores", "kind")
    drawing.wire("scores", "loss")
    return drawing.document()


def found(seed: int) -> list[str]:
    """What is wrong with it, by template; nothing where it is refused."""
    problems = evaluated(drawn(seed).main).problems()
    if any(one.severity is Severity.ERROR for one in problems):
        return ["refused"]
    return [one.template for one in problems]


@pytest.mark.parametrize("first", range(0, 240, 40))
def test_without_a_warning_each_sample_is_what_it_is_alone(first: int) -> None:
    for seed in (seed for seed in range(first, first + 40) if not found(seed)):
        torch.manual_seed(seed)
        network = compiled(drawn(seed)).eval().double()
        series = torch.randn(3, LONGEST, 4, dtype=torch.float64)
        lengths = torch.tensor(LENGTHS)
        told = len(network.inputs) > 1
        whole = network(series, *(lengths,) * told)[0]
        for sample, length in enumerate(LENGTHS):
            rows = slice(sample, sample + 1)
            alone = network(series[rows, :length], *(lengths[rows],) * told)[0]
            torch.testing.assert_close(whole[rows], alone, msg=f"seed {seed}")


def test_many_are_warned_of_and_many_are_not() -> None:
    seen = [found(seed) for seed in range(240)]
    assert sum(not one for one in seen) > 50
    assert sum(COUNTED in one for one in seen) > 50


def test_the_second_of_two_convolutions_reads_what_the_first_left_on_padding() -> None:
    document = reader(masked=False).document()
    (wrong,) = (p for p in evaluated(document.main).problems() if p.path == ("#turn_1",))
    step = fixes.step(document, wrong)
    assert step is not None
    document.apply(step)
    left = evaluated(document.main).problems()
    assert [(p.template, p.path, p.port) for p in left] == [(COUNTED, ("#conv_2",), "input")]
    assert not evaluated(reader().document().main).problems()


def test_a_loss_that_cannot_leave_padding_out_is_warned_of() -> None:
    drawing = Drawing(DATA)
    drawing.node("input", "series", field="series")
    drawing.node("mask_padding", "masked")
    drawing.node("computed_loss", "loss")
    drawing.chain("series", "masked", "loss")
    (counted,) = (p for p in evaluated(drawing.document().main).problems() if p.port == "input")
    assert counted.template == COUNTED
    assert Layer.get("computed_loss").runs_in_training_only
