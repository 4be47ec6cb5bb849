"""The commands on documents: templates, layers, new, check and weights."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from engine.cli import json_facts, printing
from engine.cli.commands.ending import PROBLEM, end, refuse_to_replace
from engine.cli.commands.reading import Json, tell
from engine.machine import free_memory
from graphs import files
from graphs.document.edits import ChangeWeights, Step
from graphs.templates import find, templates
from graphs.wording.phrases import phrase


def list_templates(as_json: Json = False) -> None:
    """List what a document can be started from."""
    told = json_facts.of_templates()
    if as_json:
        printing.as_json(told)
        return
    printing.table(
        [one["id"], one["task"], f"{one['parameters']:,}", one["title"]]
        for one in told["templates"]
    )


def list_layers(as_json: Json = False) -> None:
    """List the layers and losses that can be drawn."""
    told = json_facts.of_layers()
    if as_json:
        printing.as_json(told)
        return
    printing.table([one["id"], one["group"], one["summary"]] for one in told["layers"])


def write_template(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="The id of a template.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a template as a .loom file."""
    found = find(template)
    if found is None:
        known = ", ".join(one.id for one in templates())
        end(
            PROBLEM,
            phrase(
                "There is no template “{template}”. Choose one of: {known}.",
                template=template,
                known=known,
            ),
        )
    refuse_to_replace(output, force)
    files.write(found.document(), output)


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .loom file.")],
    as_json: Json = False,
) -> None:
    """Say what is wrong with a document, and its shapes, parameters and multiply-adds.

    Of its data only the names and sizes at the beginning of a file are looked at.
    """
    opened = files.read(file)
    tell(note for note in opened.notices if note not in opened.replanned)
    document = opened.document
    told = json_facts.of_document(document, free_memory())
    told["problems"] += json_facts.of_another_plan(opened) + json_facts.of_data_at_hand(document)
    if document.weights is not None:
        from engine.cli import weights_facts

        told |= weights_facts.of_document(document, file, told["problems"])
    if as_json:
        printing.as_json(told)
    else:
        printing.table(printing.node(one) for one in told["nodes"])
        printing.line(
            phrase(
                "{parameters}, {flops} per sample",
                parameters=printing.parameters(told),
                flops=printing.flops(told),
            )
        )
        for sentence in told.get("weights", {}).get("sentences", ()):
            printing.line(sentence)
        for one in told["problems"]:
            printing.line(printing.problem(one))
    if not json_facts.can_be_trained(told):
        end(PROBLEM, phrase("{file} cannot be trained. Mend its errors first.", file=file))


def start_from(
    source: Annotated[
        Path, typer.Argument(metavar="RUN|WEIGHTS", help="A run, or a .safetensors file.")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .loom file.")],
    as_json: Json = False,
) -> None:
    """Let a document start from the weights of a run or of a file, where they fit.

    With "none" in place of RUN|WEIGHTS it starts from fresh weights again.
    """
    from engine.cli import weights_facts
    from engine.runs.trained.trained_weights import kept_for_documents
    from engine.weights import initial_weights
    from engine.weights.weight_store import folders

    opened = files.read(file)
    if opened.notices:
        tell(opened.notices)
        end(
            PROBLEM,
            phrase("{file} was changed while it was read. Save it in the window first.", file=file),
        )
    document, sha = opened.document, None
    if str(source) != "none":
        is_run = os.path.isdir(source)
        sha = kept_for_documents(source) if is_run else initial_weights.of_file(source)
    document.apply(Step(phrase("Start from weights"), (ChangeWeights(document.weights, sha),)))
    told = weights_facts.of_document(document, file, []) if sha is not None else {}
    tell(files.write(document, file, folders(file)))
    if as_json:
        printing.as_json({"weights": None, **told})
        return
    for sentence in told.get("weights", {}).get("sentences", ()):
        printing.line(sentence)
