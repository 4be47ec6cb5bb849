"""What stands between a document and its training: its data, starting weights, procedure, graph."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.data.choosing import chosen
from engine.errors import GraphProblems
from engine.procedures import chosen_procedure
from engine.weights import weight_store
from graphs.checking import structure
from graphs.checking.evaluation import Evaluation, evaluated
from graphs.document.document import Document
from graphs.problems import Problem, Severity


def problems(
    document: Document,
    evaluation: Evaluation | None = None,
    *,
    beside: Iterable[Path] | None = None,
    available: int | None = None,
) -> list[Problem]:
    """All that is wrong with a document, and all that deserves a look, without reading its data.

    ``beside`` are the folders where its starting weights may lie; None leaves them out. With
    ``available`` bytes of memory given, also whether training fits into them. ``evaluation`` is
    that of the document, where it is at hand.
    """
    known = evaluation if evaluation is not None else evaluated(document.main)
    return [
        *chosen.problems(document.data),
        *chosen_procedure.problems(document.plan),
        *(() if beside is None else weight_store.problems(document, beside)),
        *structure.problems(
            document, known, available, needs_loss=chosen_procedure.needs_loss(document.plan)
        ),
    ]


def errors(
    document: Document, *, available: int | None = None, to_train: bool = True
) -> list[Problem]:
    """What stops the training of a document, or where it is not ``to_train`` its export."""
    found = problems(document, available=available)
    if not to_train:
        return [one for one in found if structure.stops_export(one)]
    return [one for one in found if one.severity is Severity.ERROR]


def check(document: Document, *, available: int | None = None) -> None:
    """Raise GraphProblems when something stops the training of a document."""
    if found := errors(document, available=available):
        raise GraphProblems(found)
