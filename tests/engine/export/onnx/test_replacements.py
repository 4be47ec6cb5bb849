"""What stands in for modules that torch's exporter writes wrong computes what they compute."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from engine.export.exported import Exported
from engine.export.onnx.recurrent import WrittenLSTM
from engine.export.onnx.replacements import (
    WrittenAdaptivePool,
    WrittenAvgPool,
    WrittenConvTranspose,
    WrittenLpPool,
    WrittenMaxPool,
    written_out,
)
from engine.export.onnx.verified_export import proven
from engine.export.program import verified_program
from tests.engine import exporting
from tests.engine.drawings import Drawing
from tests.engine.exporting import Branch, branched
from tests.quickly import some_of

BEYOND: dict[str, Any] = {"kernel_size": 2, "stride": 3, "ceil_mode": True}
"""A window may begin behind the last value, which torch then leaves out."""
PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4))


@given(
    kernel=PAIRS,
    stride=PAIRS,
    padding=st.integers(0, 2),
    ceil_mode=st.booleans(),
    count_include_pad=st.booleans(),
    divisor=st.integers(1, 9),
    sides=st.tuples(st.integers(4, 11), st.integers(4, 11)),
)
def test_an_average_pool_with_its_own_divisor_is_written_as_it_computes(
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: int,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: int,
    sides: tuple[int, int],
) -> None:
    assume(padding <= min(kernel) // 2)
    own = nn.AvgPool2d(kernel, stride, padding, ceil_mode, count_include_pad, divisor)
    images = torch.randn(2, 3, *sides, generator=torch.Generator().manual_seed(divisor))

    written = written_out(own)

    assert isinstance(written, WrittenAvgPool)
    torch.testing.assert_close(written(images), own(images))


@given(
    kernel=st.integers(1, 5),
    stride=st.integers(1, 8),
    padding=st.integers(0, 2),
    count_include_pad=st.booleans(),
    length=st.integers(5, 14),
)
def test_windows_that_reach_beyond_the_end_are_those_of_torch(
    kernel: int, stride: int, padding: int, count_include_pad: bool, length: int
) -> None:
    assume(padding <= kernel // 2)
    own = nn.AvgPool1d(kernel, stride, padding, True, count_include_pad)
    series = torch.randn(2, 3, length, generator=torch.Generator().manual_seed(length))

    written = written_out(own)

    assert isinstance(written, WrittenAvgPool)
    torch.testing.assert_close(written(series), own(series))


def test_an_average_pool_with_its_own_divisor_exports_at_sides_that_vary(tmp_path: Path) -> None:
    settings = {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}
    branches: list[Branch] = [
        ("avg_pool2d", {**settings, "divisor_override": divisor}, "picture") for divisor in (1, 7)
    ]

    exported = proven(exporting.model(branched(branches)), tmp_path / "pool.onnx")

    assert exported.max_abs_diff < 1e-4
    assert len({checked.sizes["H"] for checked in exported.checked}) == 3


@given(
    sides=st.tuples(st.integers(1, 11), st.integers(1, 11)),
    output=st.tuples(st.integers(1, 13), st.integers(1, 13)),
)
def test_an_adaptive_max_pool_is_written_as_it_computes(
    sides: tuple[int, int], output: tuple[int, int]
) -> None:
    own = nn.AdaptiveMaxPool2d(output)
    images = torch.randn(2, 3, *sides, generator=torch.Generator().manual_seed(output[0]))

    written = written_out(own)

    assert isinstance(written, WrittenAdaptivePool)
    torch.testing.assert_close(written(images), own(images))


def test_an_average_pool_that_is_written_right_stays_as_it_is() -> None:
    pool = nn.AvgPool2d(2)

    assert written_out(pool) is pool


def test_a_part_deep_inside_another_module_is_written_out_too() -> None:
    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Sequential(nn.LSTM(3, 5))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            output: torch.Tensor = self.inner(x)[0]
            return output

    own = Reader()
    made = written_out(own)
    series = torch.randn(4, 2, 3)

    assert any(isinstance(part, WrittenLSTM) for part in made.modules())
    assert not any(isinstance(part, WrittenLSTM) for part in own.modules())
    torch.testing.assert_close(made(series), own(series))
    assert written_out(made) is made


@given(
    kernel=PAIRS,
    stride=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 3),
    places=st.booleans(),
    sides=st.tuples(st.integers(3, 11), st.integers(3, 11)),
)
def test_a_max_pool_that_keeps_what_reaches_over_is_written_as_it_computes(
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: int,
    dilation: int,
    places: bool,
    sides: tuple[int, int],
) -> None:
    assume(padding <= min(kernel) // 2)
    fits = all(
        side + 2 * padding > dilation * (k - 1) for side, k in zip(sides, kernel, strict=True)
    )
    assume(fits)
    own = nn.MaxPool2d(kernel, stride, padding, dilation, places, ceil_mode=True)
    images = torch.randn(2, 3, *sides, generator=torch.Generator().manual_seed(sides[0]))

    written = WrittenMaxPool(own)

    torch.testing.assert_close(written(images), own(images), rtol=0, atol=0)
    line = nn.MaxPool1d(kernel[0], stride[0], padding, dilation, places, ceil_mode=True)
    series = images[:, :, :, 0]
    torch.testing.assert_close(WrittenMaxPool(line)(series), line(series), rtol=0, atol=0)


@given(
    kernel=PAIRS,
    stride=PAIRS,
    padding=st.integers(0, 2),
    dilation=st.integers(1, 4),
    added=st.integers(0, 3),
    bias=st.booleans(),
    sides=st.tuples(st.integers(1, 5), st.integers(1, 5)),
)
def test_a_transposed_convolution_is_written_as_it_computes(
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: int,
    dilation: int,
    added: int,
    bias: bool,
    sides: tuple[int, int],
) -> None:
    assume(added < max(min(stride), dilation))
    made = zip(sides, kernel, stride, strict=True)
    assume(all((n - 1) * s - 2 * padding + dilation * (k - 1) + added >= 0 for n, k, s in made))
    own = nn.ConvTranspose2d(
        4, 6, kernel, stride, padding, added, groups=2, bias=bias, dilation=dilation
    )
    images = torch.randn(2, 4, *sides, generator=torch.Generator().manual_seed(added))

    written = WrittenConvTranspose(own)

    torch.testing.assert_close(written(images), own(images))
    assert isinstance(written_out(own), WrittenConvTranspose) == (added >= min(stride))


def test_sizes_that_onnx_counts_otherwise_export_with_shapes_that_all_readers_find(
    tmp_path: Path,
) -> None:
    beyond: dict[str, Any] = {"kernel_size": 1, "stride": 2, "ceil_mode": True}
    spread: dict[str, Any] = {
        "kernel_size": 3,
        "stride": 4,
        "padding": 1,
        "dilation": 2,
        "ceil_mode": True,
    }
    painted: dict[str, Any] = {"out_channels": 2, "dilation": 3, "output_padding": 2}
    cases: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
        ("max_pool2d", beyond, "image", {}),
        ("max_pool2d", beyond, "picture", {"return_indices": True}),
        ("max_pool2d", spread, "picture", {"return_indices": True}),
        ("max_pool1d", beyond, "steps", {}),
        ("max_pool1d", spread, "steps", {"return_indices": True}),
        ("avg_pool2d", beyond, "image", {}),
        ("avg_pool2d", beyond, "picture", {"count_include_pad": False}),
        ("avg_pool1d", beyond, "line", {}),
        ("conv_transpose2d", painted, "image", {}),
        ("conv_transpose2d", {**painted, "padding": 2}, "picture", {"stride": 2}),
    ]
    branches: list[Branch] = [
        (kind, {**settings, **more}, field) for kind, settings, field, more in cases
    ]

    exported = proven(exporting.model(branched(branches)), tmp_path / "pools.onnx")

    onnx.checker.check_model(str(tmp_path / "pools.onnx"), full_check=True)
    assert exported.max_abs_diff < 1e-5


@pytest.mark.parametrize("stride", [None, 1, 3])
def test_a_power_average_of_windows_at_the_edge_is_that_of_torch(stride: int | None) -> None:
    own = nn.LPPool2d(2, (2, 3), stride, ceil_mode=True)
    images = torch.randn(2, 3, 7, 8, generator=torch.Generator().manual_seed(0))
    written = written_out(own)
    assert isinstance(written, WrittenLpPool)
    torch.testing.assert_close(written(images), own(images))


@pytest.mark.parametrize("mode", some_of(["circular", "zeros", "reflect", "replicate"], 4))
def test_even_kernels_that_keep_the_sides_are_written(mode: str, tmp_path: Path) -> None:
    """ONNX pads at both ends by numbers, of which the second is one more here."""
    settings = {"kernel_size": 4, "padding": "same", "padding_mode": mode}
    fields = {"conv1d": "steps", "conv2d": "picture", "conv3d": "volume"}
    branches: list[Branch] = [(id, settings, field) for id, field in fields.items()]
    assert proven(exporting.model(branched(branches)), tmp_path / "same.onnx").max_abs_diff < 1e-4


SLIDING = [
    *(("conv1d", {"out_channels": 2, "padding": 1}), ("max_pool1d", {"kernel_size": 2})),
    *(("max_pool1d", {"kernel_size": 3, "stride": 1, "padding": 1, "dilation": 1}),),
    *(("avg_pool1d", {"kernel_size": 2}), ("lp_pool1d", {"kernel_size": 2})),
    *(("conv_transpose1d", {"out_channels": 2, "stride": 2}), ("adaptive_max_pool1d", {})),
    *(("adaptive_avg_pool1d", {}), ("max_pool1d", {"kernel_size": 2, "ceil_mode": True})),
    *((f"{pool}_pool1d", BEYOND) for pool in ("max", "avg", "lp")),
]


@pytest.mark.parametrize("to", some_of([proven, verified_program.proven], 2), ids=["onnx", "pt2"])
def test_what_slides_along_any_length_is_written_for_any_length(
    to: Callable[..., Exported], tmp_path: Path
) -> None:
    drawing = Drawing(exporting.SERIES)
    drawing.node("input", "series", field="series")
    drawing.node("transpose", "channels", dim0=1, dim1=2)
    drawing.chain("series", "channels")
    for number, (kind, settings) in enumerate(SLIDING):
        drawing.node(kind, f"slides{number}", **settings)
        drawing.node("output", f"shown{number}")
        drawing.chain("channels", f"slides{number}", f"shown{number}")
    drawing.node("output", "kind")
    drawing.node("select", "last", dim=1, index=-1)
    drawing.node("linear", "classify", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.chain("series", "last", "classify", "kind")
    drawing.wire("classify", "loss")

    exported = to(exporting.model(drawing.document()), tmp_path / "any_length.pt2")

    assert exported.max_abs_diff < 1e-5
    assert len({checked.sizes["T"] for checked in exported.checked}) > 1
