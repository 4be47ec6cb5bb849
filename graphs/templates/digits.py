"""Handwritten digits, with and without convolutions."""

from graphs.describe import Chosen
from graphs.library.drawing import Drawing
from graphs.plan.augmentations import RandomShift
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.templates.sets import DIGITS
from graphs.templates.spec import template


@template("digits-cnn", "Digits with a convolutional network", "Image classification", "beginner")
def digits_cnn() -> Drawing:
    """Reads handwritten digits with two convolutions; the model to start with."""
    drawing = Drawing(DIGITS, _convolutional_plan())
    drawing.node("input", "image", (0, 0), field="image")
    drawing.node("conv2d", "conv1", (1, 0), out_channels=32)
    drawing.node("relu", "relu1", (2, 0))
    drawing.node("max_pool2d", "pool1", (3, 0))
    drawing.node("conv2d", "conv2", (0, 1), out_channels=64)
    drawing.node("relu", "relu2", (1, 1))
    drawing.node("max_pool2d", "pool2", (2, 1))
    drawing.node("flatten", "flatten", (3, 1))
    drawing.chain("image", "conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "flatten")
    _head(drawing, row=2)
    return drawing


@template(
    "digits-cnn-batchnorm",
    "Digits with batch normalisation",
    "Image classification",
    "intermediate",
)
def digits_cnn_batchnorm() -> Drawing:
    """The convolutional digit reader with each convolution's maps normalised over the batch."""
    drawing = Drawing(DIGITS, _convolutional_plan())
    drawing.node("input", "image", (0, 0), field="image")
    for row, number, channels in ((0, 1, 32), (1, 2, 64)):
        drawing.node("conv2d", f"conv{number}", (1, row), out_channels=channels, bias=False)
        drawing.node("batch_norm2d", f"norm{number}", (2, row))
        drawing.node("relu", f"relu{number}", (3, row))
        drawing.node("max_pool2d", f"pool{number}", (4, row))
        drawing.chain(f"conv{number}", f"norm{number}", f"relu{number}", f"pool{number}")
    drawing.node("flatten", "flatten", (0, 2))
    drawing.wire("image", "conv1")
    drawing.wire("pool1", "conv2")
    drawing.wire("pool2", "flatten")
    _head(drawing, row=2, column=1)
    return drawing


@template("digits-mlp", "Digits with linear layers", "Image classification", "beginner")
def digits_mlp() -> Drawing:
    """Reads handwritten digits with two hidden layers and no knowledge that they are images."""
    plan = Plan(
        epochs=30,
        batch_size=64,
        optimizer=Chosen.of(AdamW(lr=2e-3)),
        schedule=Chosen.of(OneCycle()),
    )
    drawing = Drawing(DIGITS, plan)
    drawing.node("input", "image", (0, 0), field="image")
    drawing.node("flatten", "flatten", (1, 0))
    drawing.node("linear", "hidden1", (2, 0), out_features=256)
    drawing.node("relu", "relu1", (3, 0))
    drawing.node("dropout", "dropout1", (0, 1), p=0.2)
    drawing.node("linear", "hidden2", (1, 1), out_features=128)
    drawing.node("relu", "relu2", (2, 1))
    drawing.node("dropout", "dropout2", (3, 1), p=0.2)
    drawing.node("linear", "classify", (0, 2), out_features=10)
    drawing.chain("image", "flatten", "hidden1", "relu1", "dropout1", "hidden2", "relu2")
    drawing.chain("relu2", "dropout2", "classify")
    _ends(drawing, (1, 2))
    return drawing


@template("autoencoder", "Digits squeezed through 16 numbers", "Reconstruction", "intermediate")
def autoencoder() -> Drawing:
    """Learns to draw each digit again from 16 numbers that it writes down about it."""
    plan = Plan(
        epochs=60,
        batch_size=64,
        optimizer=Chosen.of(AdamW(lr=3e-3)),
        schedule=Chosen.of(OneCycle()),
    )
    drawing = Drawing(DIGITS, plan)
    drawing.node("input", "image", (0, 0), field="image")
    drawing.node("flatten", "flatten", (1, 0))
    drawing.node("linear", "encode1", (2, 0), out_features=256)
    drawing.node("relu", "relu1", (3, 0))
    drawing.node("linear", "bottleneck", (0, 1), out_features=16)
    drawing.node("linear", "decode1", (1, 1), out_features=256)
    drawing.node("relu", "relu2", (2, 1))
    drawing.node("linear", "decode2", (3, 1), out_features=28 * 28)
    drawing.node("sigmoid", "pixels", (0, 2))
    drawing.node("reshape", "drawn", (1, 2), sizes=(1, 28, 28))
    drawing.node("output", "again", (2, 2))
    drawing.node("mse_loss", "loss", (2, 3), target="image")
    drawing.chain(
        "image", "flatten", "encode1", "relu1", "bottleneck", "decode1", "relu2", "decode2"
    )
    drawing.chain("decode2", "pixels", "drawn", "again")
    drawing.wire("drawn", "loss")
    return drawing


@template("variational-autoencoder", "Digits as normal distributions", "Reconstruction", "advanced")
def variational_autoencoder() -> Drawing:
    """Learns where each digit may lie in a space of 8 numbers, and draws it again from there."""
    plan = Plan(
        epochs=60,
        batch_size=64,
        optimizer=Chosen.of(AdamW(lr=3e-3)),
        schedule=Chosen.of(OneCycle()),
    )
    drawing = Drawing(DIGITS, plan)
    drawing.node("input", "image", (0, 0), field="image")
    drawing.node("flatten", "flatten", (1, 0))
    drawing.node("linear", "encode", (2, 0), out_features=256)
    drawing.node("relu", "relu1", (3, 0))
    drawing.node("linear", "mean", (0, 1), out_features=8)
    drawing.node("linear", "logvar", (1, 1), out_features=8)
    drawing.node("normal_sample", "latent", (2, 1))
    drawing.node("gaussian_kl_loss", "kl", (3, 1), weight=0.001)
    drawing.node("linear", "decode1", (0, 2), out_features=256)
    drawing.node("relu", "relu2", (1, 2))
    drawing.node("linear", "decode2", (2, 2), out_features=28 * 28)
    drawing.node("sigmoid", "pixels", (3, 2))
    drawing.node("reshape", "drawn", (0, 3), sizes=(1, 28, 28))
    drawing.node("output", "again", (1, 3))
    drawing.node("mse_loss", "loss", (2, 3), target="image")
    drawing.chain("image", "flatten", "encode", "relu1", "mean")
    drawing.wire("relu1", "logvar")
    for reader in ("latent", "kl"):
        drawing.wire("mean", f"{reader}.mean")
        drawing.wire("logvar", f"{reader}.logvar")
    drawing.chain("latent", "decode1", "relu2", "decode2", "pixels", "drawn", "again")
    drawing.wire("drawn", "loss")
    return drawing


def _convolutional_plan() -> Plan:
    return Plan(
        epochs=30,
        batch_size=64,
        optimizer=Chosen.of(AdamW(lr=4e-3)),
        schedule=Chosen.of(OneCycle()),
        augmentation=(Chosen.of(RandomShift(pixels=2)),),
        seed=1,
    )


def _head(drawing: Drawing, row: int, column: int = 0) -> None:
    """From flat features over 64 units to ten scores."""
    drawing.node("linear", "head", (column, row), out_features=64)
    drawing.node("relu", "relu3", (column + 1, row))
    drawing.node("linear", "classify", (column + 2, row), out_features=10)
    drawing.chain("flatten", "head", "relu3", "classify")
    _ends(drawing, (column + 3, row))


def _ends(drawing: Drawing, at: tuple[int, int]) -> None:
    """The Output and the loss behind the scores."""
    drawing.node("output", "digit", at)
    drawing.node("cross_entropy_loss", "loss", (at[0], at[1] + 1), target="digit")
    drawing.wire("classify", "digit")
    drawing.wire("classify", "loss")
