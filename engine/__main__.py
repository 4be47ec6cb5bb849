"""``python -m engine``: the command line where there is no window."""

import sys

from engine.cli.edge import run

if __name__ == "__main__":
    sys.exit(run())
