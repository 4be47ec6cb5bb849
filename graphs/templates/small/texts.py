"""Texts with blocks of well-known networks: windows over words, and layers as in LLaMA."""

from graphs.describe import Chosen
from graphs.library.blocks.series import best_window
from graphs.library.blocks.transformers import llama_layer
from graphs.library.drawing import Drawing, computing, laid
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.templates.references import scored
from graphs.templates.sets import ENGLISH_TEXT, TOPICS
from graphs.templates.spec import template


@template("text-cnn", "Topics by short phrases", "Text classification", "intermediate")
def text_cnn() -> Drawing:
    """Tells the topic of a passage by windows of one to three words, each where it fits best.

    A small network after Kim, Convolutional neural networks for sentence classification (2014).
    """
    drawing = Drawing(TOPICS, _plan(epochs=50, lr=2e-3, weight_decay=0.1))
    window = best_window(drawing)
    drawing.node("input", "passage", (0, 0), field="passage")
    words = drawing.row(
        (1, 0),
        "passage",
        laid("embedding", "embedding", embedding_dim=128, padding_idx=0),
        laid("dropout", "dropout", p=0.5),
    )
    ends = [
        drawing.row((3, row), words, computing(window, name, width=96, words=length))
        for row, (name, length) in enumerate({"single": 1, "pairs": 2, "triples": 3}.items())
    ]
    drawing.merge("concatenate", "together", (4, 0), *ends)
    scores = drawing.row(
        (0, 3),
        "together",
        laid("dropout", "dropout2", p=0.5),
        laid("linear", "classify", out_features=len(TOPICS.fields["topic"].classes)),
    )
    scored(drawing, (2, 3), scores, "topic")
    return drawing


@template("char-llama", "A small LLaMA that writes", "Language model", "advanced")
def char_llama() -> Drawing:
    """Learns from English text which character comes next, with layers as newer models have them.

    A small network after Touvron and others, LLaMA (2023): norms without offsets, places as
    rotations, gates, and heads that share keys.
    """
    drawing = Drawing(ENGLISH_TEXT, _plan(epochs=8, lr=4e-3, weight_decay=0.01))
    layer = llama_layer(drawing)
    drawing.node("input", "text", (0, 0), field="text")
    last = drawing.row(
        (1, 0),
        "text",
        laid("embedding", "embedding", embedding_dim=64),
        computing(layer, "layers", repeat=2),
    )
    characters = len(ENGLISH_TEXT.fields["text"].words)
    scores = drawing.row(
        (0, 1),
        last,
        laid("rms_norm", "norm"),
        laid("linear", "scores", out_features=characters, bias=False),
    )
    scored(drawing, (2, 1), scores, "next")
    return drawing


def _plan(epochs: int, lr: float, weight_decay: float) -> Plan:
    return Plan(
        epochs=epochs,
        batch_size=32,
        clip_norm=1.0,
        optimizer=Chosen.of(AdamW(lr=lr, weight_decay=weight_decay)),
        schedule=Chosen.of(OneCycle()),
    )
