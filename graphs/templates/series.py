"""Series: values one after the other."""

from graphs.describe import Chosen
from graphs.optimizers import AdamW
from graphs.plan import Plan
from graphs.schedules import OneCycle
from graphs.templates.sets import SINE_SERIES
from graphs.templates.spec import Drawing, template


@template("sine-lstm", "Kinds of waves with an LSTM", "Sequence classification")
def sine_lstm() -> Drawing:
    """Tells four kinds of waves apart; the second LSTM goes on from the first one's states."""
    plan = Plan(
        epochs=30,
        batch_size=32,
        clip_norm=1.0,
        optimizer=Chosen.of(AdamW(lr=5e-3)),
        schedule=Chosen.of(OneCycle()),
    )
    drawing = Drawing(SINE_SERIES, plan)
    drawing.node("input", "series", (0, 0), field="series")
    drawing.node("lstm", "encoder", (1, 0), hidden_size=32)
    drawing.node("lstm", "decoder", (2, 0), hidden_size=32)
    drawing.node("select", "last", (3, 0), dim=1, index=-1)
    drawing.node("linear", "classify", (0, 1), out_features=4)
    drawing.node("output", "kind", (1, 1))
    drawing.node("cross_entropy_loss", "loss", (1, 2), target="kind")
    drawing.chain("series", "encoder", "decoder", "last", "classify", "kind")
    drawing.wire("encoder.hidden", "decoder.hidden")
    drawing.wire("encoder.cell", "decoder.cell")
    drawing.wire("classify", "loss")
    return drawing
