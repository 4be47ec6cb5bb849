"""Where a network looks can be read of every attention, whether or not its weights are drawn."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.asking.attention import AttentionReader, attended
from engine.errors import DataError
from engine.network.compiling import compiled
from graphs.data import ClassKind, DataSection, Domain, Field, SeriesKind, TokensKind
from graphs.document.edits import AddGraph, AddNode, Connect, GraphId, Link, Node, NodeId
from graphs.layers import Layer
from graphs.setting_kinds import GraphRef
from tests.engine.drawings import DIGITS, QUICK, Drawing
from tests.engine.running import trained

WORDS = ("<pad>", "<unk>", "no", "yes", "maybe")
DATA = DataSection(
    "made up",
    {},
    {
        "high": Field(ClassKind.id, classes=("low", "high"), target=True),
        "series": Field(SeriesKind.id, ("S", 8), ragged=True),
        "text": Field(TokensKind.id, ("T",), vocabulary=5, words=WORDS, joint=" "),
    },
    {"T": Domain(1, 60), "S": Domain(1, 5000)},
)
FIELDS = {
    "series": torch.randn(1, 6, 8, generator=torch.Generator().manual_seed(0)),
    "series.lengths": torch.tensor([4]),
    "text": torch.tensor([[3, 4, 2]]),
}


def drawing() -> Drawing:
    """Text that looks at itself, then decodes a series; and a series that looks at the text."""
    made = Drawing(DATA)
    made.node("input", "series", field="series")
    made.node("input", "text", field="text")
    made.node("embedding", "embedding", embedding_dim=8)
    made.node("multihead_attention", "first", num_heads=2, is_causal=True)
    made.node("transformer_decoder_layer", "second", nhead=4)
    made.node("multihead_attention", "third", num_heads=1, need_weights=True)
    made.node("select", "last", dim=1, index=-1)
    made.node("linear", "classify", out_features=2)
    made.node("cross_entropy_loss", "loss", target="high")
    made.chain("text", "embedding")
    made.wire("embedding", "first.query")
    made.wire("series", "second")
    made.wire("first", "second.memory")
    made.wire("second", "third.query")
    made.wire("embedding", "third.key")
    made.chain("third", "last", "classify", "loss")
    for place in ("classify", "third.weights"):
        made.node("output", f"out_{place[:5]}")
        made.wire(place, f"out_{place[:5]}")
    return made


def test_every_attention_tells_where_it_looks_in_the_users_words() -> None:
    document = drawing().document()
    network = compiled(document).eval()

    found = attended(network, document, FIELDS)

    text, steps = ("yes", "maybe", "no"), ("1", "2", "3", "4")
    assert [(one.name, one.part, one.queries, one.keys) for one in found] == [
        ("first", "", text, text),
        ("second", "self_attn", steps, steps),
        ("second", "multihead_attn", steps, text),
        ("third", "", steps, text),
    ]
    assert [one.weights.shape for one in found] == [(2, 3, 3), (4, 4, 4), (4, 4, 3), (1, 4, 3)]
    for one in found:
        np.testing.assert_allclose(one.weights.sum(-1), 1, rtol=1e-5)
    assert (np.triu(found[0].weights, 1) == 0).all()
    assert (np.triu(found[1].weights, 1) == 0).all()
    with torch.no_grad():
        given = [FIELDS[network.input_fields[name]] for name in network.inputs]
        outputs: tuple[Tensor, ...] = network(*given)
    drawn = outputs[network.outputs.index("out_third")][0, :, :4]
    np.testing.assert_allclose(found[3].weights, drawn.numpy(), rtol=1e-5)


def test_looking_changes_nothing_and_leaves_nothing_behind() -> None:
    document = drawing().document()
    network = compiled(document).eval()

    attended(network, document, FIELDS)
    long = {**FIELDS, "series": torch.zeros(1, 5000, 8), "series.lengths": torch.tensor([5000])}
    with pytest.raises(DataError, match="5,000 steps"):
        attended(network, document, long)

    assert not any(module._forward_pre_hooks for module in network.modules())


def test_pixels_row_by_row_are_numbered(tmp_path: Path) -> None:
    made = Drawing(DIGITS, **{**QUICK, "epochs": 1})
    made.node("input", "image", field="image")
    made.node("reshape", "rows", sizes=(8, 8))
    made.node("transformer_encoder_layer", "block", nhead=2, dim_feedforward=8)
    made.node("flatten", "flatten")
    made.node("linear", "classify", out_features=10)
    made.node("output", "digit")
    made.node("cross_entropy_loss", "loss", target="digit")
    made.chain("image", "rows", "block", "flatten", "classify", "digit")
    made.wire("classify", "loss")
    folder, _ = trained(made.document(), tmp_path)
    images: Any = np.random.RandomState(0).rand(3, 1, 8, 8)

    reader = AttentionReader(folder)
    (one,) = reader.read(images, sample=2)

    assert reader.nodes == ("block",) and one.part == "self_attn"
    assert one.weights.shape == (2, 8, 8) and one.keys == tuple("12345678")
    (alone,) = reader.read(images[2])
    np.testing.assert_allclose(one.weights, alone.weights, rtol=1e-5)


LOOK = GraphId("look")


def test_an_attention_in_a_block_is_told_by_its_path_in_the_users_words() -> None:
    made = Drawing(DATA)
    made.edits.append(AddGraph(LOOK))
    for layer, name, settings in (
        ("block_input", "seen", {}),
        ("multihead_attention", "look", {"num_heads": 2}),
        ("block_output", "told", {}),
    ):
        whole = {**Layer.get(layer).defaults(), **settings}
        made.edits.append(AddNode(LOOK, Node(NodeId(f"#{name}"), layer, name, whole)))
    for source, target, port in (("seen", "look", "query"), ("look", "told", "input")):
        link = Link(NodeId(f"#{source}"), "output", NodeId(f"#{target}"), port)
        made.edits.append(Connect(LOOK, link))
    made.node("input", "text", field="text")
    made.node("embedding", "embedding", embedding_dim=8)
    made.node("block", "first", graph=GraphRef(LOOK))
    made.node("multihead_attention", "aside", num_heads=1)
    made.node("select", "last", dim=1, index=-1)
    made.node("linear", "classify", out_features=2)
    made.node("output", "out")
    made.node("cross_entropy_loss", "loss", target="high")
    made.chain("text", "embedding")
    made.wire("embedding", "first.seen")
    made.wire("embedding", "aside.query")
    made.wire("first.told", "last")
    made.chain("last", "classify", "loss")
    made.wire("classify", "out")
    document = made.document()
    network = compiled(document).eval()

    (found,) = attended(network, document, FIELDS)  # the one aside leads nowhere

    assert (found.name, found.path) == ("first.look", ("#first", "#look"))
    assert found.queries == found.keys == ("yes", "maybe", "no")
