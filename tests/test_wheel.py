"""The built wheel works outside the checkout: its packages, its assets, its command, its window."""

import email
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

READS_ASSETS = """
import assets
assert assets.path("layers/linear.svg").read_bytes()
assert assets.path("layerloom.svg").read_bytes()
assert assets.path("fonts/Inter-Regular.otf").read_bytes()
assert assets.path("text/topics.json").read_bytes()
assert assets.path("text/topics-LICENSE.txt").read_bytes()
print(assets.__file__)
"""

RUNS_THE_COMMAND = """
import sys
from gui.__main__ import main
sys.argv = ["layerloom", "layers", "--json"]
sys.exit(main())
"""

OPENS_THE_WINDOW = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
application = QApplication([])
from gui.window.window import Window
window = Window()
window.show()

def look():
    assert window.isVisible()
    print("opened", flush=True)
    window.close()

QTimer.singleShot(500, look)
application.exec()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources, so that nothing is left in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("assets", "engine", "graphs", "gui"):
        shutil.copytree(ROOT / name, sources / name, ignore=leave)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(sources),
    ]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = folder.glob("layerloom-*.whl")
    return found


def run(command: list[str], folder: Path, **environment: str) -> str:
    """What the command prints when it is run in an empty folder, far from the checkout."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_sources_and_the_assets_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {
        "assets", "engine", "graphs", "gui",
    }  # fmt: skip
    for package in ("assets", "engine", "graphs", "gui"):
        sources = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / package).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        screenshots = {name for name in sources if name.startswith("assets/screenshots/")}
        assert {name for name in names if name.startswith(f"{package}/")} == sources - screenshots


def test_the_wheel_excludes_the_qt_that_breaks(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(name))
    (qt,) = (line for line in metadata.get_all("Requires-Dist", []) if line.startswith("PySide6"))
    assert "!=6.12.0" in qt


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel installed into a folder of its own, beside the libraries that are here already."""
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(target), str(wheel)], check=True, capture_output=True)
    return target


@pytest.mark.parametrize("program", [READS_ASSETS, RUNS_THE_COMMAND, OPENS_THE_WINDOW])
def test_the_installed_wheel_works(program: str, unpacked: Path, tmp_path: Path) -> None:
    # A path entry comes before the checkout that the development environment points to.
    output = run([sys.executable, "-c", program], tmp_path, PYTHONPATH=str(unpacked))
    if program is READS_ASSETS:
        assert output.startswith(str(unpacked))
    if program is RUNS_THE_COMMAND:
        assert '"layers"' in output
    if program is OPENS_THE_WINDOW:
        assert output.endswith("opened\n")


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_the_wheel_installs_into_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    run([sys.executable, "-m", "venv", "fresh"], tmp_path)
    folder = tmp_path / "fresh" / ("Scripts" if os.name == "nt" else "bin")
    python = str(folder / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt")]
    run([*pip, "torch==2.13.*"], tmp_path)
    run([*pip, str(wheel)], tmp_path)
    assert str(tmp_path) in run([python, "-c", READS_ASSETS], tmp_path)
    assert '"layers"' in run([str(folder / "layerloom"), "layers", "--json"], tmp_path)
    assert run([python, "-c", OPENS_THE_WINDOW], tmp_path).endswith("opened\n")
