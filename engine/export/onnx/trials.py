"""At which sizes a network is traced, and at which other ones the file is tried."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from itertools import product

from engine.export.exported import Checked
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.sizes import BATCH, Symbol, symbols
from graphs.types import TensorType

BATCHES = (1, 2, 7)
"""The batch sizes that are tried."""
TRACED_BATCH = 3
REACH = 512
"""No size known only by name is tried beyond this member, however far its domain goes."""
BUDGET = 2_000_000_000
"""Multiply-adds per sample beyond which smaller members stand for the high end; about a second."""

Cost = Callable[[Mapping[str, int]], int]
"""Multiply-adds per sample at given sizes."""


def named_sizes(inputs: Iterable[TensorType]) -> tuple[Symbol, ...]:
    """The symbols of the inputs in name order, without the batch."""
    found = {s for tensor in inputs for size in tensor.sizes for s in symbols(size)}
    return tuple(sorted(found - symbols(BATCH), key=lambda s: s.name))


def traced(named: tuple[Symbol, ...], taken: Collection[int] = ()) -> Checked:
    """Where to trace: inside each domain, never 1, and all different from each other and ``taken``.

    A size that equals another by chance could be taken for it. One member alone leaves no choice.
    """
    sizes: dict[str, int] = {}
    for one in named:
        members = _near(one, 64)
        middle_first = sorted(members, key=lambda m: abs(m - members[len(members) // 3]))
        used = {*taken, *sizes.values(), 1, TRACED_BATCH, *BATCHES}
        spare = [m for m in middle_first if m not in used] or [m for m in middle_first if m > 1]
        sizes[one.name] = (spare or middle_first)[0]
    return Checked(TRACED_BATCH, sizes)


def is_fixed(one: Symbol) -> bool:
    """Whether a symbol has one member only, so that it is a number after all."""
    return len(one.members()) == 1


def tried(named: tuple[Symbol, ...], at: Checked, cost: Cost) -> tuple[Checked, ...]:
    """Each batch at low, middle and high members, also crossed so that no two sizes go in step."""
    reach = REACH
    while reach > 1 and cost({s.name: _near(s, reach)[-1] for s in named}) > BUDGET:
        reach //= 2
    chosen = [_low_middle_high(s, reach, at.sizes[s.name]) for s in named]
    rows = [[line[k % len(line)] for line in chosen] for k in range(3)] if named else [[]]
    if len(named) > 1:
        rows += [[line[(k + j) % len(line)] for j, line in enumerate(chosen)] for k in range(3)]
    names = [s.name for s in named]
    sizes = list(dict.fromkeys(tuple(row) for row in rows))
    return tuple(
        Checked(batch, dict(zip(names, row, strict=True))) for row, batch in product(sizes, BATCHES)
    )


def _near(one: Symbol, reach: int) -> range:
    """The members up to ``reach``, and the first one in any case."""
    members = one.members()
    count = len(range(members.start, min(one.high, reach) + 1, one.multiple))
    return members[: max(count, 1)]


def _low_middle_high(one: Symbol, reach: int, traced_at: int) -> tuple[int, ...]:
    members = [m for m in _near(one, reach) if m != traced_at]
    if not members:  # the reach ends at the traced member: the next one, or a number after all
        members = [m for m in one.members()[:2] if m != traced_at] or [traced_at]
    return tuple(dict.fromkeys((members[0], members[len(members) // 2], members[-1])))


def on_few_samples(document: Document) -> Document:
    """The same with batches as they are tried: those of training need far more memory."""
    few, plan = document.copy(), document.plan
    batch_size = min(plan.batch_size, max(BATCHES))
    few.apply(Step("", (ChangePlan(plan, replace(plan, batch_size=batch_size)),)))
    return few
