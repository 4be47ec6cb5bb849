"""One step by the gradients of several parts of a batch, which learns what the whole would."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils.parametrizations import _SpectralNorm

from engine.controls import Poll
from engine.data.batching.splits import Batch
from engine.measuring.denominators import Denominator, denominators
from engine.network.compiling import Network, StepResult, added_up
from engine.optimizing.optimization import Descent
from graphs.plan.plan import Plan


def descend_in_parts(
    network: Network, descent: Descent, batch: Batch, plan: Plan, number: int, poll: Poll | None
) -> StepResult:
    """One step by the gradients of all parts, each by its share of what a loss is a mean of."""
    places, done, stepped = network.losses, [], _stepped(network)
    whole = denominators(places, batch)
    try:
        for part in parts(batch, plan.batch_size):
            for held, before in stepped:
                held.copy_(before)
            ran = network.run(part, (), poll)
            own = zip(ran.losses, denominators(places, part), whole, strict=True)
            losses = [loss * _share(part_of, all_of) for loss, part_of, all_of in own]
            total = added_up(places, losses)
            descent.add(total)
            scores = tuple([one.detach() for one in ran.scores])
            done.append(StepResult(total.detach(), tuple([x.detach() for x in losses]), scores, {}))
        joined = _joined(done)
        descent.move(joined.total, number)
    finally:
        descent.forget()
    return joined


def _share(part: Denominator, whole: Denominator) -> Denominator:
    """How much of a mean a part is; nothing of a batch in which nothing counts."""
    if isinstance(whole, Tensor):
        return part / whole.clamp(min=torch.finfo(torch.float32).tiny)
    return part / whole


def _stepped(network: Network) -> list[tuple[Tensor, Tensor]]:
    """What comes nearer to its aim by each pass in training, beside what it is before the first.

    Each part goes on from there, so that one large batch is one pass, and all parts see one weight.
    """
    norms = (one for one in network.modules() if isinstance(one, _SpectralNorm) and one.training)
    return [(held, held.clone()) for norm in norms for held in norm.buffers(recurse=False)]


def parts(batch: Batch, size: int) -> list[Batch]:
    """A batch in parts of ``size`` samples.

    A last part of one sample joins the one before it: batch normalisation cannot learn from one.
    """
    count = len(next(iter(batch.values())))
    sizes = [size] * (count // size) + [count % size] * bool(count % size)
    if len(sizes) > 1 and sizes[-1] == 1:
        sizes[-2:] = [sizes[-2] + 1]
    split = {name: torch.split(tensor, sizes) for name, tensor in batch.items()}
    return [{name: pieces[n] for name, pieces in split.items()} for n in range(len(sizes))]


def _joined(done: Sequence[StepResult]) -> StepResult:
    """What the whole batch would have given."""
    totals = torch.stack([ran.total for ran in done])
    losses = [torch.stack(each).sum() for each in zip(*(ran.losses for ran in done), strict=True)]
    scores = [torch.cat(each) for each in zip(*(ran.scores for ran in done), strict=True)]
    return StepResult(totals.sum(), tuple(losses), tuple(scores), {})
