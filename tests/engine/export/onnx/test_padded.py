"""Networks that read padded series in ONNX: the file takes their lengths, and heeds them."""

import json
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

from engine.export.model import Model
from engine.export.onnx.recurrent import WrittenPaddedGRU, WrittenPaddedLSTM, WrittenPaddedRNN
from engine.export.onnx.verified_export import proven
from engine.modules.steps import PaddedGRU, PaddedLSTM, PaddedRNN
from graphs.data import ClassKind, DataSection, Domain, Field, SeriesKind, TokensKind
from tests.engine import exporting
from tests.engine.drawings import Drawing
from tests.quickly import some_of

DATA = DataSection(
    "made up",
    {},
    {
        "kind": Field(ClassKind.id, classes=("low", "high"), target=True),
        "series": Field(SeriesKind.id, ("T", 3), ragged=True),
        "words": Field(TokensKind.id, ("T",), vocabulary=9, ragged=True),
    },
    {"T": Domain(1, 300)},
)
STATES = {"lstm": ("hidden", "cell"), "gru": ("hidden",), "rnn": ("hidden",)}
BOTH_WAYS = {"bidirectional": True, "num_layers": 2}
PROJECTED = {**BOTH_WAYS, "proj_size": 3}
STEPWISE: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("last_step", {}),
    ("mean", {"dim": 1}),
    ("max", {"dim": 1, "keepdim": True}),
    ("sum", {"dim": -2}),
    ("softmax", {"dim": 1}),
    ("log_softmax", {"dim": 1}),
)
LENGTHS = torch.tensor([5, 1, 13, 2])


def reader(kind: str, **settings: object) -> Drawing:
    """Two layers, of which the second goes on from the states of the first."""
    drawing = Drawing(DATA)
    drawing.node("input", "series", field="series")
    drawing.node(kind, "first", hidden_size=5, **settings)
    drawing.node(kind, "second", hidden_size=5, **settings)
    drawing.chain("series", "first", "second")
    for state in STATES[kind]:
        drawing.wire(f"first.{state}", f"second.{state}")
    for place in ("second.output", *(f"second.{state}" for state in STATES[kind])):
        drawing.node("output", name := place.replace(".", "_"))
        drawing.wire(place, name)
    return scored(drawing, "second")


def scored(drawing: Drawing, series: str) -> Drawing:
    """With the loss that a document needs."""
    drawing.node("last_step", "last")
    drawing.node("linear", "classify", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.chain(series, "last", "classify", "loss")
    return drawing


def exported(drawing: Drawing, path: Path) -> tuple[Model, onnxruntime.InferenceSession]:
    model = exporting.model(drawing.document())
    found = proven(model, path)
    assert found.max_abs_diff < 1e-4
    assert {checked.sizes["T"] for checked in found.checked} >= {1, 300}
    return model, onnxruntime.InferenceSession(str(path))


def series() -> Tensor:
    """Real steps, and padding that would be seen."""
    found = torch.randn(4, 13, 3, generator=torch.Generator().manual_seed(0))
    for row, length in zip(found, LENGTHS.tolist(), strict=True):
        row[length:] = 1000
    return found


@pytest.mark.parametrize(
    ("kind", "settings"),
    some_of([("lstm", PROJECTED), ("lstm", {}), ("rnn", BOTH_WAYS), ("gru", BOTH_WAYS)], 2),
    ids=str,
)
def test_recurrent_layers_read_each_sample_as_if_it_were_alone(
    kind: str, settings: dict[str, object], tmp_path: Path
) -> None:
    model, stretch = exported(reader(kind, **settings), tmp_path / "reader.onnx")
    plain = exporting.model(reader(kind, **settings).document()).network
    plain.load_state_dict(model.network.state_dict())

    given = {"series": series().numpy(), "series_lengths": LENGTHS.numpy()}
    whole = dict(zip(model.network.outputs, stretch.run(None, given), strict=True))

    for sample, length in enumerate(LENGTHS.tolist()):
        alone = stretch.run(
            None,
            {
                "series": series()[sample : sample + 1, :length].numpy(),
                "series_lengths": np.array([length]),
            },
        )
        with torch.no_grad():
            own = plain(series()[sample : sample + 1, :length], torch.tensor([length]))
        for name, one, torchs in zip(model.network.outputs, alone, own, strict=True):
            steps = name == "second_output"
            got = whole[name][sample, :length][None] if steps else whole[name][:, sample][:, None]
            np.testing.assert_allclose(got, one, atol=1e-5)
            np.testing.assert_allclose(got, torchs.numpy(), atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "settings"), some_of(product(["lstm", "gru", "rnn"], [{}, BOTH_WAYS]), 3), ids=str
)
def test_a_sample_without_steps_is_zero_in_torch_and_in_the_file(
    kind: str, settings: dict[str, object], tmp_path: Path
) -> None:
    model, stretch = exported(reader(kind, **settings), tmp_path / "reader.onnx")
    lengths = torch.tensor([5, 0, 13, 0])

    given = {"series": series().numpy(), "series_lengths": lengths.numpy()}
    written = stretch.run(None, given)
    entering = series().requires_grad_()
    own = model.network(entering, lengths)

    for name, one, torchs in zip(model.network.outputs, written, own, strict=True):
        np.testing.assert_allclose(one, torchs.detach().numpy(), atol=1e-5)
        samples = torchs.unbind(0 if name == "second_output" else 1)
        assert [bool(sample.any()) for sample in samples] == [True, False, True, False]
    sum(one.square().sum() for one in own).backward()
    assert entering.grad is not None
    assert [bool(sample.any()) for sample in entering.grad] == [True, False, True, False]


