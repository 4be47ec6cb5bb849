"""From a torch network to an ONNX model whose values are named after the user's nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import onnx
import onnx_ir
import torch
from onnx_ir.passes.common import RemoveUnusedNodesPass
from torch import Tensor
from torch.export import Dim
from torch.onnx import ONNXProgram

from engine.export import refusals
from engine.export.onnx import operators, sorting
from engine.export.onnx.replacements import written_out
from engine.export.onnx.trials import is_fixed
from engine.export.plain_weights import with_plain_weights
from engine.network import calls
from engine.network.compiling import Network, modules_of
from engine.network.wiring import OutputPlace
from graphs.sizes import Size, symbols
from graphs.types import TensorType

OPSET = 20
"""The ONNX operator set of the files; onnxruntime has read it since 1.17."""

Types = Mapping[str, TensorType]
"""The types of the inputs, by name, in order."""


@dataclass(frozen=True, slots=True)
class ExposedNetwork:
    """A network that returns, after its outputs, every value on the way to them."""

    network: Network
    passed: Mapping[str, str]
    """The nodes by the names that their values get in the file: ``lstm.hidden``."""
    makers: Mapping[str, str]
    """The node that computes each output; itself when nothing is computed."""

    def shortened(self, count: int) -> Network:
        """The first ``count`` values on the way, and no outputs."""
        outputs = self.network.wiring.outputs.items()
        first = len(outputs) - len(self.passed)
        return _returning(self.network, list(outputs)[first : first + count])


def opened(network: Network) -> ExposedNetwork:
    """The network itself, with its own modules, showing every value."""
    wiring = network.wiring
    passed: dict[str, str] = {}
    makers: dict[int, str] = {}
    shown = list(wiring.outputs.items())
    for step, _ in wiring.schedule(wiring.outputs.values()):
        for port, slot in zip(calls.names(step.use.outputs), step.writes, strict=True):
            value = f"{step.name}.{port}"
            passed[value] = makers[slot] = step.name
            shown.append((OutputPlace(value, None, "none"), slot))
    return ExposedNetwork(
        _returning(network, shown),
        passed,
        {place.name: makers.get(slot, place.name) for place, slot in wiring.outputs.items()},
    )


def _returning(network: Network, shown: Iterable[tuple[OutputPlace, int]]) -> Network:
    """The network with its own modules, returning other values."""
    wiring = replace(network.wiring, outputs=dict(shown))
    return Network(wiring, modules_of(network)).eval()


def converted(network: Network, types: Types, inputs: tuple[Tensor, ...]) -> onnx.ModelProto:
    """The network in ONNX, traced with ``inputs`` and free in every size known only by name.

    Raises ExportError, naming the node, when torch cannot write one of the layers in ONNX.
    """
    with learning_nothing(network):
        try:
            return _translated(network, types, inputs)
        except Exception as error:  # torch, onnxscript and onnx_ir have no base in common
            raise refusals.not_written(_culprit(network, types, inputs), error) from error


def _translated(network: Network, types: Types, inputs: tuple[Tensor, ...]) -> onnx.ModelProto:
    program = _traced(opened(_written(network)).network, types, inputs)
    model = program.model
    _name_axes(program, types)
    # The other values were outputs only so that they got their names.
    del model.graph.outputs[len(network.outputs) :]
    RemoveUnusedNodesPass()(model)
    return _plain(onnx_ir.to_proto(model))


@contextmanager
def learning_nothing(network: Network) -> Iterator[None]:
    """No weight is learned inside of it.

    Attention with a learned mask would be traced for training, which cannot be written in ONNX.
    """
    learned = [weight for weight in network.parameters() if weight.requires_grad]
    try:
        for weight in learned:
            weight.requires_grad_(False)
        yield
    finally:
        for weight in learned:
            weight.requires_grad_(True)


def _written(network: Network) -> Network:
    """The network with the modules that can be written in ONNX."""
    plain = modules_of(with_plain_weights(network))
    modules = {name: written_out(module) for name, module in plain.items()}
    return Network(network.wiring, modules).eval()


def _traced(network: Network, types: Types, inputs: tuple[Tensor, ...]) -> ONNXProgram:
    free = tuple(
        {axis: Dim.DYNAMIC for axis, size in enumerate(tensor.sizes) if _is_free(size)}
        for tensor in types.values()
    )
    with torch.no_grad():
        program = torch.onnx.export(
            network,
            inputs,
            dynamo=True,
            verbose=False,
            opset_version=OPSET,
            input_names=list(network.inputs),
            output_names=list(network.outputs),
            dynamic_shapes=(free,) if free else None,  # learned values alone need no input
            custom_translation_table={**operators.TRANSLATIONS, **sorting.TRANSLATIONS},
        )
    assert program is not None  # dynamo=True always gives one
    return program


def _is_free(size: Size) -> bool:
    return any(not is_fixed(symbol) for symbol in symbols(size))


def _name_axes(program: ONNXProgram, types: Types) -> None:
    """Call free axes what the document calls them: ``N`` and ``T``, not ``s21`` and ``s77``."""
    names: dict[str | onnx_ir.SymbolicDim, str] = {}
    for value, tensor in zip(program.model.graph.inputs, types.values(), strict=True):
        assert value.shape is not None  # the exporter knows all of them
        for axis, size in zip(value.shape, tensor.sizes, strict=True):
            if isinstance(axis, onnx_ir.SymbolicDim) and axis.value is not None:
                names[axis.value] = str(size)
    program.rename_axes(names)


def _culprit(network: Network, types: Types, inputs: tuple[Tensor, ...]) -> str | None:
    """Which node ONNX cannot say: the first up to which tracing fails, found by halving."""
    whole = opened(_written(network))
    nodes = list(whole.passed.values())
    low, high = 0, len(nodes)
    while low < high:
        middle = (low + high) // 2
        try:
            _traced(whole.shortened(middle + 1), types, inputs)
            low = middle + 1
        except Exception:  # noqa: BLE001  # as above
            high = middle
    return nodes[low] if low < len(nodes) else None


def first_failing(network: Network, inputs: Sequence[Tensor]) -> str | None:
    """The first node that raises an error, or gives numbers that are not finite."""
    whole = opened(network)
    nodes = list(whole.passed.values())
    values = _values(whole, len(nodes), inputs)
    low, high = 0, len(nodes)
    while values is None and low < high:
        middle = (low + high) // 2
        if _values(whole, middle + 1, inputs) is None:
            high = middle
        else:
            low = middle + 1
    if values is None:
        values = _values(whole, low, inputs) or ()
    odd = [node for node, value in zip(nodes, values, strict=False) if not value.isfinite().all()]
    return next(iter([*odd, *nodes[len(values) :]]), None)


def _values(whole: ExposedNetwork, count: int, inputs: Sequence[Tensor]) -> Sequence[Tensor] | None:
    """The first so many values on the way; None when one of them raises an error."""
    try:
        found: Sequence[Tensor] = whole.shortened(count)(*inputs)
    except Exception:  # noqa: BLE001  # whatever torch raises
        return None
    return found


def _plain(proto: onnx.ModelProto) -> onnx.ModelProto:
    """Without the exporter's notes, which hold paths and source lines of this machine."""
    graph = proto.graph
    for noted in (proto, graph):
        del noted.metadata_props[:]
        noted.doc_string = ""
    for part in (*graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
    return proto
