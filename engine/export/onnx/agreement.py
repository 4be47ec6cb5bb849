"""Whether an ONNX file computes what the network computes: asked of the file, by onnxruntime."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import ExportError
from engine.export.exported import Checked
from engine.export.refusals import NOTHING
from graphs.wording.phrases import phrase

TOLERANCE = 1e-4
"""The largest difference allowed for values up to 1; beyond, the same share of the value."""

OnnxArray = NDArray[np.generic]
ReferenceRun = Callable[[Sequence[Tensor]], Sequence[Tensor]]
Excuse = Callable[["TrialInputs", str, OnnxArray, OnnxArray], bool]
"""Whether what an output should be and what it is differ for a reason that is no fault."""


@dataclass(frozen=True, slots=True)
class TrialInputs:
    """The inputs of one comparison, and at which sizes they are."""

    at: Checked
    inputs: tuple[Tensor, ...]

    def __str__(self) -> str:
        sizes = {"batch": self.at.batch, **self.at.sizes}
        return ", ".join(f"{name} {size}" for name, size in sizes.items())


class Departure(ExportError):  # noqa: N818  # the name says what is wrong
    """The file computes something else. ``trial`` is where; ``output`` is None when nothing ran."""

    def __init__(self, message: str, trial: TrialInputs, output: str | None = None) -> None:
        super().__init__(message)
        self.trial = trial
        self.output = output


class Failing(ExportError):  # noqa: N818  # the name says what is wrong
    """The network itself raises an error, or gives no finite numbers at ``output``."""

    def __init__(self, trial: TrialInputs, output: str | None = None) -> None:
        super().__init__(phrase("The network itself fails at {trial}.", trial=trial))
        self.trial = trial
        self.output = output


@dataclass(frozen=True, slots=True)
class Names:
    """What the inputs and outputs of the file must be called, in order."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def check(
    file: Path,
    names: Names,
    reference: ReferenceRun,
    trials: Sequence[TrialInputs],
    excuse: Excuse,
) -> dict[str, float]:
    """The largest difference of each output between ``file`` and ``reference`` over all trials.

    What is no finite number in one of them must be the same in the other: inputs that are made up
    may be such that a logarithm has no value. Raises Departure when a value differs by more than
    TOLERANCE x max(1, |value|) without ``excuse``, Failing when the network says nothing to compare
    with, Invalid when nobody can load the file, and ExportError when it has other names.
    """
    stretch = _opened(file, names)
    worst = dict.fromkeys(names.outputs, 0.0)
    mute: dict[str, TrialInputs] = {}
    compared: set[str] = set()
    for trial in trials:
        expected = _computed(reference, trial)
        given = _run(stretch, names, trial)
        for name, want, got in zip(names.outputs, expected, given, strict=True):
            found = _difference(name, _array(want), got, trial, excuse)
            worst[name] = max(worst[name], found)
            if want.isfinite().any():
                compared.add(name)
            elif want.numel():
                mute.setdefault(name, trial)
    for name, trial in mute.items():
        if name not in compared:
            raise Failing(trial, name)
    return worst


def _computed(reference: ReferenceRun, trial: TrialInputs) -> Sequence[Tensor]:
    """What the network says; raises Failing when it cannot say anything at these sizes."""
    try:
        return reference(trial.inputs)
    except Exception as error:  # whatever torch raises, the caller finds the node
        raise Failing(trial) from error


