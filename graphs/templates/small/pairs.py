"""Networks of two halves that have the same weights."""

from graphs.describe import Chosen
from graphs.layers.blocks import Block
from graphs.layers.weighted import WEIGHTS_OF
from graphs.library.drawing import Drawing, DrawnGraph, conv, laid
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.setting_kinds import GraphRef, NodeRef
from graphs.templates.sets import DIGIT_PAIRS
from graphs.templates.spec import template
from graphs.wording.phrases import phrase


@template("siamese-digits", "Same digit or not", "Metric learning", "intermediate")
def siamese_digits() -> Drawing:
    """Tells of two pictures whether they show the same digit, by how far apart they come out.

    Both go through the same weights, as in Bromley and others, Signature verification using a
    siamese time delay neural network (1993).
    """
    optimizer, schedule = Chosen.of(AdamW(lr=3e-3, weight_decay=0.05)), Chosen.of(OneCycle())
    plan = Plan(epochs=30, batch_size=128, optimizer=optimizer, schedule=schedule)
    drawing = Drawing(DIGIT_PAIRS, plan)
    graph = GraphRef(_embedding(drawing).graph)
    for row, name in enumerate(("first", "second")):
        drawing.node("input", name, (0, 2 * row), field=name)
        lender = {WEIGHTS_OF: NodeRef("embed_first")} if row else {}
        embedded = laid(Block.id, f"embed_{name}", graph=graph, **lender)
        drawing.row((1, 2 * row), name, embedded)
    drawing.node("subtract", "difference", (2, 1))
    drawing.wire("embed_first", "difference")
    drawing.wire("embed_second", "difference.other")
    score = drawing.row(
        (3, 1),
        "difference",
        laid("abs", "distance"),
        laid("linear", "score", out_features=1),
    )
    drawing.node("output", "alike", (5, 1))
    drawing.node("bce_with_logits_loss", "loss", (5, 2), target="alike")
    drawing.wire(score, "alike")
    drawing.wire(score, "loss")
    return drawing


def _embedding(drawing: Drawing) -> DrawnGraph:
    """A picture as 32 numbers."""
    inside = drawing.block("embedding", phrase("Embedding of a picture"))
    last = inside.row(
        (1, 0),
        "input",
        conv("conv1", 16, 3, padding=1, bias=False),
        laid("batch_norm2d", "norm1"),
        laid("relu", "relu1"),
        laid("max_pool2d", "pool1"),
        conv("conv2", 32, 3, padding=1, bias=False),
        laid("batch_norm2d", "norm2"),
        laid("relu", "relu2"),
        laid("flatten", "flatten"),
        laid("dropout", "dropout", p=0.2),
        laid("linear", "embed", out_features=32),
    )
    inside.leave((11, 0), last)
    return inside
