"""Ready-made blocks as torch computes them: each compiles, with as many weights as are counted."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.export.model import Model
from engine.export.onnx.verified_export import proven
from engine.export.python import verified_code
from engine.network.compiling import compiled
from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.document.edits import ChangeData, NodeId, Step
from graphs.library.blocks import ReadyBlock, blocks, find
from graphs.steps import operations
from tests.graphs.drawing import put as put_layer
from tests.graphs.library.test_blocks import fed, put

each_block = pytest.mark.parametrize("ready", blocks(), ids=lambda one: one.id)


def whole(ready: ReadyBlock) -> Document:
    """A network of the block, with an Output for each that it has."""
    document = fed(ready)
    node = put(document, ready)
    for port in operations.ports_of(document.main, node).outputs:
        end = put_layer(document, "output", f"{port}_end")
        document.apply(operations.connect(document.main, node, port, NodeId(end), "input"))
    data = replace(document.data, source="arrays", settings={"path": "/samples.npz"})
    document.apply(Step("Choose data", (ChangeData(document.data, data),)))
    return document


@each_block
def test_a_ready_made_block_compiles(ready: ReadyBlock) -> None:
    document = whole(ready)
    with torch.device("meta"):
        network = compiled(document, needs_loss=False)
    counted = sum(one.numel() for one in network.parameters())
    assert counted == evaluated(document.main).parameters


@pytest.mark.proof
@each_block
def test_a_ready_made_block_leaves_as_a_file_and_as_code(ready: ReadyBlock, tmp_path: Path) -> None:
    document = whole(ready)
    model = Model(ready.id, document, compiled(document, needs_loss=False).eval(), None)
    proven(model, tmp_path / "model.onnx")
    verified_code.proven(model, tmp_path / "model.py")


def test_wavenet_reaches_256_steps_back_and_none_ahead() -> None:
    ready = find("wavenet")
    assert ready is not None
    network = compiled(whole(ready), needs_loss=False).eval()
    series = torch.rand(1, 32, 400)
    other = series.clone()
    other[:, :, 100] += 1.0
    with torch.no_grad():
        for before, after in zip(network(series), network(other), strict=True):
            changed = (before != after).any(1)[0].nonzero().flatten()
            assert changed.min() == 100
            assert changed.max() == 100 + 255
