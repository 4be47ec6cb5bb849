"""Points in the plane: the two classics that show why a hidden layer is needed."""

from graphs.describe import Chosen
from graphs.library.drawing import Drawing
from graphs.plan.optimizers import SGD
from graphs.plan.plan import Plan
from graphs.plan.schedules import Cosine
from graphs.templates.sets import TWO_MOONS, XOR
from graphs.templates.spec import template


@template("xor", "Exclusive or", "Binary classification", "beginner")
def xor() -> Drawing:
    """Learns what no straight line can: whether exactly one of two inputs is on."""
    plan = Plan(
        epochs=500,
        batch_size=4,
        validation=0.0,
        test=0.0,
        optimizer=Chosen.of(SGD(lr=1.0, momentum=0.9)),  # Adam stays stuck more often
        device="cpu",
    )
    drawing = Drawing(XOR, plan)
    drawing.node("input", "point", (0, 0), field="point")
    drawing.node("linear", "hidden", (1, 0), out_features=3)
    drawing.node("sigmoid", "sigmoid1", (2, 0))
    drawing.node("linear", "score", (0, 1), out_features=1)
    drawing.node("sigmoid", "sigmoid2", (1, 1))
    drawing.node("output", "xor", (2, 1))
    drawing.node("bce_loss", "loss", (2, 2), target="xor")
    drawing.chain("point", "hidden", "sigmoid1", "score", "sigmoid2", "xor")
    drawing.wire("sigmoid2", "loss")
    return drawing


@template("binary-classifier", "Two moons", "Binary classification", "beginner")
def binary_classifier() -> Drawing:
    """Tells two interleaved half circles of points apart with one hidden layer."""
    plan = Plan(
        epochs=60,
        batch_size=32,
        optimizer=Chosen.of(SGD(lr=0.1, momentum=0.9)),
        schedule=Chosen.of(Cosine()),
    )
    drawing = Drawing(TWO_MOONS, plan)
    drawing.node("input", "point", (0, 0), field="point")
    drawing.node("linear", "hidden", (1, 0), out_features=64)
    drawing.node("relu", "relu", (2, 0))
    drawing.node("linear", "score", (0, 1), out_features=1)
    drawing.node("sigmoid", "sigmoid", (1, 1))
    drawing.node("output", "moon", (2, 1))
    drawing.node("bce_loss", "loss", (2, 2), target="moon")
    drawing.chain("point", "hidden", "relu", "score", "sigmoid", "moon")
    drawing.wire("sigmoid", "loss")
    return drawing
