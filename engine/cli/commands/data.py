"""The command that says what is understood of a file or folder, and begins a document with it."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli import printing
from engine.cli.commands.ending import PROBLEM, end, refuse_to_replace
from engine.cli.commands.reading import Json, tell
from graphs import files
from graphs.errors import NothingToLearn
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

if TYPE_CHECKING:  # they are slow to import, and only this command needs them
    from engine.data.sources.spec import Proposal
    from graphs.data.sources import Source
    from graphs.proposing import Draft


def choose(
    place: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help="A table, arrays, texts or pictures.")
    ],
    target: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="NAME", help="What is to be predicted; may be repeated."),
    ] = None,
    written: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="How it is read; of one column as in notations.price.decimal=. too.",
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="How it is read, if not by what it looks like.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The .loom file to write.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Tell what is understood of data, and write a document with a network proposed for it."""
    refuse_to_replace(output, force)
    from engine.cli.commands.data_settings import settings_of
    from engine.data.choosing import understood
    from graphs.proposing import drafted

    kind = _source(place, source)
    found = _proposed(kind, settings_of(kind, str(place), target or (), written or ()))
    draft, without = None, ""
    try:
        draft = drafted(found.section, len(found.samples))
    except NothingToLearn as error:
        without = str(error)
    if draft is not None and output is not None:
        tell(files.write(draft.document, output))
    if as_json:
        printing.as_json(_facts(understood.facts(found), draft, without, output))
    else:
        printing.line(
            phrase("{title}, {count:,} samples", title=kind.title, count=len(found.samples))
        )
        printing.table(understood.rows(found.section, found.samples.told))
        for name, value in understood.settings(found.section):
            printing.line(phrase("Setting {name}: {value}", name=name, value=value))
        in_rows = set(found.samples.lines_of_columns())
        for sentence in found.samples.remarks:
            if sentence not in in_rows:
                printing.line(sentence)
        _say(draft, output)
    if without:
        end(PROBLEM if output is not None else 0, without)


def _proposed(kind: type[Source], settings: dict[str, Any]) -> Proposal:
    """What the source proposes. Where a column is open, it ends with the ways to read it."""
    from engine.data.sources import reader_of
    from engine.data.tables.undecided import Undecided

    try:
        return reader_of(kind.made(settings)).propose()
    except Undecided as undecided:
        printing.note(visible(str(undecided)))
        for name, judgement in undecided.judgements.items():
            for way in judgement.ways:
                notation = json.dumps({name: way.notation.plain()}, ensure_ascii=False)
                setting = shlex.quote(f"notations={notation}")
                printing.note(
                    visible(
                        phrase("For {told}, add --set {setting}", told=way.told, setting=setting)
                    )
                )
        raise typer.Exit(PROBLEM) from None


def _source(place: Path, named: str | None) -> type[Source]:
    """The source that reads ``place``: the one that is named, or the likeliest."""
    from engine.data.choosing.likely_source import likely_source
    from engine.data.pictures.named import may_name_pictures
    from graphs.data.sources import Source

    readers = [kind for kind in Source.members() if "path" in kind.defaults()]
    known = ", ".join(kind.id for kind in readers)
    if not os.path.lexists(place):
        end(PROBLEM, phrase("There is nothing at {place}. Choose a file or a folder.", place=place))
    if named is not None:
        found = next((kind for kind in readers if kind.id == named), None)
        if found is None:
            raise typer.BadParameter(
                phrase("“{named}” is none of {known}", named=named, known=known),
                param_hint="--source",
            )
        return found
    likely = likely_source(place)
    if likely is None:
        end(
            PROBLEM,
            phrase(
                "{place} does not look like data that can be read: a table, arrays, a text, or "
                "a folder of pictures or texts. Choose another, or say by --source how it is "
                "read: {known}.",
                place=place,
                known=known,
            ),
        )
    if likely == "table" and may_name_pictures(place):
        printing.note(
            phrase(
                "Most rows of {name} name a picture that lies there. To learn from the "
                "pictures, add --source picture_table.",
                name=visible(place.name),
            )
        )
    return Source.get(likely)


def _facts(
    told: dict[str, Any], draft: Draft | None, without: str, output: Path | None
) -> dict[str, Any]:
    from graphs.checking.evaluation import evaluated

    notices = [*told["notices"], *(draft.notices if draft is not None else (without,))]
    parameters = None if draft is None else evaluated(draft.document.main).parameters
    written = str(output) if draft is not None and output is not None else None
    return {**told, "notices": notices, "parameters": parameters, "path": written}


def _say(draft: Draft | None, output: Path | None) -> None:
    """What is proposed, and where it lies."""
    from graphs.checking.evaluation import evaluated

    if draft is None:
        return
    for sentence in draft.notices:
        printing.line(sentence)
    nodes, found = len(draft.document.main.nodes), evaluated(draft.document.main)
    printing.line(
        phrase(
            "Proposed: a network of {nodes} nodes with {parameters:,} parameters",
            nodes=nodes,
            parameters=found.parameters,
        )
    )
    if output is not None:
        printing.line(str(output))
