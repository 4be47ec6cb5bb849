"""Saving is whole or not at all, at whatever moment it fails or is killed."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from graphs import files
from graphs.document.edits import NodeId
from graphs.errors import Missing, NotSaved, Unreadable
from graphs.files import saving
from graphs.steps import operations
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier

OLD, NEW = b"old\n" * 1000, b"new\n" * 3000


class FaultyDisk(saving.Disk):
    """Fails with ``code`` at the ``fail_at``-th call, and writes 5,000 bytes at a time at most."""

    def __init__(self, fail_at: int, code: int) -> None:
        self.left, self.code = fail_at, code

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(self.code, os.strerror(self.code))

    def create(self, path: Path) -> int:
        self.count()
        return super().create(path)

    def write(self, file: int, data: memoryview) -> int:
        self.count()
        return super().write(file, data[:5000])

    def set_mode(self, path: Path, mode: int) -> None:
        self.count()
        super().set_mode(path, mode)

    def sync(self, file: int) -> None:
        self.count()
        super().sync(file)

    def close(self, file: int) -> None:
        super().close(file)
        self.count()

    def replace(self, old: Path, new: Path) -> None:
        self.count()
        super().replace(old, new)

    def sync_folder(self, folder: Path) -> None:
        self.count()
        super().sync_folder(folder)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0


def refusal(path: Path, disk: FaultyDisk) -> str:
    """What saving says when it fails, or is uncertain; nothing when it succeeds."""
    try:
        return " ".join(saving.write_atomically(path, NEW, disk))
    except NotSaved as error:
        return str(error)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("there", [True, False])
def test_whatever_call_fails_the_old_or_the_new_file_is_there_and_whole(
    tmp_path: Path, code: int, there: bool
) -> None:
    path, handles = tmp_path / "net.loom", open_files()
    # create, mode (of a file that was there), 3 writes, sync, close, replace, sync of the folder
    calls = 9 if there else 8
    for call in range(1, calls + 1):
        path.unlink(missing_ok=True)
        if there:
            path.write_bytes(OLD)
        said = refusal(path, FaultyDisk(call, code))
        renamed = call == calls
        truth = "was saved. Whether" if renamed else "could not be saved: the disk "
        assert said.startswith(f"“net.loom” {truth}")
        assert ("full" if code == errno.ENOSPC else "error") in said
        assert names(tmp_path) == (["net.loom"] if there or renamed else [])
        assert not path.exists() or path.read_bytes() == (NEW if renamed else OLD)
    if not there:
        path.unlink()
    assert refusal(path, FaultyDisk(calls + 1, code)) == ""
    assert path.read_bytes() == NEW
    assert names(tmp_path) == ["net.loom"]
    assert open_files() == handles


def test_a_save_that_succeeds_replaces_the_file_and_leaves_nothing_beside_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "net.loom"
    for data in (OLD, NEW, b""):
        saving.write_atomically(path, data)
        assert path.read_bytes() == data
    assert names(tmp_path) == ["net.loom"]


def test_a_new_file_gets_the_permissions_that_any_new_file_gets(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    saving.write_atomically(tmp_path / "net.loom", NEW)
    assert (tmp_path / "net.loom").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o777])
def test_who_may_read_the_file_stays_as_it_was(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "net.loom"
    path.write_bytes(OLD)
    path.chmod(mode)
    saving.write_atomically(path, NEW)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere" / "real.loom"
    target.parent.mkdir()
    target.write_bytes(OLD)
    link = tmp_path / "net.loom"
    link.symlink_to(target)
    saving.write_atomically(link, NEW)
    assert link.is_symlink() and target.read_bytes() == NEW
    assert names(tmp_path) == ["elsewhere", "net.loom"]
    assert names(target.parent) == ["real.loom"]


def test_a_link_in_a_circle_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.loom").symlink_to(tmp_path / "b.loom")
    (tmp_path / "b.loom").symlink_to(tmp_path / "a.loom")
    with pytest.raises(NotSaved, match="leads back to itself"):
        saving.write_atomically(tmp_path / "a.loom", NEW)


def test_a_read_only_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "net.loom"
    path.write_bytes(OLD)
    path.chmod(0o444)
    with pytest.raises(NotSaved, match="could not be saved: the file is read-only"):
        saving.write_atomically(path, NEW)
    assert path.read_bytes() == OLD and names(tmp_path) == ["net.loom"]


def test_a_folder_that_is_gone_is_named_as_the_reason(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match="its folder is not there"):
        saving.write_atomically(tmp_path / "gone" / "net.loom", NEW)


def test_a_file_in_place_of_the_folder_is_named_as_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotSaved, match="a part of its path is a file"):
        saving.write_atomically(tmp_path / "file" / "net.loom", NEW)


def test_a_name_that_is_too_long_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match="its name is too long"):
        saving.write_atomically(tmp_path / ("x" * 300 + ".loom"), NEW)
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["a\0b.loom", "a\0b/net.loom"])
def test_a_name_with_impossible_characters_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotSaved, match="characters that the disk does not take"):
        saving.write_atomically(tmp_path / name, NEW)
    with pytest.raises(Unreadable, match="characters"):
        files.read(tmp_path / name)


def test_a_folder_of_that_name_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "net.loom").mkdir()
    with pytest.raises(NotSaved, match="a folder has this name"):
        saving.write_atomically(tmp_path / "net.loom", NEW)
    assert (tmp_path / "net.loom").is_dir()


def test_a_disk_that_refuses_says_so(tmp_path: Path) -> None:
    for code, words in ((errno.EACCES, "no permission"), (errno.EROFS, "disk is read-only")):
        with pytest.raises(NotSaved, match=words):
            saving.write_atomically(tmp_path / "net.loom", NEW, FaultyDisk(1, code))


def test_an_error_without_words_of_ours_is_told_in_those_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match=os.strerror(errno.ENXIO)):
        saving.write_atomically(tmp_path / "net.loom", NEW, FaultyDisk(2, errno.ENXIO))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.loom")
    with pytest.raises(NotSaved, match="it is a device, not a file"):
        saving.write_atomically(tmp_path / "pipe.loom", NEW)
    assert stat.S_ISFIFO((tmp_path / "pipe.loom").stat().st_mode)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.loom")
    (tmp_path / "folder.loom").mkdir()
    for name in ("pipe.loom", "folder.loom"):
        with pytest.raises(Unreadable, match="is no file"):
            files.read(tmp_path / name)
    with pytest.raises(Missing, match=r"“gone\.loom” is not there"):
        files.read(tmp_path / "gone.loom")


# ---- what killed processes leave behind ----


def left_by(process: int, folder: Path) -> Path:
    """A temporary file such as ``process`` would leave when it is killed."""
    temporary = folder / f"{saving._of_this_machine()}{process}-0a1b2c3d{saving.SUFFIX}"
    temporary.touch()
    return temporary


@pytest.fixture
def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_what_a_dead_process_left_is_removed_at_the_next_save_and_open(
    tmp_path: Path, dead_process: int
) -> None:
    path = tmp_path / "net.loom"
    left_by(dead_process, tmp_path)
    files.write(classifier(), path)
    assert names(tmp_path) == ["net.loom"]
    left_by(dead_process, tmp_path)
    files.read(path)
    assert names(tmp_path) == ["net.loom"]


def test_what_a_living_process_or_anybody_else_has_there_stays(
    tmp_path: Path, dead_process: int
) -> None:
    mine = left_by(os.getpid(), tmp_path).name
    others = [
        f"{saving.PREFIX}00000000-{dead_process}-0a1b2c3d{saving.SUFFIX}",  # another machine's
        f"{saving._of_this_machine()}{dead_process}-0a1b2c3d.loom",
        f"{saving._of_this_machine()}x-0a1b2c3d{saving.SUFFIX}",
        ".net.loom.saving",
    ]
    for name in others:
        (tmp_path / name).touch()
    saving.sweep(tmp_path)
    assert names(tmp_path) == sorted([mine, *others])


def test_a_document_that_could_not_be_saved_is_as_it_was_in_memory_and_on_disk(
    tmp_path: Path,
) -> None:
    path, document = tmp_path / "net.loom", classifier()
    files.write(document, path)
    before = path.read_bytes()
    document.apply(operations.move(document.main, [NodeId("flatten")], (5, 5)))
    memory = snapshot(document)
    path.chmod(0o444)
    with pytest.raises(NotSaved):
        files.write(document, path)
    assert path.read_bytes() == before and snapshot(document) == memory
    path.chmod(0o644)
    files.write(document, path)
    assert snapshot(files.read(path).document) == memory


@pytest.mark.parametrize("there", [(), ("a",), ("a", "b")])
def test_files_that_belong_together_are_all_new_or_all_as_they_were(
    tmp_path: Path, there: tuple[str, ...]
) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    outcomes = set()
    for fail_at in range(1, 40):
        for path in paths:
            path.unlink(missing_ok=True)
            if path.name in there:
                path.write_bytes(OLD)
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        disk = FaultyDisk(fail_at, errno.ENOSPC)
        try:
            saving.write_together(dict.fromkeys(paths, NEW), disk)
        except NotSaved:
            wanted = before
        else:
            wanted = {"a": NEW, "b": NEW}
        outcomes.add(wanted == before)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == wanted, fail_at
    assert outcomes == {True, False}


@pytest.mark.parametrize("refused", ["a", "b"])
def test_the_file_that_could_not_get_its_name_is_the_one_that_is_told(
    refused: str, tmp_path: Path
) -> None:
    class Refusing(saving.Disk):
        def replace(self, source: Path, target: Path) -> None:
            if target.name == refused:
                raise OSError(errno.EACCES, "no")
            super().replace(source, target)

    paths = [tmp_path / "a", tmp_path / "b"]
    with pytest.raises(NotSaved, match=f"“{refused}” could not be saved"):
        saving.write_together(dict.fromkeys(paths, NEW), Refusing())
    assert not any(path.exists() for path in paths)
