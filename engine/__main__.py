"""``python -m engine``: the command line where there is no window."""

import sys

from engine.commands import main

if __name__ == "__main__":
    sys.exit(main())
