"""Small networks for tests of the export, and a document that holds every kind of layer."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.export.model import Model
from engine.export.onnx.agreement import TrialInputs
from engine.export.onnx.trials import named_sizes, traced, tried
from engine.network.compiling import compiled
from graphs.data import ClassKind, DataSection, Domain, Field, ImageKind, SeriesKind, TokensKind
from graphs.document.document import Document
from graphs.layers import Layer
from graphs.layers.losses.losses import Loss
from graphs.layers.spec import Reaching
from graphs.problems import Problem
from graphs.setting_kinds import Pair, Triple, without_words
from graphs.templates import trained_templates
from graphs.types import TensorType
from tests.engine.drawings import Drawing

QUICK_TEMPLATES = {
    "digits-cnn",
    "forecast",
    "text-attention",
    "two-outputs",
}
"""Templates of every form of data, whose exports all tests make; the others are proven at times."""

each_trained_template = pytest.mark.parametrize(
    "shipped",
    [
        pytest.param(one, id=one.id, marks=[] if one.id in QUICK_TEMPLATES else [pytest.mark.proof])
        for one in trained_templates()
    ],
)

SERIES = DataSection(
    "made up",
    {},
    {
        "kind": Field(ClassKind.id, classes=("low", "high"), target=True),
        "series": Field(SeriesKind.id, ("T", 3)),
    },
    {"T": Domain(4, 400)},
)
EVERYTHING = DataSection(
    "made up",
    {},
    {
        "answer": Field(ClassKind.id, classes=("no", "yes"), target=True),
        "row": Field(SeriesKind.id, (6,)),
        "image": Field(ImageKind.id, (3, 8, 8)),
        "picture": Field(ImageKind.id, (3, "H", "W")),
        "series": Field(SeriesKind.id, ("T", 8)),
        "steps": Field(SeriesKind.id, (6, 8)),
        "line": Field(SeriesKind.id, (1, 6)),
        "volume": Field(SeriesKind.id, (2, 4, 6, 5)),
        "text": Field(TokensKind.id, ("T",), vocabulary=11),
        "words": Field(TokensKind.id, (4,), vocabulary=11),
    },
    {"T": Domain(1, 40), "H": Domain(8, 48, 4), "W": Domain(4, 64, 4)},
)


def model(document: Document, name: str = "drawing") -> Model:
    """The document as it is exported, without data."""
    return Model(name, document, compiled(document).eval(), None)


def trials(of: Model) -> list[TrialInputs]:
    """The trials that an export of ``of`` would make."""
    named = named_sizes(of.types().values())
    at = traced(named, of.taken_sizes())
    return [
        TrialInputs(checked, of.random_inputs(checked, seed))
        for seed, checked in enumerate(tried(named, at, of.cost()))
    ]


def listener() -> Drawing:
    """A series of any length, read by two LSTMs; the second goes on from the first's states."""
    drawing = Drawing(SERIES)
    drawing.node("input", "series", field="series")
    drawing.node("lstm", "encoder", hidden_size=8)
    drawing.node("lstm", "decoder", hidden_size=8)
    drawing.node("select", "last", dim=1, index=-1)
    drawing.node("linear", "classify", out_features=2)
    drawing.node("output", "kind")
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.chain("series", "encoder", "decoder", "last", "classify", "kind")
    drawing.wire("encoder.hidden", "decoder.hidden")
    drawing.wire("encoder.cell", "decoder.cell")
    drawing.wire("classify", "loss")
    return drawing


Branch = tuple[str, Mapping[str, Any], str]
"""A kind of layer, its settings, and the field that is wired to all its inputs."""


def kinds() -> list[type[Layer]]:
    """Every kind of layer that is a part of what a model computes."""
    return [
        k
        for k in Layer.members()
        if not issubclass(k, Loss) and k.id not in {"input", "target_input", "output"}
    ]


def accepted(kind: type[Layer], settings: Mapping[str, Any]) -> Iterator[Branch]:
    """One branch for each field that the layer takes with these settings."""
    layer = kind.made({**kind.defaults(), **settings})
    types = EVERYTHING.types()
    for field in EVERYTHING.inputs():
        reaching = {p.name: _made(kind.id, p.name, types[field]) for p in _wired(layer)}
        entering = {p.name: (reaching[p.name],) * (1 + p.variadic) for p in _wired(layer)}
        known = {name: several for name, several in entering.items() if several[0] is not None}
        whole = len(known) == len(entering)
        if whole and not isinstance(layer.infer(Reaching(known, types)), Problem):
            yield kind.id, settings, field


