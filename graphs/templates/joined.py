"""Published networks that put maps beside each other: DenseNet and GoogLeNet."""

from graphs.library.blocks.joined import Widths, dense_layer, inception, normed, transition
from graphs.library.drawing import Drawing, DrawnGraph, Laid, computing, conv, laid
from graphs.templates.references import CLASSES, picture_network, scored
from graphs.templates.spec import template
from graphs.wording.phrases import phrase

INCEPTIONS = {
    "inception3a": Widths(64, 96, 128, 16, 32, 32),
    "inception3b": Widths(128, 128, 192, 32, 96, 64),
    "inception4a": Widths(192, 96, 208, 16, 48, 64),
    "inception4b": Widths(160, 112, 224, 24, 64, 64),
    "inception4c": Widths(128, 128, 256, 24, 64, 64),
    "inception4d": Widths(112, 144, 288, 32, 64, 64),
    "inception4e": Widths(256, 160, 320, 32, 128, 128),
    "inception5a": Widths(256, 160, 320, 32, 128, 128),
    "inception5b": Widths(384, 192, 384, 48, 128, 128),
}


@template("densenet-121", "DenseNet-121", "Image classification", "reference", 7_978_856)
def densenet_121() -> Drawing:
    """Each layer sees the maps of all layers before it in its block: 7,978,856 weights.

    Huang, Liu, van der Maaten and Weinberger, Densely connected convolutional networks (2016), as
    in torchvision. Choose pictures of your own for it.
    """
    drawing = picture_network()
    layer, between = dense_layer(drawing), transition(drawing)
    drawing.row(
        (1, 0),
        "image",
        conv("conv0", 64, 7, stride=2, padding=3, bias=False),
        laid("batch_norm2d", "norm0"),
        laid("relu", "relu0"),
        laid("max_pool2d", "pool0", kernel_size=3, stride=2, padding=1),
    )
    drawing.row(
        (0, 1),
        "pool0",
        computing(layer, "denseblock1", repeat=6),
        computing(between, "transition1", channels=128),
        computing(layer, "denseblock2", repeat=12),
        computing(between, "transition2", channels=256),
        computing(layer, "denseblock3", repeat=24),
        computing(between, "transition3", channels=512),
        computing(layer, "denseblock4", repeat=16),
    )
    scores = drawing.row(
        (0, 2),
        "denseblock4",
        laid("batch_norm2d", "norm5"),
        laid("relu", "relu5"),
        laid("global_avg_pool", "avgpool"),
        laid("linear", "classifier", out_features=CLASSES),
    )
    scored(drawing, (4, 2), scores)
    return drawing


@template("googlenet", "GoogLeNet", "Image classification", "reference", 6_624_904)
def googlenet() -> Drawing:
    """Nine blocks look through windows of several sizes at once: 6,624,904 weights.

    Szegedy and others, Going deeper with convolutions (2014), as in torchvision: with batch
    normalisation, 3 × 3 in the place of 5 × 5, and without the two heads in between. Choose
    pictures of your own for it.
    """
    drawing = picture_network(lr=0.01)
    block = normed(drawing)
    stem, parallel = _stem(drawing, block), inception(drawing, block)
    found = {name: _sized(parallel, name, widths) for name, widths in INCEPTIONS.items()}
    pool = {"kernel_size": 3, "stride": 2, "ceil_mode": True}
    drawing.row(
        (1, 0),
        "image",
        computing(stem, "stem"),
        *(found[f"inception3{letter}"] for letter in "ab"),
        laid("max_pool2d", "maxpool3", **pool),
    )
    drawing.row(
        (0, 1),
        "maxpool3",
        *(found[f"inception4{letter}"] for letter in "abcde"),
        laid("max_pool2d", "maxpool4", kernel_size=2, stride=2, ceil_mode=True),
    )
    scores = drawing.row(
        (0, 2),
        "maxpool4",
        *(found[f"inception5{letter}"] for letter in "ab"),
        laid("global_avg_pool", "avgpool"),
        laid("dropout", "dropout", p=0.2),
        laid("linear", "fc", out_features=CLASSES),
    )
    scored(drawing, (5, 2), scores)
    return drawing


def _stem(drawing: Drawing, block: DrawnGraph) -> DrawnGraph:
    """What makes a picture smaller before the first Inception block."""
    pool = {"kernel_size": 3, "stride": 2, "ceil_mode": True}
    inside = drawing.block("stem", phrase("Stem"))
    last = inside.row(
        (1, 0),
        "input",
        computing(block, "conv1", channels=64, kernel_size=7, stride=2, padding=3),
        laid("max_pool2d", "maxpool1", **pool),
        computing(block, "conv2", channels=64),
        computing(block, "conv3", channels=192, kernel_size=3, padding=1),
        laid("max_pool2d", "maxpool2", **pool),
    )
    inside.leave((6, 0), last)
    return inside


def _sized(inception: DrawnGraph, name: str, widths: Widths) -> Laid:
    return computing(inception, name, **widths._asdict())
