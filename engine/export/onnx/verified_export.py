"""An ONNX file is written, read again and run beside torch; it counts only when both agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from torch import Tensor

from engine.errors import ExportError
from engine.export import refusals
from engine.export.exported import Exported
from engine.export.metadata import PROGRAM, described, program_version
from engine.export.model import Model
from engine.export.onnx.agreement import (
    Departure,
    Failing,
    Invalid,
    Names,
    TrialInputs,
    check,
    first_departure,
)
from engine.export.onnx.conversion import converted, first_failing, opened
from engine.export.onnx.rounding import MoreDigits
from engine.export.onnx.trials import named_sizes, traced, tried
from engine.export.stages import Stage, tell
from engine.network.compiling import Network

LARGEST = 2**31 - 2**20
"""One ONNX file holds at most 2 GiB; what is not weights gets a little of that."""


def proven(model: Model, path: Path) -> Exported:
    """Write the network to ``path`` and check the file; raises ExportError when it is not right."""
    _refuse_too_large(model.network)
    named = named_sizes(model.types().values())
    real = model.real_trial()
    taken = model.taken_sizes() | frozenset(real[0].sizes.values() if real else ())
    at = traced(named, taken)
    nodes = len(model.document.main.nodes)
    tell(Stage("tracing", nodes))
    proto = converted(model.network, model.types(), model.random_inputs(at, seed=0))
    _sign(proto, model)
    path.write_bytes(proto.SerializeToString(deterministic=True))
    trials = [
        TrialInputs(checked, model.random_inputs(checked, seed))
        for seed, checked in enumerate(tried(named, at, model.cost()), start=1)
    ]
    if real is not None:
        trials.append(TrialInputs(*real))
    tell(Stage("checking", nodes))
    digits = MoreDigits(model.network)
    worst = verify(path, model.network, trials, digits)
    notices = (*model.notices, *digits.notices())
    return Exported.agreed(path, (one.at for one in trials), worst, notices)


def verify(
    path: Path, network: Network, trials: Sequence[TrialInputs], digits: MoreDigits | None = None
) -> dict[str, float]:
    """The largest difference of each output between file and network.

    Raises ExportError, which names the node where they part.
    """
    names = Names(network.inputs, network.outputs)

    def reference(inputs: Sequence[Tensor]) -> Sequence[Tensor]:
        outputs: Sequence[Tensor] = network(*inputs)
        return outputs

    with torch.no_grad():
        try:
            excuse = (digits or MoreDigits(network)).excuse
            return check(path, names, reference, trials, excuse)
        except Departure as departure:
            node = _culprit(path, network, names, departure.trial, departure.output)
            raise refusals.departs(str(departure), node) from departure
        except Failing as failing:
            began = first_failing(network, failing.trial.inputs)
            if failing.output is not None:
                raise refusals.not_finite(failing.output, began) from failing
            cause = failing.__cause__
            assert isinstance(cause, Exception)  # it was raised from one
            raise refusals.fails_itself(began, failing.trial, cause) from failing
        except Invalid as invalid:
            raise refusals.not_valid(_broken(path, network, names, trials)) from invalid


def _broken(
    path: Path, network: Network, names: Names, trials: Sequence[TrialInputs]
) -> str | None:
    """The node up to which the file cannot be loaded; None when it cannot be read at all."""
    try:
        return _culprit(path, network, names, trials[0])
    except Exception:  # noqa: BLE001  # what breaks the file may break any question to it
        return None


def _culprit(
    path: Path, network: Network, names: Names, trial: TrialInputs, output: str | None = None
) -> str:
    """The node where file and network part: the first inside, or the one that makes the output."""
    inner = opened(network)
    values = inner.network(*trial.inputs)
    wanted = dict(zip(inner.network.outputs, values, strict=True))
    # What is an output too is called by the output's name in the file.
    ranks = {node: rank for rank, node in enumerate(inner.passed.values())}
    places = sorted(
        {**inner.passed, **inner.makers}.items(), key=lambda item: ranks.get(item[1], -1)
    )
    found = first_departure(path, names, dict(places), wanted, trial)
    return found or inner.makers[output or names.outputs[0]]


def _refuse_too_large(network: Network) -> None:
    size = sum(t.numel() * t.element_size() for t in network.state_dict().values())
    if size > LARGEST:
        raise ExportError(
            "The weights take {size:.1f} GiB, but one ONNX file holds at most 2 GiB. Make "
            "the network smaller, or export the weights alone (safetensors).",
            size=size / 2**30,
        )


def _sign(proto: onnx.ModelProto, model: Model) -> None:
    proto.producer_name, proto.producer_version = PROGRAM, program_version()
    proto.graph.name = model.name
    for key, value in described(model).items():
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        proto.metadata_props.add(key=key, value=text)
