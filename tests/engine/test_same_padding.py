"""Padding that keeps the sides: as torch counts it, also of even kernels and at every edge."""

import pytest
import torch
from torch.nn import functional

from engine.network import calls
from graphs.layers import Layer
from graphs.layers.spec import Reaching
from graphs.problems import Problem, Set
from graphs.sizes import symbol
from graphs.types import floats

T = symbol("T", 1, 30)


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize(("kernel", "dilation", "before", "behind"), [(3, 1, 1, 1), (4, 1, 1, 2)])
def test_an_even_kernel_is_padded_by_one_more_at_the_end(
    mode: str, kernel: int, dilation: int, before: int, behind: int
) -> None:
    layer = Layer.get("conv1d").made(
        {
            **Layer.get("conv1d").defaults(),
            "out_channels": 2,
            "kernel_size": kernel,
            "dilation": dilation,
            "padding": "same",
            "padding_mode": mode,
            "bias": False,
        }
    )
    given = Reaching({"input": (floats(3, 9),)})
    assert layer.infer(given) == (floats(2, 9),)
    described = layer.torch(given).module
    assert described is not None
    module = calls.made(described)
    x = torch.randn(2, 3, 9)
    wide = functional.pad(x, (before, behind), "constant" if mode == "zeros" else mode)
    torch.testing.assert_close(module(x), functional.conv1d(wide, module.weight))


def test_sides_known_only_by_name_stay_as_they_are() -> None:
    layer = Layer.get("conv2d").made({"kernel_size": (4, 7), "padding": "same", "dilation": 3})
    assert layer.infer(Reaching({"input": (floats(3, T, 9),)})) == (floats(32, T, 9),)


def test_a_stride_is_refused_with_the_padding_that_divides_sides() -> None:
    layer = Layer.get("conv2d").made({"kernel_size": (3, 5), "padding": "same", "stride": (1, 2)})
    given = Reaching({"input": (floats(3, 8, 8),)})
    found = layer.infer(given)
    assert isinstance(found, Problem) and found.fix == Set("padding", (1, 2))
    assert "Set stride to 1, or padding to 1 × 2" in found.message


def test_what_is_mirrored_must_be_there_at_the_longer_end() -> None:
    mirrored = {"kernel_size": 4, "padding": "same", "padding_mode": "reflect"}
    layer = Layer.get("conv1d").made(mirrored)
    assert layer.infer(Reaching({"input": (floats(3, 3),)})) == (floats(32, 3),)
    found = layer.infer(Reaching({"input": (floats(3, 2),)}))
    assert isinstance(found, Problem) and "padding = same" in found.message
