"""Where a run computes: what there is, how much memory is free, how many threads it takes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import get_args

import torch

from engine import machine
from engine.errors import DeviceError
from engine.precision import reason_against
from graphs.checking.memory import spelled
from graphs.plan.plan import Device, Precision
from graphs.wording.phrases import phrase

MEMORY_SHARE = 0.9
"""How much of the free memory a run may plan to use."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A device to choose, as a user knows it."""

    id: Device
    words: str
    """``cuda:0 NVIDIA GeForce RTX 4090, 23 GB free``."""
    faults: Mapping[Precision, str]
    """Why it does not compute in a precision, as a sentence."""


def available() -> tuple[Device, ...]:
    """The devices that torch can use here, the best first."""
    found: list[Device] = []
    if torch.cuda.is_available():
        there = {f"cuda:{n}" for n in range(torch.cuda.device_count())}
        found += [device for device in get_args(Device) if device == "cuda" or device in there]
    if torch.backends.mps.is_available():
        found.append("mps")
    return (*found, "cpu")


def offers() -> tuple[Offer, ...]:
    """What can be chosen here, with names, free memory and precisions; auto comes first."""
    found = find("auto")
    offered = [Offer("auto", phrase("auto: {device}", device=describe(found)), _faults(found))]
    for id in available():
        if id == "cuda":  # the first of its cards, which has a number of its own
            continue
        found = find(id)
        words = phrase("{device}, {free} free", device=describe(found), free=spelled(_free(found)))
        offered.append(Offer(id, words, _faults(found)))
    return tuple(offered)


def _faults(device: torch.device) -> dict[Precision, str]:
    every: tuple[Precision, ...] = get_args(Precision)
    reasons = {one: reason_against(one, device) for one in every}
    return {one: reason for one, reason in reasons.items() if reason is not None}


def find(wish: Device) -> torch.device:
    """The device to use. Raises DeviceError when the one wished for is not there."""
    there = available()
    if wish != "auto" and wish not in there:
        raise DeviceError(
            "There is no device “{wish}” that torch can use here, only {there}. Choose "
            "another device in the plan, or auto.",
            wish=wish,
            there=", ".join(there),
        )
    name = there[0] if wish == "auto" else wish
    return torch.device("cuda:0" if name == "cuda" else name)


def describe(device: torch.device) -> str:
    """The device as a user knows it."""
    if device.type == "cuda":
        return f"{device} {torch.cuda.get_device_name(device)}"
    return device.type


def free_memory(device: torch.device) -> int:
    """Bytes that a run may plan to use there."""
    return int(_free(device) * MEMORY_SHARE)


def room_for_data(device: torch.device) -> int | None:
    """Bytes that the data may take there for the whole run; None where the memory is our own."""
    return None if device.type == "cpu" else free_memory(device) // 2


def _free(device: torch.device) -> int:
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return free
    return machine.free_memory()


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
