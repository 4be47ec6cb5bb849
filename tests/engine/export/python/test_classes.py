"""Blocks leave as classes that a person would write, and compute what the network computes."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch

from engine.errors import ExportError
from engine.export.python.naming import class_name
from engine.export.python.python_file import written
from graphs.document.document import Document
from graphs.document.edits import BlockDefinition, ChangeDefinition, Disconnect, Step
from graphs.setting_kinds import PerCopy, Promoted
from tests.engine import exporting
from tests.engine.drawings import DIGITS
from tests.engine.network.test_copies import repeated
from tests.engine.test_references import chosen, drawn
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.drawing import put, wire

INJECTED = f"w=setattr(torch,'ran',1)#{'y' * 90}"
"""What Python takes for a parameter with a value that is computed, and a comment."""
WRITTEN = {
    "resnet-50": (
        "        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)",
        "            *(Bottleneck(channels=channels, width=width) for _ in range(rest)),",
        "        self.layer2 = Stage(in_channels=256, width=128, stride=2, channels=512, rest=3)",
        "    def forward(self, x: Tensor) -> Tensor:",
        "        h = bn3 + h",
        "        x = self.layer1(x)",
    ),
    "gpt-2-small": (
        "        self.attn = MultiheadAttention(width, heads, dropout=0.1, is_causal=True)",
        "            *(DecoderLayer(width=768, heads=12, hidden=3072) for _ in range(12)),",
        "        self.lm_head.weight = self.wte.weight",
    ),
    "vit-b-16": (
        "            *(EncoderLayer(width=768, heads=12, hidden=3072) for _ in range(12)),",
        "        self.linear_1 = nn.Linear(width, hidden)",
    ),
    "densenet-121": (
        "                num_features=64 + 32 * i,",
        "            ) for i in range(6)),",
        "        self.conv = nn.Conv2d(2 * channels, channels, 1, bias=False)",
    ),
}
"""Lines of the code of published networks."""


def made(text: str, title: str) -> torch.nn.Module:
    """The network of a file, with weights of its own."""
    names: dict[str, Any] = {"__name__": "exported"}
    exec(compile(text, "exported.py", "exec"), names)
    network = names[class_name(title)]()
    assert isinstance(network, torch.nn.Module)
    return network.eval()


@pytest.mark.parametrize("id", WRITTEN)
def test_a_published_network_leaves_as_one_would_write_it_under_its_keys(id: str) -> None:
    with torch.device("meta"):
        model = exporting.model(chosen(drawn(id)), id)
        text = written(model).source
        network = made(text, id)
    assert not [line for line in WRITTEN[id] if f"{line}\n" not in text]
    ours, theirs = model.network.state_dict(), network.state_dict()
    assert theirs.keys() - ours.keys() == model.network.wiring.shared.keys()
    assert {key: theirs[key].shape for key in ours} == {key: t.shape for key, t in ours.items()}


@pytest.mark.proof
def test_a_published_network_computes_the_same() -> None:
    model = exporting.model(chosen(drawn("densenet-121")), "densenet-121")
    with torch.device("meta"):
        network = made(written(model).source, "densenet-121")
    network.load_state_dict(model.network.state_dict(), assign=True)
    images = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert torch.equal(network(images), model.network(images)[0])


def growing() -> Document:
    document = repeated(times=4)
    put(document, "dropout", "drop", at=STEM, p=PerCopy(0.0, 0.125))
    return _between(document, "drop")


def doubling() -> Document:
    document = repeated(times=4)
    put(document, "dropout", "drop", at=STEM, p=PerCopy(0.1, times=2))
    return _between(document, "drop")


def alternating() -> Document:
    document = repeated(times=4)
    put(document, "softplus", "soft", at=STEM, threshold=PerCopy(1.0, times=-2))
    return _between(document, "soft")


def bent(shares: bool) -> Document:
    """A block whose copies raise what they compute to different powers."""
    document = repeated(shares)
    put(document, "pow", "power", at=STEM, exponent=PerCopy(1.0, 1.0))
    return _between(document, "power")


def _between(document: Document, name: str) -> Document:
    """With a node before what the block hands on."""
    stem = document.graphs[STEM]
    link = next(one for one in stem.links() if stem.nodes[one.target].name == "after")
    document.apply(Step("", (Disconnect(STEM, link),)))
    wire(document, "bend", name, at=STEM)
    wire(document, name, "after", at=STEM)
    return document


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (repeated, "for copy in self.second:\n            second_after, _ = copy("),
        (partial(repeated, True), "for _ in range(3):\n            second_after, _ = self.second("),
        (growing, "p=0.125 * i) for i in range(4)"),
        (doubling, "p=0.1 * 2.0**i) for i in range(4)"),
        (alternating, "threshold=1.0 * (-2.0)**i) for i in range(4)"),
        (partial(bent, False), "[Dense(in_features=16, width=16), DenseSecond(16), Dense2(16)]"),
    ],
    ids=["own", "shared", "growing", "doubling", "alternating", "different"],
)
def test_copies_hand_on_what_leaves_them(document: Callable[[], Document], line: str) -> None:
    model = exporting.model(document())
    text = written(model).source
    assert line in text
    network = made(text, "drawing")
    network.load_state_dict(model.network.state_dict())
    images = torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert torch.equal(network(images), model.network(images)[0])


@pytest.mark.parametrize(
    "called", ["range", "super", "i", "class", "torch", "Dense", "a b", "größe", "", INJECTED]
)
def test_a_parameter_of_any_name_is_told_by_one_that_code_can_hold(called: str) -> None:
    document = blocks(DIGITS)
    stem = document.graphs[STEM]
    defined = BlockDefinition("Dense", {called: 16})
    document.apply(Step("", (ChangeDefinition(STEM, stem.definition, defined),)))
    changed(stem, "dense", out_features=Promoted(called))
    changed(document.main, "first", values={called: 24})
    changed(document.main, "second", values={called: 16}, repeat=3)
    model = exporting.model(document)
    network = made(written(model).source, "drawing")
    assert "ran" not in vars(torch)
    network.load_state_dict(model.network.state_dict())
    images = torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert torch.equal(network(images), model.network(images)[0])


def test_copies_that_are_one_module_and_compute_differently_are_refused() -> None:
    with pytest.raises(ExportError, match="copies of “second” share their weights but do not"):
        written(exporting.model(bent(shares=True)))
