"""How many epochs a run is to have in all, in place of those of its plan: ``epochs.json``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import msgspec

from engine.errors import RunError
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.errors import FileError, Missing
from graphs.files import strict
from graphs.wording.phrases import phrase

LONGER = "epochs.json"
MOST = 1_000_000


class Longer(msgspec.Struct, frozen=True):
    """``epochs.json``."""

    epochs: Annotated[int, msgspec.Meta(ge=1, le=MOST)]


def apply(folder: Path, document: Document) -> None:
    """Let the plan have the epochs that were asked for since; raises RunError."""
    try:
        epochs = strict.read(folder / LONGER, Longer, within=folder).epochs
    except Missing:
        return
    except FileError as error:
        raise RunError(
            "The run in {folder} is broken: {error}", folder=folder, error=error
        ) from None
    plan = document.plan
    document.apply(Step(phrase("Train on"), (ChangePlan(plan, replace(plan, epochs=epochs)),)))
