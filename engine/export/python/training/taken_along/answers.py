"""What a network gives for one sample, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphs.wording.visible import with_shape


def format_class(name: str, shares: NDArray[Any], classes: Sequence[str]) -> str:
    """The likeliest class and its share; one share alone is that of the second class."""
    each = np.array([1 - shares.item(), shares.item()]) if shares.size == 1 else shares
    return f"{name} {with_shape(classes[int(each.argmax())])} ({float(each.max()):.4f})"


def format_best(name: str, scores: NDArray[Any], classes: Sequence[str]) -> str:
    """The class of the largest score; one score alone speaks for the second class if it is more
    than 0. Scores are no shares."""
    best = int(scores.item() > 0) if scores.size == 1 else int(scores.argmax())
    return f"{name} {with_shape(classes[best])}"


def format_numbers(name: str, values: NDArray[Any]) -> str:
    """All numbers, one after the other."""
    return " ".join([name, *(f"{value:.6g}" for value in values.flat)])


def format_labels(
    name: str, shares: NDArray[Any], classes: Sequence[str], threshold: float = 0.5
) -> str:
    """The labels that are said to hold."""
    held = [label for label, share in zip(classes, shares.flat, strict=True) if share > threshold]
    return f"{name} {', '.join(map(with_shape, held)) or 'none'}"


def format_steps(name: str, scores: NDArray[Any], classes: Sequence[str], axis: int = -1) -> str:
    """The class of each step."""
    return " ".join([name, *(with_shape(classes[best]) for best in scores.argmax(axis))])


def format_series(name: str, scores: NDArray[Any], classes: Sequence[str], blank: int) -> str:
    """What the likeliest class of each step comes to: repeats are one, and blanks are left out."""
    path = [int(best) for best in scores.argmax(-1)]
    told = [best for at, best in enumerate(path) if best != blank and [best] != path[:at][-1:]]
    said = [with_shape(classes[best - (best > blank)]) for best in told]
    return f"{name} {' '.join(said) or 'nothing'}"
