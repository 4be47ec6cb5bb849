"""The command that trains."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.commands.ending import FAILED, PROBLEM, end
from engine.cli.commands.reading import Json, refuse_problems, tell
from graphs import files
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.plan.plan import Plan
from graphs.wording.phrases import phrase


def train(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A .loom file.")] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", metavar="DIR", help="Go on with the run in DIR.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the samples.")] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda, cuda:1 or mps.")] = None,
    precision: Annotated[str | None, typer.Option(help="fp32, bf16-mixed or fp16-mixed.")] = None,
    folds: Annotated[
        int | None, typer.Option(help="Cross-validation: so many runs, each with its own test.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="For split, first weights, order.")] = None,
    threads: Annotated[int | None, typer.Option(help="CPU threads.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="The run's folder.")] = None,
    as_json: Json = False,
) -> None:
    """Train a document, or go on with a run: one that was stopped, or with more epochs."""
    from engine import runs
    from engine.training import folding
    from engine.weights.weight_store import folders

    asked = {
        "epochs": epochs,
        "device": device,
        "precision": "fp32" if precision == "32" else precision,
        "folds": folds,
        "seed": seed,
        "threads": threads,
    }
    wishes: dict[str, Any] = {name: wish for name, wish in asked.items() if wish is not None}
    if folds is not None:
        wishes["fold"] = None  # all of them, whichever one the file asks for
    if resume is not None:
        if file is not None or out is not None or set(wishes) - {"epochs"}:
            raise typer.BadParameter(
                phrase(
                    "--resume takes everything from the run but --epochs, if there are to be more"
                )
            )
        if epochs is not None:
            runs.extend(resume, epochs)
        _train(resume, as_json)
        return
    if file is None:
        raise typer.BadParameter(phrase("name a FILE, or go on with a run by --resume DIR"))
    document = _document(file, wishes)
    create = folding.create if folding.wanted(document) else runs.create
    _train(create(document, out, name=file.stem, beside=folders(file)), as_json)


def _document(file: Path, wishes: dict[str, Any]) -> Document:
    """The document in a file with the plan as it is wished for, fit to be trained."""
    opened = files.read(file)
    tell(opened.notices)
    if opened.replanned:
        end(
            PROBLEM,
            phrase(
                "{file} asks for a training that this version cannot make. Correct it, or open "
                "and save it in the window to accept the changes.",
                file=file,
            ),
        )
    document = opened.document
    plan = _planned(document.plan, wishes)
    document.apply(Step(phrase("Change the plan"), (ChangePlan(document.plan, plan),)))
    refuse_problems(document)
    return document


def _planned(plan: Plan, wishes: dict[str, Any]) -> Plan:
    for name, fault in Plan.faults({**plan.settings, **wishes}).items():
        if name in wishes:
            raise typer.BadParameter(phrase("it {fault}", fault=fault), param_hint=f"--{name}")
    return replace(plan, **wishes)


def _train(folder: Path, as_json: bool) -> None:
    from engine.cli.progress import trained

    fault = trained(folder, as_json)
    if fault is not None:
        end(FAILED, fault)
