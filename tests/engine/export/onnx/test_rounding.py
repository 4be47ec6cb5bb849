"""What is rounding alone keeps no file back, and what is wrong is never taken for it."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.errors import ExportError
from engine.export.model import Model
from engine.export.onnx import conversion
from engine.export.onnx.rounding import FARTHER, LAST_DIGITS, MoreDigits
from engine.export.onnx.verified_export import proven
from tests.engine import exporting
from tests.engine.drawings import Drawing
from tests.engine.exporting import SERIES


def summing() -> Model:
    """Sums of thousands of large values, of which some happen to be small."""
    drawing = Drawing(SERIES)
    drawing.node("input", "series", field="series")
    drawing.node("mean", "mean", dim=1)
    drawing.node("linear", "wide", out_features=4096)
    drawing.node("linear", "classify", out_features=512)
    drawing.node("output", "sums")
    drawing.node("linear", "two", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.chain("series", "mean", "wide", "classify", "sums")
    drawing.chain("classify", "two", "loss")
    model = exporting.model(drawing.document())
    with torch.no_grad():
        for weight in model.network.parameters():
            weight.copy_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(1)))
        model.network.get_parameter("classify.weight").mul_(100)
    return model


def test_sums_that_happen_to_be_small_leave_and_it_is_said(tmp_path: Path) -> None:
    exported = proven(summing(), tmp_path / "sums.onnx")
    assert exported.max_abs_diff > 1e-4
    assert any("“sums” are rounding alone" in notice for notice in exported.notices)


def test_a_weight_that_is_a_little_wrong_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = summing()
    write = conversion.converted

    def changed(*given: object) -> object:
        with torch.no_grad():
            weight = model.network.get_parameter("classify.weight")
            before = weight.clone()
            weight[:, :40].mul_(1.001)
            proto = write(*given)  # type: ignore[arg-type]
            weight.copy_(before)
        return proto

    monkeypatch.setattr("engine.export.onnx.verified_export.converted", changed)
    with pytest.raises(ExportError, match="“sums” differs"):
        proven(model, tmp_path / "sums.onnx")


@pytest.mark.parametrize(
    ("times", "is_rounding"), [(0.0, True), (0.9, True), (1.1, False), (-1.1, False)]
)
def test_about_as_far_as_torch_is_near_enough(times: float, is_rounding: bool) -> None:
    model = summing()
    trial = exporting.trials(model)[1]
    with torch.no_grad():
        (want,) = model.network(*trial.inputs)
        exact = MoreDigits(model.network)._answer(trial, "sums")
    assert exact is not None
    own = float(np.abs(exact - want.numpy()).max())
    most = max(FARTHER * own, LAST_DIGITS * float(np.abs(exact).max()))
    digits = MoreDigits(model.network)
    got = exact + times * most
    assert digits.excuse(trial, "sums", want.numpy(), got) is is_rounding
    assert bool(digits.notices()) is is_rounding
    whole = want.numpy().astype(np.int64)
    assert not digits.excuse(trial, "sums", whole, whole + 1)
    lost = got.copy()
    lost.flat[0] = np.nan
    assert not digits.excuse(trial, "sums", want.numpy(), lost)
