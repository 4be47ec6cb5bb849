"""Nothing is sent to anybody: no library that we load reports that it was used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.commanding import ROOT

# All that the export is told of its surroundings: where it looks like a test or a server of builds,
# onnxruntime reports nothing, whatever we do.
PLAIN = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP")


@pytest.mark.proof
def test_an_export_leaves_only_our_own_at_home(trained: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    plain = {name: os.environ[name] for name in PLAIN if name in os.environ}

    subprocess.run(
        [sys.executable, "-m", "engine", "export", trained, "--to", "onnx", "-o", "xor.onnx"],
        env={**plain, "HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    assert (tmp_path / "xor.onnx").is_file()
    files = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
    assert [path for path in files if "layerloom" not in path.parts] == []
