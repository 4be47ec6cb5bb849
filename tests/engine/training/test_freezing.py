"""Nodes that learn not at all, or at a rate of their own."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.network.compiling import compiled
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.plan.optimizers import SGD, AdamW, Optimizer, RMSprop
from graphs.steps.operations import set_training
from tests.engine.drawings import digits, dropping
from tests.engine.running import last_weights, same, trained
from tests.engine.stepping import SupervisedSteps

CPU = torch.device("cpu")
BATCH = {"image": torch.rand(6, 1, 8, 8), "digit": torch.arange(6)}


def changed(
    document: Document, *names: str, frozen: bool | None = None, rate: float | None = None
) -> Document:
    nodes = [NodeId(f"#{name}") for name in names]
    document.apply(set_training(document.main, nodes, frozen, rate))
    return document


def stepped(document: Document, count: int = 3) -> tuple[dict[str, torch.Tensor], ...]:
    """The weights before and after some steps."""
    network = compiled(document).train()
    steps = SupervisedSteps(network, document.plan)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    for step in range(count):
        steps.step(BATCH, step)
    return before, network.state_dict()


def test_a_frozen_node_keeps_its_weights_through_a_run_and_the_others_learn(tmp_path: Path) -> None:
    document = changed(dropping(), "conv", "norm", frozen=True)
    first = compiled(document).state_dict()

    folder, _ = trained(document, tmp_path)

    after = last_weights(folder)
    for name, tensor in first.items():
        assert torch.equal(tensor, after[name]) == name.startswith(("conv", "norm")), name


def test_a_frozen_norm_uses_and_keeps_its_statistics() -> None:
    document = changed(dropping(), "norm", frozen=True)
    network = compiled(document).train()

    assert not network.get_submodule("norm").training
    assert network.get_submodule("dropout").training
    assert not network.eval().train(False).get_submodule("norm").training
    before, after = stepped(document)
    assert all(torch.equal(before[n], after[n]) for n in before if n.startswith("norm."))
    assert not torch.equal(before["conv.weight"], after["conv.weight"])


def test_an_unfrozen_document_trains_to_the_bits_of_one_that_never_was(tmp_path: Path) -> None:
    plain, _ = trained(dropping(epochs=1), tmp_path, "plain")
    document = changed(changed(dropping(epochs=1), "conv", frozen=True), "conv", frozen=False)

    folder, _ = trained(document, tmp_path, "again")

    assert same(last_weights(folder), last_weights(plain))


@pytest.mark.parametrize("optimizer", [SGD(lr=0.1), AdamW(lr=0.1), RMSprop()], ids=lambda o: o.id)
def test_a_rate_of_its_own_moves_a_node_so_much_further(optimizer: Optimizer) -> None:
    plan: dict[str, Any] = {"optimizer": Chosen.of(replace(optimizer, weight_decay=0.0))}
    before, usual = stepped(digits(**plan).document(), count=1)
    slow = changed(digits(**plan).document(), "hidden", rate=0.25)

    _, slowed = stepped(slow, count=1)

    for name, first in before.items():
        factor = 0.25 if name.startswith("hidden") else 1.0
        moved, wanted = slowed[name] - first, factor * (usual[name] - first)
        assert torch.allclose(moved, wanted, atol=1e-6), name
        assert moved.abs().max() > 0


@pytest.mark.parametrize("optimizer", [SGD(lr=0.1), AdamW(lr=0.01)], ids=lambda one: one.id)
def test_steps_of_several_rates_are_those_of_torchs_parameter_groups(optimizer: Optimizer) -> None:
    document = changed(digits(optimizer=Chosen.of(optimizer)).document(), "hidden", rate=0.5)
    ours, theirs = compiled(document).train(), compiled(document).train()
    steps = SupervisedSteps(ours, document.plan)
    kind = getattr(torch.optim, type(optimizer).__name__)
    groups = [
        {"params": list(theirs.get_submodule("classify").parameters())},
        {"params": list(theirs.get_submodule("hidden").parameters()), "lr": optimizer.lr * 0.5},
    ]
    wanted = kind(groups, **optimizer.settings, fused=True)

    for step in range(4):
        steps.step(BATCH, step)
        wanted.zero_grad()
        torch.autograd.backward(theirs.run(BATCH).total)
        wanted.step()

    assert same(dict(ours.state_dict()), dict(theirs.state_dict()))


def test_with_all_nodes_frozen_there_is_nothing_to_learn(tmp_path: Path) -> None:
    from engine.cli.json_facts import of_document
    from engine.errors import GraphProblems

    document = changed(digits().document(), "hidden", "classify", frozen=True)

    with pytest.raises(GraphProblems, match="Unfreeze"):
        trained(document, tmp_path)
    told = json.loads(json.dumps(of_document(document)))
    assert (told["parameters"], told["trained"]) == (2410, 0)
    assert "“classify”" in told["problems"][0]["message"]


def test_a_check_counts_what_is_trained() -> None:
    from engine.cli.json_facts import of_document

    document = changed(digits().document(), "hidden", frozen=True)
    changed(document, "classify", rate=0.5)

    told = of_document(document)

    assert (told["parameters"], told["trained"]) == (2410, 330)
    nodes = {one["name"]: (one["frozen"], one["rate"]) for one in told["nodes"]}
    assert nodes["hidden"] == (True, 1.0)
    assert nodes["classify"] == (False, 0.5)
    assert told["problems"] == []
