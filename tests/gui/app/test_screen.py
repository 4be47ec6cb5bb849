"""Where there is no screen the program ends with a sentence, never with Qt's own abort."""

import os
import subprocess
import sys

import pytest

from gui import libraries
from gui.app import screen

FATAL = (
    "This application failed to start because no Qt platform plugin could be initialized.\n"
    "Available platform plugins are: minimal, offscreen, xcb, wayland-egl."
)


def start(**settings: str) -> subprocess.CompletedProcess[str]:
    """Start the program with these settings of its environment and no other of a screen."""
    none = {"DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM"}
    kept = {name: value for name, value in os.environ.items() if name not in none}
    return subprocess.run(
        [sys.executable, "-m", "gui"],
        env={**kept, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only there is a display a setting")
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "no display to open a window on"),
        ({"QT_QPA_PLATFORM": "xcb"}, "no display to open a window on"),
        ({"DISPLAY": ":987"}, "the display “:987” is not there"),
        ({"QT_QPA_PLATFORM": "nonsense"}, "QT_QPA_PLATFORM asks for “nonsense”"),
    ],
)
def test_the_program_says_that_there_is_no_screen_and_fails(
    settings: dict[str, str], said: str
) -> None:
    ended = start(**settings)
    assert said in ended.stderr
    assert "layerloom train FILE" in ended.stderr or "choose one of: " in ended.stderr
    assert (ended.returncode, ended.stdout) == (1, "")


def test_a_library_that_the_screen_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    advice = libraries.advice(["libxcb-cursor.so.0"])
    monkeypatch.setattr(libraries, "complaint", lambda environment, folder: advice)
    assert "libxcb-cursor0" in screen.complaint(FATAL, {"DISPLAY": ":0"})


def test_what_can_be_chosen_instead_is_listed() -> None:
    said = f'Could not find the Qt platform plugin "vnv" in ""\n{FATAL}'
    told = screen.complaint(said, {"QT_QPA_PLATFORM": "vnv"})
    assert told.endswith("choose one of: minimal, offscreen, xcb, wayland-egl.")
