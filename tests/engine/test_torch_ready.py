"""Torch is imported by one thread at a time, whoever asks for it first."""

import subprocess
import sys

TWO_AT_ONCE = """
from threading import Thread
from engine import torch_ready

def ask():
    torch_ready.load()
    from torch import empty
    empty(1)
    made.append(True)

made = []
threads = [Thread(target=ask) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(made))
"""


def test_several_threads_that_need_torch_first_all_get_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWO_AT_ONCE],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("4", "")
