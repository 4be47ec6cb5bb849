"""The commands that use a trained run: evaluate, predict and generate."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli import json_facts, printing
from engine.cli.commands.ending import PROBLEM, end, refuse_to_replace
from engine.cli.commands.reading import Json, RunFolder, tell
from engine.errors import DataError
from graphs.wording.phrases import counted, phrase
from graphs.wording.visible import visible, with_shape

if TYPE_CHECKING:  # they import torch, which most commands need not wait for
    from engine.asking.answers import InputAnswer, InputAnswers
    from engine.asking.prediction import Prediction, Predictor

MOST_CLASSES = 50
"""With more, a table class by class is for scripts only."""


def evaluate(run: RunFolder, as_json: Json = False) -> None:
    """Measure a run's best weights on the test split."""
    from engine.runs import Run
    from engine.runs.trained import kept

    opened = Run.open(run)
    if opened.state == "diverged":
        told = phrase(
            "These are the weights from before the training broke off. {why}",
            why=opened.status.message,
        )
        tell([told])
    found = kept.evaluated_or_kept(run)
    at_end, held_out = isinstance(found, kept.Kept), "test" in opened.status.held_out
    if isinstance(found, kept.Kept):
        tell([found.words])
        found = found.evaluated
    if as_json:
        printing.as_json(
            {
                **json_facts.of_evaluated(found),
                "measured": "then" if at_end else "now",
                "split": "test" if held_out else "train",
            }
        )
        return
    if not held_out:
        printing.line(phrase("On the training samples, as the plan keeps none for the test:"))
    of = {name: phrase(" of {name}", name=visible(one)) for name, one in found.positive.items()}
    printing.table([name + of.get(name, ""), f"{n:.4f}"] for name, n in found.test.items())
    few = {name: one for name, one in found.per_class.items() if len(one) <= MOST_CLASSES}
    for output, by_class in few.items():
        printing.line(phrase("\n{output}, class by class:", output=output))
        printing.table(printing.counted(by_class))
    if found.confusion:
        classes = list(map(with_shape, found.classes))
        rows = zip(classes, found.confusion, strict=True)
        printing.line(phrase("\nRows are the right classes, columns what was said:"))
        printing.table([["", *classes], *([name, *map(str, row)] for name, row in rows)])
    for remark in found.remarks:
        printing.note(phrase("Note: {remark}", remark=remark))


def predict(
    run: RunFolder,
    given: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="Pictures, a folder of them, tables, texts, .npy files, or JSON.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="CSV", help="Write the answers beside the inputs."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Say what a run's best weights make of new inputs."""
    refuse_to_replace(output, force)
    from engine.asking.answers import InputAnswers
    from engine.asking.prediction import Predictor

    predictor = Predictor(run)
    answers = InputAnswers(predictor, given)
    if output is not None:
        _write_answers(predictor, answers, output, as_json)
        return
    several = len(given) > 1 or os.path.isdir(given[0]) or _names_pictures(predictor, given[0])
    _tell_answers(answers, as_json, names_files=several)


def _names_pictures(predictor: Predictor, given: str) -> bool:
    """Whether a table is given to a run that takes pictures, which it then names."""
    from engine.data.tables.files.content import holds_rows

    return predictor.takes_pictures and holds_rows(given)


def _write_answers(
    predictor: Predictor, answers: InputAnswers, output: Path, as_json: bool
) -> None:
    from engine.asking.answer_file import write

    count, problems = write(output, predictor, answers)
    tell(answers.notices)
    if as_json:
        printing.as_json({"file": str(output), "answers": count, "problems": problems})
    else:
        told = counted(
            count,
            "{count:,} answer in {output}",
            "{count:,} answers in {output}",
            output=visible(output),
        )
        printing.line(
            phrase("{told}, {problems:,} of them problems", told=told, problems=problems)
            if problems
            else told
        )
    if answers.refused:
        end(
            PROBLEM,
            phrase(
                "{refused}. The column “problem” of {output} says why.",
                refused=answers.refused,
                output=visible(output),
            ),
        )


def _tell_answers(answers: InputAnswers, as_json: bool, *, names_files: bool) -> None:
    """What is said of each, bit by bit; several inputs have their names, problems their reasons."""

    def told() -> Iterator[tuple[str, dict[str, Any]]]:
        for number, answer in enumerate(_not_a_problem_alone(answers)):
            about = _about(number, answer) | ({"file": answer.file} if names_files else {})
            asked = _asked(number, answer, names_files)
            if answer.problem:
                yield asked, {**about, "problem": answer.problem}
            for one in answer.predictions:
                yield asked, {**about, **_told(one)}

    if as_json:
        printing.as_json_bit_by_bit("predictions", (one for _, one in told()))
    else:
        printing.table_bit_by_bit(starmap(printing.prediction, told()))
    tell(answers.notices)
    if answers.refused:
        end(
            PROBLEM,
            phrase("{refused}. The reason stands in place of the answer.", refused=answers.refused),
        )


def _not_a_problem_alone(answers: InputAnswers) -> Iterator[InputAnswer]:
    """The answers; where there is a single one that is a problem, it ends the command.

    That of a line or a series says which it is, and is told in its place. Raises DataError.
    """
    left = iter(answers)
    first = next(left, None)
    if first is None:
        return
    second = next(left, None)
    if second is None and first.problem and first.line is None and not first.series:
        raise DataError(first.problem)
    yield first
    if second is not None:
        yield second
        yield from left


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
        raise typer.BadParameter(phrase("it must be a number"), param_hint="--temperature")
    from engine.asking.generation import Sampling, Writer
    from engine.runs.trained.trained_network import load

    writer = Writer(*load(run))
    begun = writer.read(prompt)
    tell(begun.notices)
    pieces = writer.write(begun, Sampling(length, temperature, top_k, seed))
    if as_json:
        tokens = list(pieces)
        printing.as_json({"prompt": prompt, "text": "".join(tokens), "tokens": tokens})
    else:
        printing.flowing([prompt], pieces)


def _asked(number: int, answer: InputAnswer, names_files: bool) -> str:
    """What an answer is for, as it is told to people."""
    if names_files:
        return ", ".join(one for one in (visible(answer.file), answer.place) if one)
    is_placed = answer.line is not None or answer.series
    number_of = [] if is_placed or answer.sample is not None else [str(number + 1)]
    return ", ".join([*number_of, *([answer.place] if answer.place else [])])


def _about(number: int, answer: InputAnswer) -> dict[str, Any]:
    """Which sample it is, and when it ends: what is known of it."""
    about = {
        "line": answer.line,
        "in_file": answer.sample,
        "series": dict(answer.series),
        "after": answer.after,
        "from": answer.first,
        "note": " ".join(answer.notes),
    }
    known = {name: one for name, one in about.items() if one not in (None, "", {})}
    return {"sample": number, **known}


def _told(one: Prediction) -> dict[str, Any]:
    said: dict[str, Any] = {"output": one.output}
    if one.labels is not None:
        return {**said, "labels": list(one.labels), "probabilities": one.probabilities}
    if one.steps is not None:
        return {**said, "steps": list(one.steps)}
    if one.sequence is not None:
        return {**said, "sequence": list(one.sequence)}
    if one.class_ is None:
        return {**said, "value": one.value}
    return {**said, "class": one.class_, "probabilities": one.probabilities}
