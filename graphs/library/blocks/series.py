"""Blocks that slide windows along a series: WaveNet's, and those that find phrases in a text."""

from graphs.library.drawing import Drawing, DrawnGraph, computing, laid
from graphs.library.spec import block
from graphs.setting_kinds import PerCopy, Promoted
from graphs.wording.phrases import phrase


@block(
    "wavenet",
    "WaveNet stack",
    "Windows into the past, each layer reaching twice as far as the one before.",
    search="wavenet dilated causal gated convolution audio speech tcn temporal series residual",
)
def wavenet(drawing: Drawing) -> DrawnGraph:
    """Eight layers, so each step sees 256; what all of them found leaves as ``skip``.

    N × channels × steps stays as it is, and so does ``output``, from which another stack may go
    on. No step sees what comes behind it. From https://arxiv.org/abs/1609.03499.
    """
    layer = _dilated_layer(drawing)
    inside = drawing.block("wavenet", phrase("WaveNet stack"), channels=32)
    channels = Promoted("channels")
    inside.row((1, 1), "input", _pointwise("first_skip", channels))
    inside.row((2, 0), "input", computing(layer, "layers", repeat=8, channels=channels))
    inside.wire("first_skip", "layers.skip")
    inside.leave((3, 0), "layers")
    inside.leave((3, 1), "layers.skip_on", "skip")
    return inside


@block(
    "text_cnn",
    "Text CNN",
    "How well learned phrases of three to five words fit where they fit best.",
    search="textcnn kim sentence classification phrases n-grams convolution max over time",
)
def text_cnn(drawing: Drawing) -> DrawnGraph:
    """From the features of words, N × T × features, to three times ``width`` features of the text.

    Padding is never looked at. From https://arxiv.org/abs/1408.5882.
    """
    window = best_window(drawing)
    inside = drawing.block("text_cnn", phrase("Text CNN"), width=100)
    ends = [
        inside.row((1, row), "input", computing(window, name, width=Promoted("width"), words=words))
        for row, (name, words) in enumerate({"threes": 3, "fours": 4, "fives": 5}.items())
    ]
    inside.merge("concatenate", "together", (2, 0), *ends)
    inside.leave((3, 0), "together")
    return inside


def best_window(drawing: Drawing) -> DrawnGraph:
    """How well each phrase that is learned fits where it fits best; padding is never looked at."""
    title = phrase("Best window")
    inside = drawing.block("best_window", title, width=64, words=3)
    inside.row(
        (1, 0),
        "input",
        laid("mask_padding", "masked"),
        laid("permute", "channels_first"),
        laid(
            "conv1d",
            "phrases",
            out_channels=Promoted("width"),
            kernel_size=Promoted("words"),
            padding="same",
        ),
        laid("relu", "relu"),
        laid("permute", "steps_first"),
    )
    inside.node("mask_padding", "real", (6, 0))
    inside.chain("steps_first", "real")
    inside.wire("input", "real.like")
    inside.leave((8, 0), inside.row((7, 0), "real", laid("max", "best", dim=1)))
    return inside


def _dilated_layer(drawing: Drawing) -> DrawnGraph:
    """A gated window of two steps, so far apart as the copy says, beside what goes past it."""
    title = phrase("Dilated layer")
    inside = drawing.block("dilated_layer", title, channels=32)
    channels, apart = Promoted("channels"), PerCopy(1, times=2)
    for row, name in enumerate(("filter", "gate")):
        window = laid(
            "conv1d", name, out_channels=channels, kernel_size=2, dilation=apart, padding=apart
        )
        # Padded at both ends, the steps at the end would see what comes behind them.
        past = laid("slice", f"{name}_past", dim=2, end=PerCopy(-1, times=2))
        inside.row((1, row), "input", window, past)
    inside.chain("filter_past", inside.node("tanh", "tanh", (3, 0)))
    inside.chain("gate_past", inside.node("sigmoid", "sigmoid", (3, 1)))
    gated = inside.merge("multiply", "gated", (4, 0), "tanh", "sigmoid")
    onwards = inside.row((5, 0), gated, _pointwise("onwards", channels))
    found = inside.row((5, 1), gated, _pointwise("found", channels))
    skips = inside.merge("add", "skips", (6, 1), found, inside.enter((0, 1), "skip"))
    inside.leave((7, 0), inside.merge("add", "residual", (6, 0), onwards, "input"))
    inside.leave((7, 1), skips, "skip_on")
    return inside


def _pointwise(name: str, channels: object) -> tuple[str, str, dict[str, object]]:
    """A window of one step."""
    return laid("conv1d", name, out_channels=channels, kernel_size=1)
