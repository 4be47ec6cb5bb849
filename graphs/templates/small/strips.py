"""Networks that read several characters in a row, without being told where each of them is."""

from graphs.describe import Chosen
from graphs.library.drawing import Drawing, conv, laid
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.templates.sets import DIGIT_STRIPS
from graphs.templates.spec import template

SCORES = 11
"""Ten digits, and the blank between them."""


@template("strip-reader", "Reading digits in a row", "Text recognition", "advanced")
def strip_reader() -> Drawing:
    """Reads three to six digits from a strip, of which nobody has said where each of them is.

    Convolutions look at the strip, each column of what they see becomes a step, and a GRU reads the
    steps in both directions. A small network after Shi, Bai and Yao, An end-to-end trainable neural
    network for image-based sequence recognition (2015).
    """
    optimizer, schedule = Chosen.of(AdamW(lr=3e-3, weight_decay=0.05)), Chosen.of(OneCycle())
    plan = Plan(epochs=12, batch_size=64, clip_norm=1.0, optimizer=optimizer, schedule=schedule)
    drawing = Drawing(DIGIT_STRIPS, plan)
    drawing.node("input", "strip", (0, 0), field="strip")
    seen = drawing.row(
        (1, 0),
        "strip",
        conv("conv1", 16, 3, padding=1, bias=False),
        laid("batch_norm2d", "norm1"),
        laid("relu", "relu1"),
        laid("max_pool2d", "pool1"),
    )
    seen = drawing.row(
        (0, 1),
        seen,
        conv("conv2", 32, 3, padding=1, bias=False),
        laid("batch_norm2d", "norm2"),
        laid("relu", "relu2"),
        laid("max_pool2d", "pool2", kernel_size=(2, 1)),
    )
    scores = drawing.row(
        (0, 2),
        seen,
        laid("permute", "columns", dims=(0, 3, 1, 2)),
        laid("flatten", "steps", start_dim=2),
        laid("dropout", "dropout1", p=0.3),
        laid("gru", "gru", hidden_size=48, bidirectional=True),
        laid("dropout", "dropout2", p=0.3),
        laid("linear", "scores", out_features=SCORES),
    )
    drawing.node("output", "read", (6, 2))
    drawing.node("ctc_loss", "loss", (6, 3), target="digits")
    drawing.wire(scores, "read")
    drawing.wire(scores, "loss")
    return drawing
