"""Networks with several inputs or several outputs."""

from graphs.describe import Chosen
from graphs.library.drawing import Drawing
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.templates.sets import DIGITS_AND_MEASURES
from graphs.templates.spec import template


@template("two-inputs", "Digits from a picture and a table", "Image classification", "advanced")
def two_inputs() -> Drawing:
    """Reads noisy digits with the help of measures: picture and table meet before the scores."""
    drawing = Drawing(DIGITS_AND_MEASURES, _plan())
    _seen(drawing, 1)
    drawing.node("input", "measures", (0, 2), field="measures")
    drawing.node("linear", "weigh", (1, 2), out_features=32)
    drawing.node("relu", "relu3", (2, 2))
    drawing.node("concatenate", "together", (3, 1))
    drawing.node("dropout", "dropout", (4, 1), p=0.3)
    drawing.node("linear", "classify", (3, 2), out_features=10)
    drawing.node("output", "digit", (4, 2))
    drawing.node("cross_entropy_loss", "loss", (4, 3), target="digit")
    drawing.chain("measures", "weigh", "relu3")
    for slot, part in enumerate(("flatten", "relu3")):
        drawing.wire(part, "together.input", slot)
    drawing.chain("together", "dropout", "classify", "digit")
    drawing.wire("classify", "loss")
    return drawing


@template(
    "two-outputs", "Which digit, and how slanted", "Classification and regression", "advanced"
)
def two_outputs() -> Drawing:
    """Tells which digit a noisy picture shows and how far it leans, from the same features."""
    drawing = Drawing(DIGITS_AND_MEASURES, _plan())
    _seen(drawing, 0)
    drawing.node("linear", "shared", (2, 1), out_features=64)
    drawing.node("relu", "relu3", (3, 1))
    drawing.node("dropout", "dropout", (4, 1), p=0.3)
    drawing.node("linear", "classify", (0, 2), out_features=10)
    drawing.node("output", "digit", (1, 2))
    drawing.node("cross_entropy_loss", "digit_loss", (1, 3), target="digit")
    drawing.node("linear", "lean", (3, 2), out_features=1)
    drawing.node("output", "slant", (4, 2))
    drawing.node("mse_loss", "slant_loss", (4, 3), target="slant")
    drawing.chain("flatten", "shared", "relu3", "dropout", "classify", "digit")
    drawing.chain("dropout", "lean", "slant")
    drawing.wire("classify", "digit_loss")
    drawing.wire("lean", "slant_loss")
    return drawing


def _plan() -> Plan:
    return Plan(
        epochs=30,
        batch_size=64,
        optimizer=Chosen.of(AdamW(lr=3e-3)),
        schedule=Chosen.of(OneCycle()),
    )


def _seen(drawing: Drawing, column: int) -> None:
    """From a picture of 8 x 8 to flat features, which begin the second row at ``column``."""
    drawing.node("input", "image", (0, 0), field="image")
    drawing.node("conv2d", "conv1", (1, 0), out_channels=16, padding=1)
    drawing.node("relu", "relu1", (2, 0))
    drawing.node("conv2d", "conv2", (3, 0), out_channels=32, padding=1)
    drawing.node("relu", "relu2", (4, 0))
    drawing.node("max_pool2d", "pool", (column, 1))
    drawing.node("flatten", "flatten", (column + 1, 1))
    drawing.chain("image", "conv1", "relu1", "conv2", "relu2", "pool", "flatten")
