"""Residual blocks, and the gate that weighs their channels."""

from graphs.library.drawing import Drawing, DrawnGraph, Laid, computing, conv, laid
from graphs.library.spec import block
from graphs.setting_kinds import Promoted
from graphs.wording.phrases import phrase


@block(
    "residual_basic",
    "Basic block",
    "Adds what two convolutions learn to what enters them.",
    search="residual resnet skip shortcut connection 18 34",
)
def basic(drawing: Drawing, *, projected: bool = False) -> DrawnGraph:
    """Two convolutions, each with its norm; what enters is added to what they learn.

    Its width is that of what enters. From https://arxiv.org/abs/1512.03385.
    """
    if projected:
        inside = drawing.block("basic_projected", phrase("Basic block, projected"), width=128)
    else:
        inside = drawing.block("basic", phrase("Basic block"), width=64)
    width = Promoted("width")
    learned = inside.row(
        (1, 0),
        "input",
        _three("conv1", width, stride=2 if projected else 1),
        laid("batch_norm2d", "bn1"),
        laid("relu", "relu1"),
        _three("conv2", width),
        laid("batch_norm2d", "bn2"),
    )
    past = _projection(inside, (2, 1), width, 2) if projected else "input"
    _joined(inside, (6, 0), learned, past)
    return inside


@block(
    "residual_basic_projected",
    "Basic block, projected",
    "Adds what two convolutions learn to what enters, and halves the sides.",
    search="residual resnet skip shortcut connection downsample stride",
)
def basic_projected(drawing: Drawing) -> DrawnGraph:
    """As the basic block, but a convolution of 1 × 1 fits what goes past to any width.

    From https://arxiv.org/abs/1512.03385.
    """
    return basic(drawing, projected=True)


@block(
    "residual_pre_activation",
    "Pre-activation block",
    "As the basic block, but norms and ReLUs come before the convolutions.",
    search="residual resnet v2 preact identity skip shortcut connection",
)
def pre_activation(drawing: Drawing) -> DrawnGraph:
    """Nothing stands in the way past the convolutions, so many of these learn together.

    Its width is that of what enters. From https://arxiv.org/abs/1603.05027.
    """
    inside = drawing.block("pre_activation", phrase("Pre-activation block"), width=64)
    learned = inside.row(
        (1, 0),
        "input",
        laid("batch_norm2d", "bn1"),
        laid("relu", "relu1"),
        _three("conv1", Promoted("width")),
        laid("batch_norm2d", "bn2"),
        laid("relu", "relu2"),
        _three("conv2", Promoted("width")),
    )
    inside.merge("add", "add", (7, 0), learned, "input")
    inside.leave((8, 0), "add")
    return inside


@block(
    "residual_bottleneck",
    "Bottleneck",
    "Adds what three convolutions learn on fewer channels to what enters them.",
    search="residual resnet skip shortcut connection 50 101 152",
)
def bottleneck(
    drawing: Drawing, gate: DrawnGraph | None = None, *, projected: bool = False
) -> DrawnGraph:
    """Convolutions narrow, look and widen again; what enters is added to what they learn.

    Its channels are those of what enters. From https://arxiv.org/abs/1512.03385.
    """
    usual = {"width": 64, "channels": 256, **({"squeezed": 16} if gate is not None else {})}
    if projected:
        title = phrase("Bottleneck, projected")
        inside = drawing.block("bottleneck_projected", title, stride=1, **usual)
    else:
        inside = drawing.block("bottleneck", phrase("Bottleneck"), **usual)
    width, channels = Promoted("width"), Promoted("channels")
    stride = Promoted("stride") if projected else 1
    inside.row(
        (1, 0),
        "input",
        conv("conv1", width, 1, bias=False),
        laid("batch_norm2d", "bn1"),
        laid("relu", "relu1"),
        _three("conv2", width, stride=stride),
        laid("batch_norm2d", "bn2"),
        laid("relu", "relu2"),
    )
    learned: list[Laid] = [conv("conv3", channels, 1, bias=False), laid("batch_norm2d", "bn3")]
    if gate is not None:
        learned.append(computing(gate, "se", squeezed=Promoted("squeezed"), channels=channels))
    end = inside.row((1, 1), "relu2", *learned)
    past = _projection(inside, (1, 2), channels, stride) if projected else "input"
    _joined(inside, (len(learned) + 1, 1), end, past)
    return inside


@block(
    "residual_bottleneck_projected",
    "Bottleneck, projected",
    "As the bottleneck, with any stride and any number of channels.",
    search="residual resnet skip shortcut connection downsample stride",
)
def bottleneck_projected(drawing: Drawing) -> DrawnGraph:
    """As the bottleneck, but a convolution of 1 × 1 fits what goes past.

    From https://arxiv.org/abs/1512.03385.
    """
    return bottleneck(drawing, projected=True)


@block(
    "squeeze_excitation",
    "Squeeze and excitation",
    "Weighs channels by what is in the whole picture.",
    search="se senet squeeze-and-excitation channel attention gate recalibrate",
)
def squeeze_and_excitation(drawing: Drawing) -> DrawnGraph:
    """Weighs channels by numbers that are computed from the means of all of them.

    Its channels are those of what enters. From https://arxiv.org/abs/1709.01507.
    """
    title = phrase("Squeeze and excitation")
    inside = drawing.block("squeeze_excitation", title, squeezed=16, channels=256)
    gate = inside.row(
        (1, 0),
        "input",
        laid("adaptive_avg_pool2d", "squeeze", output_size=1),
        conv("fc1", Promoted("squeezed"), 1),
        laid("relu", "relu"),
        conv("fc2", Promoted("channels"), 1),
        laid("sigmoid", "gate"),
    )
    inside.merge("multiply", "scale", (6, 0), "input", gate)
    inside.leave((7, 0), "scale")
    return inside


def _projection(inside: DrawnGraph, at: tuple[int, int], channels: object, stride: object) -> str:
    """What fits that which goes past a block to what it learns."""
    return inside.row(
        at,
        "input",
        conv("downsample", channels, 1, stride=stride, bias=False),
        laid("batch_norm2d", "downsample_bn"),
    )


def _joined(inside: DrawnGraph, at: tuple[int, int], learned: str, past: str) -> None:
    """Both together, behind a ReLU."""
    inside.merge("add", "add", at, learned, past)
    end = inside.row((at[0] + 1, at[1]), "add", laid("relu", "relu_out"))
    inside.leave((at[0] + 2, at[1]), end)


def _three(name: str, channels: object, stride: object = 1) -> Laid:
    """A convolution of 3 × 3 whose norm brings the offsets."""
    return conv(name, channels, 3, stride=stride, padding=1, bias=False)
