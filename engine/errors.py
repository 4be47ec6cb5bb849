"""The errors of the engine, as a tree. Every message is a sentence for the user.

EngineError
├── DataError        the data cannot be read or does not fit the document
│   └── Undecided    a column can be read in several ways (engine/data/tables/undecided.py)
├── GraphProblems    the document has problems and cannot be trained
├── DeviceError      the device is not there or has not enough memory
├── RunError         a run's folder is broken or does not fit what is asked of it
├── WeightsError     a file holds no weights that training could start from
└── ExportError      no file was written, or what was written does not compute the same
"""

from __future__ import annotations

from collections.abc import Sequence

from graphs.problems import Problem
from graphs.wording.phrases import UserError


class EngineError(UserError):
    """Base of all errors that engine/ raises on purpose."""


class DataError(EngineError):
    """The data cannot be read or does not fit the document."""


class GraphProblems(EngineError):  # noqa: N818  # it carries problems, which say what is wrong
    """The document has problems and cannot be trained; ``problems`` lists them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(p.message for p in problems[:3]))
        self.problems = tuple(problems)


class DeviceError(EngineError):
    """The device is not there or has not enough memory."""


class RunError(EngineError):
    """A run's folder is broken or does not fit what is asked of it."""


class WeightsError(EngineError):
    """A file holds no weights that training could start from."""


class ExportError(EngineError):
    """No file was written, or what was written does not compute the same."""
