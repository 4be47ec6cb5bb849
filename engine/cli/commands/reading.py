"""Arguments that several commands share: documents, runs, and the switch for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from engine import readiness
from engine.cli import printing
from engine.errors import GraphProblems
from graphs import files
from graphs.document.document import Document
from graphs.wording.phrases import phrase

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]


def read(path: Path) -> Document:
    """The document in a file; what had to be changed to open it is told."""
    opened = files.read(path)
    tell(opened.notices)
    return opened.document


def tell(notices: Iterable[str]) -> None:
    """Sentences beside the answer, which scripts do not read."""
    for notice in notices:
        printing.note(phrase("Note: {remark}", remark=notice))


def refuse_problems(
    document: Document,
    notices: Iterable[str] = (),
    available: int | None = None,
    *,
    to_train: bool = True,
) -> None:
    """Go on with a document that can be trained; with another, tell what it came with first.

    Where it is not ``to_train``, with one that can be exported.
    """
    if found := readiness.errors(document, available=available, to_train=to_train):
        tell(notices)
        raise GraphProblems(found)
