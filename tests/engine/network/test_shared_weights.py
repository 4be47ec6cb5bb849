"""Weights that nodes share are one parameter: trained once, kept once, exported right."""

import copy
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.controls import Controls
from engine.export.exporters.safetensors import Safetensors
from engine.export.onnx.verified_export import proven
from engine.export.python import verified_code
from engine.network.compiling import Network, compiled
from engine.optimizing.optimization import Descent
from engine.runs import BEST, Run
from engine.runs.events.event_types import Progress
from engine.runs.trained.trained_network import load
from engine.training.loop import train
from engine.weights import weights_file
from graphs.checking.evaluation import evaluated
from graphs.data import ClassKind, DataSection, Domain, Field, ImageKind, SeriesKind, TokensKind
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.plan.plan import Plan
from graphs.setting_kinds import NodeRef
from graphs.steps import operations
from tests.engine import exporting
from tests.engine.drawings import DIGITS, QUICK, Drawing
from tests.engine.running import begun, last_weights, losses, same, trained
from tests.quickly import some_of

WORDS = DataSection(
    "made up",
    {},
    {
        "next": Field(ClassKind.id, classes=tuple("abcdefghijk"), target=True),
        "text": Field(TokensKind.id, ("T",), vocabulary=11),
    },
    {"T": Domain(2, 40)},
)
KEYS = {"first.weight", "first.bias", "again.bias", "classify.weight", "classify.bias"}


def sharing(**plan: Any) -> Document:
    """Three linear maps of one weight, each referring to the one before it."""
    made = Drawing(DIGITS, **{**QUICK, **plan})
    made.node("input", "image", field="image")
    made.node("flatten", "flatten")
    made.node("linear", "first", out_features=64)
    made.node("relu", "relu")
    made.node("linear", "again", out_features=64, tied=NodeRef("#first"))
    made.node("linear", "further", out_features=64, bias=False, tied=NodeRef("#again"))
    made.node("linear", "classify", out_features=10)
    made.node("output", "digit")
    made.node("cross_entropy_loss", "loss", target="digit")
    made.chain("image", "flatten", "first", "relu", "again", "further", "classify", "digit")
    made.wire("classify", "loss")
    return made.document()


def language_model(lender: str = "embedding") -> Document:
    """Its head has the weight of the embedding, or of one that nothing else needs."""
    made = Drawing(WORDS)
    made.node("input", "text", field="text")
    for name in ("embedding", "aside"):
        made.node("embedding", name, embedding_dim=5)
        made.wire("text", name)
    made.node("gru", "reader", hidden_size=5)
    made.node("select", "last", dim=1, index=-1)
    made.node("linear", "head", out_features=11, tied=NodeRef(f"#{lender}"))
    made.node("output", "next")
    made.node("cross_entropy_loss", "loss", target="next")
    made.chain("embedding", "reader", "last", "head", "next")
    made.wire("head", "loss")
    return made.document()


def shared(network: torch.nn.Module) -> list[torch.Tensor]:
    return [network.get_parameter(f"{name}.weight") for name in ("first", "again", "further")]


def test_it_is_one_parameter_with_one_key() -> None:
    network = compiled(sharing())
    assert len({id(tensor) for tensor in shared(network)}) == 1
    assert set(network.state_dict()) == KEYS
    assert {name for name, _ in network.named_parameters()} == KEYS


def test_a_copy_shares_among_itself_only() -> None:
    network = compiled(sharing())
    copied = copy.deepcopy(network)
    assert isinstance(copied, Network)
    assert len({id(tensor) for tensor in shared(copied)}) == 1
    assert shared(copied)[0] is not shared(network)[0]


def test_its_first_numbers_are_those_of_where_it_is_at_home() -> None:
    weight = shared(compiled(sharing()))[0]
    apart = compiled(untied(sharing()))
    assert torch.equal(weight, shared(apart)[0])
    assert not torch.equal(weight, shared(apart)[1])


def untied(document: Document) -> Document:
    for name in ("#again", "#further"):
        document.apply(operations.set_setting(document.main, NodeId(name), "tied", None))
    return document


def test_loading_keeps_it_shared() -> None:
    network, other = compiled(sharing(), seed=1), compiled(sharing(), seed=2)
    network.load_state_dict(other.state_dict())
    assert len({id(tensor) for tensor in shared(network)}) == 1
    assert torch.equal(shared(network)[2], shared(other)[0])
    state = other.state_dict()
    del state["first.weight"]
    with pytest.raises(RuntimeError, match=r"first\.weight"):
        network.load_state_dict(state)


