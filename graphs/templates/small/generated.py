"""What each pixel shows, and words written backwards: with a U-Net, and a whole Transformer."""

from graphs.describe import Chosen
from graphs.library.blocks.unets import double_convolution
from graphs.library.drawing import Drawing, computing, conv, laid
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.templates.references import scored
from graphs.templates.sets import REVERSAL, SHAPES
from graphs.templates.spec import template

WIDTH = 64
"""How many features each letter has."""


@template("shapes-unet", "Outlines of shapes", "Segmentation", "advanced")
def shapes_unet() -> Drawing:
    """Tells what each pixel shows: a circle, a square, a triangle or the ground.

    A small network after Ronneberger, Fischer and Brox, U-Net (2015): maps become smaller and
    wider, then larger again beside those that were there before.
    """
    drawing = Drawing(SHAPES, _plan(epochs=20, lr=4e-3))
    double = double_convolution(drawing)
    drawing.node("input", "picture", (0, 0), field="picture")
    drawing.row(
        (1, 0),
        "picture",
        computing(double, "down1", width=16),
        laid("max_pool2d", "pool1"),
        computing(double, "down2", width=32),
        laid("max_pool2d", "pool2"),
        computing(double, "bottom", width=64),
    )
    last = "bottom"
    for number, width, row in ((2, 32, 1), (1, 16, 2)):
        larger = laid(
            "conv_transpose2d", f"larger{number}", out_channels=width, kernel_size=2, stride=2
        )
        enlarged = drawing.row((1, row), last, larger)
        beside = drawing.merge(
            "concatenate", f"beside{number}", (2, row), f"down{number}", enlarged
        )
        last = drawing.row((3, row), beside, computing(double, f"up{number}", width=width))
    kinds = len(SHAPES.fields["shape"].classes)
    scored(drawing, (5, 2), drawing.row((4, 2), last, conv("scores", kinds, 1)), "shape")
    return drawing


@template("reversal", "Words written backwards", "Sequence to sequence", "advanced")
def reversal() -> Drawing:
    """Writes words backwards, letter by letter: a whole Transformer, with encoder and decoder.

    A small network after Vaswani and others, Attention is all you need (2017). While it learns,
    it is given the right letters so far.
    """
    drawing = Drawing(REVERSAL, _plan(epochs=20, lr=2e-3))
    settings = {"nhead": 4, "dim_feedforward": 2 * WIDTH, "dropout": 0.0, "norm_first": True}
    last = {}
    for row, (field, kind) in enumerate({"word": "encoder", "so_far": "decoder"}.items()):
        drawing.node("input", field, (0, row), field=field)
        last[kind] = drawing.row(
            (1, row),
            field,
            laid("embedding", f"{field}_embedding", embedding_dim=WIDTH),
            laid("sinusoidal_position", f"{field}_position"),
            laid(f"transformer_{kind}_layer", kind, **settings),
        )
    drawing.wire("encoder", "decoder.memory")
    scores = drawing.row(
        (4, 1),
        last["decoder"],
        laid("layer_norm", "norm"),
        laid("linear", "scores", out_features=len(REVERSAL.fields["backwards"].classes)),
    )
    scored(drawing, (6, 1), scores, "backwards")
    return drawing


def _plan(epochs: int, lr: float) -> Plan:
    return Plan(
        epochs=epochs,
        batch_size=32,
        clip_norm=1.0,
        optimizer=Chosen.of(AdamW(lr=lr)),
        schedule=Chosen.of(OneCycle()),
    )
