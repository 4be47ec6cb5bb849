"""Training speed of a small MLP (goals: 0.97 of the tuned loop, 2.5 times the usual one)."""

from typing import Any

from graphs.describe import Chosen
from graphs.plan.optimizers import AdamW
from graphs.templates.sets import DIGITS
from tests.benchmarks import plain_torch
from tests.benchmarks.training import Where, compare, main
from tests.engine.drawings import Drawing


def measure(where: Where, epochs: int = 40) -> dict[str, Any]:
    """784, 256, 128 and 10 units on digits of 28 x 28, batches of 64, one thread."""
    drawing = Drawing(
        DIGITS, epochs=epochs, batch_size=64, threads=1, optimizer=Chosen.of(AdamW(lr=1e-3))
    )
    drawing.node("input", "image", field="image")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "hidden1", out_features=256)
    drawing.node("relu", "relu1")
    drawing.node("linear", "hidden2", out_features=128)
    drawing.node("relu", "relu2")
    drawing.node("linear", "classify", out_features=10)
    drawing.node("output", "digit")
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain("image", "flatten", "hidden1", "relu1", "hidden2", "relu2", "classify", "digit")
    drawing.wire("classify", "loss")
    return compare(drawing.document(), plain_torch.mlp, where)


if __name__ == "__main__":
    main(measure)
