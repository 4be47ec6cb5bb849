"""How long a file takes to open and to save: `python -m tests.benchmarks.files`.

Without the window: bytes to a document whose shapes and problems can be asked for, and back to a
file that is safely on the disk. Goal at 1,000 nodes: 0.1 s each. The processor's own time, without
waiting for the disk and for other programs, stands beside it.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from graphs import files
from tests.benchmarks.drawing import grid

GOAL = 0.1
COUNTS = (200, 1000, 5000)


def timed(act: Callable[[], object], rounds: int) -> dict[str, float]:
    """The median and the worst of several rounds, and the median of the processor's own time."""
    spent, busy = [], []
    for _ in range(rounds):
        start, began = time.perf_counter(), time.process_time()
        act()
        spent.append(time.perf_counter() - start)
        busy.append(time.process_time() - began)
    return {"median": median(spent), "worst": max(spent), "processor": median(busy)}


def measured(count: int, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds for opening and saving a graph of about ``count`` nodes."""
    document = grid(count)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "grid.loom"
        files.write(document, path)
        return {
            "open": timed(lambda: files.read(path), rounds),
            "save": timed(lambda: files.write(document, path), rounds),
        }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    found = {count: measured(count, given.rounds) for count in COUNTS}
    if given.json:
        print(json.dumps({"goal": {"1000": GOAL}, "seconds": found}))
        return
    for count, figures in found.items():
        goal = f"  (goal {GOAL:g} s)" if count == 1000 else ""
        for name, figure in figures.items():
            print(
                f"{count:5} nodes, {name}: {figure['median']:.3f} s, "
                f"at worst {figure['worst']:.3f} s, processor {figure['processor']:.3f} s{goal}"
            )


if __name__ == "__main__":
    main()
