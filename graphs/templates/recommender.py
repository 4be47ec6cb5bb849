"""Recommenders: what a user will think of an item."""

from graphs.describe import Chosen
from graphs.library.drawing import Drawing
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import Cosine
from graphs.templates.sets import RATINGS
from graphs.templates.spec import template


@template("recommender", "Ratings from tastes", "Regression", "intermediate")
def recommender() -> Drawing:
    """Tells how a user would rate an item: how alike their tastes are, and how both usually fare.

    Koren, Bell and Volinsky, Matrix factorization techniques for recommender systems (2009).
    """
    plan = Plan(
        epochs=40,
        batch_size=256,
        optimizer=Chosen.of(AdamW(lr=3e-2, weight_decay=0.1)),
        schedule=Chosen.of(Cosine()),
    )
    drawing = Drawing(RATINGS, plan)
    for row, side in ((0, "user"), (2, "item")):
        drawing.node("input", side, (0, row), field=side)
        drawing.node("embedding", f"{side}_taste", (1, row), embedding_dim=3)
        drawing.node("embedding", f"{side}_bias", (1, row + 1), embedding_dim=1)
        drawing.wire(side, f"{side}_taste")
        drawing.wire(side, f"{side}_bias")
    drawing.node("multiply", "match", (2, 0))
    drawing.node("sum", "taste", (3, 0), dim=1, keepdim=True)
    drawing.node("add", "together", (3, 1))
    drawing.node("output", "rating", (4, 1))
    drawing.node("mse_loss", "loss", (4, 2), target="rating")
    for slot, side in enumerate(("user", "item")):
        drawing.wire(f"{side}_taste", "match.input", slot)
    drawing.wire("match", "taste")
    for slot, part in enumerate(("taste", "user_bias", "item_bias")):
        drawing.wire(part, "together.input", slot)
    drawing.wire("together", "rating")
    drawing.wire("together", "loss")
    return drawing