def test_layers_that_ask_for_lengths_heed_them_at_every_size(tmp_path: Path) -> None:
    drawing = Drawing(DATA)
    drawing.node("input", "words", field="words")
    drawing.node("embedding", "words_embedded", embedding_dim=4)
    drawing.chain("words", "words_embedded")
    for kind, settings in STEPWISE:
        drawing.node(kind, f"by_{kind}", **settings)
        drawing.node("output", f"out_{kind}")
        drawing.chain("words_embedded", f"by_{kind}", f"out_{kind}")
    scored(drawing, "words_embedded")
    model, stretch = exported(drawing, tmp_path / "steps.onnx")
    words = torch.randint(1, 9, (4, 13), generator=torch.Generator().manual_seed(1))

    whole = stretch.run(None, {"words": words.numpy(), "words_lengths": LENGTHS.numpy()})

    assert [one.name for one in stretch.get_inputs()] == ["words", "words_lengths"]
    assert [one.shape for one in stretch.get_inputs()] == [["N", "T"], ["N"]]
    for sample, length in enumerate(LENGTHS.tolist()):
        with torch.no_grad():
            alone = model.network(words[sample : sample + 1, :length], torch.tensor([length]))
        for name, got, wanted in zip(model.network.outputs, whole, alone, strict=True):
            real = got[sample : sample + 1]
            real = real[:, :length] if "softmax" in name else real
            np.testing.assert_allclose(real, wanted.numpy(), atol=1e-5, err_msg=name)


def test_the_file_says_what_its_lengths_are(tmp_path: Path) -> None:
    exported(reader("gru"), tmp_path / "reader.onnx")

    proto = onnx.load(str(tmp_path / "reader.onnx"))

    told = json.loads(next(p.value for p in proto.metadata_props if p.key == "inputs"))
    assert told["series_lengths"]["lengths_of"] == "series"
    assert told["series_lengths"]["sizes"] == ["N"]
    assert told["series"]["sizes"] == ["N", "T", 3]


def test_a_network_that_asks_for_no_lengths_takes_none(tmp_path: Path) -> None:
    drawing = Drawing(DATA)
    drawing.node("input", "series", field="series")
    drawing.node("linear", "each", out_features=4)
    drawing.node("output", "steps")
    drawing.chain("series", "each", "steps")

    model, stretch = exported(scored(drawing, "series"), tmp_path / "each.onnx")

    assert model.network.inputs == ("series",)
    assert [one.name for one in stretch.get_inputs()] == ["series"]


def test_an_input_of_lengths_never_takes_the_name_of_a_node(tmp_path: Path) -> None:
    drawing = Drawing(DATA)
    drawing.node("input", "series", field="series")
    drawing.node("mean", "mean", dim=1)
    drawing.node("output", "series_lengths")
    drawing.chain("series", "mean", "series_lengths")

    model, _ = exported(scored(drawing, "series"), tmp_path / "named.onnx")

    assert model.network.inputs == ("series", "series_lengths_")
    assert model.network.outputs == ("series_lengths",)


@pytest.mark.parametrize("settings", [{}, {"bidirectional": True, "num_layers": 2}], ids=str)
@pytest.mark.parametrize(
    ("kind", "form"),
    [(PaddedLSTM, WrittenPaddedLSTM), (PaddedGRU, WrittenPaddedGRU), (PaddedRNN, WrittenPaddedRNN)],
)
def test_the_written_form_computes_what_the_padded_module_computes(
    kind: Callable[..., nn.RNNBase], form: type[nn.Module], settings: dict[str, Any]
) -> None:
    own = kind(3, 5, batch_first=True, **settings)
    depth = own.num_layers * (1 + own.bidirectional)
    hidden, cell = torch.randn(depth, 4, 5), torch.randn(depth, 4, 5)
    states = (hidden, cell) if isinstance(own, nn.LSTM) else hidden

    with torch.no_grad():
        for given in ((series(), LENGTHS), (series(), LENGTHS, states)):
            torch.testing.assert_close(form(own)(*given), own(*given))
