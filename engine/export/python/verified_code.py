"""A Python file is written and run by itself, beside the network; it counts when both agree."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import safetensors.torch
import torch
from torch import Tensor

from engine.export import refusals
from engine.export.exported import Exported
from engine.export.exporter import next_to
from engine.export.metadata import described
from engine.export.model import Model
from engine.export.onnx.agreement import TrialInputs
from engine.export.onnx.trials import named_sizes, traced, tried
from engine.export.python.layout import WEIGHTS
from engine.export.python.network_source import NetworkSource
from engine.export.python.python_file import written
from engine.export.stages import Stage, tell
from engine.weights import weights_file

TOLERANCE = 1e-6
"""How far two numbers may be apart, as a share of the larger one or of 1."""
_RUN: Final = """
import importlib.util, sys
for name in ("engine", "graphs", "gui", "layerloom"):
    sys.modules[name] = None  # it must do without
import torch
from safetensors.torch import load_file, save_file
torch.set_num_threads(1)
spec = importlib.util.spec_from_file_location("exported", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
network, given, found = module.load(), load_file(sys.argv[2]), {}
with torch.no_grad():
    for trial in range(int(sys.argv[4])):
        inputs = [given[f"{trial}/{at}"] for at in range(int(sys.argv[5]))]
        outputs = network(*inputs)
        for at, output in enumerate(outputs if isinstance(outputs, tuple) else (outputs,)):
            found[f"{trial}/{at}"] = output.contiguous().clone()
save_file(found, sys.argv[3])
"""


def proven(model: Model, path: Path) -> Exported:
    """Write the code to ``path`` and the weights beside it, and check both.

    Raises ExportError when the code, run in a process of its own, computes something else.
    """
    nodes = len(model.document.main.nodes)
    tell(Stage("tracing", nodes))
    path.write_text(written(model), "utf-8")
    source = NetworkSource(model, "Network", ())
    weights = {k: t for k, t in model.network.state_dict().items() if source.needs(k)}
    weights_file.write(next_to(path, WEIGHTS), weights, described(model))
    tell(Stage("checking", nodes))
    trials = _trials(model)
    worst = _worst(model, trials, _answers(path, model, trials))
    distinct = {(t.at.batch, tuple(t.at.sizes.items())): t.at for t in trials}
    return Exported(
        str(path),
        max(worst.values(), default=0.0),
        tuple(distinct.values()),
        notices=model.notices,
        outputs=worst,
    )


def _trials(model: Model) -> list[TrialInputs]:
    named = named_sizes(model.types().values())
    at = traced(named, model.taken_sizes())
    found = [
        TrialInputs(checked, model.random_inputs(checked, seed))
        for seed, checked in enumerate(tried(named, at, model.cost()), start=1)
    ]
    real = model.real_trial()
    return found if real is None else [*found, TrialInputs(*real)]


def _answers(path: Path, model: Model, trials: Sequence[TrialInputs]) -> Mapping[str, Tensor]:
    """What the file answers when it is run without this program."""
    given = {
        f"{trial}/{at}": tensor.contiguous().clone()
        for trial, one in enumerate(trials)
        for at, tensor in enumerate(one.inputs)
    }
    questions, answers = next_to(path, "_questions"), next_to(path, "_answers")
    safetensors.torch.save_file(given, questions)
    counts = (str(len(trials)), str(len(model.network.inputs)))
    done = subprocess.run(
        [sys.executable, "-I", "-c", _RUN, str(path), str(questions), str(answers), *counts],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    if done.returncode:
        raise refusals.other_code(None)
    return safetensors.torch.load_file(answers)


def _worst(
    model: Model, trials: Sequence[TrialInputs], found: Mapping[str, Tensor]
) -> dict[str, float]:
    """The largest difference at each output; raises ExportError where it is too large."""
    worst = dict.fromkeys(model.network.outputs, 0.0)
    for trial, one in enumerate(trials):
        with torch.no_grad():
            wanted = model.network(*one.inputs)
        for at, (name, want) in enumerate(zip(model.network.outputs, wanted, strict=True)):
            got = found[f"{trial}/{at}"]
            if want.shape != got.shape or want.dtype != got.dtype:
                raise refusals.other_code(name)
            first, second = (one.detach().double().numpy() for one in (want, got))
            if not np.allclose(first, second, TOLERANCE, TOLERANCE, equal_nan=True):
                raise refusals.other_code(name)
            finite = np.isfinite(first) & np.isfinite(second)
            gap = np.abs(first[finite] - second[finite])
            worst[name] = max(worst[name], float(np.max(gap, initial=0.0)))
    return worst
