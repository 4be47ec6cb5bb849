"""How long a command takes to begin: `python -m tests.benchmarks.commands`.

The processor's own time of `layerloom templates`, which reads no data and needs no torch, and of
Python alone. Goal: half a second.
"""

import argparse
import json
import resource
import subprocess
import sys
from statistics import median

GOAL = 0.5


def spent(*words: str) -> float:
    """Seconds of the processor that Python takes with these words."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    commands = {"templates": ("-m", "engine", "templates"), "python": ("-c", "")}
    found = {
        name: median(spent(*words) for _ in range(given.rounds)) for name, words in commands.items()
    }
    if given.json:
        print(json.dumps({"goal": {"templates": GOAL}, "seconds": found}))
        return
    for name, seconds in found.items():
        print(f"{name}: {seconds:.3f} s" + (f"  (goal {GOAL:g} s)" if name == "templates" else ""))


if __name__ == "__main__":
    main()
