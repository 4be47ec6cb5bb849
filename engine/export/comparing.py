"""Whether a file that torch reads computes the same in a process without this program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from torch import Tensor

from engine.errors import ExportError
from engine.export.exporter import next_to
from engine.export.model import Model
from engine.export.onnx.agreement import TrialInputs
from engine.export.onnx.trials import named_sizes, traced, tried


def trials(model: Model) -> list[TrialInputs]:
    """Made-up inputs at sizes of all kinds, and real ones where there are any."""
    named = named_sizes(model.types().values())
    at = traced(named, model.taken_sizes())
    found = [
        TrialInputs(checked, model.random_inputs(checked, seed))
        for seed, checked in enumerate(tried(named, at, model.cost()), start=1)
    ]
    real = model.real_trial()
    return found if real is None else [*found, TrialInputs(*real)]


def answers(
    path: Path, model: Model, trials: Sequence[TrialInputs], script: str, *further: str
) -> Mapping[str, Tensor] | None:
    """What the file answers to a script that runs without this program; None when that fails.

    ``further`` is what the script is told besides.
    """
    given = {
        f"{trial}/{at}": tensor.contiguous().clone()
        for trial, one in enumerate(trials)
        for at, tensor in enumerate(one.inputs)
    }
    questions, answers = next_to(path, "_questions"), next_to(path, "_answers")
    safetensors.torch.save_file(given, questions)
    counts = (str(len(trials)), str(len(model.network.inputs)))
    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            script,
            str(path),
            str(questions),
            str(answers),
            *counts,
            *further,
        ],
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    if done.returncode:
        return None
    return safetensors.torch.load_file(answers)


def worst(
    model: Model,
    trials: Sequence[TrialInputs],
    found: Mapping[str, Tensor],
    refused: Callable[[str], ExportError],
    tolerance: float,
) -> dict[str, float]:
    """The largest difference at each output; raises ExportError where it is too large."""
    largest = dict.fromkeys(model.network.outputs, 0.0)
    for trial, one in enumerate(trials):
        with torch.no_grad():
            wanted = model.network(*one.inputs)
        for at, (name, want) in enumerate(zip(model.network.outputs, wanted, strict=True)):
            got = found[f"{trial}/{at}"]
            if want.shape != got.shape or want.dtype != got.dtype:
                raise refused(name)
            first, second = (one.detach().double().numpy() for one in (want, got))
            if not np.allclose(first, second, tolerance, tolerance, equal_nan=True):
                raise refused(name)
            finite = np.isfinite(first) & np.isfinite(second)
            gap = np.abs(first[finite] - second[finite])
            largest[name] = max(largest[name], float(np.max(gap, initial=0.0)))
    return largest
