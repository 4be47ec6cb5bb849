"""The command line without a window. What a command needs is imported when it runs: torch is slow.

Exit codes: 0 done, 1 the user's input has a problem, 2 wrong usage, 3 the work itself failed.
"""

from __future__ import annotations

import logging
import math
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec

import psutil
import typer

from engine import facts, printing
from engine.errors import EngineError, ExportError, GraphProblems
from graphs import files, structure
from graphs.document import Document
from graphs.edits import ChangePlan, ChangeWeights, Step
from graphs.errors import GraphError
from graphs.evaluation import evaluated
from graphs.plan import Plan
from graphs.templates import find, templates

if TYPE_CHECKING:  # it imports torch, which most commands need not wait for
    from engine.prediction import Prediction

Arguments = ParamSpec("Arguments")

DONE, PROBLEM, USAGE, FAILED = 0, 1, 2, 3
MOST_CLASSES = 50
"""With more, a table class by class is for scripts only."""

app = typer.Typer(
    help="Draw, train and export neural networks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
log = logging.getLogger(__name__)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows a question mark, and the work goes on.
        getattr(stream, "reconfigure", lambda errors: None)(errors="replace")
    try:
        app(args=None if argv is None else list(argv), prog_name="layerloom")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else DONE if end.code is None else FAILED
    return DONE


def names() -> tuple[str, ...]:
    """The names of all commands, by which a command can be told from a file to open."""
    return tuple(command.name or "" for command in app.registered_commands)


def _command(name: str) -> Callable[[Callable[Arguments, None]], Callable[Arguments, None]]:
    """Register a command. Whatever goes wrong in it ends as a sentence and an exit code."""

    def register(function: Callable[Arguments, None]) -> Callable[Arguments, None]:
        @wraps(function)
        def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
            try:
                function(*args, **kwargs)
            except (typer.Exit, typer.BadParameter, BrokenPipeError):
                raise
            except GraphProblems as error:
                _end(PROBLEM, *(problem.message for problem in error.problems))
            except (EngineError, GraphError) as error:
                _end(PROBLEM, str(error))
            except KeyboardInterrupt:
                _end(FAILED, "Interrupted.")
            except MemoryError:
                _end(FAILED, "There is not enough memory. Close other programs, or use less data.")
            except Exception as error:  # the edge: users get no traceback
                log.debug("nobody foresaw this", exc_info=True)
                _end(FAILED, f"Something went wrong that nobody foresaw: {_first_line(error)}")

        app.command(name)(run)
        return run

    return register


def _end(code: int, *sentences: str) -> NoReturn:
    for sentence in sentences:
        printing.note(sentence)
    raise typer.Exit(code)


def _first_line(error: Exception) -> str:
    said = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {said[0]}"


def _read(path: Path) -> Document:
    opened = files.read(path)
    _tell(opened.notices)
    return opened.document


def _tell(notices: Iterable[str]) -> None:
    for notice in notices:
        printing.note(f"Note: {notice}")


@_command("templates")
def list_templates(as_json: Json = False) -> None:
    """List what a document can be started from."""
    told = facts.of_templates()
    if as_json:
        printing.as_json(told)
        return
    printing.table(
        [one["id"], one["task"], f"{one['parameters']:,}", one["title"]]
        for one in told["templates"]
    )


@_command("layers")
def list_layers(as_json: Json = False) -> None:
    """List the layers and losses that can be drawn."""
    told = facts.of_layers()
    if as_json:
        printing.as_json(told)
        return
    printing.table([one["id"], one["group"], one["summary"]] for one in told["layers"])


@_command("new")
def write_template(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="The id of a template.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a template as a .loom file."""
    found = find(template)
    if found is None:
        known = ", ".join(one.id for one in templates())
        _end(PROBLEM, f"There is no template “{template}”. Choose one of: {known}.")
    if os.path.lexists(output) and not force:  # unlike Path.exists it never raises
        _end(PROBLEM, f"{output} is there already. Choose another name, or add --force.")
    files.write(found.document(), output)


@_command("check")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .loom file.")],
    as_json: Json = False,
) -> None:
    """Say what is wrong with a document, and its shapes, parameters and multiply-adds."""
    document = _read(file)
    told = facts.of_document(document, psutil.virtual_memory().available)
    if document.weights is not None:
        from engine import starting_facts

        told |= starting_facts.of_document(document, file, told["problems"])
    if as_json:
        printing.as_json(told)
    else:
        printing.table(printing.node(one) for one in told["nodes"])
        printing.line(f"{printing.parameters(told)}, {printing.flops(told)} per sample")
        for sentence in told.get("weights", {}).get("sentences", ()):
            printing.line(sentence)
        for one in told["problems"]:
            printing.line(printing.problem(one))
    if not facts.can_be_trained(told):
        _end(PROBLEM, f"{file} cannot be trained. Mend its errors first.")


@_command("weights")
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
    from engine import starting, starting_facts
    from engine.weight_store import folders

    opened = files.read(file)
    if opened.notices:
        _tell(opened.notices)
        _end(PROBLEM, f"{file} was changed while it was read. Save it in the window first.")
    document, sha = opened.document, None
    if str(source) != "none":
        sha = starting.of_run(source) if os.path.isdir(source) else starting.of_file(source)
    document.apply(Step("Start from weights", (ChangeWeights(document.weights, sha),)))
    told = starting_facts.of_document(document, file, []) if sha is not None else {}
    _tell(files.write(document, file, folders(file)))
    if as_json:
        printing.as_json({"weights": None, **told})
        return
    for sentence in told.get("weights", {}).get("sentences", ()):
        printing.line(sentence)


@_command("train")
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
    """Train a document, or go on with a run that was stopped."""
    from engine import folding, runs
    from engine.weight_store import folders

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
        if file is not None or out is not None or wishes:
            raise typer.BadParameter("--resume takes everything from the run, so it stands alone")
        _train(resume, as_json)
        return
    if file is None:
        raise typer.BadParameter("name a FILE, or go on with a run by --resume DIR")
    opened = files.read(file)
    _tell(opened.notices)
    if opened.replanned:
        _end(
            PROBLEM,
            f"{file} asks for a training that this version cannot make. Correct it, or open and "
            "save it in the window to accept the changes.",
        )
    document = opened.document
    plan = _planned(document.plan, wishes)
    document.apply(Step("Change the plan", (ChangePlan(document.plan, plan),)))
    _refuse_problems(document)
    create = folding.create if folding.wanted(document) else runs.create
    _train(create(document, out, name=file.stem, beside=folders(file)), as_json)


def _planned(plan: Plan, wishes: dict[str, Any]) -> Plan:
    for name, fault in Plan.faults({**plan.settings, **wishes}).items():
        if name in wishes:
            raise typer.BadParameter(f"it {fault}", param_hint=f"--{name}")
    return replace(plan, **wishes)


def _refuse_problems(
    document: Document, notices: Iterable[str] = (), available: int | None = None
) -> None:
    """Go on with a document that can be trained; with another, tell what it came with first."""
    found = structure.errors(document, evaluated(document), available)
    if found:
        _tell(notices)
        raise GraphProblems(found)


def _train(folder: Path, as_json: bool) -> None:
    from engine.progress import trained

    fault = trained(folder, as_json)
    if fault is not None:
        _end(FAILED, fault)


@_command("evaluate")
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


@_command("predict")
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
    _tell(found.notices)
    rows = [_told(number, one) for number, row in enumerate(found.samples) for one in row]
    if as_json:
        printing.as_json({"predictions": rows})
    else:
        printing.table(map(printing.prediction, rows))


@_command("generate")
def generate(
    run: RunFolder,
    prompt: Annotated[str, typer.Argument(metavar="PROMPT", help="Where the text begins.")],
    length: Annotated[int, typer.Option(min=1, help="How many tokens are written.")] = 200,
    temperature: Annotated[
        float, typer.Option(min=0, max=100, help="0 takes the likeliest; 1 is as the model says.")
    ] = 1.0,
    top_k: Annotated[
        int | None, typer.Option(min=1, help="Draw from so many likeliest tokens only.")
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
    _tell(begun.notices)
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


@_command("export")
def export(
    source: Annotated[Path, typer.Argument(metavar="RUN|FILE", help="A run, or a .loom file.")],
    to: Annotated[str, typer.Option("--to", help="onnx or safetensors.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    as_json: Json = False,
) -> None:
    """Write a model for other programs, shown to compute the same."""
    from engine.export import Exporter, start
    from engine.runs import Run
    from engine.weight_store import check as check_weights
    from engine.weight_store import folders

    if Exporter.find(to) is None:
        known = ", ".join(kind.id for kind in Exporter.members())
        raise typer.BadParameter(f"{to!r} is none of {known}", param_hint="--to")
    if os.path.isdir(source):
        from engine import prediction

        Run.open(source).weights()
        prediction.check(source)
    elif os.path.exists(source):
        opened = files.read(source)
        available = psutil.virtual_memory().available  # the first weights are made before writing
        _refuse_problems(opened.document, opened.notices, available)
        check_weights(opened.document, folders(source))
    exporting = start(source, to, output)
    try:
        done = exporting.wait()
    except ExportError as error:
        _end(FAILED, str(error))
    finally:
        exporting.cancel()
    _tell(done.notices)
    if as_json:
        printing.as_json(done.encoded())
        return
    printing.line(done.path)
    if done.checked:
        batches = sorted({one.batch for one in done.checked})
        printing.line(
            f"Agrees with torch to {done.max_abs_diff:.1e} in {len(done.checked)} trials, at the "
            f"batch sizes {', '.join(map(str, batches))}."
        )


@_command("runs")
def list_runs(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR|RUN]...", help="Where they lie, if not at home."),
    ] = None,
    compared: Annotated[
        bool, typer.Option("--compare", help="Tell in what these runs differ.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List runs, the newest first, or compare them."""
    from engine.runs import listed

    for folder in folders or ():
        if not os.path.isdir(folder):
            _end(PROBLEM, f"There is no folder {folder}. Choose another.")
    found = [run for folder in folders or (None,) for run in listed(folder)]
    if compared:
        _compare([Path(one.folder) for one in found], as_json)
    elif as_json:
        printing.as_json({"runs": [facts.of_run(one) for one in found]})
    else:
        printing.table(map(printing.run, found))


def _compare(folders: Sequence[Path], as_json: bool) -> None:
    from engine.comparison import compare

    found = compare(list(dict.fromkeys(folders)))
    if as_json:
        printing.as_json(facts.of_comparison(found))
        return
    printing.table([str(n), *printing.run(one)] for n, one in enumerate(found.runs, 1))
    numbers = [str(n) for n in range(1, len(found.runs) + 1)]
    if found.differences:
        printing.line("\nThey differ in:")
        rows = [[f"{one.part}: {one.name}", *one.values] for one in found.differences]
        printing.table([["", *numbers], *rows])
    else:
        printing.line("\nThey differ in no setting.")
    if found.test:
        printing.line("\nOn the test split:")
        printing.table([["", *numbers], *map(printing.beside, found.test.items())])
