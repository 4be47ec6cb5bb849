"""LSTM, GRU and RNN in ONNX: right at every size, and again and again in one process."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn
from torch._library.custom_ops import CustomOpDef

from engine.export.onnx.operators import gru, lstm, rnn
from engine.export.onnx.recurrent import WrittenGRU, WrittenLSTM, WrittenRecurrent, WrittenRNN
from engine.export.onnx.verified_export import proven
from tests.engine import exporting
from tests.engine.drawings import Drawing
from tests.engine.exporting import SERIES

FORMS = [
    {"num_layers": layers, "bidirectional": both, "bias": bias}
    for layers, both, bias in (
        (1, False, True),
        (1, True, False),
        (2, True, True),
        (3, False, True),
    )
]
STATES = {"lstm": ("hidden", "cell"), "gru": ("hidden",), "rnn": ("hidden",)}
EXPORTED = [
    *(("lstm", form) for form in FORMS),
    *(("gru", form) for form in FORMS[1:3]),
    ("lstm", {**FORMS[1], "proj_size": 3}),
    ("lstm", {**FORMS[2], "proj_size": 4}),
    ("rnn", FORMS[2]),
    ("rnn", {**FORMS[1], "nonlinearity": "relu"}),
]
Made = Callable[..., nn.RNNBase]
OWN: list[tuple[Made, type[WrittenRecurrent]]] = [
    (nn.LSTM, WrittenLSTM),
    (partial(nn.LSTM, proj_size=2), WrittenLSTM),
    (nn.GRU, WrittenGRU),
    (nn.RNN, WrittenRNN),
    (partial(nn.RNN, nonlinearity="relu"), WrittenRNN),
]


def _reader(kind: str = "lstm", **settings: object) -> Drawing:
    """Three layers: one alone, and one that hands all its states to the next."""
    drawing = Drawing(SERIES)
    drawing.node("input", "series", field="series")
    for name in ("alone", "first", "second"):
        drawing.node(kind, name, hidden_size=5, **settings)
    drawing.node("select", "last", dim=1, index=-1)
    drawing.node("linear", "classify", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.chain("series", "first", "second", "last", "classify", "loss")
    drawing.wire("series", "alone")
    for state in STATES[kind]:
        drawing.wire(f"first.{state}", f"second.{state}")
    states = [f"{name}.{state}" for name in ("alone", "second") for state in STATES[kind]]
    for place in ("alone.output", "second.output", *states):
        name = place.replace(".", "_")
        drawing.node("output", name)
        drawing.wire(place, name)
    return drawing


@pytest.mark.proof
@pytest.mark.parametrize(("kind", "settings"), EXPORTED, ids=str)
def test_each_exports_with_its_states_wired_and_not(
    kind: str, settings: dict[str, object], tmp_path: Path
) -> None:
    model = exporting.model(_reader(kind, **settings).document())

    exported = proven(model, tmp_path / "reader.onnx")

    assert exported.max_abs_diff < 1e-5
    assert {checked.sizes["T"] for checked in exported.checked} >= {4, 400}
    stretch = onnxruntime.InferenceSession(str(tmp_path / "reader.onnx"))
    series = torch.randn(11, 29, 3, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        wanted = model.network(series)
    for want, got in zip(wanted, stretch.run(None, {"series": series.numpy()}), strict=True):
        np.testing.assert_allclose(got, want.numpy(), atol=1e-5)


@pytest.mark.proof
def test_the_same_lstm_exports_again_and_again_to_the_same_bytes(tmp_path: Path) -> None:
    model = exporting.model(_reader().document())
    files = [tmp_path / f"{number}.onnx" for number in range(3)]

    for file in files:
        proven(model, file)

    assert len({file.read_bytes() for file in files}) == 1


def test_training_keeps_torchs_own_lstm(tmp_path: Path) -> None:
    model = exporting.model(_reader().document())
    before = dict(model.network.named_modules())
    keys = list(model.network.state_dict())

    proven(model, tmp_path / "reader.onnx")

    assert dict(model.network.named_modules()) == before
    assert list(model.network.state_dict()) == keys


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("settings", FORMS, ids=str)
@pytest.mark.parametrize(("make", "form"), OWN)
def test_the_written_form_computes_what_torchs_own_computes(
    make: Made, form: type[WrittenRecurrent], settings: dict[str, bool], batch_first: bool
) -> None:
    own = make(3, 5, batch_first=batch_first, **settings)
    depth = own.num_layers * (1 + own.bidirectional)
    series = torch.randn(4, 4, 3)
    hidden, cell = torch.randn(depth, 4, own.proj_size or 5), torch.randn(depth, 4, 5)
    states = (hidden, cell) if isinstance(own, nn.LSTM) else hidden

    with torch.no_grad():
        for given in ((series,), (series, states)):
            torch.testing.assert_close(form(own)(*given), own(*given))


@pytest.mark.parametrize(
    ("operator", "gates", "rest"),
    [(lstm, 4, (None, None, 5)), (gru, 3, (None, 5)), (rnn, 1, (None, 5, "Relu"))],
    ids=("lstm", "gru", "rnn"),
)
def test_torch_finds_the_operator_well_formed(
    operator: CustomOpDef, gates: int, rest: tuple[object, ...]
) -> None:
    rows = gates * 5
    weights = (torch.randn(2, rows, 3), torch.randn(2, rows, 5), torch.randn(2, 2 * rows))
    state = torch.randn(2, 2, 5)

    results = torch.library.opcheck(
        operator._opoverload, (torch.randn(4, 2, 3), *weights, state, *rest), raise_exception=False
    )

    assert set(results.values()) == {"SUCCESS"}
