"""What is proposed for any kind of field computes a loss, and a gradient for all that it learns."""

import pytest
import torch
from torch import Tensor

from engine.network.compiling import Network, StepResult, compiled
from graphs.data import DataSection, lengths_of
from graphs.proposing import drafted
from graphs.sizes import symbols, value
from graphs.types import Kind
from tests.graphs.proposing.test_proposing import INPUTS, TARGETS, reachable, section

BATCH, SIZES = 3, {"T": 6, "R": 5, "H": 12, "W": 16}
USUAL = {"table", "picture", "text"}
"""Inputs that are tried with every target; of others one each is enough here."""
PAIRS = [
    (input, target)
    for input in INPUTS
    for target in TARGETS
    if reachable([input], target) and (input in USUAL or target in {"class", "eachs", "each"})
]


def batch_of(data: DataSection) -> dict[str, Tensor]:
    """Random values for every field, with the lengths of those that are ragged."""
    made: dict[str, Tensor] = {}
    for name, tensor in data.types().items():
        members = {s.name: SIZES.get(s.name, BATCH) for size in tensor.sizes for s in symbols(size)}
        shape = [value(size, members) for size in tensor.sizes]
        if tensor.kind is Kind.FLOAT:
            made[name] = torch.randn(shape)
        else:
            made[name] = torch.randint(tensor.values or 2, shape)
        if data.fields[name].ragged:
            made[lengths_of(name)] = torch.tensor([shape[1], 2, 1])
    return made


def slopes(network: Network, ran: StepResult) -> tuple[Tensor | None, ...]:
    """The gradient of each weight; None for one that has no part in the losses."""
    weights = list(network.parameters())
    return torch.autograd.grad(ran.total, weights, retain_graph=True, allow_unused=True)


@pytest.mark.parametrize(("input", "target"), PAIRS)
def test_a_step_teaches_every_weight(input: str, target: str) -> None:
    document = drafted(section(input, target)).document
    network = compiled(document)
    ran = network.run(batch_of(document.data))
    assert torch.isfinite(ran.total)
    assert all(slope is not None for slope in slopes(network, ran))
    assert any(slope is not None and slope.abs().sum() > 0 for slope in slopes(network, ran))


def test_several_of_all_are_taught_together() -> None:
    names = ("picture", "table", "ragged", "prose", "user", "class", "price", "labels", "tags")
    document = drafted(section(*names)).document
    network = compiled(document)
    ran = network.run(batch_of(document.data))
    assert len(ran.losses) == 4
    assert all(slope is not None for slope in slopes(network, ran))
