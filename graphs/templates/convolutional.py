"""Published networks of convolutions one behind the other: LeNet, AlexNet, VGG and NiN."""

from graphs.describe import Chosen
from graphs.library.blocks.convolutional import perceptrons, windows
from graphs.library.drawing import Drawing, DrawnGraph, Laid, computing, conv, laid
from graphs.plan.optimizers import SGD
from graphs.plan.plan import Plan
from graphs.plan.schedules import Cosine
from graphs.setting_kinds import Promoted
from graphs.templates.references import CLASSES, picture_network, scored
from graphs.templates.sets import DIGITS
from graphs.templates.spec import template
from graphs.wording.phrases import phrase


@template("lenet-5", "LeNet-5", "Image classification", "reference", 61_706)
def lenet_5() -> Drawing:
    """The first convolutional network in wide use; it reads digits with 61,706 weights.

    LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition
    (1998), with plain averages between the convolutions and ten scores at the end.
    """
    plan = Plan(
        epochs=20,
        batch_size=64,
        optimizer=Chosen.of(SGD(lr=0.1, momentum=0.9)),
        schedule=Chosen.of(Cosine()),
    )
    drawing = Drawing(DIGITS, plan)
    drawing.node("input", "image", (0, 0), field="image")
    maps = drawing.row(
        (1, 0),
        "image",
        conv("conv1", 6, 5, padding=2),
        laid("tanh", "tanh1"),
        laid("avg_pool2d", "pool1", kernel_size=2),
        conv("conv2", 16, 5),
        laid("tanh", "tanh2"),
        laid("avg_pool2d", "pool2", kernel_size=2),
    )
    scores = drawing.row(
        (0, 1),
        maps,
        laid("flatten", "flatten"),
        laid("linear", "fc3", out_features=120),
        laid("tanh", "tanh3"),
        laid("linear", "fc4", out_features=84),
        laid("tanh", "tanh4"),
        laid("linear", "fc5", out_features=10),
    )
    scored(drawing, (6, 1), scores, "digit")
    return drawing


@template("alexnet", "AlexNet", "Image classification", "reference", 61_100_840)
def alexnet() -> Drawing:
    """The network that began deep learning on photographs, with 61,100,840 weights.

    Krizhevsky, One weird trick for parallelizing convolutional neural networks (2014), as in
    torchvision. Choose pictures of your own for it.
    """
    drawing = picture_network(lr=0.01)
    block = _convolution(drawing)
    drawing.row(
        (1, 0),
        "image",
        computing(block, "conv1", channels=64, kernel_size=11, stride=4, padding=2),
        laid("max_pool2d", "pool1", kernel_size=3, stride=2),
        computing(block, "conv2", channels=192, kernel_size=5, padding=2),
        laid("max_pool2d", "pool2", kernel_size=3, stride=2),
    )
    drawing.row(
        (0, 1),
        "pool2",
        computing(block, "conv3", channels=384),
        computing(block, "conv4", channels=256),
        computing(block, "conv5", channels=256),
        laid("max_pool2d", "pool5", kernel_size=3, stride=2),
        laid("adaptive_avg_pool2d", "avgpool", output_size=6),
        laid("flatten", "flatten"),
    )
    scores = drawing.row(
        (0, 2),
        "flatten",
        laid("dropout", "dropout6", p=0.5),
        *_hidden(6),
        laid("dropout", "dropout7", p=0.5),
        *_hidden(7),
        laid("linear", "fc8", out_features=CLASSES),
    )
    scored(drawing, (7, 2), scores)
    return drawing


@template("vgg-16", "VGG-16", "Image classification", "reference", 138_357_544)
def vgg_16() -> Drawing:
    """Thirteen convolutions of 3 × 3, then three wide layers: 138,357,544 weights.

    Simonyan and Zisserman, Very deep convolutional networks for large-scale image recognition
    (2014), configuration D. Choose pictures of your own for it.
    """
    drawing = picture_network(lr=0.01)
    stage = _stage(drawing)
    drawing.row(
        (1, 0),
        "image",
        computing(stage, "block1", channels=64, convolutions=2),
        computing(stage, "block2", channels=128, convolutions=2),
        computing(stage, "block3", channels=256, convolutions=3),
        computing(stage, "block4", channels=512, convolutions=3),
        computing(stage, "block5", channels=512, convolutions=3),
    )
    drawing.row(
        (0, 1),
        "block5",
        laid("adaptive_avg_pool2d", "avgpool", output_size=7),
        laid("flatten", "flatten"),
        *_hidden(6),
        laid("dropout", "dropout6", p=0.5),
    )
    scores = drawing.row(
        (0, 2),
        "dropout6",
        *_hidden(7),
        laid("dropout", "dropout7", p=0.5),
        laid("linear", "fc8", out_features=CLASSES),
    )
    scored(drawing, (4, 2), scores)
    return drawing


@template("nin", "Network in network", "Image classification", "reference", 7_595_176)
def nin() -> Drawing:
    """Small networks slide over the picture in the place of filters: 7,595,176 weights.

    Lin, Chen and Yan, Network in network (2013), in the form for ImageNet that the Caffe Model Zoo
    holds. Choose pictures of your own for it.
    """
    drawing = picture_network(lr=0.01)
    block = perceptrons(drawing)
    pool = {"kernel_size": 3, "stride": 2, "ceil_mode": True}
    drawing.row(
        (1, 0),
        "image",
        computing(block, "mlpconv1", channels=96, kernel_size=11, stride=4, padding=0),
        laid("max_pool2d", "pool1", **pool),
        computing(block, "mlpconv2", channels=256, kernel_size=5, padding=2),
        laid("max_pool2d", "pool2", **pool),
    )
    drawing.row(
        (0, 1),
        "pool2",
        computing(block, "mlpconv3", channels=384),
        laid("max_pool2d", "pool3", **pool),
        laid("dropout", "dropout", p=0.5),
        conv("conv4", 1024, 3, padding=1),
        laid("relu", "relu4"),
    )
    scores = drawing.row(
        (0, 2),
        "relu4",
        conv("cccp7", 1024, 1),
        laid("relu", "relu7"),
        conv("cccp8", CLASSES, 1),
        laid("relu", "relu8"),
        laid("global_avg_pool", "avgpool"),
    )
    scored(drawing, (5, 2), scores)
    return drawing


def _convolution(drawing: Drawing) -> DrawnGraph:
    """A convolution and its ReLU."""
    parameters = {"channels": 64, "kernel_size": 3, "stride": 1, "padding": 1}
    inside = drawing.block("convolution", phrase("Convolution"), **parameters)
    inside.row((1, 0), "input", windows("conv"), laid("relu", "relu"))
    inside.leave((3, 0), "relu")
    return inside


def _stage(drawing: Drawing) -> DrawnGraph:
    """Convolutions one behind the other, then half the sides."""
    block = _convolution(drawing)
    inside = drawing.block("stage", phrase("Stage"), channels=64, convolutions=2)
    convolutions = computing(
        block, "convs", repeat=Promoted("convolutions"), channels=Promoted("channels")
    )
    inside.row((1, 0), "input", convolutions, laid("max_pool2d", "pool", kernel_size=2, stride=2))
    inside.leave((3, 0), "pool")
    return inside


def _hidden(number: int) -> tuple[Laid, Laid]:
    """A wide hidden layer."""
    return laid("linear", f"fc{number}", out_features=4096), laid("relu", f"relu{number}")
