"""Tables made to fill the memory: each is refused with a sentence, soon, and in little memory."""

import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.quickly import some_of

CHILD = """
import resource, sys, time
from pathlib import Path
import numpy, polars
from engine.data.tables.files.reading_tables import read_sheet
from engine.errors import DataError

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

before, start = peak(), time.process_time()
try:
    read_sheet(Path(sys.argv[1]))
    said = "read"
except DataError as error:
    said = str(error)
print(f"{time.process_time() - start:.2f}|{peak() - before}|{said}")
"""


def asked(path: Path) -> tuple[float, int, str]:
    """Seconds of the processor, megabytes, and what was said of a file in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True
    )
    seconds, memory, said = done.stdout.strip().split("|", 2)
    return float(seconds), int(memory), said


@pytest.mark.parametrize(
    ("begins", "part", "words"),
    some_of(
        [
            (b"", b"0123456789", "a first line of more than 16.8 MB"),
            (b"x,y\n1,2\n3,", b"0123456789", "line 3, has more than 16.8 MB"),
            (b'x,y\n1,"', b"0,12\n4567", "line 2, cannot be read: a value has more than 16.8 MB"),
            (b"x,y\n1", b",1234,6789", "line 2, has"),
        ],
        2,
    ),
)
def test_endless_lines_and_values_are_refused_soon(
    tmp_path: Path, begins: bytes, part: bytes, words: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(begins + part * (200_000_000 // len(part)))
    seconds, memory, said = asked(path)
    assert words in said
    assert seconds < 4, "on a busy machine; half of that on a quiet one"
    assert memory < 900


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join(f"c{n}" for n in range(1_000_000)) + "\n")
    seconds, memory, said = asked(path)
    assert "1,000,000 columns, more than the 100,000 that can be read" in said
    assert seconds < 2 and memory < 300


def test_packed_zeros_are_refused_before_memory_ends(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(bytes(2**24)) for _ in range(12)]
    path = tmp_path / "t.csv.gz"
    path.write_bytes(b"".join(parts) + packer.flush())
    _, memory, said = asked(path)
    assert "has a first line of more than" in said
    assert memory < 300
