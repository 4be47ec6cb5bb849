"""Repeated blocks in a network: the numbers of the same layers in a row, and keys as by hand."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.export.onnx import verified_export
from engine.export.python import verified_code
from engine.network.compiling import Network, compiled
from engine.network.diagnosis import domain
from graphs.document.document import Document
from graphs.document.edits import BlockDefinition, ChangeDefinition, NodeId, Step
from graphs.setting_kinds import PerCopy, Promoted
from tests.engine.drawings import DIGITS
from tests.engine.exporting import model
from tests.engine.running import last_weights, trained
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.drawing import put
from tests.quickly import some_of


def repeated(shares: bool = False, times: int = 3) -> Document:
    """Digits through a block, and through so many copies of it behind each other."""
    document = blocks(DIGITS)
    stem = document.graphs[STEM]
    defined = BlockDefinition("Dense", {"width": 16})
    document.apply(Step("", (ChangeDefinition(STEM, stem.definition, defined),)))
    changed(stem, "dense", out_features=Promoted("width"))
    changed(document.main, "second", repeat=times, shares_weights=shares)
    return document


def images(count: int = 5) -> Tensor:
    return torch.rand(count, 1, 8, 8, generator=torch.Generator().manual_seed(1))


def in_a_row(network: Network, names: list[str]) -> nn.Module:
    parts: list[nn.Module] = [nn.Flatten()]
    for name in ("first.dense", *names):
        parts += [network.get_submodule(name), nn.ReLU()]
    return nn.Sequential(*parts, network.get_submodule("scores"))


@pytest.mark.parametrize("shares", [False, True])
def test_copies_compute_what_their_layers_compute_in_a_row(shares: bool) -> None:
    network = compiled(repeated(shares)).eval()
    names = ["second.dense"] * 3 if shares else [f"second.{copy}.dense" for copy in range(3)]
    assert torch.equal(network(images())[0], in_a_row(network, names)(images()))
    wanted = {f"{name}.{kind}" for name in names for kind in ("weight", "bias")}
    assert {key for key in network.state_dict() if key.startswith("second")} == wanted


def test_each_copy_begins_with_weights_of_its_own_which_a_further_copy_leaves() -> None:
    weights = dict(compiled(repeated()).named_parameters())
    copies = [weights[f"second.{copy}.dense.weight"] for copy in range(3)]
    assert not torch.equal(copies[0], copies[1]) and not torch.equal(copies[1], copies[2])
    longer = dict(compiled(repeated(times=5)).named_parameters())
    for copy, kept in enumerate(copies):
        assert torch.equal(longer[f"second.{copy}.dense.weight"], kept)


def test_every_copy_is_a_place_of_its_own() -> None:
    for shares in (False, True):
        network = compiled(repeated(shares))
        ran = network.run({"image": images(), "digit": torch.arange(5)}, network.wiring.places())
        paths = {place[0] for place in ran.tapped}
        for copy in range(3):
            assert (NodeId("second"), copy, NodeId("dense")) in paths


def test_a_copy_tells_which_numbers_it_breaks_at_by_its_own_settings() -> None:
    document = repeated()
    put(document, "pow", "power", at=STEM, exponent=PerCopy(2.0, 0.5))
    assert domain(document, "second.1.dense") == ""
    put(document, "log", "logarithm", at=STEM)
    assert "not above 0" in domain(document, "second.1.logarithm")


def test_shared_copies_learn_by_all_that_they_compute(tmp_path: Path) -> None:
    network = compiled(repeated(shares=True))
    ran = network.run({"image": images(), "digit": torch.arange(5)})
    torch.autograd.backward(ran.total)
    grown = network.get_submodule("second.dense").weight.grad
    assert isinstance(grown, Tensor) and grown.abs().sum() > 0
    folder, _ = trained(repeated(shares=True), tmp_path)
    assert "second.dense.weight" in last_weights(folder)


@pytest.mark.proof
@pytest.mark.parametrize("shares", some_of([True, False], 2))
def test_copies_leave_as_onnx_and_as_code_that_compute_the_same(
    tmp_path: Path, shares: bool
) -> None:
    made = model(repeated(shares))
    for written in (
        verified_export.proven(made, tmp_path / "copies.onnx"),
        verified_code.proven(made, tmp_path / "copies.py"),
    ):
        assert written.checked and written.max_abs_diff < 1e-5
