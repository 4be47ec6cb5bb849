"""The bias of distances is that of T5, whatever the settings, and reaches the attention."""

import math
from pathlib import Path

import pytest
import torch

from engine.export.onnx.verified_export import proven
from engine.modules.positions import RelativePositionBias
from engine.network.compiling import compiled
from graphs.checking.evaluation import Evaluation
from graphs.layers import Layer
from tests.engine import exporting
from tests.engine.drawings import Drawing
from tests.engine.export.onnx.test_padded import DATA


def bucket(behind: int, bidirectional: bool, buckets: int, max_distance: int) -> int:
    """One distance by the formula, in double precision, as the authors' program goes about it."""
    found = 0
    if bidirectional:
        buckets //= 2
        found, distance = (buckets if behind > 0 else 0), abs(behind)
    else:
        distance = max(-behind, 0)
    exact = buckets // 2
    if distance < exact:
        return found + distance
    share = math.log(distance / exact) / math.log(max_distance / exact)
    return found + min(exact + math.floor(share * (buckets - exact) + 1e-9), buckets - 1)


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize(
    ("buckets", "farthest"), [(32, 128), (4, 2), (4, 9), (8, 64), (16, 100), (64, 1000)]
)
def test_each_distance_has_the_row_that_the_formula_gives(
    bidirectional: bool, buckets: int, farthest: int
) -> None:
    if not bidirectional and farthest <= buckets // 2:
        return
    bias = RelativePositionBias(3, bidirectional, buckets, farthest)
    queries, keys = torch.zeros(1, 2 * farthest, 1), torch.zeros(1, 20, 1)
    found = bias(queries, keys)
    assert found.shape == (3, 2 * farthest, 20)
    for q in range(2 * farthest):
        for k in range(20):
            row = bucket(k - q, bidirectional, buckets, farthest)
            assert torch.equal(found[:, q, k], bias.weight[row]), (q, k)
    assert torch.equal(bias(keys), bias(keys, keys))


def test_settings_that_leave_no_row_are_refused() -> None:
    kind = Layer.get("relative_position_bias")
    usual = kind.defaults()
    assert kind.faults({**usual, "num_buckets": 5}).keys() == {"num_buckets"}
    assert kind.faults({**usual, "num_buckets": 2}).keys() == {"num_buckets"}
    assert kind.faults({**usual, "num_buckets": 2, "bidirectional": False}) == {}
    assert kind.faults({**usual, "max_distance": 8}).keys() == {"max_distance"}
    assert kind.faults({**usual, "max_distance": 9}) == {}


def attending() -> Drawing:
    """A padded text whose steps look at each other by how far they are apart."""
    drawing = Drawing(DATA)
    drawing.node("input", "words", field="words")
    drawing.node("embedding", "embed", embedding_dim=8)
    drawing.node("relative_position_bias", "bias", num_heads=2, num_buckets=8, max_distance=20)
    drawing.node("multihead_attention", "look", num_heads=2)
    drawing.node("mean", "mean", dim=1)
    drawing.node("linear", "classify", out_features=2)
    drawing.node("output", "kind")
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.wire("words", "embed")
    drawing.wire("embed", "look.query")
    drawing.wire("embed", "bias.query")
    drawing.wire("bias", "look.mask")
    drawing.chain("look", "mean", "classify", "kind")
    drawing.wire("classify", "loss")
    return drawing


def test_an_attention_takes_it_for_its_mask_also_of_padded_texts(tmp_path: Path) -> None:
    document = attending().document()
    assert Evaluation(document.main).problems() == []
    torch.manual_seed(0)
    network = compiled(document).eval()
    with torch.no_grad():
        network.get_parameter("bias.weight").normal_()
    words, lengths = torch.randint(1, 9, (3, 30)), torch.tensor([30, 4, 17])
    (whole,) = network(words, lengths)
    for sample, length in enumerate(lengths.tolist()):
        (alone,) = network(words[sample : sample + 1, :length], torch.tensor([length]))
        torch.testing.assert_close(whole[sample : sample + 1], alone)
    whole.sum().backward()
    learned = network.get_parameter("bias.weight").grad
    assert learned is not None and learned.abs().sum() > 0
    assert proven(exporting.model(document), tmp_path / "t5.onnx").max_abs_diff < 1e-4
