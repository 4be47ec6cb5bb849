"""The largest entries: torch's own, and among equal ones the first, in the file too."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.export.onnx.verified_export import proven
from engine.modules.picking import one_hot, top
from graphs.data import SeriesKind
from tests.engine import exporting
from tests.engine.drawings import Drawing
from tests.engine.exporting import EVERYTHING


@pytest.mark.parametrize("dim", [0, 1, -1])
@pytest.mark.parametrize("largest", [True, False])
@pytest.mark.parametrize("k", [1, 3])
def test_what_is_kept_is_what_torch_keeps(dim: int, largest: bool, k: int) -> None:
    x = torch.randn(4, 5, 6, generator=torch.Generator().manual_seed(k))
    wanted: tuple[Tensor, Tensor] = torch.topk(x, k, dim, largest)
    for one, other in zip(top(x, k, dim, largest), wanted, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("largest", [True, False])
def test_of_equal_values_those_in_front_come_first(largest: bool) -> None:
    x = torch.tensor([[1.0, 2.0, 2.0, 1.0, 2.0] * 40])
    _, places = top(x, 3, -1, largest)
    assert places.tolist() == [[1, 2, 4] if largest else [0, 3, 5]]


@pytest.mark.parametrize("largest", [True, False])
def test_the_file_keeps_the_same_of_equal_values(largest: bool, tmp_path: Path) -> None:
    drawing = Drawing(EVERYTHING)
    drawing.node("input", "series", field="series")
    drawing.node("input", "row", field="row")
    drawing.node("relu", "relu")  # of what was below 0 all is equal
    drawing.node("topk", "best", k=5, largest=largest)
    for name in ("values", "indices"):
        drawing.node("output", name)
        drawing.wire(f"best.{name}", name)
    drawing.node("linear", "head", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="answer")
    drawing.chain("series", "relu", "best")
    drawing.chain("row", "head", "loss")
    assert EVERYTHING.fields["series"].content == SeriesKind.id
    assert proven(exporting.model(drawing.document()), tmp_path / "a.onnx").max_abs_diff == 0


def test_places_become_rows_as_torch_has_them() -> None:
    places = torch.tensor([[2, 0], [1, 2]])
    wanted: Tensor = torch.nn.functional.one_hot(places, 4)
    assert torch.equal(one_hot(places, 4), wanted.float())
