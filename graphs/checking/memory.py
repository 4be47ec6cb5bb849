"""How much memory training needs, by declared sizes alone: nothing is allocated to find out."""

from __future__ import annotations

from dataclasses import replace

from graphs.checking.evaluated_graph import EvaluatedGraph, NodeResult
from graphs.plan.plan import Plan
from graphs.problems import Problem, problem
from graphs.sizes import BATCH, Size, bounds, substituted, symbol, symbols
from graphs.wording.phrases import phrase

TOO_LARGE = (
    "Training needs about {total}, but {available} are free; {most} of it for “{name}”. Lower its "
    "sizes or the batch size."
)
TOO_LARGE_A_BATCH = (
    "Training needs about {total}, but {available} are free; {most} of it for “{name}”. Lower its "
    "sizes or the batch size and accumulate more batches instead."
)
BYTES_PER_WEIGHT = 16
"""A float32 weight, its gradient and the two averages of Adam."""
BYTES_PER_SHORT_COPY = 2
"""What mixed precision keeps of a weight beside it, in half as many bits."""
BYTES_PER_FROZEN_WEIGHT = 4
BYTES_PER_ACTIVATION = 8
"""A float32 output, kept for the backward pass, and its gradient."""
BYTES_PER_MIXED_ACTIVATION = 6
"""Outputs of matrices and convolutions take half of that, those of norms and softmax all of it."""


def needed(result: NodeResult, plan: Plan, frozen: bool = False) -> int:
    """Bytes that one node needs while training, at the greatest sizes its symbols allow.

    Batches that are added up for one step pass one after another, so one of them counts.
    """
    if result.copies:
        return sum(
            needed(r, plan, frozen=frozen or inside.graph.nodes[id].frozen)
            for inside in result.copies
            for id, r in inside.results.items()
        )
    mixed = plan.precision != "fp32"
    weight = BYTES_PER_FROZEN_WEIGHT if frozen else BYTES_PER_WEIGHT
    weight += BYTES_PER_SHORT_COPY if mixed else 0
    activations = sum(_most(t.elements(), plan.batch_size) for t in result.outputs.values())
    each = BYTES_PER_MIXED_ACTIVATION if mixed else BYTES_PER_ACTIVATION
    return result.parameters * weight + max(activations, 0) * plan.batch_size * each


def needs_most(evaluation: EvaluatedGraph, plan: Plan) -> tuple[str, int]:
    """The name of the node that needs most while training, and how many bytes."""
    nodes = evaluation.graph.nodes
    held = evaluation.results.items()
    return max(((nodes[id].name, needed(r, plan, nodes[id].frozen)) for id, r in held), key=_bytes)


def _bytes(bill: tuple[str, int]) -> int:
    return bill[1]


def _most(size: Size, batch: int) -> int:
    """The greatest value of a size, which holds the batch only where samples meet each other."""
    if not symbols(size) & symbols(BATCH):
        return bounds(size)[1]
    known: dict[str, Size] = {
        s.name: symbol(s.name, s.low, s.high, s.multiple) for s in symbols(size)
    }
    known |= {s.name: batch for s in symbols(BATCH)}
    return bounds(substituted(size, known))[1]


def too_large(evaluation: EvaluatedGraph, plan: Plan, available: int) -> list[Problem]:
    """A problem at the node that needs most when training needs more than ``available`` bytes."""
    nodes = evaluation.graph.nodes
    bills = {
        node: needed(result, plan, nodes[node].frozen)
        for node, result in evaluation.results.items()
    }
    total = sum(bills.values())
    if total <= available:
        return []
    worst = max(bills, key=lambda node: (bills[node], node))
    found = problem(
        TOO_LARGE_A_BATCH if plan.batch_size > 1 else TOO_LARGE,
        total=spelled(total),
        available=spelled(available),
        most=spelled(bills[worst]),
        name=nodes[worst].name,
    )
    return [replace(found, path=(worst,))]


def spelled(count: int) -> str:
    """Bytes as people say them: ``3.7 GB``."""
    for power, unit in enumerate(("bytes", "kB", "MB", "GB", "TB", "PB", "EB")):
        if count < 1000 ** (power + 1):
            size = count / 1000**power  # of what no float holds nobody needs to know more
            return f"{size:.0f} {unit}" if power == 0 or size >= 100 else f"{size:.1f} {unit}"
    return phrase("more than 1000 EB")
