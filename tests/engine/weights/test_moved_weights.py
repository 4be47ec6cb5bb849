"""Weights of nodes that lie in a block by now, or no more: known by the end of their names."""

import time

import pytest
import safetensors.torch
import torch
from torch import Tensor

from engine.network.compiling import compiled
from engine.weights import initial_weights, weight_store
from engine.weights.fitting import Report, compared, partners
from engine.weights.origins import UNKNOWN
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.files import weights
from graphs.steps.blocks import grouping, ungrouping
from tests.engine.drawings import QUICK, digits

SHAPE = (3, 2)


def grouped(document: Document, *names: str) -> NodeId:
    step, block = grouping.group(document.main, [NodeId(f"#{name}") for name in names], "Stem")
    document.apply(step)
    return block


def state(document: Document, seed: int = 5) -> dict[str, Tensor]:
    return {name: one.clone() for name, one in compiled(document, seed=seed).state_dict().items()}


def taken(document: Document, from_: dict[str, Tensor]) -> tuple[Report, dict[str, Tensor]]:
    sha = weights.kept(safetensors.torch.save(from_), weight_store.store())
    network = compiled(document)
    return initial_weights.take(network, sha, ()), dict(network.state_dict())


def test_a_block_of_trained_nodes_has_what_they_learned_and_so_have_they_without_it() -> None:
    document = digits(32, **QUICK).document()
    learned = state(document)
    block = grouped(document, "hidden")
    report, now = taken(document, learned)
    assert torch.equal(now["Stem.hidden.weight"], learned["hidden.weight"])
    assert torch.equal(now["classify.bias"], learned["classify.bias"])
    told = " ".join(report.sentences())
    assert "2 of 2 layers start from it." in told
    assert "By the end of its name: “Stem.hidden.weight” from “hidden.weight”" in told
    assert "Not used" not in told

    within = state(document)
    document.apply(ungrouping.ungroup(document.main, block)[0])
    _, again = taken(document, within)
    assert torch.equal(again["hidden.weight"], within["Stem.hidden.weight"])


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [
        ({"a.fc.weight"}, {"fc.weight"}, {"a.fc.weight": "fc.weight"}),
        ({"fc.weight"}, {"net.a.fc.weight"}, {"fc.weight": "net.a.fc.weight"}),
        ({"a.fc.weight", "b.fc.weight"}, {"fc.weight"}, {}),  # of two, neither
        ({"fc.weight"}, {"a.fc.weight", "b.fc.weight"}, {}),
        ({"a.fc.weight"}, {"b.fc.weight"}, {}),  # neither is the end of the other
        ({"fc.weight", "a.fc.weight"}, {"fc.weight"}, {}),  # it is there by its own name
        ({"fc.weight"}, {"weight"}, {}),  # no node is named
        ({"afc.weight"}, {"fc.weight"}, {}),
    ],
)
def test_only_one_name_can_be_meant(here: set[str], there: set[str], found: dict[str, str]) -> None:
    assert partners(dict.fromkeys(here, SHAPE), dict.fromkeys(there, SHAPE)) == found


def test_other_sizes_are_not_meant() -> None:
    assert partners({"a.fc.weight": (3, 2)}, {"fc.weight": (2, 3)}) == {}


def test_the_window_tells_the_same_by_sizes_alone() -> None:
    report = compared({"a.fc.weight": SHAPE}, {"fc.weight": SHAPE}, "", UNKNOWN)
    (row,) = report.rows
    assert (row.fit, row.source) == ("taken", "fc.weight")


def test_endless_names_are_compared_at_once() -> None:
    endless = ".".join("x" * 100_000)
    began = time.process_time()
    assert partners({f"a.{endless}": SHAPE}, {endless: SHAPE}) == {}
    assert time.process_time() - began < 5  # it took hours, were each end of it kept
