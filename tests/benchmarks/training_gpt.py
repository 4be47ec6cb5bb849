"""Training speed on a small GPT over characters (goal: 0.97 of the tuned loop on a card)."""

from dataclasses import replace
from functools import partial
from typing import Any

from graphs.describe import Chosen
from graphs.plan.optimizers import AdamW
from graphs.templates.sets import ENGLISH_TEXT
from tests.benchmarks import plain_torch
from tests.benchmarks.training import Where, compare, main
from tests.engine.drawings import Drawing

WIDTH, DEPTH = 512, 8
STRIDE = 128
WORDS, LENGTH = len(ENGLISH_TEXT.fields["text"].words), int(ENGLISH_TEXT.settings["length"])


def measure(
    where: Where, epochs: int = 1, width: int = WIDTH, depth: int = DEPTH
) -> dict[str, Any]:
    """Eight causal blocks of width 512 with 8 heads, in batches of 64 windows; two threads."""
    data = replace(ENGLISH_TEXT, settings={**ENGLISH_TEXT.settings, "stride": STRIDE})
    drawing = Drawing(
        data, epochs=epochs, batch_size=64, threads=2, optimizer=Chosen.of(AdamW(lr=3e-4))
    )
    draw(drawing, width, depth)
    made = partial(plain_torch.Writer, WORDS, LENGTH, width, depth)
    return compare(drawing.document(), made, where)


def draw(drawing: Drawing, width: int, depth: int) -> None:
    """Blocks over the characters of the text, and scores for the next one of each."""
    drawing.node("input", "text", field="text")
    drawing.node("embedding", "embedding", embedding_dim=width)
    drawing.node("sinusoidal_position", "position")
    blocks = [
        drawing.node(
            "transformer_encoder_layer",
            f"block{number}",
            nhead=8,
            dim_feedforward=4 * width,
            dropout=0.0,
            activation="gelu",
            norm_first=True,
            is_causal=True,
        )
        for number in range(depth)
    ]
    drawing.node("layer_norm", "norm")
    drawing.node("linear", "scores", out_features=WORDS)
    drawing.node("output", "next")
    drawing.node("cross_entropy_loss", "loss", target="next")
    drawing.chain("text", "embedding", "position", *blocks, "norm", "scores", "next")
    drawing.wire("scores", "loss")


if __name__ == "__main__":
    main(measure)
