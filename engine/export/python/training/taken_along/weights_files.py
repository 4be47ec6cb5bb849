"""Weights in files, which a network takes only where they are its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.export.python.training.taken_along.plain_files import require_file


def load_weights(network: nn.Module, file: Path, shared: Mapping[str, str] | None = None) -> None:
    """Give a network the weights of a file; ``shared`` names what stands there under another key.

    Raises ValueError for a file that is not whole, and for weights of another network.
    """
    require_file(file)
    try:
        weights = load_file(file)
    except SafetensorError:
        raise ValueError(
            f"{file.name} is no .safetensors file, or not a whole one. Take other weights."
        ) from None
    known = {key: weights[home] for key, home in (shared or {}).items() if home in weights}
    require_own(file, network.state_dict(), {**weights, **known})
    network.load_state_dict({**weights, **known})


def require_own(file: Path, own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> None:
    """Refuse weights of a file that are not those of a network, by the first that differ."""
    if missing := [key for key in own if key not in given]:
        raise ValueError(
            f"{file.name} holds weights of another network: it lacks “{missing[0]}”. "
            "Take those of this network, or train it anew."
        )
    if further := [key for key in given if key not in own]:
        raise ValueError(
            f"{file.name} holds weights of another network, which has “{further[0]}”. "
            "Take those of this network, or train it anew."
        )
    if others := [key for key in own if given[key].shape != own[key].shape]:
        raise ValueError(
            f"{file.name} holds weights of another network: “{others[0]}” has other sizes. "
            "Take those of this network, or train it anew."
        )


def save_weights(weights: Mapping[str, Tensor], file: Path) -> None:
    """Write weights, as ``load_weights`` reads them."""
    try:
        save_file(dict(weights), file)
    except SafetensorError:
        raise ValueError(
            f"“{file}” cannot be written. See whether the disk is full, or name another place."
        ) from None
