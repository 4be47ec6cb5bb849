"""The outermost edge of the command line: Ctrl+C while it is still loading is no traceback."""

import sys
from collections.abc import Sequence

FAILED = 3


def run(argv: Sequence[str] | None = None) -> int:
    """Load the command line, run one command and return its exit code."""
    try:
        from engine import commands

        return commands.main(argv)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return FAILED
