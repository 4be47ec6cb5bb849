"""Graphs drawn at random from all kinds: types, torch and ONNX say the same of each of them."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine.errors import ExportError
from engine.export.model import Model
from engine.export.onnx.agreement import Departure, Failing, departs
from engine.export.onnx.verified_export import proven
from engine.network.compiling import compiled
from graphs import files
from graphs.checking import structure
from graphs.checking.evaluation import Evaluation, evaluated
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.sizes import symbols, value
from tests.engine import exporting
from tests.graphs.random_graphs import KINDS, random_document

MANY = range(300)
FEW = (2, 10)
PROVEN = [seed for seed in range(46) if seed not in FEW]


def model_of(seed: int) -> Model:
    return exporting.model(random_document(seed), f"random_{seed}")


def shapes(document: Document, evaluation: Evaluation, sizes: dict[str, int]) -> Iterator[object]:
    """The size of each Output by its type, in the order of their names."""
    graph = document.main
    for name in sorted(n.name for n in graph.nodes.values() if n.layer == "output"):
        (link,) = graph.entering(graph.names[name])
        tensor = evaluation[link.source].outputs[link.output]
        members = {s.name: sizes[s.name] for size in tensor.sizes for s in symbols(size)}
        yield tuple(value(size, members) for size in tensor.sizes)


PAIRED = {"max_unpool1d", "max_unpool2d", "max_unpool3d"}
"""Take two outputs of one pooling, which are hardly ever drawn for them by chance."""


def test_every_kind_is_drawn_and_nothing_is_wrong_with_what_is_drawn() -> None:
    drawn: set[str] = set()
    for seed in MANY:
        document = random_document(seed)
        assert structure.errors(document, evaluated(document.main)) == [], seed
        drawn |= {node.layer for node in document.main.nodes.values()}
        assert files.decoded(files.encoded(document)).notices == ()
    assert {kind.id for kind in KINDS} - PAIRED <= drawn


@pytest.mark.parametrize("seed", range(40))
def test_torch_gives_what_the_types_say_at_every_size(seed: int) -> None:
    model = model_of(seed)
    evaluation = evaluated(model.document.main)
    for trial in exporting.trials(model)[:4]:
        with torch.no_grad():
            outputs = model.network(*trial.inputs)
        sizes = {"N": trial.at.batch, **trial.at.sizes}
        assert [tuple(one.shape) for one in outputs] == [*shapes(model.document, evaluation, sizes)]


@pytest.mark.parametrize("seed", range(40))
def test_weights_have_the_names_and_sizes_that_the_layers_say(seed: int) -> None:
    document = random_document(seed)
    network, evaluation = compiled(document), evaluated(document.main)
    trained = {name: tuple(one.shape) for name, one in network.named_parameters()}
    wanted = {
        f"{node.name}.{key}": sizes
        for node in document.main.nodes.values()
        for key, sizes in weights(evaluation, node.id).items()
        if node.name in network.wiring.modules
    }
    assert trained == wanted


def weights(evaluation: Evaluation, node: NodeId) -> dict[str, tuple[int, ...]]:
    result = evaluation[node]
    assert result.layer is not None and result.given is not None
    return dict(result.layer.weights(result.given))


def test_the_same_document_gives_the_same_network_in_any_order() -> None:
    for seed in range(10):
        document = random_document(seed)
        again = files.decoded(files.encoded(document)).document
        first, second = compiled(document), compiled(again)
        assert first.state_dict().keys() == second.state_dict().keys()
        for key, one in first.state_dict().items():
            assert torch.equal(one, second.state_dict()[key]), (seed, key)


def agrees(seed: int, path: Path) -> None:
    """ONNX Runtime computes the same, or torch has no number there either, which is said.

    By chance, logarithms are drawn of what is below 0, and the places of the largest of values that
    are all the same but for rounding: then torch itself finds others in more digits.
    """
    model, refused = model_of(seed), None
    try:
        assert proven(model, path).checked
    except ExportError as error:
        refused = error
    if refused is not None:
        failing = refused.__cause__
        if isinstance(failing, Departure):
            assert rests_on_rounding(model, failing)
            return
        assert isinstance(failing, Failing)
        with torch.no_grad():
            given = model.network(*failing.trial.inputs)
        assert not all(one.isfinite().all() for one in given)


def rests_on_rounding(model: Model, departure: Departure) -> bool:
    """Whether torch itself, computing in more digits, would be refused beside the network."""
    assert departure.output is not None
    at, given = model.network.outputs.index(departure.output), departure.trial.inputs
    precise = copy.deepcopy(model.network).double()
    with torch.no_grad():
        answer = model.network(*given)[at]
        other = precise(*[one.double() if one.is_floating_point() else one for one in given])[at]
    return departs(other.to(answer.dtype).numpy(), answer.numpy())


@pytest.mark.parametrize("seed", FEW)
def test_onnxruntime_agrees_with_torch(seed: int, tmp_path: Path) -> None:
    assert proven(model_of(seed), tmp_path / "random.onnx").checked


@pytest.mark.proof
@pytest.mark.parametrize("seed", PROVEN)
def test_onnxruntime_agrees_with_torch_on_many_graphs(seed: int, tmp_path: Path) -> None:
    agrees(seed, tmp_path / "random.onnx")
