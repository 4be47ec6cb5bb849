"""How the command line writes: plain lines for people, one line of JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from engine.errors import EngineError
from engine.runs.run_index import Summary
from graphs.problems import Severity
from graphs.wording.figures import figure
from graphs.wording.phrases import phrase
from graphs.wording.visible import spelled, visible, visible_lines, with_shape

if TYPE_CHECKING:  # it imports torch
    from engine.measuring.per_loss import Counted

ROWS = 1000
"""Rows of a long table that are aligned at a time."""
NOTE = 40
"""Letters of a note in a list."""
CAUSE = 120
"""Letters of why a run ended early, in the place of a note."""
MANY_DIGITS = 1e6
"""Figures beyond it are told by their first four digits."""


def line(text: str) -> None:
    """One line on standard output, there at once; empty ones may come before it."""
    told = text.lstrip("\n")
    typer.echo("\n" * (len(text) - len(told)) + visible(told))


def flowing(*parts: Iterable[str]) -> None:
    """Pieces of one text on standard output, each as soon as it is there."""
    for piece in chain(*parts):
        typer.echo(visible_lines(piece), nl=False)
    line("")


def note(text: str) -> None:
    """One line on standard error, which scripts do not read."""
    typer.echo(visible(text), err=True)


def as_json(value: Any) -> None:
    """One line of JSON in plain ASCII; numbers that are not finite become null.

    Names on the disk that are no text are spelled, as not every reader takes halves of characters.
    """
    typer.echo(_in_ascii(value))


def as_json_bit_by_bit(name: str, values: Iterable[Any]) -> None:
    """The same for an object with one list, of which nothing but the next value is in memory.

    What goes wrong on the way ends the list, and is its ``problem``, before it is raised.
    """
    begun = False
    try:
        for value in values:
            typer.echo(f"{', ' if begun else _opening(name)}{_in_ascii(value)}", nl=False)
            begun = True
    except EngineError as error:
        if begun:
            typer.echo(f'], "problem": {_in_ascii(str(error))}}}')
        raise
    typer.echo("]}" if begun else f"{_opening(name)}]}}")


def _opening(name: str) -> str:
    return f"{{{json.dumps(name)}: ["


def _in_ascii(value: Any) -> str:
    try:
        data = msgspec.json.encode(value)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_spelled(msgspec.to_builtins(value)))
    return json.dumps(json.loads(data))


def _spelled(value: Any) -> Any:
    match value:
        case str():
            return spelled(value)
        case Mapping():
            return {_spelled(key): _spelled(one) for key, one in value.items()}
        case list() | tuple():
            return [_spelled(one) for one in value]
        case _:
            return value


def table(rows: Iterable[Sequence[str]]) -> None:
    """Rows in columns, each as wide as its longest cell; numbers to the right."""
    _aligned([list(map(visible, row)) for row in rows], [])


def table_bit_by_bit(rows: Iterable[Sequence[str]]) -> None:
    """The same for so many rows that columns are as wide as their longest cell so far."""
    left, widths = iter(rows), list[int]()
    while cells := [list(map(visible, row)) for row in islice(left, ROWS)]:
        widths = _aligned(cells, widths)


def _aligned(cells: list[list[str]], widths: list[int]) -> list[int]:
    """Print rows in columns of at least these widths, and say how wide they became."""
    longest = [max(map(len, column)) for column in zip(*cells, strict=True)]
    widths = [max(pair) for pair in zip(longest, widths or longest, strict=True)]
    for row in cells:
        padded = (_padded(cell, width) for cell, width in zip(row, widths, strict=True))
        line("  ".join(padded).rstrip())
    return widths


def metrics(found: Mapping[str, float]) -> str:
    """``loss 0.1234, accuracy 0.9876``."""
    return ", ".join(f"{name} {_figure(number)}" for name, number in found.items())


def _figure(number: float) -> str:
    return f"{number:.4f}" if abs(number) < MANY_DIGITS else figure(number)


def measured(found: Mapping[str, float], held_out: Sequence[str]) -> str:
    """What was measured after an epoch, and on what: ``validation loss 0.1234``.

    Without a validation split of its own it is ``loss 0.1234 on the training samples``.
    """
    if "valid" in held_out:
        return phrase("validation {metrics}", metrics=metrics(found))
    return phrase("{metrics} on the training samples", metrics=metrics(found))


def best(found: Mapping[str, float], held_out: Sequence[str]) -> str:
    """``epoch 3: validation loss 0.1234``; nothing before the first epoch has ended."""
    if "epoch" not in found:
        return ""
    rest = {name: number for name, number in found.items() if name != "epoch"}
    return phrase(
        "epoch {epoch:.0f}: {measured}", epoch=found["epoch"], measured=measured(rest, held_out)
    )


def run(told: Summary) -> list[str]:
    """The row of one run in a list."""
    star = "★ " if told.starred else ""
    epochs = phrase("{epochs} epochs", epochs=told.epochs)
    note = " ".join(told.note.split())
    if not note:
        note, most = " ".join(told.cause.split()), CAUSE
    else:
        most = NOTE
    short = note if len(note) <= most else f"{note[: most - 1]}…"
    named = f"{star}{told.title}"
    return [
        told.started,
        named,
        told.state,
        epochs,
        best(told.best, told.held_out),
        short,
        told.folder,
    ]


def beside(metric: tuple[str, Sequence[float | None]]) -> list[str]:
    """The row of one metric of several runs."""
    name, values = metric
    return [name, *("" if value is None else f"{value:.4f}" for value in values)]


def flops(told: Mapping[str, Any]) -> str:
    """Multiply-adds, and at which sizes when they depend on some."""
    at = ", ".join(f"{name} = {size}" for name, size in told.get("at", {}).items())
    cost = phrase("{told:,} multiply-adds", told=told["flops"])
    return phrase("{cost} at {sizes}", cost=cost, sizes=at) if at else cost


def node(told: Mapping[str, Any]) -> list[str]:
    """The row of one node: name, layer, what comes out, parameters, how it learns."""
    shapes = (" × ".join(map(str, sizes)) or phrase("1 value") for sizes in told["outputs"])
    count = f"{told['parameters']:,}" if told["parameters"] else ""
    learns = "" if told["rate"] == 1 else phrase("rate × {rate:g}", rate=told["rate"])
    note = phrase("frozen") if told["frozen"] else learns
    return [told["name"], told["layer"], "; ".join(shapes), count, note if count else ""]


def parameters(told: Mapping[str, Any]) -> str:
    """``1,234 parameters``, and how many of them are trained when some are frozen."""
    count, trained = told["parameters"], told["trained"]
    if trained == count:
        return phrase("{count:,} parameters", count=count)
    return phrase("{count:,} parameters ({trained:,} trained)", count=count, trained=trained)


def problem(told: Mapping[str, Any]) -> str:
    """One problem: where, what, and the way out that the window offers as a button."""
    where = f"{told['name']}: " if told["name"] else ""
    way_out = phrase(" Fix: {fix}.", fix=told["fix"]) if told["fix"] else ""
    return f"{Severity(told['severity']).value}: {where}{told['message']}{way_out}"


def prediction(asked: str, told: Mapping[str, Any]) -> list[str]:
    """The row of one prediction: what it is for, the output, what it says, how surely.

    What cannot be predicted has its reason there.
    """
    if "problem" in told:
        return [asked, "", told["problem"], ""]
    sure = ""
    if "labels" in told:
        said = ", ".join(map(with_shape, told["labels"])) or phrase("no label")
    elif "steps" in told:
        said = " ".join(map(with_shape, told["steps"]))
    elif "sequence" in told:
        said = " ".join(map(with_shape, told["sequence"])) or phrase("nothing")
    elif "class" in told:
        said = with_shape(told["class"])
        if told["probabilities"] is not None:
            sure = f"{told['probabilities'][told['class']]:.1%}"
    else:
        said = _number(told["value"])
    return [asked, told["output"], said, sure]


def _of_class(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def counted(classes: Sequence[Counted]) -> list[list[str]]:
    """A table with a row per class: how well it is told from the others."""
    rows = [
        [
            with_shape(one.name),
            *map(_of_class, (one.precision, one.recall, one.f1)),
            str(one.support),
        ]
        for one in classes
    ]
    return [["", "precision", "recall", "F1", "samples"], *rows]


def _number(value: float | Sequence[float]) -> str:
    return figure(value, 6) if isinstance(value, int | float) else ", ".join(map(_number, value))


def _padded(cell: str, width: int) -> str:
    is_number = cell[:1].isdigit() and cell.replace(",", "").replace(".", "").isdigit()
    return cell.rjust(width) if is_number else cell.ljust(width)
