"""A convolution over padded texts computes each of them as if it were alone."""

from pathlib import Path

import torch

from engine.export.onnx.verified_export import proven
from engine.network.compiling import compiled
from graphs.checking.evaluation import Evaluation
from graphs.mending import fixes
from graphs.problems import Insert
from tests.engine import exporting
from tests.engine.drawings import Drawing
from tests.engine.export.onnx.test_padded import DATA

TURNED = {"dims": (0, 2, 1)}


def reader(*, masked: bool = True) -> Drawing:
    """Two convolutions over the steps of a text, and their mean over real steps."""
    drawing = Drawing(DATA)
    drawing.node("input", "words", field="words")
    drawing.node("embedding", "embed", embedding_dim=4)
    chain = ["words", "embed"]
    for number in (1, 2):
        if masked:
            drawing.node("mask_padding", f"mask_{number}")
        drawing.node("permute", f"turn_{number}", **TURNED)
        drawing.node("conv1d", f"conv_{number}", out_channels=5, kernel_size=4, padding="same")
        drawing.node("relu", f"relu_{number}")
        drawing.node("permute", f"back_{number}", **TURNED)
        named = ("turn", "conv", "relu", "back")
        chain += [f"mask_{number}"] * masked + [f"{name}_{number}" for name in named]
    drawing.node("mask_padding", "known")
    drawing.node("mean", "mean", dim=1)
    drawing.node("linear", "classify", out_features=2)
    drawing.node("output", "kind")
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.chain(*chain, "known", "mean", "classify", "kind")
    for mask in ("mask_2", "known") if masked else ("known",):
        drawing.wire("embed", f"{mask}.like")
    drawing.wire("classify", "loss")
    return drawing


def test_a_sample_is_what_it_is_alone() -> None:
    torch.manual_seed(0)
    network = compiled(reader().document()).eval()
    words, lengths = torch.randint(1, 9, (4, 11)), torch.tensor([11, 5, 1, 8])
    (whole,) = network(words, lengths)
    for sample, length in enumerate(lengths.tolist()):
        (alone,) = network(words[sample : sample + 1, :length], torch.tensor([length]))
        torch.testing.assert_close(whole[sample : sample + 1], alone)


def test_the_file_agrees_at_every_length(tmp_path: Path) -> None:
    model = exporting.model(reader().document())
    assert proven(model, tmp_path / "masked.onnx").max_abs_diff < 1e-4


def test_the_warning_offers_it() -> None:
    document = reader(masked=False).document()
    found = Evaluation(document.main).problems()[0]
    assert found.fix == Insert("mask_padding") and "MaskPadding" in found.message
    step = fixes.step(document, found)
    assert step is not None
    document.apply(step)
    assert found.template not in {one.template for one in Evaluation(document.main).problems()}
