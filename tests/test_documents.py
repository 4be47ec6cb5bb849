"""What the documents promise holds: commands run, paths exist, targets are in the Makefile."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gui.libraries import PACKAGES

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
LAYERLOOM = Path(sys.executable).with_name("layerloom")

# What answers within seconds; the rest trains, and is proven with `make proof`.
CHEAP = {"templates", "layers", "new", "check"}

_FENCED = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#]+)\)")
_QUOTED = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[\w.*<>-]*/[\w./*<>-]*|[\w-]+\.(?:py|toml|md|txt|svg)")
_IN_A_PACKAGE = re.compile(r"(?<![\w/.])(?:graphs|engine|gui|tests|assets)/[\w./*<>-]*[\w/*>]")


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def commands_of(document: str) -> list[list[str]]:
    """The shell commands in the document's fenced blocks, in order, each as its words."""
    blocks = _FENCED.findall(text_of(document))
    lines = (shlex.split(line, comments=True) for block in blocks for line in block.splitlines())
    return [words for words in lines if words]


def layerloom(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LAYERLOOM), *words], cwd=folder, capture_output=True, text=True, check=False
    )


def paths_in(text: str) -> set[str]:
    """What reads like a path: in backticks anywhere, and bare where it begins with a package."""
    quoted = {token for token in _QUOTED.findall(text) if _PATH.fullmatch(token)}
    return quoted | set(_IN_A_PACKAGE.findall(text))


def exists(path: str) -> bool:
    """Whether `path` is there; `<id>` stands for any name."""
    pattern = re.sub(r"<[^>]*>", "*", path).strip("/")
    return any(ROOT.glob(pattern)) if "*" in pattern else (ROOT / pattern).exists()


def test_the_readmes_cheap_commands_run(tmp_path: Path) -> None:
    words = [line[1:] for line in commands_of("README.md") if line[0] == "layerloom"]
    cheap = [line for line in words if line[0] in CHEAP]
    assert {line[0] for line in cheap} == CHEAP
    for line in cheap:
        done = layerloom(line, tmp_path)
        assert done.returncode == 0, f"layerloom {shlex.join(line)}: {done.stderr}"
    assert (tmp_path / "digits.loom").stat().st_size > 0


@pytest.mark.proof
@pytest.mark.timeout(1200)
def test_all_of_the_readmes_commands_run_one_after_the_other(tmp_path: Path) -> None:
    for line in commands_of("README.md"):
        if line[0] == "layerloom":
            done = layerloom(line[1:], tmp_path)
            assert done.returncode == 0, f"{shlex.join(line)}: {done.stderr}"
    assert (tmp_path / "digits.onnx").stat().st_size > 0
    assert (tmp_path / "digits.safetensors").stat().st_size > 0


def test_the_readme_sets_up_with_two_commands() -> None:
    made = [line for line in commands_of("README.md") if line[0] == "make"]
    assert made == [["make", "run"], ["make", "test"]]


def test_the_readmes_system_packages_are_those_that_qt_can_miss() -> None:
    (line,) = (line for line in commands_of("README.md") if "apt-get" in line)
    packages = set(line[line.index("-y") + 1 :]) - {"make", "python3-venv"}
    assert packages <= set(PACKAGES.values())
    assert {"libegl1", "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4"} <= packages


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_inside_the_project_leads_somewhere(document: str) -> None:
    links = [link for link in _LINK.findall(text_of(document)) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_is_named_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", text_of(document)))
    assert named <= targets


def test_every_path_that_the_architecture_names_exists() -> None:
    named = paths_in(text_of("ARCHITECTURE.md"))
    assert {path.split("/")[0] for path in named} >= {"graphs", "engine", "gui"}
    assert sorted(path for path in named if not exists(path)) == []


def test_paths_are_found_in_backticks_and_in_running_text() -> None:
    text = "See graphs/layers/linear.py and `assets/layers/<id>.svg`, `x / y`, `README.md`."
    assert paths_in(text) == {"graphs/layers/linear.py", "assets/layers/<id>.svg", "README.md"}
    assert exists("assets/layers/<id>.svg")
    assert not exists("assets/layers/nothing.svg")
    assert not exists("assets/<id>.gif")
