"""The network of a run with its trained weights, and what encodes its inputs."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from engine.data.preprocessing import Preprocessing
from engine.errors import RunError
from engine.network.compiling import Network, compiled
from engine.runs.folder import Run
from engine.runs.trained.trained_weights import Trained, trained


def load(folder: Path | str, best: bool = True) -> tuple[Network, Preprocessing]:
    """The network of a run on the CPU in ``eval()``, and what encodes its inputs.

    With the best weights by validation loss; with those of the last step when ``best`` is off or no
    epoch has ended. Raises RunError when there are none.
    """
    found = loaded(folder, best)
    return found.network, found.preprocessing


class Loaded(NamedTuple):
    """A network on the CPU in ``eval()``, what encodes its inputs, and which weights it has."""

    network: Network
    preprocessing: Preprocessing
    weights: Trained


def loaded(folder: Path | str, best: bool = True) -> Loaded:
    """What ``load`` gives, and which weights it has. Raises RunError and DataError."""
    run = Run.open(folder)
    preprocessing = run.preprocessing
    network = compiled(run.document)
    weights = trained(run, best)
    run.check_preprocessing(weights.preprocessing)
    try:
        network.load_state_dict(weights.tensors)
    except RuntimeError as error:
        raise RunError(
            "The weights of this run do not fit its document: one of them was changed after the "
            "training. Train it again."
        ) from error
    return Loaded(network.eval(), preprocessing, weights)
