"""A save that is killed at any moment leaves the old or the new file, whole."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from graphs import files
from graphs.document.edits import MAIN, ChangeNote, Note, Step
from tests.graphs.drawing import classifier

SAVERS = """
import os, signal, sys
from pathlib import Path
from graphs.files import saving

class Deadly(saving.Disk):
    def __init__(self, at):
        self.left = at
    def count(self):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    def create(self, path):
        self.count()
        return super().create(path)
    def write(self, file, data):
        self.count()
        return super().write(file, data[:20000])
    def sync(self, file):
        self.count()
        super().sync(file)
    def close(self, file):
        self.count()
        super().close(file)
    def replace(self, old, new):
        self.count()
        super().replace(old, new)
    def sync_folder(self, folder):
        self.count()
        super().sync_folder(folder)

path, versions = Path(sys.argv[1]), [Path(name).read_bytes() for name in sys.argv[2:]]

def save(at):
    disk = Deadly(at)
    while True:
        for data in versions:
            saving.write_atomically(path, data, disk)
        if at:
            os._exit(0)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        save(int(line))
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@dataclass
class Savers:
    """A process that, when asked, forks a child which saves two versions in turn until killed."""

    path: Path
    versions: list[bytes]
    process: subprocess.Popen[str]
    orphans: int = field(default=0)

    def kill_at(self, call: int) -> bool:
        """Let a child kill itself at its ``call``-th call to the disk; False if it got through."""
        self._ask(call)
        self._line()
        killed = int(self._line()) == signal.SIGKILL
        self.check()
        return killed

    def kill_after(self, seconds: float) -> None:
        """Kill a child after that time."""
        self._ask(0)
        child = int(self._line())
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        assert int(self._line()) == signal.SIGKILL
        self.check()

    def check(self) -> None:
        """The file is whole, opens, and opening it has cleared what the child left."""
        self.orphans += len(sorted(os.listdir(self.path.parent))) - 1
        assert self.path.read_bytes() in self.versions
        assert len(files.read(self.path).document.main.nodes) == 5
        assert sorted(os.listdir(self.path.parent)) == ["net.loom"]

    def _ask(self, call: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{call}\n")
        self.process.stdin.flush()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@pytest.fixture
def savers(tmp_path: Path) -> Iterator[Savers]:
    if not hasattr(os, "fork"):
        pytest.skip("needs processes that fork")
    versions = []
    for size in (100, 60_000):
        document = classifier()
        document.apply(Step("Note", (ChangeNote(MAIN, "n", None, Note("x" * size, (0, 0))),)))
        (tmp_path / f"version{size}").write_bytes(files.encoded(document))
        versions.append(files.encoded(document))
    path = tmp_path / "folder" / "net.loom"
    path.parent.mkdir()
    path.write_bytes(versions[0])
    saved = [str(one) for one in sorted(tmp_path.glob("version*"))]
    command = [sys.executable, "-c", SAVERS, str(path), *saved]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    with process:
        yield Savers(path, versions, process)
        with suppress(BrokenPipeError):
            process.communicate(timeout=10)


def test_a_save_killed_at_any_call_leaves_a_whole_file(savers: Savers) -> None:
    call = 1
    while savers.kill_at(call):
        call += 1
    assert call > 12  # two saves of at least six calls each
    assert savers.orphans > 4


@pytest.mark.parametrize(
    "kills", [20, pytest.param(200, marks=[pytest.mark.proof, pytest.mark.timeout(600)])]
)
def test_a_save_killed_at_a_random_moment_leaves_a_whole_file(savers: Savers, kills: int) -> None:
    chance = random.Random(kills)
    for _ in range(kills):
        savers.kill_after(chance.uniform(0, 0.03))
    if kills >= 200:
        assert savers.orphans > 0  # some of them were killed in the middle of a save
