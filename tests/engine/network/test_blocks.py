"""Blocks in a network: the same numbers as the same layers drawn out, with weights of their own."""

import copy
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from engine.export.onnx.verified_export import proven
from engine.network.compiling import Network, compiled
from engine.network.diagnosis import domain, first_broken
from engine.runs.trained.evaluating import evaluate
from graphs import files
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import AddGraph, NodeId, Step
from graphs.plan.optimizers import SGD
from graphs.setting_kinds import GraphRef, NodeRef
from graphs.steps import clips, operations
from tests.engine.drawings import DIGITS
from tests.engine.exporting import model
from tests.engine.running import last_weights, trained
from tests.engine.stepping import SupervisedSteps
from tests.graphs.blocks import STEM, blocks, changed
from tests.graphs.drawing import put, wire


def made() -> Document:
    return blocks(DIGITS)


def images(count: int = 5) -> Tensor:
    return torch.rand(count, 1, 8, 8, generator=torch.Generator().manual_seed(1))


def weight(network: Network, name: str) -> Tensor:
    return dict(network.named_parameters())[f"{name}.weight"]


def batch(count: int = 5) -> dict[str, Tensor]:
    return {"image": images(count), "digit": torch.arange(count) % 10}


def by_hand(network: Network) -> nn.Module:
    parts = [network.get_submodule(name) for name in ("first.dense", "second.dense", "scores")]
    first, second, scores = parts
    return nn.Sequential(nn.Flatten(), first, nn.ReLU(), second, nn.ReLU(), scores)


def nested() -> Document:
    """The same network as "blocks" draws, its two blocks in a block of their own."""
    document = made()
    outer = operations.new_graph_id()
    whole = clips.copied(document.main, [NodeId("first"), NodeId("second")])
    document.apply(Step("Add graph", (AddGraph(outer),)))
    document.apply(clips.pasted(document.graphs[outer], whole))
    put(document, "block_input", "input", at=outer)
    put(document, "block_output", "output", at=outer)
    names = document.graphs[outer].names
    wire(document, "input", f"{names['first']}.before", at=outer)
    wire(document, f"{names['second']}.after", "output", at=outer)
    document.apply(operations.delete(document.main, [NodeId("first"), NodeId("second")]))
    put(document, "block", "both", graph=GraphRef(outer))
    wire(document, "flatten", "both")
    wire(document, "both", "scores")
    return document


def test_a_network_with_blocks_computes_what_its_layers_compute_by_hand() -> None:
    network = compiled(made()).eval()
    assert torch.equal(network(images())[0], by_hand(network)(images()))
    assert set(network.state_dict()) == {
        f"{name}.{kind}"
        for name in ("first.dense", "second.dense", "scores")
        for kind in ("weight", "bias")
    }


def test_blocks_in_a_block_compute_the_same_under_longer_names() -> None:
    flat, deep = compiled(made()).eval(), compiled(nested()).eval()
    assert set(deep.state_dict()) == {
        f"both.{key}" if key.startswith(("first", "second")) else key for key in flat.state_dict()
    }
    deep.load_state_dict(
        {
            f"both.{key}" if key.startswith(("first", "second")) else key: tensor
            for key, tensor in flat.state_dict().items()
        }
    )
    assert torch.equal(flat(images())[0], deep(images())[0])


def test_each_instance_begins_with_weights_of_its_own() -> None:
    document = made()
    changed(document.graphs[STEM], "dense", out_features=64)
    network = compiled(document)
    one, other = weight(network, "first.dense"), weight(network, "second.dense")
    assert not torch.equal(one, other)
    assert torch.equal(weight(compiled(document), "first.dense"), one)
    document.apply(operations.rename(document.main, NodeId("first"), "elsewhere"))
    assert torch.equal(weight(compiled(document), "elsewhere.dense"), one)


def test_what_nobody_takes_from_a_block_is_not_computed() -> None:
    network = compiled(made())
    computed = {step.name for step, _ in network.wiring.schedule(network.wiring.outputs.values())}
    assert "first.bend" in computed and "first.squash" not in computed


def test_a_copy_of_a_network_with_blocks_has_modules_of_its_own() -> None:
    network = compiled(made()).eval()
    other = copy.deepcopy(network)
    with torch.no_grad():
        weight(other, "first.dense").zero_()
    assert not torch.equal(network(images())[0], other(images())[0])


