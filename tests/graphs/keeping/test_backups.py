"""What a save replaces is kept, but not without end."""

import errno
import os
from pathlib import Path

import pytest

from graphs.files import opener
from graphs.keeping import backups
from graphs.keeping.keeper import Keeper


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


def test_when_a_version_was_saved_is_asked_of_the_file_that_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, real = tmp_path / "a.loom", Path.stat
    document.write_bytes(b"1")

    def refused(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path == document:
            raise OSError(errno.EIO, "Input/output error")
        return real(path, follow_symlinks=follow_symlinks)

    look = Keeper(tmp_path / "state").last_look(None)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", refused)
        look(document)  # another program may have taken its name away meanwhile
    assert len(backups.of(document, tmp_path / "state")) == 1


def test_a_disk_that_does_not_tell_of_a_file_is_no_reason_not_to_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "a.loom"
    document.write_bytes(b"1")

    def refused(_: int) -> os.stat_result:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", refused)
        Keeper(tmp_path / "state").last_look(None)(document)
    with monkeypatch.context() as patch:
        patch.setattr(backups, "put", lambda *_: refused(0))
        Keeper(tmp_path / "state").last_look(None)(document)
    with monkeypatch.context() as patch:
        patch.setattr(opener, "content", lambda *_: refused(0))
        Keeper(tmp_path / "state").last_look(None)(document)
    assert backups.of(document, tmp_path / "state") == []
