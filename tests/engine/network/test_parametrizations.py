"""Weights that are computed from what is learned: as in torch, kept, exported as weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch
from torch import nn

from engine.controls import Controls
from engine.export.onnx.verified_export import proven
from engine.export.program import verified_program
from engine.export.python import verified_code
from engine.network.compiling import compiled
from engine.runs import Run
from engine.runs.events.event_types import Progress
from engine.training.loop import train
from graphs.checking.evaluation import evaluated
from graphs.checking.structure import errors
from graphs.data import ClassKind, DataSection, Field, ImageKind
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.mending import fixes
from graphs.plan.optimizers import SGD
from graphs.setting_kinds import NodeRef
from graphs.steps import operations
from tests.engine import exporting
from tests.engine.drawings import DIGITS, QUICK, Drawing
from tests.engine.running import begun, last_weights, same, trained
from tests.quickly import some_of

SQUARES = DataSection(
    "made up",
    {},
    {
        "kind": Field(ClassKind.id, classes=("no", "yes"), target=True),
        "image": Field(ImageKind.id, (2, 6, 6)),
    },
)
BY_HAND: dict[str, Callable[[], nn.Module]] = {
    "conv2d": lambda: nn.Conv2d(2, 4, 3),
    "conv_transpose2d": lambda: nn.ConvTranspose2d(2, 4, 3),
}
each_way = pytest.mark.parametrize("way", ["weight_norm", "spectral_norm"])


def looking(kind: str, way: str) -> Document:
    """One layer of filters, then one linear map, both with weights that are computed."""
    made = Drawing(SQUARES)
    made.node("input", "image", field="image")
    made.node(kind, "look", out_channels=4, kernel_size=3, parametrization=way)
    made.node("flatten", "flatten")
    made.node("linear", "classify", out_features=2, parametrization=way)
    made.node("output", "out")
    made.node("cross_entropy_loss", "loss", target="kind")
    made.chain("image", "look", "flatten", "classify", "out")
    made.wire("classify", "loss")
    return made.document()


def digits(way: str, **plan: Any) -> Document:
    """What trains in a second."""
    made = Drawing(DIGITS, **{**QUICK, **plan})
    made.node("input", "image", field="image")
    made.node("flatten", "flatten")
    made.node("linear", "first", out_features=32, parametrization=way)
    made.node("relu", "relu")
    made.node("linear", "classify", out_features=10)
    made.node("output", "digit")
    made.node("cross_entropy_loss", "loss", target="digit")
    made.chain("image", "flatten", "first", "relu", "classify", "digit")
    made.wire("classify", "loss")
    return made.document()


@each_way
@pytest.mark.parametrize("kind", BY_HAND)
def test_it_computes_what_torch_computes(kind: str, way: str) -> None:
    network = compiled(looking(kind, way)).eval()
    wrap = getattr(nn.utils.parametrizations, way)
    features = 64 if kind == "conv2d" else 256
    by_hand = nn.ModuleDict(
        {"look": wrap(BY_HAND[kind]()), "classify": wrap(nn.Linear(features, 2))}
    ).eval()
    by_hand.load_state_dict(network.state_dict())
    image = torch.rand(3, 2, 6, 6)
    expected = by_hand["classify"](by_hand["look"](image).flatten(1))
    assert torch.equal(network(image)[0], expected)


@each_way
def test_what_is_learned_is_counted(way: str) -> None:
    document = looking("conv2d", way)
    network = compiled(document)
    counted = evaluated(document.main).parameters
    assert counted == sum(weight.numel() for weight in network.parameters())


def test_the_largest_singular_value_comes_to_one_in_training_alone() -> None:
    network = compiled(digits("spectral_norm"))
    batch = {"image": torch.rand(4, 1, 8, 8), "digit": torch.tensor([0, 1, 2, 3])}
    first = network.get_submodule("first")
    network.eval()
    kept = {name: one.clone() for name, one in network.state_dict().items()}
    network.run(batch)
    assert same(kept, network.state_dict())
    network.train()
    for _ in range(200):
        network.run(batch)
    network.eval()
    assert isinstance(first.weight, torch.Tensor)
    assert torch.linalg.svdvals(first.weight.detach())[0].item() == pytest.approx(1.0, abs=1e-3)


def test_a_frozen_one_stays_as_it_is() -> None:
    document = digits("spectral_norm")
    document.apply(operations.set_training(document.main, [NodeId("#first")], frozen=True))
    network = compiled(document).train()
    kept = {name: one.clone() for name, one in network.state_dict().items()}
    network.run({"image": torch.rand(4, 1, 8, 8), "digit": torch.tensor([0, 1, 2, 3])})
    assert same(kept, network.state_dict())


@each_way
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(way: str, tmp_path: Path) -> None:
    whole, _ = trained(digits(way), tmp_path)
    folder, controls = begun(digits(way), tmp_path, "stopped"), Controls()
    for event in train(folder, controls):
        if isinstance(event, Progress):
            controls.stop()
    assert Run.open(folder).state == "stopped"
    list(train(folder, Controls()))
    assert same(last_weights(folder), last_weights(whole))


@each_way
def test_accumulating_learns_what_one_large_batch_learns(way: str, tmp_path: Path) -> None:
    plan = {"optimizer": Chosen.of(SGD(lr=0.05)), "epochs": 2}
    one, _ = trained(digits(way, batch_size=120, **plan), tmp_path, "one")
    two, _ = trained(digits(way, batch_size=30, accumulate=4, **plan), tmp_path, "two")
    wanted, got = last_weights(one), last_weights(two)
    assert wanted.keys() == got.keys()
    assert all(torch.allclose(got[name], wanted[name], atol=1e-5) for name in wanted)


@pytest.mark.proof
@pytest.mark.parametrize("way", some_of(["spectral_norm", "weight_norm"], 2))
@pytest.mark.parametrize("kind", some_of(BY_HAND, len(BY_HAND)))
def test_files_hold_the_weight_and_not_how_it_is_computed(
    kind: str, way: str, tmp_path: Path
) -> None:
    model = exporting.model(looking(kind, way))
    assert proven(model, tmp_path / "model.onnx").max_abs_diff < 1e-5
    proven(exporting.model(looking(kind, "none")), tmp_path / "plain.onnx")
    operators = [
        [node.op_type for node in onnx.load(tmp_path / name).graph.node]
        for name in ("model.onnx", "plain.onnx")
    ]
    assert operators[0] == operators[1]
    assert verified_program.proven(model, tmp_path / "model.pt2").max_abs_diff < 1e-5
    assert torch.export.load(tmp_path / "model.pt2").state_dict["look.weight"].shape[1:] == (
        (4, 3, 3) if kind == "conv_transpose2d" else (2, 3, 3)
    )


@each_way
def test_code_says_how_it_is_computed(way: str, tmp_path: Path) -> None:
    model = exporting.model(looking("conv2d", way))
    verified_code.proven(model, tmp_path / "model.py")
    code = (tmp_path / "model.py").read_text()
    assert f"nn.utils.parametrizations.{way}(nn.Conv2d(2, 4, 3))" in code


def siblings(mine: str, theirs: str, **settings: Any) -> Document:
    made = Drawing(SQUARES)
    made.node("input", "image", field="image")
    made.node("conv2d", "one", out_channels=4, parametrization=theirs)
    made.node(
        "conv2d",
        "other",
        out_channels=4,
        parametrization=mine,
        weights_of=NodeRef("#one"),
        **settings,
    )
    for name in ("one", "other"):
        made.node("global_avg_pool", f"{name}_mean")
        made.chain("image", name, f"{name}_mean")
    made.node("subtract", "less")
    made.wire("one_mean", "less")
    made.wire("other_mean", "less.other")
    made.node("output", "out")
    made.node("cross_entropy_loss", "loss", target="kind")
    made.node("linear", "classify", out_features=2)
    made.chain("less", "classify", "out")
    made.wire("classify", "loss")
    return made.document()


@each_way
def test_two_nodes_share_what_is_learned_and_remembered(way: str) -> None:
    network = compiled(siblings(way, way))
    assert not any(name.startswith("other") for name in network.state_dict())
    assert network.eval()(torch.rand(2, 2, 6, 6))[0].isfinite().all()


def test_those_that_move_otherwise_have_one_weight(tmp_path: Path) -> None:
    document = siblings("weight_norm", "weight_norm", padding=2, dilation=2)
    model = exporting.model(document)
    one, other = (model.network.get_submodule(name).weight for name in ("one", "other"))
    assert isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor)
    assert torch.equal(one, other)
    names = {name for name, _ in model.network.named_parameters()}
    assert not any(name.startswith("other") for name in names)
    assert evaluated(document.main).parameters == sum(p.numel() for p in model.network.parameters())
    assert proven(model, tmp_path / "model.onnx").max_abs_diff < 1e-5
    verified_code.proven(model, tmp_path / "model.py")


def test_what_is_remembered_of_a_weight_belongs_to_one_module() -> None:
    document = siblings("spectral_norm", "spectral_norm", padding=2, dilation=2)
    (found,) = errors(document, evaluated(document.main))
    assert "but padding is 2 here and 0 there" in found.message


def test_both_must_be_computed_alike() -> None:
    document = siblings("spectral_norm", "weight_norm")
    (found,) = errors(document, evaluated(document.main))
    assert "parametrization is “spectral_norm” here and “weight_norm” there" in found.message
    step = fixes.step(document, found)
    assert step is not None
    document.apply(step)
    assert not errors(document, evaluated(document.main))


def test_a_weight_that_is_computed_is_not_lent_alone() -> None:
    made = Drawing(SQUARES)
    made.node("input", "image", field="image")
    made.node("flatten", "flatten")
    made.node("linear", "first", out_features=72, parametrization="weight_norm")
    made.node("linear", "again", out_features=72, tied=NodeRef("#first"))
    made.node("linear", "classify", out_features=2)
    made.node("output", "out")
    made.node("cross_entropy_loss", "loss", target="kind")
    made.chain("image", "flatten", "first", "again", "classify", "out")
    made.wire("classify", "loss")
    document = made.document()
    (found,) = errors(document, evaluated(document.main))
    assert found.message.startswith("The weight of “first”, which it shares, is computed by")
    step = fixes.step(document, found)
    assert step is not None
    document.apply(step)
    assert not errors(document, evaluated(document.main))
