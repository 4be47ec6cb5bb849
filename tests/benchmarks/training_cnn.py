"""Training speed on a small convolutional network (goal: 0.97 of the tuned loop)."""

from typing import Any

from graphs.describe import Chosen
from graphs.plan.optimizers import AdamW
from graphs.templates.sets import DIGITS
from tests.benchmarks import plain_torch
from tests.benchmarks.training import Where, compare, main
from tests.engine.drawings import Drawing


def measure(where: Where, epochs: int = 4) -> dict[str, Any]:
    """32 and 64 channels and a head of 64 units on digits of 28 x 28, batches of 64, one thread."""
    drawing = Drawing(
        DIGITS, epochs=epochs, batch_size=64, threads=1, optimizer=Chosen.of(AdamW(lr=1e-3))
    )
    drawing.node("input", "image", field="image")
    names = ["image"]
    for number, channels in ((1, 32), (2, 64)):
        names.append(drawing.node("conv2d", f"conv{number}", out_channels=channels))
        names.append(drawing.node("relu", f"relu{number}"))
        names.append(drawing.node("max_pool2d", f"pool{number}"))
    drawing.node("flatten", "flatten")
    drawing.node("linear", "head", out_features=64)
    drawing.node("relu", "relu3")
    drawing.node("linear", "classify", out_features=10)
    drawing.node("output", "digit")
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain(*names, "flatten", "head", "relu3", "classify", "digit")
    drawing.wire("classify", "loss")
    return compare(drawing.document(), plain_torch.cnn, where)


if __name__ == "__main__":
    main(measure)
