"""Says which system libraries Qt misses and how to install them: `python -m gui.libraries`.

Uses the standard library only, for it runs before anything else of Layerloom can.
"""

import argparse
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from graphs.wording.phrases import phrase

# The Debian and Ubuntu package of each shared library that Qt takes from the system.
PACKAGES = {
    "libEGL": "libegl1",
    "libGL": "libgl1",
    "libX11": "libx11-6",
    "libX11-xcb": "libx11-xcb1",
    "libdbus-1": "libdbus-1-3",
    "libfontconfig": "libfontconfig1",
    "libfreetype": "libfreetype6",
    "libglib-2.0": "libglib2.0-0",
    "libgthread-2.0": "libglib2.0-0",
    "libxcb": "libxcb1",
    "libxcb-cursor": "libxcb-cursor0",
    "libxcb-icccm": "libxcb-icccm4",
    "libxcb-image": "libxcb-image0",
    "libxcb-keysyms": "libxcb-keysyms1",
    "libxcb-randr": "libxcb-randr0",
    "libxcb-render": "libxcb-render0",
    "libxcb-render-util": "libxcb-render-util0",
    "libxcb-shape": "libxcb-shape0",
    "libxcb-shm": "libxcb-shm0",
    "libxcb-sync": "libxcb-sync1",
    "libxcb-util": "libxcb-util1",
    "libxcb-xfixes": "libxcb-xfixes0",
    "libxcb-xinerama": "libxcb-xinerama0",
    "libxcb-xkb": "libxcb-xkb1",
    "libxkbcommon": "libxkbcommon0",
    "libxkbcommon-x11": "libxkbcommon-x11-0",
}

MODULES = ("PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets", "PySide6.QtSvg")

_NOT_LOADED = re.compile(r"(\S+\.so[.\d]*): cannot open shared object file")
_NOT_FOUND = re.compile(r"^\s*(\S+\.so[.\d]*) => not found", re.MULTILINE)


def missing_from_error(message: str) -> list[str]:
    """The shared library that an ImportError complains of; empty when it is about another thing."""
    return _NOT_LOADED.findall(message)


def missing_from_ldd(output: str) -> list[str]:
    """The shared libraries that `ldd` could not find, each once."""
    return list(dict.fromkeys(_NOT_FOUND.findall(output)))


def advice(libraries: Iterable[str]) -> str:
    """One sentence with the missing `libraries`, and the one line that installs them."""
    names = sorted(set(libraries))
    packages = {name: PACKAGES.get(name.split(".so", 1)[0]) for name in names}
    known = sorted({package for package in packages.values() if package})
    unknown = [name for name, package in packages.items() if not package]
    subject = "these system libraries are" if len(names) > 1 else "this system library is"
    lines = [
        phrase(
            "The window cannot open: {subject} missing: {names}.",
            subject=subject,
            names=", ".join(names),
        )
    ]
    if known:
        lines.append(
            phrase("On Debian or Ubuntu: sudo apt-get install -y {known}", known=" ".join(known))
        )
    if unknown:
        lines.append(
            phrase(
                "Find the package that has {unknown} and install it.", unknown=", ".join(unknown)
            )
        )
    return "\n".join(lines)


def _trace(path: Path) -> str:
    """What `ldd` says about `path`; nothing where there is no `ldd` (macOS, Windows, musl)."""
    ldd = shutil.which("ldd")
    if ldd is None or not path.exists():
        return ""
    return subprocess.run([ldd, str(path)], capture_output=True, text=True, check=False).stdout


def folder() -> Path | None:
    """Where PySide6 is installed, without importing any of its libraries."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def complaint(
    environment: Mapping[str, str],
    *,
    load: Callable[[str], object] = importlib.import_module,
    trace: Callable[[Path], str] = _trace,
    folder: Path | None = None,
) -> str | None:
    """What keeps Qt from loading, as text for the user; None when nothing does.

    With a display in `environment` the plugin that draws on it is looked at too: Qt loads it
    only when the first window opens, and then ends the program.
    """
    missing: list[str] = []
    other: str | None = None
    for module in MODULES:
        try:
            load(module)
        except ImportError as error:
            found = missing_from_error(str(error))
            missing += found
            if not found:
                other = str(error)
    if folder is not None:
        if missing:  # the loader names the first one only
            for module in MODULES[1:]:
                missing += missing_from_ldd(trace(folder / f"{module.split('.')[1]}.abi3.so"))
        if environment.get("DISPLAY") and environment.get("QT_QPA_PLATFORM", "xcb") == "xcb":
            plugin = folder / "Qt" / "plugins" / "platforms" / "libqxcb.so"
            missing += missing_from_ldd(trace(plugin))
    if missing:
        return advice(missing)
    if other is not None:
        return phrase(
            "The window cannot open: {other}.\nInstall the packages again: make clean run",
            other=other,
        )
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is missing, if anything is; 0 when Qt can load, 1 when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m gui.libraries", description=__doc__)
    parser.add_argument("--offscreen", action="store_true", help="no window will be shown")
    options = parser.parse_args(arguments)
    environment = dict(os.environ)
    if options.offscreen:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    problem = complaint(environment, folder=folder())
    if problem is None:
        return 0
    print(problem, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
