"""Nodes of the same weights are one module that is called twice, as a person writes it by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.export.onnx import verified_export
from engine.export.python import verified_code
from engine.network.compiling import Network, compiled
from graphs.data import ClassKind, DataSection, Field, ImageKind
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.layers.weighted import WEIGHTS_OF
from graphs.setting_kinds import NodeRef
from graphs.steps import operations
from graphs.steps.blocks import grouping
from tests.engine.drawings import DIGITS, QUICK, Drawing
from tests.engine.exporting import model
from tests.engine.running import last_weights, losses, trained
from tests.graphs.drawing import put, wire
from tests.quickly import some_of

PAIRS = DataSection(
    "made up",
    {},
    {
        "alike": Field(ClassKind.id, classes=("no", "yes"), target=True),
        "a": Field(ImageKind.id, (1, 8, 8)),
        "b": Field(ImageKind.id, (1, 8, 8)),
    },
)
LAYERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("conv2d", {"out_channels": 3}),
    ("batch_norm2d", {}),
    ("prelu", {"num_parameters": 3}),
    ("flatten", {"start_dim": 2}),
    ("lstm", {"hidden_size": 5}),
    ("layer_norm", {}),
    ("transformer_encoder_layer", {"nhead": 5, "dim_feedforward": 7, "dropout": 0.0}),
    ("mean", {"dim": 1}),
    ("linear", {"out_features": 4}),
)
PLAIN = {"flatten", "mean"}


def siamese(*, apart: bool = False) -> Document:
    """Two pictures through the same layers; how far apart they come out tells whether alike."""
    made = Drawing(PAIRS)
    for side in ("a", "b"):
        made.node("input", side, field=side)
        for kind, settings in LAYERS:
            lends = side == "b" and kind not in PLAIN and not apart
            shared = {WEIGHTS_OF: NodeRef(f"#{kind}_a")} if lends else {}
            made.node(kind, f"{kind}_{side}", **settings, **shared)
        made.chain(side, *(f"{kind}_{side}" for kind, _ in LAYERS))
    made.node("subtract", "less")
    made.node("linear", "score", out_features=1)
    made.node("output", "out")
    made.node("bce_with_logits_loss", "loss", target="alike")
    made.wire("linear_a", "less")
    made.wire("linear_b", "less.other")
    made.chain("less", "score", "out")
    made.wire("score", "loss")
    return made.document()


def in_blocks() -> Document:
    """The same, where each half is a block."""
    document = siamese(apart=True)
    halves = {side: [NodeId(f"#{kind}_{side}") for kind, _ in LAYERS] for side in ("a", "b")}
    step, block = grouping.group(document.main, halves["a"], "Half")
    document.apply(step)
    document.apply(operations.delete(document.main, halves["b"]))
    put(document, "block", "twin", graph=document.main.nodes[block].settings["graph"])
    document.apply(
        operations.set_setting(document.main, NodeId("twin"), WEIGHTS_OF, NodeRef(block))
    )
    (entering,) = document.main.entering(block)
    (leaving,) = document.main.leaving(block)
    wire(document, "#b", f"twin.{entering.input}")
    wire(document, f"twin.{leaving.output}", "#less.other")
    return document


def pictures(seed: int, count: int = 6) -> Tensor:
    return torch.rand(count, 1, 8, 8, generator=torch.Generator().manual_seed(seed))


def by_hand(network: Network, within: str, picture: Tensor) -> Tensor:
    def part(kind: str) -> nn.Module:
        return network.get_submodule(f"{within}{kind}_a")

    x = part("prelu")(part("batch_norm2d")(part("conv2d")(picture))).flatten(2)
    x = part("transformer_encoder_layer")(part("layer_norm")(part("lstm")(x)[0]))
    made: Tensor = part("linear")(x.mean(1))
    return made


def within(document: Document) -> str:
    """What stands before the names of the modules of the shared half."""
    lenders = (node for node in document.main.nodes.values() if node.name != "twin")
    return next((f"{node.name}." for node in lenders if node.blocks), "")


both = pytest.mark.parametrize("draw", [siamese, in_blocks], ids=["layers", "blocks"])


@both
def test_both_halves_are_one_module(draw: Callable[[], Document]) -> None:
    document = draw()
    network, block = compiled(document).eval(), within(document)
    kinds = {kind for kind, _ in LAYERS if kind not in PLAIN}
    keys = {key.removeprefix(block) for key in network.state_dict()}
    assert {key.partition("_a.")[0] for key in keys if "score" not in key} == kinds
    one, other = pictures(1), pictures(2)
    less = by_hand(network, block, one) - by_hand(network, block, other)
    wanted = network.get_submodule("score")(less)
    torch.testing.assert_close(network(one, other)[0], wanted, rtol=0, atol=1e-6)


@both
def test_a_norm_remembers_both_halves_and_both_give_it_gradients(
    draw: Callable[[], Document],
) -> None:
    document = draw()
    network, block = compiled(document), within(document)
    norm = network.get_submodule(f"{block}batch_norm2d_a")
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.num_batches_tracked is not None
    one, other, alike = pictures(1), pictures(2), torch.tensor([0, 1] * 3)
    network.run({"a": one, "b": other, "alike": alike}).total.backward()  # type: ignore[no-untyped-call]
    found = {name: weight.grad for name, weight in network.named_parameters()}
    assert int(norm.num_batches_tracked) == 2
    network.zero_grad(set_to_none=True)
    less = by_hand(network, block, one) - by_hand(network, block, other)
    scores = network.get_submodule("score")(less)
    nn.functional.binary_cross_entropy_with_logits(scores[:, 0], alike.float()).backward()  # type: ignore[no-untyped-call]
    for name, weight in network.named_parameters():
        torch.testing.assert_close(found[name], weight.grad, msg=name)


@pytest.mark.proof
@pytest.mark.parametrize("draw", some_of([in_blocks, siamese], 2), ids=["blocks", "layers"])
def test_they_leave_as_one(draw: Callable[[], Document], tmp_path: Path) -> None:
    exported = model(draw())
    assert verified_export.proven(exported, tmp_path / "siamese.onnx").max_abs_diff < 1e-4
    verified_code.proven(exported, tmp_path / "siamese.py")
    text = (tmp_path / "siamese.py").read_text()
    assert text.count("nn.LSTM(") == text.count("nn.Conv2d(") == 1
    assert "conv2d_b" not in text
    assert "self.twin" not in text


def test_a_run_of_them_keeps_one(tmp_path: Path) -> None:
    made = Drawing(DIGITS, **QUICK)
    made.node("input", "image", field="image")
    made.node("flatten", "flatten")
    for name, lender in (("first", None), ("second", "first"), ("third", "second")):
        shared = {WEIGHTS_OF: NodeRef(f"#{lender}")} if lender else {}
        made.node("linear", name, out_features=64, **shared)
        made.node("relu", f"{name}_relu")
    made.node("linear", "scores", out_features=10)
    made.node("cross_entropy_loss", "loss", target="digit")
    chained = (part for name in ("first", "second", "third") for part in (name, f"{name}_relu"))
    made.chain("image", "flatten", *chained, "scores", "loss")
    made.node("output", "digit")
    made.wire("scores", "digit")
    folder, events = trained(made.document(), tmp_path)
    assert losses(events)[-1] < losses(events)[0]
    kinds = ("weight", "bias")
    assert set(last_weights(folder)) == {f"{n}.{k}" for n in ("first", "scores") for k in kinds}


def test_one_that_is_not_used_itself_still_lends() -> None:
    document = siamese()
    document.apply(operations.delete(document.main, (), document.main.leaving(NodeId("#linear_a"))))
    document.apply(operations.delete(document.main, [NodeId("#less")]))
    wire(document, "#linear_b", "#score")
    network = compiled(document).eval()
    assert network.inputs == ("b",)
    wanted = network.get_submodule("score")(by_hand(network, "", pictures(3)))
    torch.testing.assert_close(network(pictures(3))[0], wanted, rtol=0, atol=1e-6)


def test_what_is_frozen_or_slowed_is_the_one_that_lends() -> None:
    document = siamese()
    for node, frozen, rate in (("#conv2d_b", True, 1.0), ("#lstm_a", True, 1.0)):
        document.apply(
            operations.set_training(document.main, [NodeId(node)], frozen=frozen, rate=rate)
        )
    network = compiled(document)
    still = {n for n, weight in network.named_parameters() if not weight.requires_grad}
    assert {name.partition(".")[0] for name in still} == {"lstm_a"}
