"""Where a run computes: what there is, how much memory is free, how many threads it takes."""

from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import torch

from engine.errors import DeviceError
from graphs.plan import Device

MEMORY_SHARE = 0.9
"""How much of the free memory a run may plan to use."""


def available() -> tuple[str, ...]:
    """The devices that torch can use here, the best first."""
    found = []
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return (*found, "cpu")


def find(wish: Device) -> torch.device:
    """The device to use. Raises DeviceError when the one wished for is not there."""
    there = available()
    if wish != "auto" and wish not in there:
        raise DeviceError(
            f"There is no device “{wish}” that torch can use here, only {', '.join(there)}. "
            "Choose another device in the plan, or auto."
        )
    name = there[0] if wish == "auto" else wish
    return torch.device(name, 0) if name == "cuda" else torch.device(name)


def describe(device: torch.device) -> str:
    """The device as a user knows it."""
    if device.type == "cuda":
        return f"cuda ({torch.cuda.get_device_name(device)})"
    return device.type


def free_memory(device: torch.device) -> int:
    """Bytes that a run may plan to use there."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
    else:
        free = psutil.virtual_memory().available
    return int(free * MEMORY_SHARE)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Compute with ``count`` CPU threads inside. It holds for the calling thread alone.

    The count is part of a run: sums are grouped by it, so 1 and 2 threads give different bits.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
