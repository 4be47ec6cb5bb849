"""What tests of the command line start from, and what those that write ONNX files share."""

import importlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.cli import commands
from graphs import files
from graphs.templates import find
from tests.engine.commanding import Done, Layerloom, process


@pytest.fixture
def layerloom(capsys: pytest.CaptureFixture[str]) -> Layerloom:
    """Run a command in this process."""

    def run(*words: object) -> Done:
        capsys.readouterr()
        code = commands.main([str(word) for word in words])
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def xor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document."""
    path = tmp_path_factory.mktemp("documents") / "xor.loom"
    template = find("xor")
    assert template is not None
    files.write(template.document(), path)
    return path


@pytest.fixture(scope="session")
def trained(xor: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that finished."""
    folder = tmp_path_factory.mktemp("runs") / "xor"
    home = str(tmp_path_factory.mktemp("home"))  # made before the test's own home is
    words = ("train", xor, "--epochs", 40, "--seed", 1, "--out", folder)
    done = process(*words, LAYERLOOM_HOME=home)
    assert done.code == 0, done.err
    return folder


@pytest.fixture(scope="session", autouse=True)
def operators_are_read_once() -> Iterator[None]:
    """Let torch's exporter keep the list of operators that it would read anew for every file.

    It reads some 500 functions from their sources for that, and nobody changes the list.
    """
    if "torch.onnx" not in sys.modules:  # of the tests that were chosen none writes a file
        yield
        return
    exporter = importlib.import_module("torch.onnx._internal.exporter._registration")
    library = exporter.onnxscript_apis  # loaded when it is first asked
    once = SimpleNamespace(get_torchlib_ops=cache(lambda: library.get_torchlib_ops()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exporter, "onnxscript_apis", once)
        yield
