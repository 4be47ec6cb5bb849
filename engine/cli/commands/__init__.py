"""The command line without a window. What a command needs is imported when it runs: torch is slow.

Exit codes: 0 done, 1 the user's input has a problem, 2 wrong usage, 3 the work itself failed.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from typing import cast

import typer

from engine.cli.commands import asking, data, documents, exporting, listing, training
from engine.cli.commands.ending import DONE, FAILED, guarded
from graphs.wording.visible import visible_lines

COMMANDS: Mapping[str, Callable[..., None]] = {
    "templates": documents.list_templates,
    "layers": documents.list_layers,
    "new": documents.write_template,
    "data": data.choose,
    "check": documents.check,
    "weights": documents.start_from,
    "train": training.train,
    "evaluate": asking.evaluate,
    "predict": asking.predict,
    "generate": asking.generate,
    "export": exporting.export,
    "runs": listing.list_runs,
    "note": listing.describe,
}
"""By the name under which they are called, in the order of the help."""

app = typer.Typer(
    help="Draw, train and export neural networks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _name, _function in COMMANDS.items():
    app.command(_name)(guarded(_function))


_WrongUsage = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[2])
"""What typer raises for every wrong command line; its name differs between versions."""

_INTERRUPTED = 130
"""What typer ends with where Ctrl+C comes before a command has begun."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; raises KeyboardInterrupt as Python does."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows a question mark, and the work goes on.
        getattr(stream, "reconfigure", lambda errors: None)(errors="replace")
    try:
        end = app(
            args=None if argv is None else list(argv),
            prog_name="layerloom",
            standalone_mode=False,
        )
    except _WrongUsage as error:
        told = StringIO()
        error.show(told)
        sys.stderr.write(visible_lines(told.getvalue()))  # it quotes what was written
        return error.exit_code
    except typer.Abort:
        return FAILED
    except SystemExit as error:
        end = error.code
    if end == _INTERRUPTED:
        raise KeyboardInterrupt
    return end if isinstance(end, int) else DONE if end is None else FAILED
