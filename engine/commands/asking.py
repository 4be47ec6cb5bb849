"""Commands that ask a trained run: how good it is, and what it makes of something new."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine import facts, printing
from engine.commands.reading import Json, RunFolder, tell

if TYPE_CHECKING:  # it imports torch, which most commands need not wait for
    from engine.prediction import Prediction

MOST_CLASSES = 50
"""With more, a table class by class is for scripts only."""


def evaluate(run: RunFolder, as_json: Json = False) -> None:
    """Measure a run's best weights on the test split."""
    from engine import evaluation

    found = evaluation.evaluate(run)
    if as_json:
        printing.as_json(facts.of_evaluated(found))
        return
    printing.table([name, f"{number:.4f}"] for name, number in found.test.items())
    few = {name: one for name, one in found.per_class.items() if len(one) <= MOST_CLASSES}
    for output, counted in few.items():
        printing.line(f"\n{output}, class by class:")
        printing.table(printing.counted(counted))
    if found.confusion:
        rows = zip(found.classes, found.confusion, strict=True)
        printing.line("\nRows are the right classes, columns what was said:")
        printing.table([["", *found.classes], *([name, *map(str, row)] for name, row in rows)])
    for remark in found.remarks:
        printing.note(f"Note: {remark}")


def predict(
    run: RunFolder,
    given: Annotated[
        str,
        typer.Argument(metavar="INPUT", help="A picture, a table, a text, a .npy file, or JSON."),
    ],
    as_json: Json = False,
) -> None:
    """Say what a run's best weights make of new inputs."""
    from engine.prediction import Predictor

    found = Predictor(run).predict(given)
    tell(found.notices)
    rows = [_told(number, one) for number, row in enumerate(found.samples) for one in row]
    if as_json:
        printing.as_json({"predictions": rows})
    else:
        printing.table(map(printing.prediction, rows))


def generate(
    run: RunFolder,
    prompt: Annotated[str, typer.Argument(metavar="PROMPT", help="Where the text begins.")],
    length: Annotated[
        int, typer.Option(min=1, max=10**9, help="How many tokens are written.")
    ] = 200,
    temperature: Annotated[
        float, typer.Option(min=0, max=100, help="0 takes the likeliest; 1 is as the model says.")
    ] = 1.0,
    top_k: Annotated[
        int | None,
        typer.Option(min=1, max=2**31 - 1, help="Draw from so many likeliest tokens only."),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="The same seed writes the same text.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Go on with a text by a run that predicts the next token."""
    if math.isnan(temperature):
        raise typer.BadParameter("it must be a number", param_hint="--temperature")
    from engine.generation import Sampling, Writer
    from engine.prediction import load

    writer = Writer(*load(run))
    begun = writer.read(prompt)
    tell(begun.notices)
    pieces = writer.write(begun, Sampling(length, temperature, top_k, seed))
    if as_json:
        tokens = list(pieces)
        printing.as_json({"prompt": prompt, "text": "".join(tokens), "tokens": tokens})
    else:
        printing.flowing([prompt], pieces)


def _told(sample: int, one: Prediction) -> dict[str, Any]:
    said: dict[str, Any] = {"sample": sample, "output": one.output}
    if one.labels is not None:
        return {**said, "labels": list(one.labels), "probabilities": one.probabilities}
    if one.steps is not None:
        return {**said, "steps": list(one.steps)}
    if one.class_ is None:
        return {**said, "value": one.value}
    return {**said, "class": one.class_, "probabilities": one.probabilities}
