"""Modules of our own: what they hold is learned, or is not."""

import pytest
import torch

from engine.modules import Constant, FreeParameter
from engine.network.compiling import compiled
from tests.engine.drawings import DIGITS, Drawing


def test_a_constant_follows_its_network_but_is_not_saved() -> None:
    made = Constant((2, 3), 0.5)
    assert torch.equal(made(), torch.full((2, 3), 0.5))
    assert made.to(torch.float64)().dtype == torch.float64
    assert not made.state_dict() and not list(made.parameters())


@pytest.mark.parametrize(("init", "mean", "spread"), [("zeros", 0, 0), ("ones", 1, 0)])
def test_learned_values_start_as_they_are_told(init: str, mean: float, spread: float) -> None:
    made = FreeParameter((400,), init, 0.5)  # type: ignore[arg-type]
    assert made().mean() == mean and made().std() == spread
    normal = FreeParameter((4000,), "normal", 0.5)()
    assert 0.45 < normal.std() < 0.55


def test_learned_values_are_trained_under_the_name_of_their_node() -> None:
    drawing = Drawing(DIGITS)
    drawing.node("input", "image", field="image")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "classify", out_features=10)
    drawing.node("parameter", "shift", sizes=(10,))
    drawing.node("add", "shifted")
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.node("output", "scores")
    drawing.chain("image", "flatten", "classify", "shifted", "scores")
    drawing.wire("shift", "shifted", 1)
    drawing.wire("shifted", "loss")
    network = compiled(drawing.document())

    images = torch.rand(3, 1, 8, 8)
    total = network.run({"image": images, "digit": torch.tensor([0, 1, 2])}).total
    (gradient,) = torch.autograd.grad(total, [network.get_parameter("shift.weight")])

    assert network.state_dict()["shift.weight"].shape == (10,)
    assert gradient.abs().sum() > 0