def started(model: bytes | Path) -> onnxruntime.InferenceSession:
    """A stretch on one CPU thread, so that a check does not take the machine over."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # it tells on stderr what it also raises
    source = str(model) if isinstance(model, Path) else model
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def fed(names: Sequence[str], inputs: Sequence[Tensor]) -> dict[str, OnnxArray]:
    """The inputs as onnxruntime takes them."""
    return {name: _array(tensor) for name, tensor in zip(names, inputs, strict=True)}


def departs(want: OnnxArray, got: OnnxArray) -> bool:
    """Whether two results are not the same within TOLERANCE."""
    return want.shape != got.shape or want.dtype != got.dtype or bool(_excess(want, got).any())


class Invalid(ExportError):  # noqa: N818  # the name says what is wrong
    """Nobody can load the file."""


def _opened(file: Path, names: Names) -> onnxruntime.InferenceSession:
    """The file, loaded as others will load it.

    ONNX's own checker looks at its form alone: its inference of shapes is wrong for some operators
    (pools with ceil_mode), and the trials show what the shapes really are.
    """
    try:
        onnx.checker.check_model(str(file))
        stretch = started(file)
    except Exception as error:  # onnxruntime's have no base of their own
        raise Invalid(phrase("What was written is no valid ONNX file.")) from error
    found = Names(
        tuple(one.name for one in stretch.get_inputs()),
        tuple(one.name for one in stretch.get_outputs()),
    )
    if found != names:
        raise ExportError(
            "What was written takes {inputs} and gives {outputs}; the network takes "
            "{own_inputs} and gives {own_outputs}. Rename these nodes, then try again. {nothing}",
            inputs=_listed(found.inputs),
            outputs=_listed(found.outputs),
            own_inputs=_listed(names.inputs),
            own_outputs=_listed(names.outputs),
            nothing=NOTHING,
        )
    return stretch


def _run(
    stretch: onnxruntime.InferenceSession, names: Names, trial: TrialInputs
) -> list[OnnxArray]:
    try:
        results: list[OnnxArray] = stretch.run(list(names.outputs), fed(names.inputs, trial.inputs))
    except Exception as error:  # onnxruntime's have no base of their own
        raise Departure(
            phrase("onnxruntime cannot run the file at {trial}", trial=trial), trial
        ) from error
    return results


def _difference(
    name: str, want: OnnxArray, got: OnnxArray, trial: TrialInputs, excuse: Excuse
) -> float:
    """The largest difference of one output; raises Departure when it is too large."""
    if want.shape != got.shape or want.dtype != got.dtype:
        raise Departure(
            phrase(
                "At {trial}, “{name}” is {form} in the file, but {wanted} in the network",
                trial=trial,
                name=name,
                form=_form(got),
                wanted=_form(want),
            ),
            trial,
            name,
        )
    finite = np.isfinite(want) & np.isfinite(got)
    gap = np.abs(want[finite].astype(np.float64) - got[finite].astype(np.float64))
    if departs(want, got) and not excuse(trial, name, want, got):
        raise Departure(
            phrase(
                "At {trial}, “{name}” differs by up to {most:.3g} between file and network",
                trial=trial,
                name=name,
                most=np.max(gap, initial=0.0) if finite.all() else np.inf,
            ),
            trial,
            name,
        )
    return float(np.max(gap, initial=0.0))


def _excess(want: OnnxArray, got: OnnxArray) -> NDArray[np.bool_]:
    """Where two results differ by too much; what is no finite number must be the same."""
    wanted, given = want.astype(np.float64), got.astype(np.float64)
    same = (wanted == given) | (np.isnan(wanted) & np.isnan(given))
    with np.errstate(invalid="ignore"):
        near = np.abs(wanted - given) <= TOLERANCE * np.maximum(1.0, np.abs(wanted))
    apart: NDArray[np.bool_] = ~(same | (near & np.isfinite(wanted)))
    return apart


def _array(tensor: Tensor) -> OnnxArray:
    array: OnnxArray = tensor.detach().cpu().numpy()
    return array


def _form(array: OnnxArray) -> str:
    return f"{array.dtype} {' × '.join(map(str, array.shape)) or 'scalar'}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names) or "(none)"


def first_departure(
    file: Path,
    names: Names,
    places: Mapping[str, str],
    wanted: Mapping[str, Tensor],
    trial: TrialInputs,
) -> str | None:
    """The first node whose value in ``file`` is not what the network computes there.

    ``places`` maps the names of values inside the file to nodes, in the order of computation, and
    ``wanted`` to what the network computes there. None when all of them agree.
    """
    model = onnx.load(str(file))
    inside = {name for node in model.graph.node for name in node.output}
    for value, node in places.items():
        if value in inside and _departs_at(model, value, names, wanted[value], trial):
            return node
    return None


def _departs_at(
    model: onnx.ModelProto, value: str, names: Names, want: Tensor, trial: TrialInputs
) -> bool:
    """Whether one value inside a file is wrong, or cannot be computed at all."""
    del model.graph.output[:]
    model.graph.output.append(onnx.ValueInfoProto(name=value))
    given = {one.name for one in model.graph.input}
    try:
        stretch = started(model.SerializeToString())
        inputs = fed(names.inputs, trial.inputs)
        (got,) = stretch.run([value], {k: v for k, v in inputs.items() if k in given})
    except Exception:  # noqa: BLE001  # onnxruntime's have no base of their own
        return True
    return departs(_array(want), got)
