"""What of a plan the user has set himself, and what a proposal has taken from him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from graphs.describe import Chosen
from graphs.document.edits import ChangePlan, Step
from graphs.plan.optimizers import Optimizer
from graphs.plan.plan import Plan
from graphs.plan.schedules import Schedule
from graphs.wording.figures import figure
from graphs.wording.phrases import phrase


@dataclass(frozen=True, slots=True)
class PlanOrigins:
    """Who has changed settings of a plan last, by their names; others came with the document."""

    by_hand: frozenset[str] = frozenset()
    proposed: frozenset[str] = frozenset()


def plan_origins(plan: Plan, steps: Sequence[Step]) -> PlanOrigins:
    """What the steps of a history tell of a plan.

    A step that changes the plan alone was made in its form; one that draws a network as well is a
    proposal. By values they could not be told apart: a proposal for other data, or a template,
    differs from the usual plan just as a user's does. What a user has set back to what is usual
    counts as not set.
    """
    by_hand, proposed = set[str](), set[str]()
    for step in steps:
        for edit in step.edits:
            if isinstance(edit, ChangePlan):
                changed = _different(edit.old, edit.new)
                to, other = (by_hand, proposed) if len(step.edits) == 1 else (proposed, by_hand)
                to |= changed
                other -= changed
    return PlanOrigins(frozenset(by_hand & _different(plan, Plan())), frozenset(proposed))


def plan_told(before: Plan, after: Plan, origins: PlanOrigins) -> list[str]:
    """What is to be said when a proposal changes settings of which nobody knows who made them."""
    changed = _different(before, after) & _different(before, Plan()) - origins.proposed
    names = [one.name for one in fields(Plan) if one.name in changed]
    if not names:
        return []
    listed = "; ".join(
        phrase(
            "{setting}: {after} in place of {before}",
            setting=_title(name),
            after=_shown(getattr(after, name)),
            before=_shown(getattr(before, name)),
        )
        for name in names
    )
    return [phrase("The plan was fitted to the data, too. {listed}.", listed=listed)]


def _different(one: Plan, other: Plan) -> set[str]:
    return {f.name for f in fields(Plan) if getattr(one, f.name) != getattr(other, f.name)}


def _title(name: str) -> str:
    titles = {one.name: one.title for one in Plan.parameters()}
    titles |= {"optimizer": phrase("Optimizer"), "schedule": phrase("Schedule")}
    return titles.get(name, name)


def _shown(value: object) -> str:
    """A setting in words; of what has settings of its own, those that are not the usual ones."""
    if isinstance(value, Chosen):
        kind = Optimizer.find(value.id) or Schedule.find(value.id)
        if kind is None:
            return value.id
        usual = kind.defaults()
        own = [f"{k} {_shown(v)}" for k, v in value.settings.items() if v != usual.get(k)]
        return f"{kind.title} ({', '.join(own)})" if own else kind.title
    if value is None:
        return phrase("none")
    return figure(value) if isinstance(value, float) else str(value)
