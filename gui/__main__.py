"""The command ``layerloom``: a window, the demo, or the command line without a window."""

import gc
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

DONE, PROBLEM, USAGE = 0, 1, 2
ABOUT = """Layerloom draws, trains and exports neural networks.

  layerloom [FILE]            open the window
  layerloom demo [--out DIR]  open the digits example; with no display, train and export it there

Without a window:
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for; nothing heavy is imported before it is needed."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    match arguments:
        case []:
            return _window(None)
        case ["demo", *rest]:
            return _demo(rest)
        case [name] if not name.startswith("-") and _is_file(name):
            return _window(Path(name))
        case ["--help" | "-h"]:
            sys.stdout.write(ABOUT)
        case _:
            pass
    from engine.cli import edge

    return edge.run(arguments)


def _is_file(name: str) -> bool:
    return name.endswith(".loom") or Path(name).is_file()  # a folder may be called like a command


def has_display(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can be seen."""
    asked = environment.get("QT_QPA_PLATFORM", "")
    if asked:
        return not asked.startswith(("offscreen", "minimal"))
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return not platform.startswith("linux") or bool(shown)


def _complaint() -> str | None:
    """Why no window can open, as sentences; None when one can."""
    try:
        import PySide6.QtSvg
        import PySide6.QtWidgets  # noqa: F401  # whether they load is the question
    except ImportError:
        from gui.libraries import complaint

        return complaint(os.environ)
    if not has_display(os.environ) and "QT_QPA_PLATFORM" not in os.environ:
        return (
            "There is no display to open a window on. Train without one: layerloom train FILE. "
            "All commands: layerloom --help"
        )
    return None


def _end_on_interrupt() -> None:
    """Ctrl+C in the terminal ends the program at once, also while its parts are being imported."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is imported is no garbage; looking through it again and again takes a tenth of it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _window(file: Path | None) -> int:
    _end_on_interrupt()
    complaint = _complaint()
    if complaint is not None:
        sys.stderr.write(complaint + "\n")
        return PROBLEM
    with _uncollected():
        from gui.app.application import run

    return run(file)


def _demo(arguments: Sequence[str]) -> int:
    import argparse

    parser = argparse.ArgumentParser(
        prog="layerloom demo",
        description="Open the digits example. Without a display: train and export it offscreen.",
    )
    parser.add_argument("--out", type=Path, default=Path("demo"), help="where the results go")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as end:
        return USAGE if end.code else DONE
    _end_on_interrupt()
    if not has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    complaint = _complaint()
    if complaint is not None:
        sys.stderr.write(complaint + "\n")
        return PROBLEM
    with _uncollected():
        from gui.app import demo

    return demo.shown() if has_display(os.environ) else demo.driven(options.out)


if __name__ == "__main__":
    sys.exit(main())
