"""Ready-made blocks: each works where it is placed, and is counted as its paper counts it."""

from typing import Any

import pytest

from graphs.checking.evaluation import evaluated
from graphs.data import DataSection, Domain, Field, ImageKind, SeriesKind, TokensKind
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.library.blocks import ReadyBlock, blocks, find, placed
from graphs.library.drawing import Drawing, DrawnGraph
from graphs.library.spec import block
from graphs.problems import Severity
from graphs.steps import operations
from tests.graphs.drawing import drawn, wire
from tests.graphs.drawing import put as put_layer

PICTURES = DataSection(fields={"image": Field(ImageKind.id, (3, 32, 32))})
SERIES = DataSection(fields={"image": Field(SeriesKind.id, (32, 400))})
TEXTS = DataSection(
    fields={"tokens": Field(TokensKind.id, ("T",), vocabulary=100)}, domains={"T": Domain(1, 50)}
)
FEATURES = {
    "gpt": 768,
    "llama": 64,
    "text_cnn": 300,
    "transformer_decoder": 512,
    "transformer_post_norm": 768,
    "transformer_pre_norm": 768,
}
"""How wide the texts are that enter; all others are entered by pictures, or by a long series."""
CHANNELS = {
    "convnext": 96,
    "inverted_residual": 24,
    "residual_bottleneck": 256,
    "squeeze_excitation": 256,
    "swin": 96,
}
LARGER = {("unet_up", "skip"): "larger"}
"""Ports that are entered by what is twice as large."""
PARAMETERS = {
    "residual_basic": 73_984,  # torchvision's BasicBlock(64, 64)
    "residual_basic_projected": 230_144,  # layer2[0] of torchvision's resnet18
    "residual_bottleneck": 70_400,  # layer1[1] of torchvision's resnet50
    "residual_pre_activation": 73_984,  # as the basic block, whose norms are as wide
    "separable_convolution": 4_736,  # 64 windows of 3 × 3, and a map of 64 to 64 channels
    "inverted_residual": 8_832,  # features[3] of torchvision's mobilenet_v2
    "convnext": 79_296,  # CNBlock(96) of torchvision
    "text_cnn": 360_300,  # 100 windows each of 3, 4 and 5 words of 300 features, and offsets
    "transformer_decoder": 4_204_032,  # torch.nn.TransformerDecoderLayer(512, 8, 2048)
    "unet_down": 73_984,  # two convolutions of 64 maps, and their norms
    "unet_up": 127_296,  # 16,448 to enlarge, then as above, but the first sees 128 maps
    "wavenet": 51_232,  # eight layers of 6,272, and 1,056 for what is found first
    "squeeze_excitation": 8_464,  # SqueezeExcitation(256, 16) of torchvision
    "swin": 224_694,  # features[1] of torchvision's swin_t
    "transformer_pre_norm": 7_087_872,  # torch.nn.TransformerEncoderLayer(768, 12, 3072)
    "transformer_post_norm": 7_087_872,  # the same
    "gpt": 7_087_872,  # a layer of transformers.GPT2Model, gpt2
}
every_block = pytest.mark.parametrize("ready", blocks(), ids=lambda one: one.id)


def fed(ready: ReadyBlock) -> Document:
    """A document whose node "before" gives what the block may be entered by."""
    if (width := FEATURES.get(ready.id)) is not None:
        tokens = ("input", "tokens", {"field": "tokens"})
        return drawn(tokens, ("embedding", "before", {"embedding_dim": width}), data=TEXTS)
    if ready.id == "wavenet":
        return drawn(("input", "image", {"field": "image"}), ("relu", "before", {}), data=SERIES)
    settings: dict[str, Any] = {"out_channels": CHANNELS.get(ready.id, 64), "kernel_size": 1}
    image = ("input", "image", {"field": "image"})
    document = drawn(image, ("conv2d", "before", settings), data=PICTURES)
    put_layer(document, "upsample", "larger")
    wire(document, "before", "larger")
    return document


def put(document: Document, ready: ReadyBlock) -> NodeId:
    """Place a block behind the last one."""
    before = set(document.main.nodes)
    document.apply(placed(document.main, ready, (480, 0)))
    (node,) = set(document.main.nodes) - before
    for port in operations.ports_of(document.main, node).inputs:
        source = NodeId(LARGER.get((ready.id, port.name), "before"))
        document.apply(operations.connect(document.main, source, "output", node, port.name))
    return node


@every_block
def test_a_block_works_where_it_is_placed(ready: ReadyBlock) -> None:
    document = fed(ready)
    fed_alone = evaluated(document.main).parameters
    node = put(document, ready)
    found = evaluated(document.main)
    assert not [one for one in found.problems() if one.severity is Severity.ERROR]
    assert found[node].outputs
    if ready.id in PARAMETERS:
        assert found.parameters - fed_alone == PARAMETERS[ready.id]


@every_block
def test_a_block_says_what_it_is(ready: ReadyBlock) -> None:
    assert ready.title and ready.search
    assert ready.summary().endswith(".") and ready.help().endswith(".")
    assert "From" in ready.help()
    for whole in ready.clip().graphs.values():
        assert whole.definition.title


@every_block
def test_placed_twice_its_graphs_come_once(ready: ReadyBlock) -> None:
    document = fed(ready)
    document.apply(placed(document.main, ready, (0, 0)))
    graphs = set(document.graphs)
    document.apply(placed(document.main, ready, (0, 200)))
    assert set(document.graphs) == graphs


def test_a_block_may_be_placed_with_values() -> None:
    ready = find("residual_bottleneck_projected")
    assert ready is not None
    document = fed(ready)
    document.apply(placed(document.main, ready, (0, 0), channels=32))
    (node,) = document.main.of_layers(["block"])
    assert document.main.nodes[node].settings["values"] == {"channels": 32}


def test_two_blocks_of_one_id_are_refused() -> None:
    def again(drawing: Drawing) -> DrawnGraph:
        raise AssertionError

    with pytest.raises(TypeError, match="two blocks are called 'llama'"):
        block("llama", "Again", "The same once more.")(again)
