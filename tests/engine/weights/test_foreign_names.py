"""Weights that torchvision has named: taken into templates by order and sizes, or told why not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from engine.network.compiling import compiled
from engine.weights import initial_weights, weight_store
from engine.weights.by_order import Shape, by_order
from engine.weights.fitting import Report, compared
from engine.weights.origins import Origin
from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.files import weights
from graphs.steps import operations
from tests.engine.drawings import DIGITS, QUICK, Drawing, digits
from tests.engine.test_references import chosen, drawn

FOREIGN = Origin(file="theirs.safetensors", is_foreign=True)
SQUARE = (64, 64)


# ---- as torchvision writes them ----


class Basic(nn.Module):
    """Two convolutions and what goes around them: torchvision's BasicBlock."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = shortcut(before, width, stride)

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    """Three convolutions and what goes around them."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample = shortcut(before, 4 * width, stride)


def shortcut(before: int, after: int, stride: int) -> nn.Module | None:
    if before == after:
        return None
    return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))


class ResNet(nn.Module):
    def __init__(self, block: type[nn.Module], counts: tuple[int, ...], more: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        before = 64
        for at, count in enumerate(counts):
            width, blocks = 64 * 2**at, []
            for number in range(count):
                blocks.append(block(before, width, 2 if at and not number else 1))
                before = more * width
            self.add_module(f"layer{at + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(before, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for at in range(1, 5):
            x = self.get_submodule(f"layer{at}")(x)
        scores: Tensor = self.fc(x.mean((2, 3)))
        return scores


def sequential(first: str, *made: nn.Module | None) -> dict[str, nn.Module]:
    """Modules by their places; None is one that has no weights."""
    return {f"{first}.{at}": one for at, one in enumerate(made) if one is not None}


def alexnet() -> dict[str, nn.Module]:
    def conv(before: int, after: int, size: int) -> nn.Module:
        return nn.Conv2d(before, after, size)

    return sequential(
        "features",
        *(conv(3, 64, 11), None, None, conv(64, 192, 5), None, None, conv(192, 384, 3), None),
        *(conv(384, 256, 3), None, conv(256, 256, 3)),
    ) | sequential(
        "classifier",
        *(None, nn.Linear(9216, 4096), None, None, nn.Linear(4096, 4096), None),
        nn.Linear(4096, 1000),
    )


def vgg_16() -> dict[str, nn.Module]:
    made: list[nn.Module | None] = []
    before = 3
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            made += [nn.Conv2d(before, width, 3), None]
            before = width
        made.append(None)
    wide = (nn.Linear(25088, 4096), None, None, nn.Linear(4096, 4096), None, None)
    return sequential("features", *made) | sequential("classifier", *wide, nn.Linear(4096, 1000))


def densenet_121() -> dict[str, nn.Module]:
    made: dict[str, nn.Module] = {
        "features.conv0": nn.Conv2d(3, 64, 7, bias=False),
        "features.norm0": nn.BatchNorm2d(64),
    }
    width = 64
    for at, count in enumerate((6, 12, 24, 16), 1):
        for number in range(1, count + 1):
            within = f"features.denseblock{at}.denselayer{number}"
            made[f"{within}.norm1"] = nn.BatchNorm2d(width)
            made[f"{within}.conv1"] = nn.Conv2d(width, 128, 1, bias=False)
            made[f"{within}.norm2"] = nn.BatchNorm2d(128)
            made[f"{within}.conv2"] = nn.Conv2d(128, 32, 3, bias=False)
            width += 32
        if at < 4:
            made[f"features.transition{at}.norm"] = nn.BatchNorm2d(width)
            made[f"features.transition{at}.conv"] = nn.Conv2d(width, width // 2, 1, bias=False)
            width //= 2
    made["features.norm5"] = nn.BatchNorm2d(width)
    made["classifier"] = nn.Linear(width, 1000)
    return made


def of_modules(made: dict[str, nn.Module]) -> dict[str, Shape]:
    return {
        f"{name}.{key}": tuple(tensor.shape)
        for name, module in made.items()
        for key, tensor in module.state_dict().items()
    }


# ---- what is meant by their names ----


def in_alexnet(theirs: str) -> str:
    ours = dict(zip(("0", "3", "6", "8", "10"), range(1, 6), strict=True))
    first, at = theirs.split(".")
    if first == "features":
        return f"conv{ours[at]}.conv"
    return {"1": "fc6", "4": "fc7", "6": "fc8"}[at]


def in_vgg(theirs: str) -> str:
    first, at = theirs.split(".")
    if first == "classifier":
        return {"0": "fc6", "3": "fc7", "6": "fc8"}[at]
    places = ["0 2", "5 7", "10 12 14", "17 19 21", "24 26 28"]
    block = next(n for n, stage in enumerate(places) if at in stage.split())
    return f"block{block + 1}.convs.{places[block].split().index(at)}.conv"


def in_resnet(theirs: str) -> str:
    return theirs.replace("downsample.0", "downsample").replace("downsample.1", "downsample_bn")


def renamed_blocks(theirs: str, document: Document) -> str:
    """A block in a stage as the document names it: the first, or one of the rest."""
    layer, _, rest = in_resnet(theirs).partition(".")
    at, _, inner = rest.partition(".")
    if not inner:
        return theirs
    (graph,) = document.main.nodes[document.main.names[layer]].blocks.values()
    names = document.graphs[graph].names
    if "first" not in names:
        return f"{layer}.{at}.{inner}"
    if at == "0":
        return f"{layer}.first.{inner}"
    return f"{layer}.second.{inner}" if "second" in names else f"{layer}.rest.{int(at) - 1}.{inner}"


def in_densenet(theirs: str) -> str:
    parts = theirs.removeprefix("features.").split(".")
    return ".".join(
        str(int(one.removeprefix("denselayer")) - 1) if one.startswith("denselayer") else one
        for one in parts
    )


def shapes(document: Document) -> dict[str, Shape]:
    """The parameters of a document, as the window knows them."""
    main = document.main
    return {
        f"{main.nodes[node].name}.{key}": shape
        for node, result in evaluated(main).results.items()
        for key, shape in result.weights.items()
    }


CASES: dict[str, tuple[Callable[[], dict[str, Shape]], Callable[[str, Document], str]]] = {
    "alexnet": (lambda: of_modules(alexnet()), lambda name, _: in_alexnet(name)),
    "vgg-16": (lambda: of_modules(vgg_16()), lambda name, _: in_vgg(name)),
    "resnet-18": (lambda: of_net(ResNet(Basic, (2, 2, 2, 2), 1)), renamed_blocks),
    "resnet-50": (lambda: of_net(ResNet(Bottleneck, (3, 4, 6, 3), 4)), renamed_blocks),
    "densenet-121": (lambda: of_modules(densenet_121()), lambda name, _: in_densenet(name)),
}


def of_net(network: nn.Module) -> dict[str, Shape]:
    return {name: tuple(one.shape) for name, one in network.state_dict().items()}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[Document, dict[str, Shape], dict[str, str]]:
    """A template, torchvision's tensors, and which of them is meant by each of ours."""
    document = chosen(drawn(request.param))
    make, named = CASES[request.param]
    with torch.device("meta"):
        theirs = make()
    meant = {}
    for name in theirs:
        layer, _, part = name.rpartition(".")
        meant[f"{named(layer, document)}.{part}"] = name
    return document, theirs, meant


