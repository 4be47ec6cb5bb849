"""The networks of a run with their trained weights, and what encodes their inputs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from torch import Tensor, nn

from engine.data.preprocessing import Preprocessing
from engine.errors import RunError
from engine.network.compiling import Network
from engine.procedures import Procedure
from engine.procedures.chosen_procedure import procedure_of
from engine.runs.folder import Run
from engine.runs.trained.trained_weights import Trained, trained
from graphs.document.document import Document


def load(folder: Path | str, best: bool = True) -> tuple[Network, Preprocessing]:
    """The model of a run on the CPU in ``eval()``, and what encodes its inputs.

    With the best weights by what its procedure looks at; with those of the last step when ``best``
    is off or no epoch has ended. Raises RunError when there are none.
    """
    found = loaded(folder, best)
    return found.network, found.preprocessing


class Loaded(NamedTuple):
    """Networks on the CPU in ``eval()``, what encodes their inputs, and which weights they have."""

    network: Network
    """The model: what is asked and exported."""
    preprocessing: Preprocessing
    weights: Trained
    procedure: Procedure
    networks: Mapping[str, nn.Module]
    """The model and, where the whole was asked for, what else was trained, by name."""
    document: Document


def loaded(folder: Path | str, best: bool = True, *, whole: bool = False) -> Loaded:
    """What ``load`` gives, and which weights it has; the ``whole`` is every network of the run.

    Raises RunError, GraphProblems and DataError.
    """
    run = Run.open(folder)
    preprocessing, document = run.preprocessing, run.document
    procedure = procedure_of(document.plan)
    networks: dict[str, nn.Module]
    if whole:
        networks = procedure.configure_networks(document)
    else:
        networks = {procedure.model: procedure.configure_model(document)}
    weights = trained(run, best, procedure.model)
    run.check_preprocessing(weights.preprocessing)
    known = {**weights.others, procedure.model: weights.tensors}
    for name, network in networks.items():
        _take(network, known.get(name, {}))
    model = networks[procedure.model]
    assert isinstance(model, Network), "the model is a compiled graph"
    return Loaded(model, preprocessing, weights, procedure, networks, document)


def _take(network: nn.Module, weights: Mapping[str, Tensor]) -> None:
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise RunError(
            "The weights of this run do not fit its document: one of them was changed after the "
            "training. Train it again."
        ) from error
    network.eval()
