"""The procedure that a training plan has chosen, and what is wrong with that choice."""

from __future__ import annotations

from engine.errors import GraphProblems
from engine.procedures.spec import Procedure
from graphs.plan.plan import Plan
from graphs.problems import Problem, problem

UNKNOWN = "This version knows no way to train called “{procedure}”. Choose another in the plan."
WRONG_SETTING = "{procedure}: {name} {fault}. Change it in the training plan."


def problems(plan: Plan) -> list[Problem]:
    """Why the chosen procedure cannot be used: it is unknown, or set wrongly."""
    kind = Procedure.find(plan.procedure.id)
    if kind is None:
        return [problem(UNKNOWN, procedure=plan.procedure.id)]
    return [
        problem(WRONG_SETTING, procedure=kind.title, name=name, fault=fault)
        for name, fault in kind.faults(plan.procedure.settings).items()
    ]


def needs_loss(plan: Plan) -> bool:
    """Whether the drawn network needs a loss to be trained as the plan says."""
    kind = Procedure.find(plan.procedure.id)
    return kind is None or kind.needs_loss


def procedure_of(plan: Plan) -> Procedure:
    """The procedure itself. Raises GraphProblems when it is unknown, or set wrongly."""
    if found := problems(plan):
        raise GraphProblems(found)
    return Procedure.get(plan.procedure.id).made(plan.procedure.settings)
