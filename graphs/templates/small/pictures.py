"""Handwritten digits with blocks of well-known networks: residual, gated, parallel, attending."""

from graphs.describe import Chosen
from graphs.library.drawing import Drawing, DrawnGraph, Laid, computing, conv, laid
from graphs.plan.augmentations import RandomShift
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.setting_kinds import Promoted
from graphs.templates.references import scored
from graphs.templates.sets import DIGITS
from graphs.templates.spec import template
from graphs.wording.phrases import phrase

DIGIT_CLASSES = 10


@template("digits-resnet", "Digits with residual blocks", "Image classification", "intermediate")
def digits_resnet() -> Drawing:
    """Reads digits with four blocks that add what they learn to what enters them.

    A small network after He, Zhang, Ren and Sun, Deep residual learning for image recognition
    (2015).
    """
    drawing = Drawing(DIGITS, _plan(epochs=15))
    plain = _residual(drawing, None, projected=False)
    projected = _residual(drawing, None, projected=True)
    _stem(drawing, 16)
    drawing.row(
        (0, 1),
        "relu",
        computing(plain, "stage1", width=16),
        computing(projected, "stage2", width=32),
        computing(projected, "stage3", width=64),
        computing(plain, "stage4", width=64),
    )
    _pooled(drawing, (0, 2), "stage4")
    return drawing


@template("digits-se", "Digits with gates", "Image classification", "advanced")
def digits_se() -> Drawing:
    """Reads digits with residual blocks that weigh their channels by what is in the picture.

    A small network after Hu, Shen and Sun, Squeeze-and-excitation networks (2017).
    """
    drawing = Drawing(DIGITS, _plan(epochs=15))
    gate = _squeeze_and_excitation(drawing)
    plain = _residual(drawing, gate, projected=False)
    projected = _residual(drawing, gate, projected=True)
    _stem(drawing, 16)
    drawing.row(
        (0, 1),
        "relu",
        computing(plain, "stage1", width=16, squeezed=4),
        computing(projected, "stage2", width=32, squeezed=8),
        computing(projected, "stage3", width=64, squeezed=16),
    )
    _pooled(drawing, (0, 2), "stage3")
    return drawing


@template("digits-inception", "Digits at several scales", "Image classification", "intermediate")
def digits_inception() -> Drawing:
    """Reads digits with blocks that look through windows of several sizes at once.

    A small network after Szegedy and others, Going deeper with convolutions (2014).
    """
    drawing = Drawing(DIGITS, _plan(epochs=15))
    block = _inception(drawing)
    _stem(drawing, 16)
    drawing.row(
        (0, 1),
        "relu",
        laid("max_pool2d", "pool1"),
        computing(block, "mixed1", width=8),
        computing(block, "mixed2", width=12),
        laid("max_pool2d", "pool2"),
        computing(block, "mixed3", width=16),
    )
    _pooled(drawing, (0, 2), "mixed3")
    return drawing


@template("digits-vit", "Digits with a Transformer", "Image classification", "advanced")
def digits_vit() -> Drawing:
    """Reads each digit as a series of patches that look at each other.

    A small network after Dosovitskiy and others, An image is worth 16x16 words (2020).
    """
    drawing = Drawing(DIGITS, _plan(epochs=60, lr=2e-3, weight_decay=0.05))
    layer = _encoder_layer(drawing, width=64)
    drawing.node("input", "image", (0, 0), field="image")
    drawing.row(
        (1, 0),
        "image",
        laid("patch_embedding", "patches", embed_dim=64, patch_size=4),
        laid("class_token", "class_token"),
        laid("sinusoidal_position", "position"),  # for pictures of any size
    )
    scores = drawing.row(
        (0, 1),
        "position",
        computing(layer, "layers", repeat=3),
        laid("layer_norm", "norm"),
        laid("select", "first", dim=1, index=0),
        laid("linear", "classify", out_features=DIGIT_CLASSES),
    )
    scored(drawing, (4, 1), scores, "digit")
    return drawing


def _plan(epochs: int, lr: float = 4e-3, weight_decay: float = 0.01) -> Plan:
    return Plan(
        epochs=epochs,
        batch_size=64,
        optimizer=Chosen.of(AdamW(lr=lr, weight_decay=weight_decay)),
        schedule=Chosen.of(OneCycle()),
        augmentation=(Chosen.of(RandomShift(pixels=2)),),
    )


def _stem(drawing: Drawing, channels: int) -> None:
    """From the picture to maps of the first edges."""
    drawing.node("input", "image", (0, 0), field="image")
    drawing.row(
        (1, 0),
        "image",
        _three("conv", channels),
        laid("batch_norm2d", "norm"),
        laid("relu", "relu"),
    )


