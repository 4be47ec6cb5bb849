"""What looks at steps through a mask is exported, and finds the same where all is hidden."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from engine.export.onnx.verified_export import proven
from graphs.data import ClassKind, DataSection, Field, LabelsKind, SeriesKind
from tests.engine import exporting
from tests.engine.drawings import Drawing

LOOKED = DataSection(
    "made up",
    {},
    {
        "answer": Field(ClassKind.id, classes=("no", "yes", "both"), target=True),
        "who": Field(LabelsKind.id, classes=tuple("abcde")),
        "x": Field(SeriesKind.id, (5, 8)),
    },
)


def looking(mask: str, weights: bool, causal: bool = False) -> Drawing:
    """Steps look at each other where the node ``mask`` lets them."""
    drawing = Drawing(LOOKED)
    drawing.node("input", "x", field="x")
    drawing.node("input", "who", field="who")
    drawing.node("reshape", "seen", sizes=(1, 1, 5))
    drawing.node("parameter", "learned", sizes=(2, 5, 5))
    drawing.node("constant", "fixed", sizes=(5, 5), value=0.5)
    how = {"num_heads": 2, "need_weights": weights, "is_causal": causal}
    drawing.node("multihead_attention", "look", **how)
    drawing.node("mean", "mean", dim=1)
    drawing.node("linear", "scores", out_features=3)
    drawing.node("output", "found")
    drawing.node("output", "out")
    drawing.node("cross_entropy_loss", "loss", target="answer")
    drawing.wire("who", "seen")
    drawing.wire("x", "look.query")
    drawing.wire(mask, "look.mask")
    drawing.chain("look", "mean", "scores", "out")
    drawing.wire("look", "found")
    drawing.wire("scores", "loss")
    if weights:
        drawing.node("output", "weights")
        drawing.wire("look.weights", "weights")
    return drawing


@pytest.mark.parametrize("weights", [pytest.param(False, marks=pytest.mark.proof), True])
@pytest.mark.parametrize("mask", ["seen", "learned", "fixed"])
def test_attention_exports_through_any_mask(mask: str, weights: bool, tmp_path: Path) -> None:
    model = exporting.model(looking(mask, weights, causal=weights).document())

    exported = proven(model, tmp_path / "looking.onnx")

    assert exported.max_abs_diff < 1e-5
    assert all(weight.requires_grad for weight in model.network.parameters())


@pytest.mark.parametrize("weights", [False, True])
def test_a_sample_whose_steps_are_all_hidden_finds_zeros_in_the_file_too(
    weights: bool, tmp_path: Path
) -> None:
    model = exporting.model(looking("seen", weights).document())
    proven(model, tmp_path / "looking.onnx")
    stretch = onnxruntime.InferenceSession(str(tmp_path / "looking.onnx"))
    x = torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(0))
    who = torch.tensor([[False] * 5, [False, True, True, False, True]])

    with torch.no_grad():
        wanted = dict(zip(model.network.outputs, model.network(who, x), strict=True))
    names = list(model.network.outputs)
    given = stretch.run(names, {"x": x.numpy(), "who": who.numpy()})

    bias = model.network.get_parameter("look.out_proj.bias").expand(5, 8)
    torch.testing.assert_close(wanted["found"][0], bias)
    for name, got in zip(names, given, strict=True):
        np.testing.assert_allclose(got, wanted[name].numpy(), atol=1e-5)
    if weights:
        assert not wanted["weights"][0].any()


def test_made_up_masks_hide_everything_from_a_sample_of_each_trial() -> None:
    for trial in exporting.trials(exporting.model(looking("seen", False).document())):
        masks = [tensor for tensor in trial.inputs if tensor.dtype == torch.bool]
        assert masks
        assert all(not mask[0].any() for mask in masks)
