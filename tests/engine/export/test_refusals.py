"""No refusal of an export quotes a library: it says the node, the reason and the way out."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import onnx_ir
import onnxruntime
import pytest
import torch
from onnxruntime.capi import onnxruntime_pybind11_state as failures
from torch import nn
from torch.onnx.errors import OnnxExporterError

from engine import devices
from engine.errors import ExportError, GraphProblems
from engine.export.__main__ import answered
from engine.export.model import Model, from_document
from engine.export.onnx import conversion, verified_export
from engine.export.onnx.verified_export import proven
from engine.export.refusals import NO_MEMORY
from engine.network.compiling import Network, compiled
from graphs import files
from tests.engine import exporting
from tests.engine.drawings import DIGITS, Drawing, digits

QUOTED = "[ONNXRuntimeError] : 2 : what a library says (aten::secret)\nsecond line of it"
ERRORS: list[Callable[[], Exception]] = [
    lambda: RuntimeError(QUOTED),
    lambda: ValueError(QUOTED),
    lambda: KeyError(QUOTED),
    lambda: AssertionError(QUOTED),
    lambda: NotImplementedError(QUOTED),
    lambda: IndexError(QUOTED),
    lambda: RecursionError(QUOTED),
    lambda: TypeError(QUOTED),
    lambda: MemoryError(QUOTED),
    lambda: OSError(errno.EIO, QUOTED),
    lambda: OnnxExporterError(QUOTED),
    lambda: onnx.checker.ValidationError(QUOTED),
    lambda: onnx.shape_inference.InferenceError(QUOTED),
    lambda: failures.Fail(QUOTED),
    lambda: failures.InvalidArgument(QUOTED),
    lambda: UnicodeDecodeError("utf-8", b"x", 0, 1, QUOTED),
]
PLACES: list[tuple[str, Any, str]] = [
    ("the exporter", torch.onnx, "export"),
    ("what comes after it", conversion, "_name_axes"),
    ("writing it out", onnx_ir, "to_proto"),
    ("standing in", conversion, "written_out"),
    ("the checker", onnx.checker, "check_model"),
    ("loading", onnxruntime, "InferenceSession"),
    ("signing", verified_export, "_sign"),
    ("reading again", onnx, "load"),
    ("tracing sizes", verified_export, "traced"),
    ("the file", Path, "write_bytes"),
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("drawn") / "digits.loom"
    files.write(digits(hidden=4).document(), path)
    return path


def asked(source: Path, folder: Path) -> dict[str, Any]:
    request = {"source": str(source), "to": "onnx", "settings": {}, "target": "model.onnx"}
    return answered({**request, "part": str(folder / "file.onnx"), "folder": str(folder)})


PAIRS = [
    pytest.param(place, at, marks=[] if at == number else [pytest.mark.proof])
    for number, place in enumerate(PLACES)
    for at in range(len(ERRORS))
]
"""All of them take minutes: an error is tried at each place, and all at every place as a proof."""


@pytest.mark.parametrize(("place", "at"), PAIRS, ids=str)
def test_no_failure_inside_an_export_is_told_in_a_librarys_words(
    place: tuple[str, Any, str],
    at: int,
    drawn: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*given: Any, **named: Any) -> Any:
        raise ERRORS[at]()

    name, home, function = place
    if name == "reading again":  # only what is wrong is read again
        monkeypatch.setattr(onnx.checker, "check_model", fail)
    monkeypatch.setattr(home, function, fail)

    answer = asked(drawn, tmp_path)

    told = str(ExportError(answer["error"], **answer.get("values", {})))
    for word in ("secret", "second line", "library", "Error", "aten", "[", "errno", "utf-8"):
        assert word not in told
    assert told.endswith("No file was written.")
    assert "\n" not in json.loads(json.dumps(told))
    if isinstance(ERRORS[at](), MemoryError):
        assert told == NO_MEMORY or name in {"the checker", "loading", "reading again"}


def refused(model: Model, path: Path) -> str:
    with pytest.raises(ExportError) as error:
        proven(model, path)
    return str(error.value)


@pytest.mark.parametrize("kind", [RuntimeError, ValueError, KeyError, TypeError])
def test_a_network_that_fails_itself_is_refused_by_the_node(
    kind: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = exporting.model(digits(hidden=4).document())
    relu: nn.Module = model.network.get_submodule("relu")

    def for_more_than_one(x: torch.Tensor) -> torch.Tensor:
        if x.shape[0] == 1:
            raise kind(QUOTED)
        return x.relu()

    vars(relu)["forward"] = for_more_than_one

    told = refused(model, tmp_path / "model.onnx")

    assert "fails at the node “relu” at batch 1" in told
    assert "secret" not in told


def test_numbers_that_are_not_finite_are_refused_by_the_node_where_they_begin(
    tmp_path: Path,
) -> None:
    model = exporting.model(digits(hidden=4).document())
    with torch.no_grad():
        model.network.get_parameter("hidden.bias").fill_(float("nan"))

    told = refused(model, tmp_path / "model.onnx")

    assert "“digit” that are no finite numbers" in told
    assert "begin at the node “hidden”" in told


@pytest.mark.parametrize("breaks", ["raises", "is not finite"])
@pytest.mark.parametrize("at", [0, 1, 17, 39])
def test_where_a_deep_network_fails_is_found_in_few_passes(
    at: int, breaks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = Drawing(DIGITS)
    drawing.node("input", "image", field="image")
    names = [drawing.node("relu", f"relu{number}") for number in range(40)]
    drawing.node("output", "seen")
    drawing.chain("image", *names, "seen")
    network = compiled(drawing.document(), to_train=False).eval()

    def broken(x: torch.Tensor) -> torch.Tensor:
        if breaks == "raises":
            raise RuntimeError(QUOTED)
        return x / 0

    vars(network.get_submodule(names[at]))["forward"] = broken
    passes: list[Network] = []
    forward = Network.forward

    def noted(self: Network, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        passes.append(self)
        return forward(self, *inputs)

    monkeypatch.setattr(Network, "forward", noted)
    assert conversion.first_failing(network, (torch.ones(2, 1, 8, 8),)) == names[at]
    assert len(passes) <= 8


def test_a_network_that_breaks_as_a_whole_alone_is_refused_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any) -> Any:
        raise KeyError(QUOTED)

    monkeypatch.setattr(conversion, "_name_axes", fail)
    told = refused(exporting.model(digits(hidden=4).document()), tmp_path / "model.onnx")
    assert "as a whole" in told
    assert "safetensors" in told


def test_an_export_needs_no_memory_for_the_batches_of_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "digits.loom"
    files.write(digits(batch_size=1_000_000).document(), path)
    monkeypatch.setattr(devices, "free_memory", lambda device: 100_000_000)
    assert from_document(path).network.outputs == ("digit",)

    monkeypatch.setattr(devices, "free_memory", lambda device: 1_000)
    with pytest.raises(GraphProblems):
        from_document(path)
