"""What a save replaces is kept, but not without end."""

import os
from pathlib import Path

import pytest

from graphs.keeping import backups


def save(document: Path, content: bytes, second: int, folder: Path) -> None:
    """What lies there is kept, and another content comes in its place."""
    backups.keep(document, folder)
    document.write_bytes(content)
    os.utime(document, (second, second))


def contents(document: Path, folder: Path) -> list[bytes]:
    return [backup.path.read_bytes() for backup in backups.of(document, folder)]


def test_each_version_is_kept_once_and_the_newest_comes_first(tmp_path: Path) -> None:
    document = tmp_path / "a.loom"
    for second, content in enumerate([b"1", b"2", b"2", b"3"], 100):
        save(document, content, second, tmp_path)
    assert contents(document, tmp_path) == [b"2", b"1"]
    assert [one.when for one in backups.of(document, tmp_path)] == [101.0, 100.0]


def test_there_are_no_more_than_so_many_of_a_document(tmp_path: Path) -> None:
    document = tmp_path / "a.loom"
    for second in range(backups.MOST + 5):
        save(document, str(second).encode(), second, tmp_path)
    newest = backups.MOST + 3
    expected = [str(newest - back).encode() for back in range(backups.MOST)]
    assert contents(document, tmp_path) == expected


def test_there_are_no_more_bytes_than_so_many_of_all_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "MOST_BYTES", 250)
    old, new = tmp_path / "old.loom", tmp_path / "new.loom"
    for second, document in enumerate([old, old, new, new, new, new], 100):
        save(document, bytes([second]) * 100, second, tmp_path)
    assert contents(old, tmp_path) == []
    assert len(contents(new, tmp_path)) == 2


def test_documents_of_one_name_in_two_folders_are_apart(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        save(tmp_path / name / "net.loom", name.encode(), 1, tmp_path)
        backups.keep(tmp_path / name / "net.loom", tmp_path)
    assert contents(tmp_path / "a" / "net.loom", tmp_path) == [b"a"]
