"""LSTM in ONNX: right at every size, in every form, and again and again in one process."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from engine.export.proof import proven
from engine.export.recurrent import WrittenLSTM, lstm
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


def _reader(**settings: object) -> Drawing:
    """Three LSTMs: one alone, and one that hands all its states to the next."""
    drawing = Drawing(SERIES)
    drawing.node("input", "series", field="series")
    for name in ("alone", "first", "second"):
        drawing.node("lstm", name, hidden_size=5, **settings)
    drawing.node("select", "last", dim=1, index=-1)
    drawing.node("linear", "classify", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.chain("series", "first", "second", "last", "classify", "loss")
    drawing.wire("series", "alone")
    for state in ("hidden", "cell"):
        drawing.wire(f"first.{state}", f"second.{state}")
    for place in ("alone.output", "alone.cell", "second.output", "second.hidden", "second.cell"):
        name = place.replace(".", "_")
        drawing.node("output", name)
        drawing.wire(place, name)
    return drawing


@pytest.mark.parametrize("settings", FORMS, ids=str)
def test_lstm_exports_with_its_states_wired_and_not(
    settings: dict[str, object], tmp_path: Path
) -> None:
    model = exporting.model(_reader(**settings).document())

    exported = proven(model, tmp_path / "reader.onnx")

    assert exported.max_abs_diff < 1e-5
    assert {checked.sizes["T"] for checked in exported.checked} >= {4, 400}
    session = onnxruntime.InferenceSession(str(tmp_path / "reader.onnx"))
    series = torch.randn(11, 29, 3, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        wanted = model.network(series)
    for want, got in zip(wanted, session.run(None, {"series": series.numpy()}), strict=True):
        np.testing.assert_allclose(got, want.numpy(), atol=1e-5)


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
def test_the_written_form_computes_what_torchs_own_computes(
    settings: dict[str, bool], batch_first: bool
) -> None:
    own = nn.LSTM(3, 5, batch_first=batch_first, **settings)
    depth = own.num_layers * (1 + own.bidirectional)
    series = torch.randn(4, 4, 3)
    states = (torch.randn(depth, 4, 5), torch.randn(depth, 4, 5))

    with torch.no_grad():
        for given in ((series,), (series, states)):
            wanted, (hidden, cell) = own(*given)
            got, (written_hidden, written_cell) = WrittenLSTM(own)(*given)
            torch.testing.assert_close(got, wanted)
            torch.testing.assert_close(written_hidden, hidden)
            torch.testing.assert_close(written_cell, cell)


def test_torch_finds_the_operator_well_formed() -> None:
    weights = (torch.randn(2, 20, 3), torch.randn(2, 20, 5), torch.randn(2, 40))
    states = (torch.randn(2, 2, 5), None)

    results = torch.library.opcheck(
        lstm._opoverload, (torch.randn(4, 2, 3), *weights, *states, 5), raise_exception=False
    )

    assert set(results.values()) == {"SUCCESS"}


def test_an_lstm_with_projection_has_no_written_form() -> None:
    with pytest.raises(ValueError, match="projection"):
        WrittenLSTM(nn.LSTM(3, 5, proj_size=2))