def test_every_tensor_of_torchvisions_network_is_known_in_ours(
    case: tuple[Document, dict[str, Shape], dict[str, str]],
) -> None:
    document, theirs, meant = case
    report = compared(shapes(document), theirs, "", FOREIGN, document)
    assert not report.in_the_way and not report.reasons()
    assert {row.name: row.source or row.name for row in report.rows} == {
        name: meant[name] for name in shapes(document)
    }
    assert any("By order and sizes: " in one for one in report.sentences())


def test_a_head_of_other_classes_alone_is_drawn_anew(
    case: tuple[Document, dict[str, Shape], dict[str, str]],
) -> None:
    document, theirs, meant = case
    head = next(name for name in ("fc8", "fc", "classifier") if name in document.main.names)
    theirs = dict(theirs)
    for part in ("weight", "bias"):
        name = meant[f"{head}.{part}"]
        theirs[name] = (21, *theirs[name][1:])
    report = compared(shapes(document), theirs, "", FOREIGN, document)
    assert not report.in_the_way
    assert {row.name for row in report.rows if row.fit != "taken"} == {
        f"{head}.weight",
        f"{head}.bias",
    }


def test_a_network_with_their_weights_computes_what_theirs_does(tmp_path: Path) -> None:
    torch.manual_seed(0)
    theirs = ResNet(Basic, (2, 2, 2, 2), 1)
    for name, buffer in theirs.named_buffers():
        if "running" in name:  # so that none of them passes for another
            buffer.uniform_(0.5, 1.5)
    theirs.eval()
    path = tmp_path / "resnet18.safetensors"
    safetensors.torch.save_file(theirs.state_dict(), path)
    document = chosen(drawn("resnet-18"))
    network = compiled(document)
    report = initial_weights.take(network, initial_weights.of_file(path), (), document)
    assert not report.of("not there", "not used", "other sizes")
    network.eval()
    picture = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        (ours,) = network(picture)
        assert torch.allclose(ours, theirs(picture), atol=1e-4)
    header = weight_store.header_of(weights.place(report.sha, weight_store.store()))
    seen = compared(shapes(document), header.shapes, "", header.origin, document)
    assert seen.layers().sentence() == report.layers().sentence(), "the window tells the same"


