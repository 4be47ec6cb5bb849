"""Losses that are drawn from single layers and what is to be predicted, beside torch's own."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.network.compiling import compiled
from graphs.document.document import Document
from graphs.templates.sets import DIABETES
from tests.engine.drawings import QUICK, XOR, Drawing
from tests.engine.running import losses, trained


def numbers(*, drawn: bool) -> Document:
    """A number, by MSELoss or by the same from single layers."""
    drawing = Drawing(DIABETES, **QUICK)
    drawing.node("input", "features", field="features")
    drawing.node("linear", "head", out_features=1)
    drawing.node("output", "progression")
    drawing.chain("features", "head", "progression")
    if drawn:
        drawing.node("target_input", "wanted", target="progression")
        drawing.node("subtract", "apart")
        drawing.node("pow", "square")
        drawing.node("computed_loss", "loss")
        drawing.chain("head", "apart", "square", "loss")
        drawing.wire("wanted", "apart.other")
    else:
        drawing.node("mse_loss", "loss", target="progression")
        drawing.chain("head", "loss")
    return drawing.document()


def classes(*, drawn: bool) -> Document:
    """Classes, by CrossEntropyLoss or by the logarithm at the place of the right one."""
    drawing = Drawing(XOR, **QUICK)
    drawing.node("input", "point", field="point")
    drawing.node("linear", "head", out_features=2)
    drawing.node("output", "xor")
    drawing.chain("point", "head", "xor")
    if drawn:
        drawing.node("target_input", "right", target="xor")
        drawing.node("one_hot", "place")
        drawing.node("log_softmax", "logarithms")
        drawing.node("einsum", "at_place", equation="bk,bk->b")
        drawing.node("neg", "cost")
        drawing.node("computed_loss", "loss")
        drawing.chain("head", "logarithms", "at_place", "cost", "loss")
        drawing.chain("right", "place")
        drawing.wire("place", "at_place", 1)
    else:
        drawing.node("cross_entropy_loss", "loss", target="xor")
        drawing.chain("head", "loss")
    return drawing.document()


@pytest.mark.parametrize("draw", [numbers, classes])
def test_a_loss_that_is_drawn_is_learned_from_as_torchs_own(
    draw: Callable[..., Document], tmp_path: Path
) -> None:
    _, own = trained(draw(drawn=True), tmp_path, "own")
    _, given = trained(draw(drawn=False), tmp_path, "given")
    assert losses(own) == pytest.approx(losses(given), rel=1e-5)
    assert len(losses(own)) >= QUICK["epochs"]


def test_what_is_returned_needs_no_target() -> None:
    network = compiled(numbers(drawn=True))
    assert network.inputs == ("features",)
    (shown,) = network(torch.randn(3, 10))
    assert shown.shape == (3, 1)
