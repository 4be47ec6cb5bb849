"""What this machine gives to runs: a place to lie in, threads, and versions to write down."""

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs
import psutil

from graphs.files.saving import reason
from graphs.wording.phrases import phrase

_GROUP = Path("/sys/fs/cgroup")
"""Where Linux says what a container may take."""
_GROUPS = (
    ("", "memory.max", "memory.current", "inactive_file"),
    ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)
"""The names of its files there, of the second version and of the first."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where runs lie that were given no folder of their own."""

    folder: Path
    notice: str = ""
    """Why it is not where it should be; empty when it is."""


def home() -> Home:
    """The folder of the user's runs: LAYERLOOM_HOME, or the place the system has for such data."""
    asked = os.environ.get("LAYERLOOM_HOME")
    base = Path(asked) if asked else Path(platformdirs.user_data_dir("layerloom", appauthor=False))
    try:
        return Home(_writable(base / "runs"))
    except OSError as error:
        user = getattr(os, "getuid", lambda: 0)()
        spare = Path(tempfile.gettempdir()) / f"layerloom-{user}" / "runs"
        return Home(
            _writable(spare),
            phrase(
                "Runs are kept in {spare}, which the system may empty, because {base} does not "
                "take them: {reason}",
                spare=spare,
                base=base,
                reason=reason(error),
            ),
        )


def free_memory() -> int:
    """Bytes of memory that this process may still take: of the machine, or of a limit set to us."""
    found = psutil.virtual_memory().available
    limits: list[Callable[[], int]] = [partial(_left_to_group, *names) for names in _GROUPS]
    for limit in (*limits, _left_to_process):
        with suppress(OSError, ValueError):
            found = min(found, limit())
    return max(found, 0)


def _left_to_group(folder: str, limit: str, usage: str, cached: str) -> int:
    """What a container has left; what its files are kept in is given up when it is needed."""
    place = _GROUP / folder
    most = int((place / limit).read_text())  # a word where there is no limit
    now = int((place / usage).read_text())
    told = dict(line.split() for line in (place / "memory.stat").read_text().splitlines())
    return most - now + int(told.get(cached, 0))


def _left_to_process() -> int:
    if sys.platform == "win32":
        raise OSError
    import resource

    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY:
        raise OSError
    return int(most) - psutil.Process().memory_info().vms


def usual_threads() -> int:
    """One less than the cores this process may use, which leaves one to the window."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (cores or 1) - 1)


def processor() -> str:
    """What the processor is called, and by how many numbers at once it can compute.

    Sums are grouped by that, so another family of processors rounds otherwise.
    """
    name, widest = platform.processor(), ""
    with suppress(OSError):  # Linux alone has it, and tells more
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
        parts = (line.partition(":") for line in lines)
        told = {label.strip(): value.strip() for label, _, value in parts}
        name = told.get("model name", name)
        can = told.get("flags", "").split()
        widest = next((one for one in ("avx512f", "avx2") if one in can), "")
    return ", ".join(filter(None, (name, widest)))


def environment() -> dict[str, str]:
    """The versions that a run's bits depend on, and the processor."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    if about := processor():
        found["processor"] = about
    for package in ("layerloom", "torch", "numpy"):
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def _writable(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return folder
