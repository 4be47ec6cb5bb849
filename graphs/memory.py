"""How much memory training needs, by declared sizes alone: nothing is allocated to find out."""

from __future__ import annotations

from dataclasses import replace

from graphs.evaluation import Evaluation, Result
from graphs.problems import Problem, problem
from graphs.sizes import bounds

BYTES_PER_WEIGHT = 16
"""A float32 weight, its gradient and the two averages of Adam."""
BYTES_PER_ACTIVATION = 8
"""A float32 output, kept for the backward pass, and its gradient."""


def needed(result: Result, batch_size: int) -> int:
    """Bytes that one node needs while training, at the greatest sizes its symbols allow."""
    activations = sum(bounds(t.elements())[1] for t in result.outputs.values())
    return (
        result.parameters * BYTES_PER_WEIGHT
        + max(activations, 0) * batch_size * BYTES_PER_ACTIVATION
    )


def too_large(evaluation: Evaluation, batch_size: int, available: int) -> list[Problem]:
    """A problem at the node that needs most when training needs more than ``available`` bytes."""
    bills = {node: needed(result, batch_size) for node, result in evaluation.results.items()}
    total = sum(bills.values())
    if total <= available:
        return []
    worst = max(bills, key=lambda node: (bills[node], node))
    found = problem(
        "Training needs about {total}, but {available} are free; {most} of it for “{name}”. "
        "Lower its sizes or the batch size.",
        total=spelled(total),
        available=spelled(available),
        most=spelled(bills[worst]),
        name=evaluation.graph.nodes[worst].name,
    )
    return [replace(found, node=worst)]


def spelled(count: int) -> str:
    """Bytes as people say them: ``3.7 GB``."""
    for power, unit in enumerate(("bytes", "kB", "MB", "GB", "TB", "PB", "EB")):
        if count < 1000 ** (power + 1):
            size = count / 1000**power  # of what no float holds nobody needs to know more
            return f"{size:.0f} {unit}" if power == 0 or size >= 100 else f"{size:.1f} {unit}"
    return "more than 1000 EB"
