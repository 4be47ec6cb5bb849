"""Series: values one after the other, told apart or continued."""

from graphs.describe import Chosen
from graphs.library.drawing import Drawing
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.templates.sets import HOURLY_LOAD, SINE_SERIES
from graphs.templates.spec import template


@template("rnn-classifier", "Kinds of waves with an RNN", "Sequence classification", "intermediate")
def rnn_classifier() -> Drawing:
    """Tells four kinds of waves apart with the simplest memory, which each step rewrites."""
    drawing = Drawing(SINE_SERIES, _plan(lr=5e-3, epochs=120))
    drawing.node("input", "series", (0, 0), field="series")
    drawing.node("rnn", "rnn", (1, 0), hidden_size=64)
    drawing.node("mean", "average", (2, 0), dim=1)
    drawing.chain("series", "rnn", "average")
    _head(drawing, "average")
    return drawing


@template("gru-classifier", "Kinds of waves with a GRU", "Sequence classification", "intermediate")
def gru_classifier() -> Drawing:
    """Tells four kinds of waves apart with a memory that decides what to keep."""
    drawing = Drawing(SINE_SERIES, _plan(lr=5e-3))
    drawing.node("input", "series", (0, 0), field="series")
    drawing.node("gru", "gru", (1, 0), hidden_size=32)
    drawing.node("select", "last", (2, 0), dim=1, index=-1)
    drawing.chain("series", "gru", "last")
    _head(drawing, "last")
    return drawing


@template(
    "stacked-lstm", "Kinds of waves with two LSTMs", "Sequence classification", "intermediate"
)
def stacked_lstm() -> Drawing:
    """Tells four kinds of waves apart; the second LSTM reads all that the first one noted."""
    drawing = Drawing(SINE_SERIES, _plan(lr=5e-3))
    drawing.node("input", "series", (0, 0), field="series")
    drawing.node("lstm", "lower", (1, 0), hidden_size=32)
    drawing.node("lstm", "upper", (2, 0), hidden_size=32)
    drawing.node("select", "last", (3, 0), dim=1, index=-1)
    drawing.chain("series", "lower", "upper", "last")
    _head(drawing, "last")
    return drawing


@template(
    "sine-lstm", "Kinds of waves with an LSTM's states", "Sequence classification", "advanced"
)
def sine_lstm() -> Drawing:
    """Tells four kinds of waves apart; the second LSTM goes on from the first one's states."""
    drawing = Drawing(SINE_SERIES, _plan(lr=5e-3))
    drawing.node("input", "series", (0, 0), field="series")
    drawing.node("lstm", "encoder", (1, 0), hidden_size=32)
    drawing.node("lstm", "decoder", (2, 0), hidden_size=32)
    drawing.node("select", "last", (3, 0), dim=1, index=-1)
    drawing.chain("series", "encoder", "decoder", "last")
    drawing.wire("encoder.hidden", "decoder.hidden")
    drawing.wire("encoder.cell", "decoder.cell")
    _head(drawing, "last")
    return drawing


@template("forecast", "The next day of an hourly series", "Forecasting", "intermediate")
def forecast() -> Drawing:
    """Continues a series by a day: a linear map of the last week, and what a hidden layer adds."""
    drawing = Drawing(HOURLY_LOAD, _plan(lr=3e-3, epochs=20))
    drawing.node("input", "past", (0, 0), field="past")
    drawing.node("flatten", "flatten", (1, 0))
    drawing.node("linear", "direct", (2, 0), out_features=24)
    drawing.node("linear", "hidden", (2, 1), out_features=64)
    drawing.node("relu", "relu", (3, 1))
    drawing.node("linear", "rest", (4, 1), out_features=24)
    drawing.node("add", "hours", (3, 0))
    drawing.node("output", "future", (4, 0))
    drawing.node("mse_loss", "loss", (5, 0), target="future")
    drawing.chain("past", "flatten", "direct", "hours", "future")
    drawing.chain("flatten", "hidden", "relu", "rest")
    drawing.wire("rest", "hours", 1)
    drawing.wire("hours", "loss")
    return drawing


def _plan(lr: float, epochs: int = 30) -> Plan:
    return Plan(
        epochs=epochs,
        batch_size=32,
        clip_norm=1.0,
        optimizer=Chosen.of(AdamW(lr=lr)),
        schedule=Chosen.of(OneCycle()),
    )


def _head(drawing: Drawing, source: str) -> None:
    """From what is known of a whole series to four scores, in the rows below."""
    drawing.node("linear", "classify", (0, 1), out_features=4)
    drawing.node("output", "kind", (1, 1))
    drawing.node("cross_entropy_loss", "loss", (1, 2), target="kind")
    drawing.chain(source, "classify", "kind")
    drawing.wire("classify", "loss")
