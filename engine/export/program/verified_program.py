"""A program of torch.export is written and loaded again elsewhere; it counts when both agree."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import torch
from torch.export import Dim, ExportedProgram

from engine.export import comparing, refusals
from engine.export.exported import Exported
from engine.export.model import Model
from engine.export.onnx.conversion import learning_nothing, opened
from engine.export.onnx.replacements import of_any_length
from engine.export.onnx.trials import is_fixed, named_sizes, traced
from engine.export.plain_weights import with_plain_weights
from engine.export.stages import Stage, tell
from engine.network.compiling import Network, modules_of
from graphs.sizes import symbols

TOLERANCE = 1e-5
"""How far two numbers may be apart, as a share of the larger one or of 1."""
_RUN: Final = """
import sys
for name in ("engine", "graphs", "gui", "layerloom"):
    sys.modules[name] = None  # it must do without
import torch
from safetensors.torch import load_file, save_file
torch.set_num_threads(1)
network, given, found = torch.export.load(sys.argv[1]).module(), load_file(sys.argv[2]), {}
with torch.no_grad():
    for trial in range(int(sys.argv[4])):
        inputs = [given[f"{trial}/{at}"] for at in range(int(sys.argv[5]))]
        for at, output in enumerate(network(*inputs)):
            found[f"{trial}/{at}"] = output.contiguous().clone()
save_file(found, sys.argv[3])
"""


def proven(model: Model, path: Path) -> Exported:
    """Write the program to ``path`` and check it at other batch sizes and lengths.

    Raises ExportError, by its node where one is at fault, when torch cannot write the network for
    every size that its inputs allow.
    """
    nodes = len(model.document.main.nodes)
    tell(Stage("tracing", nodes))
    torch.export.save(_program(model), path)
    tell(Stage("checking", nodes))
    tries = comparing.trials(model)
    found = comparing.answers(path, model, tries, _RUN)
    if found is None:
        raise refusals.other_program(None)
    worst = comparing.worst(model, tries, found, refusals.other_program, TOLERANCE)
    return Exported.agreed(path, (one.at for one in tries), worst, model.notices)


def _program(model: Model) -> ExportedProgram:
    plain = with_plain_weights(model.network)
    modules = {name: of_any_length(module) for name, module in modules_of(plain).items()}
    network = Network(plain.wiring, modules).eval()
    with learning_nothing(network):
        try:
            return _traced(model, network)
        except Exception as error:  # whatever torch raises
            raise refusals.no_program(_culprit(model, network), error) from error


def _traced(model: Model, network: Network) -> ExportedProgram:
    types = model.types().values()
    at = traced(named_sizes(types), model.taken_sizes())
    free = tuple(
        {
            axis: Dim.DYNAMIC
            for axis, size in enumerate(tensor.sizes)
            if not all(map(is_fixed, symbols(size)))
        }
        for tensor in types
    )
    with torch.no_grad(), _quiet():
        return torch.export.export(
            network,
            model.random_inputs(at, seed=0),
            dynamic_shapes=(free,) if free else None,
            strict=False,
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """What torch says of a failure is told as a refusal."""
    told = logging.getLogger("torch")
    level = told.level
    told.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        told.setLevel(level)


def _culprit(model: Model, network: Network) -> str | None:
    """The first node up to which torch cannot write the network, found by halving."""
    whole = opened(network)
    nodes = list(whole.passed.values())
    low, high = 0, len(nodes)
    while low < high:
        middle = (low + high) // 2
        try:
            _traced(model, whole.shortened(middle + 1))
            low = middle + 1
        except Exception:  # noqa: BLE001  # as above
            high = middle
    return nodes[low] if low < len(nodes) else None