def test_the_optimizer_sees_it_once() -> None:
    network = compiled(sharing())
    descent = Descent(network, Plan(), 10, torch.device("cpu"))
    assert set(descent.names.values()) == KEYS


def test_training_moves_all_of_them_and_the_run_keeps_one(tmp_path: Path) -> None:
    folder, events = trained(sharing(), tmp_path)
    assert losses(events)[-1] < losses(events)[0]
    kept = weights_file.read(folder / BEST).tensors
    assert set(kept) == KEYS
    assert not torch.equal(kept["first.weight"], shared(compiled(sharing()))[0])
    network, _ = load(folder)
    assert len({id(tensor) for tensor in shared(network)}) == 1
    assert torch.equal(shared(network)[1], kept["first.weight"])


def test_a_run_that_was_stopped_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    whole, _ = trained(sharing(), tmp_path)
    folder, controls = begun(sharing(), tmp_path, "stopped"), Controls()
    for event in train(folder, controls):
        if isinstance(event, Progress):
            controls.stop()
    assert Run.open(folder).state == "stopped"
    list(train(folder, Controls()))
    assert same(last_weights(folder), last_weights(whole))


@pytest.mark.parametrize("lender", ["embedding", "aside"])
def test_a_head_that_shares_the_weight_of_an_embedding_exports(lender: str, tmp_path: Path) -> None:
    model = exporting.model(language_model(lender))
    head = model.network.get_parameter("head.weight")
    assert head is model.network.get_parameter(f"{lender}.weight")
    exported = proven(model, tmp_path / "model.onnx")
    assert exported.max_abs_diff < 1e-4 and len(exported.checked) > 2
    Safetensors().write(model, tmp_path / "model.safetensors")
    assert f"{lender}.weight" in weights_file.read(tmp_path / "model.safetensors").tensors


def test_what_only_lends_its_weight_is_not_computed() -> None:
    network = compiled(language_model("aside"))
    assert "aside" not in {step.name for step in network.wiring.steps}
    assert "aside.weight" in network.state_dict()


@pytest.mark.proof
@pytest.mark.parametrize(
    ("kind", "apart"),
    some_of(product(["conv1d", "conv2d", "conv_transpose2d"], [False, True]), 3),
)
def test_two_branches_look_with_the_same_filters(kind: str, apart: bool, tmp_path: Path) -> None:
    """As one module, or as two of one weight where they move otherwise over what they see."""
    size = (1, 8) if kind == "conv1d" else (1, 8, 8)
    content = SeriesKind.id if kind == "conv1d" else ImageKind.id
    alike = Field(ClassKind.id, classes=("no", "yes"), target=True)
    fields = {"alike": alike, "a": Field(content, size), "b": Field(content, size)}
    drawing = Drawing(DataSection("made up", {}, fields))
    for name, lender in (("a", None), ("b", NodeRef("#look_a"))):
        step = 2 if apart and name == "b" else 1
        drawing.node("input", name, field=name)
        moves = {"padding": step, "dilation": step, "weights_of": lender}
        drawing.node(kind, f"look_{name}", out_channels=3, **moves)
        drawing.node("flatten", f"flat_{name}")
        drawing.chain(name, f"look_{name}", f"flat_{name}")
    drawing.node("subtract", "less")
    drawing.node("linear", "score", out_features=1)
    drawing.node("output", "out")
    drawing.node("bce_with_logits_loss", "loss", target="alike")
    drawing.wire("flat_a", "less")
    drawing.wire("flat_b", "less.other")
    drawing.chain("less", "score", "out")
    drawing.wire("score", "loss")
    document = drawing.document()

    network = compiled(document)

    if apart:
        assert network.get_parameter("look_b.weight") is network.get_parameter("look_a.weight")
        assert network.get_parameter("look_b.bias") is network.get_parameter("look_a.bias")
    assert not any(name.startswith("look_b") for name in network.state_dict())
    same = torch.rand(2, *size)
    scores = network.run({"a": same, "b": same, "alike": torch.tensor([0, 1])}).scores[0]
    nothing = network.get_parameter("score.bias").expand(2, 1)
    assert torch.allclose(scores, nothing, atol=1e-5) is not apart
    assert evaluated(document.main).parameters == sum(p.numel() for p in network.parameters())
    exported = exporting.model(document)
    assert proven(exported, tmp_path / "twins.onnx").max_abs_diff < 1e-5
    verified_code.proven(exported, tmp_path / "twins.py")
