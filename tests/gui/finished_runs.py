"""Small trained runs to look at, each trained once for all tests of a module."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.controls import Controls
from engine.runs import create
from engine.runs.events.event_types import Finished
from engine.training.loop import train
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.templates import find


@contextmanager
def runs_in(folder: Path) -> Iterator[None]:
    """Let runs and their index lie below ``folder``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(folder))
        yield


def template(id: str, **plan: Any) -> Document:
    """A template's document, with another plan."""
    found = find(id)
    assert found is not None
    document = found.document()
    change = ChangePlan(document.plan, replace(document.plan, **plan))
    document.apply(Step("Change the plan", (change,)))
    return document


def trained(document: Document, folder: Path) -> Path:
    """The folder of a finished run."""
    with runs_in(folder):
        run = create(document, name="example")
        assert isinstance(list(train(run, Controls()))[-1], Finished)
        return run
