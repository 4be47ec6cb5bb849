"""Handwritten digits, with and without convolutions."""

from graphs.augmentations import RandomShift
from graphs.describe import Chosen
from graphs.optimizers import AdamW
from graphs.plan import Plan
from graphs.schedules import OneCycle
from graphs.templates.sets import DIGITS
from graphs.templates.spec import Drawing, template


@template("digits-cnn", "Digits with a convolutional network", "Image classification")
def digits_cnn() -> Drawing:
    """Reads handwritten digits with two convolutions; the model to start with."""
    drawing = Drawing(
        DIGITS,
        Plan(
            epochs=30,
            batch_size=64,
            optimizer=Chosen.of(AdamW(lr=4e-3)),
            schedule=Chosen.of(OneCycle()),
            augmentation=(Chosen.of(RandomShift(pixels=2)),),
        ),
    )
    drawing.node("input", "image", (0, 0), field="image")
    drawing.node("conv2d", "conv1", (1, 0), out_channels=32)
    drawing.node("relu", "relu1", (2, 0))
    drawing.node("max_pool2d", "pool1", (3, 0))
    drawing.node("conv2d", "conv2", (0, 1), out_channels=64)
    drawing.node("relu", "relu2", (1, 1))
    drawing.node("max_pool2d", "pool2", (2, 1))
    drawing.node("flatten", "flatten", (3, 1))
    drawing.node("linear", "head", (0, 2), out_features=64)
    drawing.node("relu", "relu3", (1, 2))
    drawing.node("linear", "classify", (2, 2), out_features=10)
    drawing.node("output", "digit", (3, 2))
    drawing.node("cross_entropy_loss", "loss", (3, 3), target="digit")
    drawing.chain("image", "conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "flatten")
    drawing.chain("flatten", "head", "relu3", "classify", "digit")
    drawing.wire("classify", "loss")
    return drawing
