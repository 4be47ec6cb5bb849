"""Why Qt finds no screen to open windows on, in words, where Qt itself would abort.

Qt decides it while its application is made, and then ends the process. What it says before that
comes through here, and the end is ours: a sentence, and a failure that a script can see.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from graphs.wording.phrases import phrase
from gui import libraries

PROBLEM = 1
WAY_OUT = (
    "Start Layerloom on a desktop, or train without a window: layerloom train FILE. "
    "All commands: layerloom --help"
)
_AVAILABLE = re.compile(r"Available platform plugins are: ([\w, -]+)")
_UNKNOWN = "Could not find the Qt platform plugin"

Hear = Callable[[QtMsgType, QMessageLogContext, str], object]


@contextmanager
def explained(hear: Hear) -> Iterator[None]:
    """Make the Qt application within this: what Qt says is heard, its abort is a sentence."""
    said: list[str] = []

    def listen(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        said.append(message)
        if kind is QtMsgType.QtFatalMsg:
            _end(complaint("\n".join(said), os.environ))
        hear(kind, context, message)

    before = qInstallMessageHandler(listen)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def complaint(said: str, environment: Mapping[str, str]) -> str:
    """What to tell the user, from what Qt said when it gave up."""
    asked = environment.get("QT_QPA_PLATFORM", "")
    if asked and _UNKNOWN in said:
        known = _AVAILABLE.search(said)
        choice = phrase(", or choose one of: {known}", known=known[1]) if known else ""
        return phrase(
            "The window cannot open: QT_QPA_PLATFORM asks for “{asked}”, which is not "
            "there. Take that setting away{choice}.",
            asked=asked,
            choice=choice,
        )
    missing = libraries.complaint(environment, folder=libraries.folder())
    if missing is not None:
        return missing
    display = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    if display:
        return phrase(
            "The window cannot open: the display “{display}” is not there, or you may not "
            "use it. {way_out}",
            display=display,
            way_out=phrase(WAY_OUT),
        )
    return phrase("There is no display to open a window on. {way_out}", way_out=phrase(WAY_OUT))


def _end(sentence: str) -> NoReturn:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
    os._exit(PROBLEM)  # once this returned, Qt would abort
