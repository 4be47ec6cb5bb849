"""Tables: measurements in columns."""

from graphs.describe import Chosen
from graphs.optimizers import AdamW
from graphs.plan import Plan
from graphs.schedules import Cosine
from graphs.templates.sets import BREAST_CANCER
from graphs.templates.spec import Drawing, template


@template("breast-cancer", "Breast cancer from measurements", "Binary classification")
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
