"""The command that lists runs, and lays them side by side."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.cli import json_facts, printing
from engine.cli.commands.ending import PROBLEM, end
from engine.cli.commands.reading import Json, RunFolder, tell
from graphs.wording.phrases import phrase


def list_runs(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR|RUN]...", help="Where they lie, if not at home."),
    ] = None,
    compared: Annotated[
        bool, typer.Option("--compare", help="Tell in what these runs differ.")
    ] = False,
    search: Annotated[
        str, typer.Option(metavar="WORDS", help="Only those whose name, note or state holds them.")
    ] = "",
    starred: Annotated[bool, typer.Option("--starred", help="Only those with a star.")] = False,
    as_json: Json = False,
) -> None:
    """List runs, the newest first, or compare them."""
    from engine.runs import listing, sweep

    for folder in folders or ():
        if not os.path.isdir(folder):
            end(PROBLEM, phrase("There is no folder {folder}. Choose another.", folder=folder))
    if compared:
        _compare([one for folder in folders or (None,) for one in _runs_in(folder)], as_json)
        return
    for place in folders or (None,):
        sweep(place)
    lists = [listing(folder) for folder in folders or (None,)]
    tell(one.notice for one in lists if one.notice)
    every = (run for one in lists for run in one.runs)
    found = [run for run in every if run.speaks_of(search) and run.starred >= starred]
    if as_json:
        printing.as_json({"runs": [json_facts.of_run(one) for one in found]})
    else:
        printing.table(map(printing.run, found))


def describe(
    run: RunFolder,
    name: Annotated[str | None, typer.Option(help="What it is called from now on.")] = None,
    note: Annotated[str | None, typer.Option(help="What there is to say about it.")] = None,
    starred: Annotated[
        bool | None, typer.Option("--star/--no-star", help="Give it a star, or take it away.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Name a run, note something about it, or star it."""
    from engine import runs

    said = runs.describe(run, name=name, note=note, starred=starred)
    if as_json:
        printing.as_json({"run": str(run.absolute()), **msgspec.to_builtins(said)})
    else:
        printing.table([printing.run(runs.Run.open(run).summary())])


def _runs_in(folder: Path | None) -> list[Path]:
    """What is compared: a run that is named, even a broken one, or all that lie in a folder."""
    from engine.runs import ABOUT, listed

    if folder is not None and os.path.lexists(folder / ABOUT):
        return [folder.absolute()]
    return [Path(one.folder) for one in listed(folder)]


def _compare(folders: Sequence[Path], as_json: bool) -> None:
    from engine.runs.comparison import compare

    found = compare(list(dict.fromkeys(folders)))
    if as_json:
        printing.as_json(json_facts.of_comparison(found))
        return
    printing.table([str(n), *printing.run(one)] for n, one in enumerate(found.runs, 1))
    numbers = [str(n) for n in range(1, len(found.runs) + 1)]
    if found.differences:
        printing.line(phrase("\nThey differ in:"))
        rows = [[f"{one.part}: {one.name}", *one.values] for one in found.differences]
        printing.table([["", *numbers], *rows])
    else:
        printing.line(phrase("\nThey differ in no setting."))
    if found.test:
        printing.line(phrase("\nOn the test split:"))
        printing.table([["", *numbers], *map(printing.beside, found.test.items())])
