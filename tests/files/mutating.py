"""Damages a file in many ways and opens each; run as a program, with memory and time bounded.

    python -m tests.files.mutating FILE truncate|flip COUNT SEED

Prints what came of it as JSON.
"""

import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from graphs import files
from graphs.checking.evaluation import Evaluation
from graphs.checking.structure import problems
from graphs.errors import FileError

MEMORY = 600 * 2**20
SECONDS = 100


def main() -> None:
    """Open every mutant and print how many opened, how many were refused, and the slowest."""
    path, way, count, seed = sys.argv[1:]
    data = Path(path).read_bytes()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    mutants = truncated(data) if way == "truncate" else flipped(data, int(count), int(seed))
    came: Counter[str] = Counter()
    slowest = 0.0
    for mutant in mutants:
        start = time.process_time()
        came[outcome(mutant)] += 1
        slowest = max(slowest, time.process_time() - start)
    sys.stdout.write(json.dumps({"came": came, "slowest": slowest}))


def truncated(data: bytes) -> Iterator[bytes]:
    """The file cut off at every byte."""
    return (data[:end] for end in range(len(data)))


def flipped(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """The file with one byte made another one."""
    chance = random.Random(seed)
    for _ in range(count):
        mutant = bytearray(data)
        mutant[chance.randrange(len(mutant))] ^= chance.randrange(1, 256)
        yield bytes(mutant)


def outcome(mutant: bytes) -> str:
    """``opened``, or the name of the error; anything but a FileError ends the program."""
    try:
        document = files.decoded(mutant).document
    except FileError as error:
        return type(error).__name__ if str(error).startswith("The file ") else str(error)
    problems(document, Evaluation(document.main))
    data = files.encoded(document)
    again = files.decoded(data)
    assert again.notices == ()
    assert files.encoded(again.document) == data
    return "opened"


if __name__ == "__main__":
    main()
