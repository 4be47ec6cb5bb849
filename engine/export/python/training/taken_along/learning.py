"""First weights, means over batches, and when training breaks off."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.export.python.training.taken_along.array_files import UnfitSamplesError


def reset_parameters(module: nn.Module) -> None:
    """Give a module the first weights that making it would draw."""
    for child in module.children():
        reset_parameters(child)
    for name in ("reset_parameters", "_reset_parameters"):
        if hasattr(module, name):
            getattr(module, name)()
            return


class Means:
    """Means over batches that may differ in size."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._counts: dict[str, float] = {}

    def add(self, name: str, mean: Tensor | float, count: Tensor | float) -> None:
        """Add a batch: its mean, and what this was divided by."""
        self._sums[name] = self._sums.get(name, 0.0) + float(mean) * float(count)
        self._counts[name] = self._counts.get(name, 0.0) + float(count)

    def by_name(self) -> dict[str, float]:
        """The means by name."""
        # A mean over nothing is no number.
        return {
            name: total / (self._counts[name] or math.nan) for name, total in self._sums.items()
        }


def on_device(samples: Mapping[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """The samples where they are computed with."""
    return {name: tensor.to(device) for name, tensor in samples.items()}


def require_samples(samples: Mapping[str, Tensor], *splits: Tensor) -> None:
    """Refuse samples that are none, or of which a field lacks some, and splits without any."""
    counts = {name: len(tensor) for name, tensor in samples.items()}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{count} of “{name}”" for name, count in counts.items())
        raise UnfitSamplesError(f"there are {told}. Give as many of each.")
    if not all(counts.values()):
        raise UnfitSamplesError("it holds no samples.")
    for rows in splits:
        if not len(rows):
            raise UnfitSamplesError("it lacks samples for training, validation or the test.")
        if int(rows.max()) >= min(counts.values()):
            raise UnfitSamplesError("“.split” is to have a number for each sample, and no more.")


def require_finite(network: nn.Module, loss: float, step: int) -> None:
    """Break off before a loss or gradient that is not finite reaches the weights."""
    gradients = [one.grad for one in network.parameters() if one.grad is not None]
    # Sums tell at a twentieth of the cost; huge finite numbers may add up to infinity.
    if math.isfinite(loss + float(sum(gradient.sum() for gradient in gradients))):
        return
    if not math.isfinite(loss):
        raise SystemExit(f"The loss of step {step + 1} is not finite: lower LEARNING_RATE.")
    if not all(bool(gradient.isfinite().all()) for gradient in gradients):
        raise SystemExit(f"A gradient of step {step + 1} is not finite: lower LEARNING_RATE.")


def format_metrics(metrics: Mapping[str, float]) -> str:
    """What was measured, in words."""
    return ", ".join(f"{name} {value:.6g}" for name, value in metrics.items())
