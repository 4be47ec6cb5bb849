"""What the machine has left for us."""

import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from engine import machine

GB = 10**9


def test_what_is_free_is_bounded_by_the_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=64 * GB))
    monkeypatch.setattr(machine, "_GROUP", tmp_path)
    assert machine.free_memory() == 64 * GB
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text(f"{2 * GB}\n")
    (tmp_path / "memory.stat").write_text(f"anon 5\ninactive_file {GB}\n")
    assert machine.free_memory() == 64 * GB
    (tmp_path / "memory.max").write_text(f"{4 * GB}\n")
    assert machine.free_memory() == 3 * GB
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text(str(3 * GB))
    (tmp_path / "memory" / "memory.usage_in_bytes").write_text(str(2 * GB))
    (tmp_path / "memory" / "memory.stat").write_text("total_inactive_file 0\n")
    assert machine.free_memory() == GB


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_what_is_free_is_bounded_by_the_limit_of_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import resource

    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=64 * GB))
    taken = psutil.Process().memory_info().vms
    monkeypatch.setattr(resource, "getrlimit", lambda _: (taken + 5 * GB, 0))
    assert 4 * GB < machine.free_memory() <= 6 * GB