def _pooled(drawing: Drawing, at: tuple[int, int], last: str) -> None:
    """From the means of the last maps to the scores."""
    scores = drawing.row(
        at,
        last,
        laid("global_avg_pool", "pool"),
        laid("linear", "classify", out_features=DIGIT_CLASSES),
    )
    scored(drawing, (at[0] + 2, at[1]), scores, "digit")


def _residual(drawing: Drawing, gate: DrawnGraph | None, *, projected: bool) -> DrawnGraph:
    """Two convolutions, perhaps a gate, and what goes past them; halves the sides if projected."""
    usual = {"width": 32, **({"squeezed": 8} if gate is not None else {})}
    if projected:
        inside = drawing.block("residual_projected", phrase("Residual block, projected"), **usual)
    else:
        inside = drawing.block("residual", phrase("Residual block"), **usual)
    width, stride = Promoted("width"), 2 if projected else 1
    learned: list[Laid] = [
        _three("conv1", width, stride),
        laid("batch_norm2d", "norm1"),
        laid("relu", "relu1"),
        _three("conv2", width),
        laid("batch_norm2d", "norm2"),
    ]
    if gate is not None:
        squeezed = Promoted("squeezed")
        learned.append(computing(gate, "gate", squeezed=squeezed, channels=width))
    last = inside.row((1, 0), "input", *learned)
    past = "input"
    if projected:
        shortcut = conv("shortcut", width, 1, stride=stride, bias=False)
        past = inside.row((1, 1), "input", shortcut, laid("batch_norm2d", "shortcut_norm"))
    column = len(learned) + 1
    inside.merge("add", "add", (column, 0), last, past)
    inside.leave((column + 2, 0), inside.row((column + 1, 0), "add", laid("relu", "relu2")))
    return inside


def _squeeze_and_excitation(drawing: Drawing) -> DrawnGraph:
    """Weighs channels by numbers that are computed from the means of all of them."""
    title = phrase("Squeeze and excitation")
    inside = drawing.block("squeeze_excitation", title, squeezed=8, channels=32)
    gate = inside.row(
        (1, 0),
        "input",
        laid("adaptive_avg_pool2d", "squeeze", output_size=1),
        conv("narrow", Promoted("squeezed"), 1),
        laid("relu", "relu"),
        conv("widen", Promoted("channels"), 1),
        laid("sigmoid", "gate"),
    )
    inside.merge("multiply", "scale", (6, 0), "input", gate)
    inside.leave((7, 0), "scale")
    return inside


def _inception(drawing: Drawing) -> DrawnGraph:
    """Windows of 1, 3 and 5 pixels and a maximum, each followed into maps of its own."""
    inside = drawing.block("inception", phrase("Inception block"), width=8)
    width = Promoted("width")
    ends = [
        inside.row((1, 0), "input", conv("one", width, 1, bias=False)),
        inside.row((1, 1), "input", conv("before_three", width, 1), _three("three", width)),
        inside.row(
            (1, 2),
            "input",
            conv("before_five", width, 1),
            conv("five", width, 5, padding=2, bias=False),
        ),
        inside.row(
            (1, 3),
            "input",
            laid("max_pool2d", "highest", kernel_size=3, stride=1, padding=1),
            conv("behind_highest", width, 1, bias=False),
        ),
    ]
    inside.merge("concatenate", "together", (3, 0), *ends)
    last = inside.row((4, 0), "together", laid("batch_norm2d", "norm"), laid("relu", "relu"))
    inside.leave((6, 0), last)
    return inside


def _encoder_layer(drawing: Drawing, width: int) -> DrawnGraph:
    """Attention and two linear maps, each behind a norm and beside what goes past it."""
    inside = drawing.block("encoder_layer", phrase("Encoder layer"))
    looked = inside.row(
        (1, 0),
        "input",
        laid("layer_norm", "norm1"),
        laid("multihead_attention", "attention", num_heads=4),
    )
    inside.merge("add", "add1", (3, 0), looked, "input")
    thought = inside.row(
        (1, 1),
        "add1",
        laid("layer_norm", "norm2"),
        laid("linear", "widen", out_features=2 * width),
        laid("gelu", "gelu"),
        laid("linear", "narrow", out_features=width),
    )
    inside.merge("add", "add2", (5, 1), thought, "add1")
    inside.leave((6, 1), "add2")
    return inside


def _three(name: str, channels: object, stride: int = 1) -> Laid:
    """A convolution of 3 × 3 whose norm brings the offsets."""
    return conv(name, channels, 3, stride=stride, padding=1, bias=False)