def test_every_place_in_a_block_can_be_looked_at_and_a_broken_one_is_named() -> None:
    network = compiled(made())
    ran = network.run(batch(), network.wiring.places())
    paths = {place[0] for place in ran.tapped}
    assert (NodeId("first"), NodeId("dense")) in paths
    assert (NodeId("second"), NodeId("bend")) in paths
    with torch.no_grad():
        weight(network, "second.dense")[0, 0] = torch.nan
    assert first_broken(network, batch()) == "second.dense"


def test_a_layer_in_a_block_tells_which_numbers_it_breaks_at() -> None:
    for document, place in ((made(), "second."), (nested(), "both.second.")):
        put(document, "log", "logarithm", at=STEM)
        assert "not above 0" in domain(document, f"{place}logarithm")
        assert domain(document, f"{place}dense") == ""
        assert domain(document, f"{place}gone") == ""
    assert domain(made(), "second") == ""


def test_rates_and_freezing_hold_inside_and_of_whole_blocks() -> None:
    document = made()
    document.apply(operations.set_training(document.main, [NodeId("first")], frozen=True))
    document.apply(operations.set_training(document.main, [NodeId("second")], rate=0.5))
    document.apply(operations.set_training(document.graphs[STEM], [NodeId("dense")], rate=0.1))
    network = compiled(document)
    frozen = {name for name, weight in network.named_parameters() if not weight.requires_grad}
    assert frozen == {"first.dense.weight", "first.dense.bias"}
    learned = {name: network.wiring.rates[name] for name in ("first.dense", "second.dense")}
    assert learned == {"first.dense": 0.1, "second.dense": 0.05}
    before = {name: one.clone() for name, one in network.state_dict().items()}
    usual = compiled(made())
    usual.load_state_dict(before)
    moved = [_moved(one, document) for one in (network, usual)]
    for name, factor in (("first.dense", 0.0), ("second.dense", 0.05), ("scores", 1.0)):
        assert torch.allclose(moved[0][name], factor * moved[1][name], atol=1e-6), name
        assert moved[1][name].abs().max() > 0


def _moved(network: Network, document: Document) -> dict[str, Tensor]:
    """How far one step of plain descent moves the weights."""
    plan = replace(document.plan, optimizer=Chosen.of(SGD(lr=0.1, momentum=0.0, weight_decay=0.0)))
    names = ("first.dense", "second.dense", "scores")
    before = {name: weight(network, name).detach().clone() for name in names}
    SupervisedSteps(network.train(), plan).step(batch(), 0)
    return {name: weight(network, name).detach() - before[name] for name in names}


def test_weights_are_shared_inside_of_each_instance() -> None:
    document = made()
    put(document, "linear", "again", out_features=16, at=STEM)
    changed(document.graphs[STEM], "dense", out_features=64)
    changed(document.graphs[STEM], "again", out_features=64, tied=NodeRef("dense"))
    wire(document, "dense", "again", at=STEM)
    wire(document, "again", "bend", at=STEM)
    network = compiled(document)
    for name in ("first", "second"):
        lender, borrower = (network.get_submodule(f"{name}.{one}") for one in ("dense", "again"))
        assert lender.weight is borrower.weight
    first, second = (network.get_submodule(f"{name}.dense") for name in ("first", "second"))
    assert first.weight is not second.weight
    assert "first.again.weight" not in network.state_dict()
    copy.deepcopy(network).load_state_dict(network.state_dict())


def test_a_document_with_blocks_is_trained_measured_kept_and_opened(tmp_path: Path) -> None:
    document = made()
    folder, _ = trained(document, tmp_path)
    weights = last_weights(folder)
    assert "second.dense.weight" in weights
    assert evaluate(folder).test["accuracy"] > 0.2
    again = files.decoded(files.encoded(document)).document
    assert files.encoded(again) == files.encoded(document)


def test_a_network_with_blocks_is_written_in_onnx_and_proven(tmp_path: Path) -> None:
    exported = proven(model(nested()), tmp_path / "nested.onnx")
    assert exported.checked and exported.max_abs_diff < 1e-5
