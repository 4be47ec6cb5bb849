"""What this machine gives to runs: a place to lie in, threads, and versions to write down."""

import os
import platform
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs

from graphs.saving import reason


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
            f"Runs are kept in {spare}, which the system may empty, because {base} does not take "
            f"them: {reason(error)}",
        )


def usual_threads() -> int:
    """One less than the cores this process may use, which leaves one to the window."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (cores or 1) - 1)


def environment() -> dict[str, str]:
    """The versions that a run's bits depend on."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    for package in ("layerloom", "torch", "numpy"):
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def _writable(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return folder
