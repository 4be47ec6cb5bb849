"""The entry of the command line; Ctrl+C ends it without a traceback even while it loads."""

import gc
import sys
from collections.abc import Sequence

FAILED = 3
SELDOM = (50_000, 20, 20)
"""After how much garbage is looked for: a document is none, and looking takes a quarter of the
time in which a large one is checked."""


def run(argv: Sequence[str] | None = None) -> int:
    """Load the command line, run one command and return its exit code."""
    gc.set_threshold(*SELDOM)
    try:
        from engine.cli import commands

        return commands.main(argv)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return FAILED
