"""Training speed on ResNet-18 with its channels last (goal: 0.97 of the tuned loop on a card)."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.sources.spec import reader
from graphs.describe import Chosen
from graphs.plan.optimizers import AdamW
from tests.benchmarks import plain_torch
from tests.benchmarks.training import Where, compare, main
from tests.engine.drawings import Drawing

PICTURES, SIDE = 12_288, 64


def measure(where: Where, epochs: int = 2, pictures: int = PICTURES) -> dict[str, Any]:
    """Pictures of chance, 64 pixels wide and high, in batches of 256; two threads."""
    chance = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pictures.npz"
        x = chance.integers(0, 256, (pictures, SIDE, SIDE, 3), np.uint8)
        np.savez(path, x=x, y=np.arange(pictures) % 10)
        drawing = Drawing(
            reader("arrays", {"path": str(path)}).section(),
            epochs=epochs,
            batch_size=256,
            threads=2,
            channels_last=True,
            optimizer=Chosen.of(AdamW(lr=1e-3)),
        )
        draw(drawing)
        return compare(drawing.document(), plain_torch.resnet18, where)


def draw(drawing: Drawing) -> None:
    """ResNet-18 as torchvision builds it, with 10 classes."""
    drawing.node("input", "x", field="x")
    drawing.node(
        "conv2d",
        "conv",
        out_channels=64,
        kernel_size=(7, 7),
        stride=(2, 2),
        padding=(3, 3),
        bias=False,
    )
    drawing.node("batch_norm2d", "norm")
    drawing.node("relu", "relu")
    drawing.node("max_pool2d", "pool", kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))
    drawing.chain("x", "conv", "norm", "relu", "pool")
    before = "pool"
    for number, (channels, stride) in enumerate(plain_torch.RESNET18, 1):
        before = _block(drawing, f"block{number}", before, channels, stride)
    drawing.node("global_avg_pool", "mean")
    drawing.node("linear", "classify", out_features=10)
    drawing.node("output", "y")
    drawing.node("cross_entropy_loss", "loss", target="y")
    drawing.chain(before, "mean", "classify", "y")
    drawing.wire("classify", "loss")


def _block(drawing: Drawing, name: str, before: str, channels: int, stride: int) -> str:
    conv = {"out_channels": channels, "padding": (1, 1), "bias": False}
    drawing.node("conv2d", f"{name}a", stride=(stride, stride), **conv)
    drawing.node("conv2d", f"{name}b", **conv)
    for part in "ab":
        drawing.node("batch_norm2d", f"{name}{part}n")
        drawing.wire(f"{name}{part}", f"{name}{part}n")
    drawing.node("relu", f"{name}ar")
    drawing.node("add", f"{name}add")
    drawing.node("relu", name)
    drawing.wire(before, f"{name}a")
    drawing.chain(f"{name}an", f"{name}ar", f"{name}b")
    short = before
    if stride > 1:
        drawing.node(
            "conv2d",
            f"{name}c",
            out_channels=channels,
            kernel_size=(1, 1),
            stride=(stride, stride),
            bias=False,
        )
        short = drawing.node("batch_norm2d", f"{name}cn")
        drawing.chain(before, f"{name}c", short)
    drawing.wire(f"{name}bn", f"{name}add", slot=0)
    drawing.wire(short, f"{name}add", slot=1)
    drawing.wire(f"{name}add", name)
    return name


if __name__ == "__main__":
    main(measure)
