"""Weights of nodes that lie in a block by now, or no more: known by the end of their names."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from engine.network.compiling import compiled
from engine.runs.trained.trained_network import load
from engine.runs.trained.trained_weights import kept_for_documents
from engine.weights import initial_weights, weight_store
from engine.weights.fitting import Report, compared, meant_by, partners
from engine.weights.origins import UNKNOWN, Origin
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.files import weights
from graphs.setting_kinds import NodeRef
from graphs.steps import healing, operations
from graphs.steps.blocks import grouping, ungrouping
from tests.engine.drawings import DIGITS, QUICK, Drawing, digits
from tests.engine.running import trained
from tests.graphs.drawing import put

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


def layers() -> Document:
    """Three Linears of the same weights behind each other."""
    made = Drawing(DIGITS, **QUICK)
    made.node("input", "image", field="image")
    made.node("flatten", "flatten")
    for name, lent in (("a", None), ("b", NodeRef("#a")), ("c", NodeRef("#a"))):
        made.node("linear", name, out_features=64, weights_of=lent)
    return ended(made, "image", "flatten", "a", "b", "c")


def filters() -> Document:
    """Filters of the same weights that move otherwise, so that each node has a module."""
    made = Drawing(DIGITS, **QUICK)
    made.node("input", "image", field="image")
    made.node("conv2d", "a", out_channels=1, kernel_size=(3, 3))
    made.node(
        "conv2d", "b", out_channels=1, kernel_size=(3, 3), stride=(2, 2), weights_of=NodeRef("#a")
    )
    made.node("adaptive_avg_pool2d", "pool", output_size=(1, 1))
    made.node("flatten", "flatten")
    return ended(made, "image", "a", "b", "pool", "flatten")


def in_blocks() -> Document:
    """Two blocks of the same weights, one behind the other."""
    made = Drawing(DIGITS, **QUICK)
    made.node("input", "image", field="image")
    made.node("flatten", "flatten")
    made.node("linear", "inner", out_features=64)
    document = ended(made, "image", "flatten", "inner")
    block = grouped(document, "inner")
    graph = document.main.nodes[block].settings["graph"]
    put(document, "block", "twin", graph=graph, weights_of=NodeRef(block))
    (link,) = document.main.leaving(block)
    document.apply(operations.insert_existing(document.main, link, NodeId("twin")))
    return document


def ended(made: Drawing, *chain: str) -> Document:
    made.node("linear", "classify", out_features=10)
    made.node("output", "digit")
    made.node("cross_entropy_loss", "loss", target="digit")
    made.chain(*chain, "classify", "digit")
    made.wire("classify", "loss")
    return made.document()


@pytest.mark.parametrize("draw", [layers, filters, in_blocks])
def test_who_takes_the_place_of_a_lender_has_what_was_learned(
    draw: Callable[[], Document], tmp_path: Path
) -> None:
    document = draw()
    run, _ = trained(document, tmp_path)
    learned = load(run)[0].state_dict()
    (lender,) = (node for node in document.main.nodes if document.main.referring(node))
    was = document.main.nodes[lender].name
    sha = kept_for_documents(run)
    document.apply(healing.delete_and_reconnect(document.main, [lender]))
    now = next(n.name for n in document.main.nodes.values() if n.name in ("b", "twin"))

    network = compiled(document)
    report = initial_weights.take(network, sha, ())

    mine = {key: one for key, one in network.state_dict().items() if key.startswith(f"{now}.")}
    assert mine
    for key, tensor in mine.items():
        assert torch.equal(tensor, learned[was + key.removeprefix(now)])
    told = " ".join(report.sentences())
    assert not report.of("not there", "not used", "other sizes")
    assert f"In common until then: “{now}." in told
    here = {row.name: row.here for row in report.rows if row.here is not None}
    header = weight_store.header_of(weights.place(sha, weight_store.store()))
    seen = compared(here, header.shapes, sha, header.origin)
    assert seen.layers() == report.layers(), "the window tells the same"


def test_what_a_hostile_file_says_of_lenders_names_only_what_is_in_it() -> None:
    shapes = {"a.weight": SHAPE, "b.weight": SHAPE}
    origin = Origin(lenders={"c": "nowhere", "d": "a", "b": "a", "": "a"})
    asked = {"c.weight": SHAPE, "d.weight": SHAPE}
    assert meant_by(asked, shapes, origin) == ({"d.weight": ("a.weight", "lent")}, "")
    assert meant_by(shapes, shapes, origin) == ({}, "")
