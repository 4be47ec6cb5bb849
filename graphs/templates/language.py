"""Texts: what comes next, and what a passage is about."""

from graphs.describe import Chosen
from graphs.library.drawing import Drawing
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.templates.sets import ENGLISH_TEXT, TOPICS
from graphs.templates.spec import template


@template("char-transformer", "A Transformer that writes", "Language model", "advanced")
def char_transformer() -> Drawing:
    """Learns from English text which character comes next; it can then write by itself."""
    plan = Plan(
        epochs=12,
        batch_size=32,
        clip_norm=1.0,
        optimizer=Chosen.of(AdamW(lr=3e-3)),
        schedule=Chosen.of(OneCycle()),
    )
    drawing = Drawing(ENGLISH_TEXT, plan)
    drawing.node("input", "text", (0, 0), field="text")
    drawing.node("embedding", "embedding", (1, 0), embedding_dim=64)
    drawing.node("sinusoidal_position", "position", (2, 0))
    for number in (1, 2):
        drawing.node(
            "transformer_encoder_layer",
            f"block{number}",
            (2 + number, 0),
            nhead=8,
            dim_feedforward=256,
            dropout=0.0,
            activation="gelu",
            norm_first=True,
            is_causal=True,
        )
    drawing.node("layer_norm", "norm", (0, 1))
    drawing.node("linear", "scores", (1, 1), out_features=len(ENGLISH_TEXT.fields["text"].words))
    drawing.node("output", "next", (2, 1))
    drawing.node("cross_entropy_loss", "loss", (2, 2), target="next")
    drawing.chain("text", "embedding", "position", "block1", "block2", "norm", "scores", "next")
    drawing.wire("scores", "loss")
    return drawing


@template("text-attention", "Topics of passages", "Text classification", "advanced")
def text_attention() -> Drawing:
    """Tells which topic a passage is about: two LSTMs, with attention over all words between."""
    plan = Plan(
        epochs=15,
        batch_size=32,
        clip_norm=1.0,
        optimizer=Chosen.of(AdamW(lr=3e-3, weight_decay=0.1)),
        schedule=Chosen.of(OneCycle()),
    )
    drawing = Drawing(TOPICS, plan)
    drawing.node("input", "passage", (0, 0), field="passage")
    drawing.node("embedding", "embedding", (1, 0), embedding_dim=64, padding_idx=0)
    drawing.node("dropout", "dropout", (2, 0), p=0.5)
    drawing.node("lstm", "reader", (3, 0), hidden_size=48, bidirectional=True)
    drawing.node("multihead_attention", "attention", (4, 0), num_heads=4)
    drawing.node("lstm", "summary", (0, 1), hidden_size=48, bidirectional=True)
    drawing.node("last_step", "last", (1, 1))
    drawing.node("linear", "classify", (2, 1), out_features=len(TOPICS.fields["topic"].classes))
    drawing.node("output", "topic", (3, 1))
    drawing.node("cross_entropy_loss", "loss", (3, 2), target="topic")
    drawing.chain("passage", "embedding", "dropout", "reader")
    drawing.wire("reader", "attention.query")
    drawing.chain("attention", "summary", "last", "classify", "topic")
    drawing.wire("classify", "loss")
    return drawing
