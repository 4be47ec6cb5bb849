"""Attention on padded series: each sample is what it is alone, in torch and in ONNX."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.export.onnx.verified_export import proven
from engine.network.compiling import Network, compiled
from graphs.data import ClassKind, DataSection, Domain, Field, SeriesKind
from tests.engine import exporting
from tests.engine.drawings import Drawing

DATA = DataSection(
    "made up",
    {},
    {
        "high": Field(ClassKind.id, classes=("low", "high"), target=True),
        "other": Field(SeriesKind.id, ("S", 8), ragged=True),
        "row": Field(SeriesKind.id, (2,)),
        "series": Field(SeriesKind.id, ("T", 8), ragged=True),
    },
    {"T": Domain(1, 60), "S": Domain(1, 50)},
)
LENGTHS = {"series": [7, 1, 4, 3], "other": [2, 5, 1, 4]}
LAYERS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("multihead_attention", {}, {"query": "series"}),
    ("multihead_attention", {"is_causal": True}, {"query": "series"}),
    ("multihead_attention", {}, {"query": "series", "value": "series"}),
    ("multihead_attention", {}, {"query": "series", "key": "other"}),
    ("multihead_attention", {}, {"query": "series", "key": "other", "value": "other"}),
    ("multihead_attention", {"num_heads": 4}, {"query": "other", "key": "series"}),
    ("transformer_encoder_layer", {}, {"input": "series"}),
    ("transformer_encoder_layer", {"is_causal": True, "norm_first": True}, {"input": "series"}),
    ("transformer_decoder_layer", {}, {"input": "series", "memory": "other"}),
    ("transformer_decoder_layer", {"is_causal": False}, {"input": "series", "memory": "other"}),
    ("sinusoidal_position", {}, {"input": "series"}),
    ("learned_position", {}, {"input": "series"}),
]


def drawing() -> Drawing:
    """Every layer of LAYERS side by side, each with an output of its own."""
    made = Drawing(DATA)
    for field in ("other", "row", "series"):
        made.node("input", field, field=field)
    made.node("linear", "classify", out_features=2)
    made.node("cross_entropy_loss", "loss", target="high")
    made.chain("row", "classify", "loss")
    for number, (layer, settings, wires) in enumerate(LAYERS):
        heads = {} if "position" in layer else {_heads(layer): 2}
        made.node(layer, f"layer{number}", **{**heads, **settings})
        for port, source in wires.items():
            made.wire(source, f"layer{number}.{port}")
        made.node("output", f"out{number:02}")
        made.wire(f"layer{number}", f"out{number:02}")
    return made


def _heads(layer: str) -> str:
    return "num_heads" if layer == "multihead_attention" else "nhead"


@pytest.fixture(scope="module")
def network() -> Network:
    return compiled(drawing().document()).eval()


def series(field: str) -> list[Tensor]:
    """The samples of a field, each with its own number of steps."""
    generator = torch.Generator().manual_seed(len(field))
    return [torch.randn(n, 8, generator=generator) for n in LENGTHS[field]]


def answers(network: Network, others: list[Tensor], own: list[Tensor]) -> tuple[Tensor, ...]:
    """What the network says of samples that are padded with nonsense."""
    lengths = [torch.tensor([len(one) for one in several]) for several in (others, own)]
    filled = [_filled(several) for several in (others, own)]
    given: dict[str, Tensor] = dict(zip(("other", "series"), filled, strict=True))
    given |= dict(zip(("other_lengths", "series_lengths"), lengths, strict=True))
    with torch.no_grad():
        found: tuple[Tensor, ...] = network(*(given[name] for name in network.inputs))
    return found


def _filled(several: list[Tensor]) -> Tensor:
    longest = max(map(len, several))
    padding = [torch.full((longest - len(one), one.shape[1]), 1e3) for one in several]
    return torch.stack([torch.cat(pair) for pair in zip(several, padding, strict=True)])


def test_each_sample_of_a_padded_batch_is_what_it_is_alone(network: Network) -> None:
    assert network.inputs == ("other", "series", "other_lengths", "series_lengths")
    others, own = series("other"), series("series")

    together = answers(network, others, own)

    for sample in range(len(own)):
        alone = answers(network, [others[sample]], [own[sample]])
        for (_, _, wires), found, wanted in zip(LAYERS, together, alone, strict=True):
            steps = len((others if wires.get("query") == "other" else own)[sample])
            torch.testing.assert_close(found[sample, :steps], wanted[0], rtol=1e-4, atol=1e-5)


@pytest.mark.proof
def test_padding_is_left_out_in_onnx_at_lengths_never_traced(tmp_path: Path) -> None:
    exported = proven(exporting.model(drawing().document()), tmp_path / "padded.onnx")

    assert exported.max_abs_diff < 1e-4
    assert {checked.sizes["T"] for checked in exported.checked} >= {1, 60}
