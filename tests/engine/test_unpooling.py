"""What a pool has found goes back to where it was, in torch and in files, also where values tie."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional

from engine.export.onnx.replacements import written_out
from engine.export.onnx.verified_export import proven, verify
from engine.network.compiling import compiled
from graphs.document.document import Document
from graphs.layers import Layer
from graphs.layers.spec import Reaching
from graphs.problems import Problem
from graphs.types import Kind, TensorType, floats
from tests.engine import exporting
from tests.engine.drawings import Drawing
from tests.engine.exporting import EVERYTHING
from tests.quickly import some_of

WINDOWS = {"kernel_size": 3, "stride": 2, "padding": 1}


def there_and_back(field: str, axes: int, settings: Mapping[str, Any]) -> Document:
    """Whole numbers, so that many are equal, pooled and put back to where they were."""
    drawing = Drawing(EVERYTHING)
    drawing.node("input", "source", field=field)
    drawing.node("input", "row", field="row")
    drawing.node("relu", "positive")
    drawing.node(f"max_pool{axes}d", "pool", return_indices=True, **settings)
    drawing.node(f"max_unpool{axes}d", "back", **settings)
    drawing.node("output", "shown")
    drawing.node("output", "places")
    drawing.node("linear", "head", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="answer")
    drawing.chain("source", "positive", "pool", "back", "shown")
    drawing.wire("pool.indices", "back.indices")
    drawing.wire("pool.indices", "places")
    drawing.wire("positive", "back.like")
    drawing.chain("row", "head", "loss")
    return drawing.document()


@pytest.mark.parametrize(
    ("field", "axes"), some_of([("steps", 1), ("image", 2), ("volume", 3), ("picture", 2)], 2)
)
@pytest.mark.parametrize("settings", some_of([WINDOWS, {"kernel_size": 3}], 2))
def test_it_exports_where_values_tie_and_sides_are_rounded(
    field: str, axes: int, settings: Mapping[str, Any], tmp_path: Path
) -> None:
    """Half of the values are 0 after the ReLU, so windows of nothing but zeros are there."""
    model = exporting.model(there_and_back(field, axes, settings))
    exported = proven(model, tmp_path / "back.onnx")
    trials = exporting.trials(model)
    for trial in trials:
        for one in trial.inputs:
            one.copy_(one.round())
    verify(tmp_path / "back.onnx", model.network, trials)
    assert exported.max_abs_diff == 0


@pytest.mark.parametrize("settings", [{"kernel_size": 2}, WINDOWS, {"kernel_size": (3, 2)}])
def test_it_is_torchs_own(settings: Mapping[str, Any]) -> None:
    document = there_and_back("image", 2, settings)
    images = torch.randn(5, 3, 8, 8).round()
    network = compiled(document).eval()
    found = dict(zip(network.outputs, network(images), strict=True))
    positive = images.relu()
    kernel, stride = settings["kernel_size"], settings.get("stride")
    padding = settings.get("padding", 0)
    pooled, places = functional.max_pool2d(positive, kernel, stride, padding, return_indices=True)
    wanted = functional.max_unpool2d(pooled, places, kernel, stride, padding, [8, 8])
    torch.testing.assert_close(found["places"], places)
    torch.testing.assert_close(found["shown"], wanted)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_what_stands_in_for_torchs_module_in_a_file_computes_the_same(axes: int) -> None:
    x = torch.randn(2, 3, *(7, 6, 5)[:axes])
    pool, unpool = (getattr(torch.nn, f"{name}{axes}d") for name in ("MaxPool", "MaxUnpool"))
    for settings in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 4, "padding": 1}):
        values, places = pool(**settings, return_indices=True)(x)
        own = unpool(**settings)
        written = written_out(own)
        assert type(written) is not type(own)
        sides = tuple(x.shape[2:])
        torch.testing.assert_close(written(values, places, sides), own(values, places, sides))
        # Without its sides, what is put back may be smaller.
        places[:] = torch.arange(places[0, 0].numel()).view(places.shape[2:])
        torch.testing.assert_close(written(values, places), own(values, places))


def answer(**given: TensorType) -> tuple[TensorType, ...] | Problem:
    return Layer.get("max_unpool2d").made({}).infer(Reaching({p: (t,) for p, t in given.items()}))


def test_places_of_another_image_are_refused() -> None:
    image = floats(3, 9, 8)
    pool = Layer.get("max_pool2d").made({"return_indices": True})
    pooled = pool.infer(Reaching({"input": (image,)}))
    assert not isinstance(pooled, Problem)
    values, places = pooled
    assert places.into == (9, 8)
    wrong = answer(input=values, indices=places)
    assert isinstance(wrong, Problem) and wrong.port == "indices"
    assert "counted in an image of 9 × 8, but the output would be 8 × 8" in wrong.message
    assert answer(input=values, indices=places, like=image) == (image,)
    wrong = answer(input=values, indices=places, like=floats(5, 8, 8))
    assert isinstance(wrong, Problem) and wrong.port == "like"
    wrong = answer(input=values, indices=places, like=floats(3, 10, 8))
    assert isinstance(wrong, Problem) and "between 7 and 9" in wrong.message
    classes = TensorType(Kind.INDEX, values.sizes, 10)
    wrong = answer(input=values, indices=classes, like=image)
    assert isinstance(wrong, Problem) and "MaxPool2d whose return_indices is on" in wrong.message