_BEFORE: Mapping[tuple[str, str], str] = {
    **{(id, "input"): "softplus" for id in ("log", "sqrt", "pow")},
    **{(id, "input"): "conv2d" for id in ("pixel_shuffle", "channel_shuffle")},
    ("fold", "input"): "unfold",
    **{(f"max_unpool{axes}d", "input"): f"max_pool{axes}d" for axes in (1, 2, 3)},
    **{(f"max_unpool{axes}d", "indices"): f"max_pool{axes}d.indices" for axes in (1, 2, 3)},
    ("gather", "index"): "topk.indices",
    ("where", "condition"): "greater",
}
"""What stands before a port that cannot take any field: it makes values positive, channels that
can be shared, windows, or a mask."""


def _made(id: str, port: str, field: TensorType) -> TensorType | None:
    """What reaches a port when a field is wired to it; None where nothing can."""
    if (id, port) not in _BEFORE:
        return field
    before, _, output = _BEFORE[id, port].partition(".")
    layer = Layer.get(before).made(_giving(before, output))
    answer = layer.infer(Reaching({one.name: (field,) for one in layer.ports().inputs}))
    at = layer.ports().outputs.index(output) if output else 0
    return None if isinstance(answer, Problem) else answer[at]


def _giving(id: str, output: str) -> dict[str, Any]:
    """Settings by which a layer has an output."""
    usual = Layer.get(id).made({}).ports().outputs
    return {"return_indices": True} if output and output not in usual else {}


def variants(kind: type[Layer]) -> Iterator[dict[str, Any]]:
    """Settings that differ from the defaults in one place, for each value that is allowed."""
    for parameter in kind.parameters():
        numbers, words = without_words(parameter.kind)
        tried = parameter.choices or (*words, *_TRIED.get(numbers, ()))
        for value in tried:
            if not kind.faults({**kind.defaults(), parameter.name: value}):
                yield {parameter.name: value}


_TRIED: Mapping[Any, tuple[Any, ...]] = {
    bool: (False, True),
    str: ("...i,...i->...", "bi...,bi...->b...", "bij,bkj->bik"),
    int: (-2, -1, 0, 1, 2, 3, 6),
    int | None: (None, 1, 2, 3),
    float: (0.0, 0.5, 1e-3),
    float | None: (None, 0.25),
    Pair: (1, 2, 3, (1, 2), (3, 1)),
    Pair | None: (None, 1, 3, (2, 1)),
    Triple: (1, 2, 3, (1, 2, 1), (3, 1, 2)),
    Triple | None: (None, 1, 3, (2, 1, 1)),
    tuple[int, ...]: (
        *((-1,), (2, -1), (-1, 2), (3, 2), (1, 2), (5,), (8, 8)),
        *((0, 2, 1), (0, 1), (1, 0, 2), (0, 3, 1, 2), (1, 2, 0, 1)),
    ),
}


def branched(branches: list[Branch]) -> Document:
    """One document with all branches side by side; each output of each layer is one of its own."""
    drawing = Drawing(EVERYTHING)
    for field in dict.fromkeys(["row", *(field for _, _, field in branches)]):
        drawing.node("input", f"in_{field}", field=field)
    drawing.node("linear", "head", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="answer")
    drawing.chain("in_row", "head", "loss")
    for number, (id, settings, field) in enumerate(branches):
        name = f"{id}_{field}_{number}"
        drawing.node(id, name, **settings)
        layer = Layer.get(id).made({**Layer.get(id).defaults(), **settings})
        for port in _wired(layer):
            source = f"in_{field}"
            if (id, port.name) in _BEFORE:
                source = _before(drawing, _BEFORE[id, port.name], source, name)
            for slot in range(1 + port.variadic):
                drawing.wire(source, f"{name}.{port.name}", slot)
        for output in layer.ports().outputs:
            drawing.node("output", f"{name}_{output}")
            drawing.wire(f"{name}.{output}", f"{name}_{output}")
    return drawing.document()


def _before(drawing: Drawing, place: str, source: str, name: str) -> str:
    """A node between a field and a layer; of two ports the second gets the field's negative."""
    id, dot, output = place.partition(".")
    made = f"{name}_{output or id}"
    drawing.node(id, made, **_giving(id, output))
    first, *second = (port.name for port in Layer.get(id).made({}).ports().inputs)
    drawing.wire(source, f"{made}.{first}")
    for port in second:
        drawing.node("neg", f"{made}_neg")
        drawing.wire(source, f"{made}_neg.input")
        drawing.wire(f"{made}_neg", f"{made}.{port}")
    return f"{made}{dot}{output}"


_ALSO = {("max_unpool3d", "like")}
"""What is wired although it need not be: no volume here is a whole number of windows."""


def _wired(layer: Layer) -> list[Any]:
    ports = layer.ports().inputs
    return [port for port in ports if not port.optional or (layer.id, port.name) in _ALSO]


def edited(path: Path, change: Any) -> Path:
    """A copy of an ONNX file after ``change(model)``."""
    import onnx

    proto = onnx.load(str(path))
    change(proto)
    other = path.with_name("edited.onnx")
    other.write_bytes(proto.SerializeToString())
    return other
