"""Which process something belongs to, and whether that process still lives.

A number alone does not tell: the system gives it to others later. So the moment at which the
process began is a part of the name, counted from the start of the machine where that is to be had,
because clocks are set.
"""

import os
import platform
import time
import zlib
from functools import lru_cache
from pathlib import Path

import msgspec

SLACK_SECONDS = 5.0
"""By how much two readings of when a process began may differ, where it is told by the clock."""
STRANGE_SECONDS = 24 * 3600.0
"""A process on another machine is taken for dead after so long without a sign of life."""
_HAS_PROC = os.path.exists("/proc/self/stat")
_ENDED = frozenset("ZXx")
"""What Linux calls a process that is over, though nobody has asked how it ended."""


class Owner(msgspec.Struct, frozen=True):
    """A process: on which machine, by which number, begun when."""

    machine: str
    process: int
    began: str


def me() -> Owner:
    """This process."""
    return _owner(os.getpid())


def is_running(process: int, *, began: float | None = None, before: float | None = None) -> bool:
    """Whether a process is there and not over, among those of this machine.

    And whether it is the one that began at a moment, or no later than at one, where that is told:
    both by the clock, in seconds since 1970.
    """
    name = _began(process)
    if not name:
        return False
    if began is None and before is None:
        return True
    since = _clock(name)
    if began is not None and not abs(since - began) < SLACK_SECONDS:
        return False
    return before is None or since <= before + SLACK_SECONDS


def began() -> float:
    """When this process began, by the clock, in seconds since 1970."""
    return _clock(me().began)


def lives(owner: Owner, touched: float) -> bool:
    """Whether a process is still there; ``touched`` is when it last wrote what it owns."""
    if owner.machine != _machine():
        return is_lately(touched)
    began = _began(owner.process)
    return bool(began) and _are_one_moment(began, owner.began)


def is_lately(touched: float) -> bool:
    """Whether a sign of life from another machine counts; its clock may be ahead, but not by days.

    What is dated long after now would count for ever.
    """
    return abs(time.time() - touched) < STRANGE_SECONDS


@lru_cache(maxsize=1)
def _owner(process: int) -> Owner:  # asked anew in a forked process, whose number is another
    return Owner(_machine(), process, _began(process))


def _began(process: int) -> str:
    """When a process began; empty when it is over, and for what is no number of a process."""
    if not 0 < process < 2**31:
        return ""
    if _HAS_PROC:
        try:
            told = _system(f"/proc/{process}/stat").rpartition(")")[2].split()
            return "" if told[0] in _ENDED else f"{_boot()} {told[19]}"
        except (OSError, IndexError):
            return ""
    import psutil  # takes a while

    try:
        found = psutil.Process(process)
        return "" if found.status() == psutil.STATUS_ZOMBIE else f"{found.create_time():.2f}"
    except psutil.Error:
        return ""


def _clock(began: str) -> float:
    """When a process began, by the clock."""
    if not _HAS_PROC:
        return float(began)
    told = _system("/proc/stat")
    booted = next(line for line in told.splitlines() if line.startswith("btime "))
    return float(booted.split()[1]) + float(began.split()[1]) / os.sysconf("SC_CLK_TCK")


def _are_one_moment(one: str, other: str) -> bool:
    try:
        return one == other or abs(float(one) - float(other)) < SLACK_SECONDS
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _boot() -> str:
    return _system("/proc/sys/kernel/random/boot_id").strip()


@lru_cache(maxsize=1)
def _machine() -> str:
    """A short name for this machine; folders may lie on a network and be seen from several."""
    try:
        told = _system("/etc/machine-id").strip()
    except OSError:
        told = ""
    return f"{zlib.crc32((told or platform.node()).encode()):08x}"


def _system(path: str) -> str:
    """What a file of the system says; raises OSError."""
    return Path(path).read_bytes().decode(errors="replace")
