"""How a command ends: whatever went wrong in it, with a sentence and an exit code."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import NoReturn, ParamSpec

import typer

from engine.cli import printing
from engine.errors import EngineError, GraphProblems
from graphs.errors import GraphError
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

Arguments = ParamSpec("Arguments")

DONE, PROBLEM, FAILED = 0, 1, 3
"""The exit codes; 2, wrong usage, is typer's own."""

log = logging.getLogger(__name__)


def guarded(function: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """The function of a command, from which nothing comes out that is no exit code."""

    @wraps(function)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        if not logging.root.handlers:  # or Python would print what libraries have to say
            logging.root.addHandler(logging.NullHandler())
        try:
            function(*args, **kwargs)
        except (typer.Exit, typer.BadParameter, BrokenPipeError):
            raise
        except GraphProblems as error:
            end(PROBLEM, *(problem.message for problem in error.problems))
        except (EngineError, GraphError) as error:
            end(PROBLEM, str(error))
        except KeyboardInterrupt:
            end(FAILED, "Interrupted.")
        except MemoryError:
            end(
                FAILED,
                phrase("There is not enough memory. Close other programs, or use less data."),
            )
        except Exception as error:  # the edge: users get no traceback
            log.debug("nobody foresaw this", exc_info=True)
            end(
                FAILED,
                phrase(
                    "Something went wrong that nobody foresaw: {first_line}",
                    first_line=_first_line(error),
                ),
            )

    return run


def end(code: int, *sentences: str) -> NoReturn:
    """Say why, and end with ``code``."""
    for sentence in sentences:
        printing.note(sentence)
    raise typer.Exit(code)


def _first_line(error: Exception) -> str:
    said = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {said[0]}"


def refuse_to_replace(output: Path | None, force: bool) -> None:
    """End where a file is to be written over one that is there, unless that is forced.

    Nothing can be written over a folder, so it ends there in any case.
    """
    if output is None:
        return
    if os.path.isdir(output):  # unlike those of Path, these questions never raise
        told = phrase(
            "{path} is a folder. Add the name of the file.", path=visible(output.absolute())
        )
        end(PROBLEM, told)
    if not force and os.path.lexists(output):
        told = phrase(
            "{output} is there already. Choose another name, or add --force.",
            output=visible(output),
        )
        end(PROBLEM, told)
