"""What the command line tells as JSON about what there is: plain values, without torch.

The names in here are a contract with scripts: extend, don't rename.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING
from typing import TYPE_CHECKING, Any

import msgspec

from engine import readiness
from engine.data.choosing import at_hand
from engine.runs.run_index import Summary
from graphs.checking.costs import counted_at, number
from graphs.checking.evaluation import Evaluation, evaluated
from graphs.describe import Parameter
from graphs.document.document import Document
from graphs.document.edits import NodeId, Path
from graphs.files import REPLANNED, OpenedDocument
from graphs.layers import Layer
from graphs.mending import fixes
from graphs.problems import Problem, Severity, problem
from graphs.setting_kinds import setting_kind
from graphs.sizes import BATCH, Size
from graphs.templates import templates
from graphs.types import TensorType

if TYPE_CHECKING:  # it imports torch
    from engine.measuring.measures import EvaluationResult
    from engine.runs.comparison import Comparison

MOST_FIXES = 100
"""So many fixes are tried: those of the first problems, which are to be mended first."""


def of_templates() -> dict[str, Any]:
    """Every template, with the number of weights it trains."""
    return {
        "templates": [
            {
                "id": one.id,
                "title": one.title,
                "task": one.task,
                "level": one.level,
                "parameters": one.published or evaluated(one.document().main).parameters,
                "summary": one.summary,
            }
            for one in templates()
        ]
    }


def of_layers() -> dict[str, Any]:
    """Every kind of layer, with its settings."""
    return {
        "layers": [
            {
                "id": kind.id,
                "title": kind.title,
                "group": kind.group,
                "summary": kind.summary(),
                "help": kind.explanation().body,
                "pages": list(kind.explanation().pages),
                "search": kind.search,
                "settings": [_setting(parameter) for parameter in kind.parameters()],
            }
            for kind in Layer.members()
        ]
    }


def of_document(document: Document, available: int | None = None) -> dict[str, Any]:
    """Problems, shapes and costs. With ``available`` bytes given, also whether training fits."""
    evaluation = evaluated(document.main)
    found = readiness.problems(document, evaluation, available=available)
    graph = document.main
    order = [*evaluation.order, *sorted(graph.nodes.keys() - {*evaluation.order})]
    return {
        "problems": _problems(document, found),
        "nodes": [_node(document, evaluation, node) for node in order],
        "parameters": evaluation.parameters,
        "trained": evaluation.trained,
        **_cost(evaluation.flops),
    }


def of_another_plan(opened: OpenedDocument) -> list[dict[str, Any]]:
    """As ``problems`` are, that the file asks for a training which had to be changed to open it."""
    if not opened.replanned:
        return []
    found = problem(REPLANNED, changes=" ".join(opened.replanned))
    return _problems(opened.document, [found])


def of_data_at_hand(document: Document) -> list[dict[str, Any]]:
    """Warnings, as ``problems`` are, where the files of its data lack what it knows of them."""
    said = at_hand.differences(document.data)
    found = [problem("{said}", said=one, severity=Severity.WARNING) for one in said]
    return _problems(document, found)


def of_run(run: Summary) -> dict[str, Any]:
    """One run in the list of runs; ``best`` are the best epoch and its validation metrics."""
    return {
        "run": run.folder,
        "document": run.document,
        "started": run.started,
        "state": run.state,
        "epochs": run.epochs,
        "best": dict(run.best),
        "name": run.title,
        "note": run.note,
        "starred": run.starred,
        "cause": run.cause,
    }


def of_evaluated(found: EvaluationResult) -> dict[str, Any]:
    """What a run's test came to; ``per_class`` by output, or by label where several can hold."""
    return {
        "test": dict(found.test),
        "confusion": [list(row) for row in found.confusion],
        "classes": list(found.classes),
        "remarks": list(found.remarks),
        "positive": dict(found.positive),
        "per_class": [
            {
                "output": output,
                "class": one.name,
                "precision": one.precision,
                "recall": one.recall,
                "f1": one.f1,
                "support": one.support,
            }
            for output, counted in found.per_class.items()
            for one in counted
        ],
    }


def of_comparison(found: Comparison) -> dict[str, Any]:
    """Runs side by side; every list has one entry for each run."""
    return {
        "runs": [of_run(run) for run in found.runs],
        "differences": [msgspec.to_builtins(one) for one in found.differences],
        "test": {name: list(values) for name, values in found.test.items()},
    }


def can_be_trained(facts: Mapping[str, Any]) -> bool:
    """Whether what ``of_document`` told holds no error."""
    return all(one["severity"] != Severity.ERROR for one in facts["problems"])


def _setting(parameter: Parameter) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": parameter.name,
        "kind": setting_kind(parameter.kind).name,
        "default": None if parameter.default is MISSING else msgspec.to_builtins(parameter.default),
        "help": parameter.help,
    }
    if parameter.choices:
        told["choices"] = list(parameter.choices)
    return told


def _problems(document: Document, found: Iterable[Problem]) -> list[dict[str, Any]]:
    trial, told, left = fixes.Trial(document), [], MOST_FIXES
    for one in found:
        fix = None
        if one.recipe is not None and left > 0:
            left -= 1
            fix = fixes.label(one) if trial.step(one) is not None else None
        told.append(_problem(document, one, fix))
    return told


def _problem(document: Document, found: Problem, fix: str | None) -> dict[str, Any]:
    return {
        "severity": found.severity.value,
        "node": found.node,
        "path": found.path,
        "name": document.name_at(_place(found)) if found.path else None,
        "port": found.port,
        "message": found.message,
        "fix": fix,
    }


def _place(found: Problem) -> Path:
    return tuple(one if isinstance(one, int) else NodeId(one) for one in found.place)


def _node(document: Document, evaluation: Evaluation, id: NodeId) -> dict[str, Any]:
    node, result = document.main.nodes[id], evaluation[id]
    return {
        "id": id,
        "name": node.name,
        "layer": node.layer,
        "outputs": [_sizes(tensor) for tensor in result.outputs.values()],
        "parameters": result.parameters,
        "frozen": node.frozen,
        "rate": node.rate,
        **_cost(result.flops),
    }


def _sizes(tensor: TensorType) -> list[int | str]:
    """Without the batch where it comes first; a size known only by name as its text."""
    sizes = tensor.features if tensor.sizes[:1] == (BATCH,) else tensor.sizes
    return [size if isinstance(size, int) else str(size) for size in sizes]


def _cost(flops: Size) -> dict[str, Any]:
    """Multiply-adds per sample as a number, and at which members of its symbols."""
    told: dict[str, Any] = {"flops": number(flops)}
    return {**told, "at": at} if (at := counted_at(flops)) else told
