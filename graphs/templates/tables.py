"""Tables: measurements in columns, told apart or turned into a number."""

from graphs.describe import Chosen
from graphs.library.drawing import Drawing
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import Cosine
from graphs.templates.sets import BREAST_CANCER, CLUSTERS, DIABETES
from graphs.templates.spec import template


@template("breast-cancer", "Breast cancer from measurements", "Binary classification", "beginner")
def breast_cancer() -> Drawing:
    """Tells benign from malignant tumours by thirty measurements of cell nuclei."""
    plan = Plan(
        epochs=60,
        batch_size=32,
        optimizer=Chosen.of(AdamW(lr=3e-3, weight_decay=0.05)),
        schedule=Chosen.of(Cosine()),
    )
    drawing = Drawing(BREAST_CANCER, plan)
    drawing.node("input", "features", (0, 0), field="features")
    drawing.node("linear", "hidden", (1, 0), out_features=32)
    drawing.node("relu", "relu", (2, 0))
    drawing.node("dropout", "dropout", (3, 0), p=0.2)
    drawing.node("linear", "score", (0, 1), out_features=1)
    drawing.node("output", "diagnosis", (1, 1))
    drawing.node("bce_with_logits_loss", "loss", (1, 2), target="diagnosis")
    drawing.chain("features", "hidden", "relu", "dropout", "score", "diagnosis")
    drawing.wire("score", "loss")
    return drawing


@template("big-mlp", "Clusters with a big hidden layer", "Classification", "intermediate")
def big_mlp() -> Drawing:
    """Tells ten clusters of points with a hundred coordinates apart: 100, 500 and 10 units."""
    plan = Plan(
        epochs=10,
        batch_size=64,
        optimizer=Chosen.of(AdamW(lr=1e-3)),
        schedule=Chosen.of(Cosine()),
    )
    drawing = Drawing(CLUSTERS, plan)
    drawing.node("input", "features", (0, 0), field="features")
    drawing.node("linear", "hidden", (1, 0), out_features=500)
    drawing.node("relu", "relu", (2, 0))
    drawing.node("dropout", "dropout", (3, 0), p=0.5)
    drawing.node("linear", "classify", (0, 1), out_features=10)
    drawing.node("output", "cluster", (1, 1))
    drawing.node("cross_entropy_loss", "loss", (1, 2), target="cluster")
    drawing.chain("features", "hidden", "relu", "dropout", "classify", "cluster")
    drawing.wire("classify", "loss")
    return drawing


@template("diabetes-regression", "How far diabetes comes", "Regression", "beginner")
def diabetes_regression() -> Drawing:
    """Tells how far a patient's diabetes comes within a year, from ten measurements."""
    plan = Plan(
        epochs=40,
        batch_size=32,
        optimizer=Chosen.of(AdamW(lr=2e-3, weight_decay=0.1)),
        schedule=Chosen.of(Cosine()),
    )
    drawing = Drawing(DIABETES, plan)
    drawing.node("input", "features", (0, 0), field="features")
    drawing.node("linear", "hidden", (1, 0), out_features=32)
    drawing.node("relu", "relu", (2, 0))
    drawing.node("dropout", "dropout", (3, 0), p=0.3)
    drawing.node("linear", "score", (0, 1), out_features=1)
    drawing.node("output", "progression", (1, 1))
    drawing.node("mse_loss", "loss", (1, 2), target="progression")
    drawing.chain("features", "hidden", "relu", "dropout", "score", "progression")
    drawing.wire("score", "loss")
    return drawing
