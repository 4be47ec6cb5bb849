"""Published residual networks: ResNet-18 and 50, and ResNet-50 with squeeze and excitation."""

from graphs.library.blocks.residual import basic, bottleneck, squeeze_and_excitation
from graphs.library.drawing import Drawing, DrawnGraph, Laid, computing, conv, laid
from graphs.setting_kinds import Promoted
from graphs.templates.references import CLASSES, picture_network, scored
from graphs.templates.spec import template
from graphs.wording.phrases import phrase

STAGES = ((64, 1, 2), (128, 2, 3), (256, 2, 5), (512, 2, 2))
"""Of each stage of a ResNet-50: its width, its stride, and how many blocks follow the first."""


@template("resnet-18", "ResNet-18", "Image classification", "reference", 11_689_512)
def resnet_18() -> Drawing:
    """Eight blocks that add what they learn to what enters them: 11,689,512 weights.

    He, Zhang, Ren and Sun, Deep residual learning for image recognition (2015), as in torchvision.
    Choose pictures of your own for it.
    """
    drawing = picture_network()
    plain = basic(drawing, projected=False)
    stage = _basic_stage(drawing, plain)
    _stem(drawing)
    _stages(
        drawing,
        computing(plain, "layer1", repeat=2, width=64),
        *(computing(stage, f"layer{n}", width=width) for n, width in enumerate((128, 256, 512), 2)),
    )
    return drawing


@template("resnet-50", "ResNet-50", "Image classification", "reference", 25_557_032)
def resnet_50() -> Drawing:
    """Sixteen blocks that narrow, look and widen again: 25,557,032 weights.

    He, Zhang, Ren and Sun, Deep residual learning for image recognition (2015), as in torchvision,
    where the convolution of 3 × 3 makes the step. Choose pictures of your own for it.
    """
    return _deep(gated=False)


@template("se-resnet-50", "SE-ResNet-50", "Image classification", "reference", 28_088_024)
def se_resnet_50() -> Drawing:
    """A ResNet-50 whose blocks weigh their channels by what is in the picture: 28,088,024 weights.

    Hu, Shen and Sun, Squeeze-and-excitation networks (2017), with biases in the gates. Choose
    pictures of your own for it.
    """
    return _deep(gated=True)


def _deep(*, gated: bool) -> Drawing:
    """A network of bottlenecks; ``gated`` ones weigh their channels."""
    drawing = picture_network()
    gate = squeeze_and_excitation(drawing) if gated else None
    stage = _stage(
        drawing,
        bottleneck(drawing, gate, projected=True),
        bottleneck(drawing, gate, projected=False),
        {"squeezed": 16} if gated else {},
    )
    _stem(drawing)
    stages = []
    for number, (width, stride, rest) in enumerate(STAGES, 1):
        values = {"width": width, "channels": 4 * width, "stride": stride, "rest": rest}
        if gated:
            values["squeezed"] = width // 4
        stages.append(computing(stage, f"layer{number}", **values))
    _stages(drawing, *stages)
    return drawing


def _stem(drawing: Drawing) -> None:
    """What makes a picture smaller before the first stage."""
    drawing.row(
        (1, 0),
        "image",
        conv("conv1", 64, 7, stride=2, padding=3, bias=False),
        laid("batch_norm2d", "bn1"),
        laid("relu", "relu"),
        laid("max_pool2d", "maxpool", kernel_size=3, stride=2, padding=1),
    )


def _stages(drawing: Drawing, *stages: Laid) -> None:
    """The four stages, and the scores behind them."""
    drawing.row((0, 1), "maxpool", *stages)
    scores = drawing.row(
        (0, 2),
        "layer4",
        laid("global_avg_pool", "avgpool"),
        laid("linear", "fc", out_features=CLASSES),
    )
    scored(drawing, (2, 2), scores)


def _basic_stage(drawing: Drawing, plain: DrawnGraph) -> DrawnGraph:
    """A block that halves the sides, and one that keeps them."""
    projected = basic(drawing, projected=True)
    inside = drawing.block("stage", phrase("Stage"), width=128)
    width = Promoted("width")
    blocks = (computing(projected, "first", width=width), computing(plain, "second", width=width))
    inside.leave((3, 0), inside.row((1, 0), "input", *blocks))
    return inside


def _stage(
    drawing: Drawing, projected: DrawnGraph, plain: DrawnGraph, further: dict[str, int]
) -> DrawnGraph:
    """A bottleneck that brings the sizes of the stage, and those that keep them."""
    usual = {"width": 64, "channels": 256, **further}
    inside = drawing.block("stage", phrase("Stage"), **usual, stride=1, rest=2)
    handed = {name: Promoted(name) for name in usual}
    last = inside.row(
        (1, 0),
        "input",
        computing(projected, "first", **handed, stride=Promoted("stride")),
        computing(plain, "rest", repeat=Promoted("rest"), **handed),
    )
    inside.leave((3, 0), last)
    return inside
