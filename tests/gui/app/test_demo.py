"""The demo drives the window by what can be seen: without it, it fails."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui import __main__ as command
from gui.app import demo
from gui.app.demo import DemoError, Driver
from gui.window.window import Window
from tests.gui.found_widgets import part


@pytest.mark.proof
def test_the_demo_leaves_picture_metrics_weights_and_onnx(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    said: list[str] = []
    Driver(window, tmp_path / "demo", said.append).drive("xor")
    out = tmp_path / "demo"
    names = {"window.png", "metrics.json", "weights.safetensors", "model.onnx"}
    assert {path.name for path in out.iterdir()} == names
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["train"]["accuracy"] == 1.0, "its four samples are all there are"
    assert QImage(str(out / "window.png")).width() == window.width()
    assert "training" in window.docks.shown(), "the picture is of the curves"
    assert {str(out / name) for name in names} <= set(said)
    assert "train accuracy: 1.0000" in said


def test_without_a_train_button_that_can_be_pressed_the_demo_fails(
    window: Window, tmp_path: Path
) -> None:
    part(window, QPushButton, "train_button").setEnabled(False)
    with pytest.raises(DemoError, match="The button “Train” cannot be pressed"):
        Driver(window, tmp_path, lambda line: None).drive("xor")
    assert not window.training.is_live


def test_a_train_button_that_does_nothing_fails_too(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "BEGIN_SECONDS", 0.2)
    part(window, QPushButton, "train_button").clicked.disconnect()
    with pytest.raises(DemoError, match="The training to begin takes longer"):
        Driver(window, tmp_path, lambda line: None).drive("xor")


def test_a_folder_that_cannot_be_made_is_a_sentence(window: Window, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DemoError, match="Choose another by --out"):
        Driver(window, tmp_path / "taken", lambda line: None).drive("xor")


def test_the_demo_knows_nothing_of_the_engine() -> None:
    source = Path(demo.__file__).read_text(encoding="utf-8")
    assert "engine" not in source.replace("Nothing of the engine", "")


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "xcb"}, True),
    ],
)
def test_a_display_is_there_or_not(environment: dict[str, str], shown: bool) -> None:
    assert command.has_display(environment, "linux") is shown


def test_a_mac_always_has_a_display() -> None:
    assert command.has_display({}, "darwin")


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    kept.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, "-m", "gui", *arguments],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


INTERRUPTED = """
import os, signal, sys
from importlib.abc import MetaPathFinder

class Interrupting(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "PySide6.QtWidgets":
            os.kill(os.getpid(), signal.SIGINT)
        return None

sys.meta_path.insert(0, Interrupting())
from gui.__main__ import main
main(sys.argv[1:])
"""


@pytest.mark.skipif(os.name != "posix", reason="other systems have no signals to send")
@pytest.mark.parametrize("arguments", [(), ("demo",)])
def test_an_interrupt_while_the_window_is_imported_ends_without_a_traceback(
    arguments: tuple[str, ...],
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *arguments],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == -signal.SIGINT
    assert ended.stderr == ""


MUTTERING = """
from pathlib import Path
import sys
from gui.app import demo
demo.Driver.drive = lambda self, template: self._window.setMinimumWidth(2000)
sys.exit(demo.driven(Path(sys.argv[1])))
"""


def test_what_qt_mutters_offscreen_goes_into_the_log(tmp_path: Path, home: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", MUTTERING, str(tmp_path)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "propagateSizeHints" in next(home.rglob("layerloom.log")).read_text(encoding="utf-8")


def test_without_a_display_the_window_is_refused_with_the_way_out() -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have a display")
    ended = run()
    assert ended.returncode == 1
    assert "layerloom train FILE" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_help_tells_of_window_demo_and_commands() -> None:
    ended = run("--help")
    assert ended.returncode == 0
    for word in ("layerloom [FILE]", "layerloom demo", "train", "export", "templates"):
        assert word in ended.stdout


def test_a_wrong_option_of_the_demo_is_wrong_usage() -> None:
    assert run("demo", "--nonsense").returncode == 2


def test_commands_reach_the_command_line() -> None:
    ended = run("templates", "--json")
    assert ended.returncode == 0
    assert "digits-cnn" in {one["id"] for one in json.loads(ended.stdout)["templates"]}


def test_the_window_needs_no_torch_to_open() -> None:
    script = (
        "import sys; from gui.app.application import application, window_of; app = application();"
        "window = window_of(app, ready=False); app.processEvents();"
        "print('torch' in sys.modules, window.isVisible()); window.close()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.stdout.split() == ["False", "True"], ended.stderr
