"""What is the same for all samples is joined to every one of them."""

from pathlib import Path

import torch

from engine.export.onnx.verified_export import proven
from engine.modules.joining import joined
from engine.network.compiling import compiled
from graphs.document.document import Document
from tests.engine import exporting
from tests.engine.drawings import DIGITS, Drawing


def seeing() -> Document:
    """A small vision transformer as people draw it: a learned token before the patches."""
    drawing = Drawing(DIGITS)
    drawing.node("input", "image", field="image")
    drawing.node("conv2d", "patches", out_channels=12, kernel_size=4, stride=4)
    drawing.node("flatten", "flat", start_dim=2)
    drawing.node("permute", "steps", dims=(0, 2, 1))
    drawing.node("parameter", "token", sizes=(1, 1, 12))
    drawing.node("concatenate", "with_token", dim=1)
    drawing.node("transformer_encoder_layer", "look", nhead=3, dim_feedforward=16, dropout=0.0)
    drawing.node("select", "first", dim=1, index=0)
    drawing.node("linear", "classify", out_features=10)
    drawing.node("output", "digit")
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain("image", "patches", "flat", "steps")
    drawing.wire("token", "with_token")
    drawing.wire("steps", "with_token", 1)
    drawing.chain("with_token", "look", "first", "classify", "digit")
    drawing.wire("classify", "loss")
    return drawing.document()


def test_a_token_is_repeated_for_each_sample_and_learned_by_all() -> None:
    token, steps = torch.randn(1, 1, 4, requires_grad=True), torch.randn(3, 5, 4)

    found = joined([token, steps, token], 1, (0, 2), 1)
    torch.autograd.backward(found.sum())

    assert torch.equal(found, torch.cat([token.expand(3, 1, 4), steps, token.expand(3, 1, 4)], 1))
    assert token.grad is not None
    assert (token.grad == 6).all()


def test_a_network_with_a_class_token_learns_it_and_exports(tmp_path: Path) -> None:
    network = compiled(seeing())
    batch = {"image": torch.rand(5, 1, 8, 8), "digit": torch.arange(5)}
    torch.autograd.backward(network.run(batch).total)
    gradient = network.get_parameter("token.weight").grad

    assert gradient is not None and gradient.abs().sum() > 0
    assert proven(exporting.model(seeing()), tmp_path / "seeing.onnx").max_abs_diff < 1e-5