# ---- what leaves a choice ----


def chain(*names: str) -> Document:
    """Linears of one size behind each other."""
    made = Drawing(DIGITS, **QUICK)
    made.node("input", "image", field="image")
    made.node("flatten", "flatten")
    for name in names:
        made.node("linear", name, out_features=64)
    made.node("output", "digit")
    made.chain("image", "flatten", *names, "digit")
    return made.document()


def squares(*names: str) -> dict[str, Shape]:
    return {f"{name}.weight": SQUARE for name in names} | {f"{name}.bias": (64,) for name in names}


@pytest.mark.parametrize(
    ("theirs", "taken"),
    [
        (("0", "1"), {"a": "0", "b": "1"}),
        (("net.10", "net.9"), {"a": "net.9", "b": "net.10"}),
        (("fc2", "fc1"), {"a": "fc1", "b": "fc2"}),
        (("first", "second"), {}),  # no number says which comes first
        (("fc1", "head2"), {}),
        (("0", "1", "2"), {}),
        (("0",), {}),
        (("x.0", "y.1"), {}),
    ],
)
def test_only_numbers_say_what_comes_first(theirs: tuple[str, ...], taken: dict[str, str]) -> None:
    found = by_order(chain("a", "b"), squares("a", "b"), squares(*theirs))
    wanted = {f"{k}.{p}": f"{v}.{p}" for k, v in taken.items() for p in ("weight", "bias")}
    assert found.names == wanted
    assert bool(found.in_the_way) == (not taken)


def test_nodes_beside_each_other_have_no_order() -> None:
    document = chain("a", "b")
    (link,) = (one for one in document.main.entering(document.main.names["b"]))
    step = operations.connect(
        document.main, document.main.names["flatten"], "output", link.target, link.input
    )
    document.apply(step)
    found = by_order(document, squares("a", "b"), squares("0", "1"))
    assert found.names == {} and found.in_the_way in {"a", "b"}


def test_another_order_of_layers_of_other_sizes_is_seen() -> None:
    document = chain("a", "b")
    here = {"a.weight": (64, 64), "b.weight": (32, 64)}
    assert by_order(document, here, {"0.weight": (64, 64), "1.weight": (32, 64)}).names
    turned = by_order(document, here, {"1.weight": (64, 64), "0.weight": (32, 64)})
    assert turned.names == {} and turned.in_the_way


def told(document: Document, tensors: dict[str, Tensor], texts: dict[str, str]) -> Report:
    folder = weight_store.store()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mine.safetensors"
    safetensors.torch.save_file(tensors, path, texts)
    return initial_weights.take(
        compiled(document), initial_weights.of_file(path), (folder,), document
    )


def test_what_this_program_has_named_is_known_by_names_alone() -> None:
    """Who puts another layer in the place of a trained one wants it drawn anew."""
    document = digits(32, **QUICK).document()
    tensors = {
        name.replace("hidden", "0"): one.clone()
        for name, one in compiled(document).state_dict().items()
    }
    theirs = told(document, tensors, {"format": "pt"})
    assert not theirs.reasons()
    ours = told(document, tensors, {"layerloom": "0 {}"})
    assert len(ours.reasons()) == 2
    assert not any("order" in one for one in ours.sentences())


def test_why_nothing_was_taken_by_order_is_told() -> None:
    document = digits(32, **QUICK).document()
    tensors = {
        name.replace("hidden", "0"): one.clone()
        for name, one in compiled(document).state_dict().items()
    }
    more = {name.replace("0.", "1."): one.clone() for name, one in tensors.items() if "0." in name}
    report = told(document, tensors | more, {})
    said = " ".join(report.sentences())
    assert "By order and sizes nothing was taken, as “" in said
    assert "“hidden.weight” is not in the file" in said and "Not used: “0.bias”" in said


def names_of(count: int) -> Iterator[str]:
    return (f"{n}.weight" for n in range(count))


def test_a_hostile_file_is_compared_at_once() -> None:
    theirs = dict.fromkeys(names_of(50_000), SQUARE)
    assert by_order(chain("a"), squares("a"), theirs).names == {}
