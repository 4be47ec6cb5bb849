"""Ready-made blocks as torch computes them: each compiles, with as many weights as are counted."""

from dataclasses import replace

import pytest
import torch

from engine.network.compiling import compiled
from graphs.checking.evaluation import evaluated
from graphs.document.edits import ChangeData, NodeId, Step
from graphs.library.blocks import ReadyBlock, blocks
from graphs.steps import operations
from tests.graphs.drawing import put as put_layer
from tests.graphs.library.test_blocks import fed, put


@pytest.mark.parametrize("ready", blocks(), ids=lambda one: one.id)
def test_a_ready_made_block_compiles(ready: ReadyBlock) -> None:
    document = fed(ready)
    node = put(document, ready)
    end = put_layer(document, "output", "end")
    document.apply(operations.connect(document.main, node, "output", NodeId(end), "input"))
    data = replace(document.data, source="arrays", settings={"path": "/samples.npz"})
    document.apply(Step("Choose data", (ChangeData(document.data, data),)))
    with torch.device("meta"):
        network = compiled(document, needs_loss=False)
    counted = sum(one.numel() for one in network.parameters())
    assert counted == evaluated(document.main).parameters
