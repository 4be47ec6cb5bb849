"""The command that writes models for other programs."""

from __future__ import annotations

import os
from itertools import filterfalse
from pathlib import Path
from typing import Annotated

import typer

from engine.cli import printing
from engine.cli.commands.ending import FAILED, PROBLEM, end, refuse_to_replace
from engine.cli.commands.reading import Json, refuse_problems, tell
from engine.errors import ExportError
from engine.export.onnx.trials import on_few_samples
from engine.machine import free_memory
from graphs import files
from graphs.wording.phrases import phrase


def export(
    source: Annotated[Path, typer.Argument(metavar="RUN|FILE", help="A run, or a .loom file.")],
    to: Annotated[str, typer.Option("--to", help="onnx, pt2, python or safetensors.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    as_json: Json = False,
) -> None:
    """Write a model for other programs, shown to compute the same."""
    from engine.export import Exporter, start, targets

    exporter = Exporter.find(to)
    if exporter is None:
        known = ", ".join(kind.id for kind in Exporter.members())
        raise typer.BadParameter(
            phrase("“{to}” is none of {known}", to=to, known=known), param_hint="--to"
        )
    if told := targets.misnamed(exporter, output):
        end(PROBLEM, told)
    refuse_to_replace(output, force)
    for place in filterfalse(os.path.isdir, exporter.files(output)):  # start tells of folders
        refuse_to_replace(place, force)
    _refuse_unfit(source)
    exporting = start(source, to, output, replace=force)
    try:
        done = exporting.wait()
    except ExportError as error:
        end(FAILED, str(error))
    finally:
        exporting.cancel()
    tell(done.notices)
    if as_json:
        printing.as_json(done.encoded())
        return
    for path in (done.path, *(one.path for one in done.beside)):
        printing.line(path)
    if done.epoch:
        printing.line(
            phrase(
                "The best weights of the run “{run}”, after epoch {epoch}.",
                run=done.run,
                epoch=done.epoch,
            )
        )
    elif done.run:
        printing.line(phrase("The weights of the last step of the run “{run}”.", run=done.run))
    if done.checked:
        batches = sorted({one.batch for one in done.checked})
        printing.line(
            phrase(
                "Agrees with torch to {max_abs_diff:.1e} in {count} trials, at the batch sizes "
                "{map}.",
                max_abs_diff=done.max_abs_diff,
                count=len(done.checked),
                map=", ".join(map(str, batches)),
            )
        )


def _refuse_unfit(source: Path) -> None:
    """Say here what is wrong with a run or a file, before another process begins to write it."""
    if os.path.isdir(source):
        from engine.asking import prediction

        prediction.check(source)
    elif os.path.exists(source):
        from engine.weights import weight_store

        opened = files.read(source)
        # The first weights are made before writing.
        few = on_few_samples(opened.document)
        refuse_problems(few, opened.notices, free_memory(), to_train=False)
        weight_store.check(opened.document, weight_store.folders(source))
