"""Writing a file so that, whatever happens, the old one or the new one is there, and complete."""

import errno
import os
import secrets
import shutil
import socket
import stat
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from graphs.errors import NotSaved
from graphs.files import owners
from graphs.wording.phrases import phrase

PREFIX, SUFFIX = ".layerloom-", ".saving"
"""How the names of temporary files begin and end; between them: machine, process and chance."""

_REASONS = {
    errno.EACCES: (
        "you have no permission.",
        "Choose another place, or change the permissions.",
        "Change the permissions.",
    ),
    errno.EDQUOT: (
        "your share of the disk is full.",
        "Make room, or choose another disk.",
        "Make room.",
    ),
    errno.EFBIG: (
        "the disk does not take files of this size.",
        "Choose another disk.",
        "Move its folder to another disk.",
    ),
    errno.EIO: (
        "the disk reports an error.",
        "Choose another disk, and check this one.",
        "Check the disk.",
    ),
    errno.EISDIR: ("a folder has this name.", "Choose another name.", "Move that folder away."),
    errno.ELOOP: (
        "it is a link that leads back to itself.",
        "Choose another name.",
        "Remove the link.",
    ),
    errno.ENAMETOOLONG: (
        "its name is too long.",
        "Choose a shorter one.",
        "Move its folder to a place with a shorter name.",
    ),
    errno.ENOENT: (
        "it or its folder is not there.",
        "Choose another place.",
        "Put its folder back.",
    ),
    errno.ENOSPC: ("the disk is full.", "Make room, or choose another disk.", "Make room."),
    errno.ENOTDIR: (
        "a part of its path is a file, not a folder.",
        "Choose another place.",
        "Move that file away.",
    ),
    errno.EPERM: (
        "the system does not allow it.",
        "Choose another place.",
        "Change the permissions.",
    ),
    errno.EROFS: (
        "the disk is read-only.",
        "Choose another disk.",
        "Allow writing on it, or move the folder to another disk.",
    ),
}
"""Why the system refused, what to do, and what to do where name and place cannot be chosen."""


BLOCK = 4096
"""Bytes that most disks give to a file at least."""
_IN_PLACE = (
    getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


class Disk:
    """The calls to the system that saving makes, so that tests can let each of them fail."""

    def create(self, path: Path) -> int:
        """Open a new file for writing."""
        binary = getattr(os, "O_BINARY", 0)  # Windows would change the line ends
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, 0o666)

    def write(self, file: int, data: memoryview) -> int:
        """Write some of ``data`` and say how much."""
        return os.write(file, data)

    def set_mode(self, path: Path, mode: int) -> None:
        """Set who may read and write the file."""
        path.chmod(mode)

    def sync(self, file: int) -> None:
        """Wait until the file is on the disk itself."""
        os.fsync(file)

    def close(self, file: int) -> None:
        """Close the file; a network disk may report only here that it is full."""
        os.close(file)

    def replace(self, old: Path, new: Path) -> None:
        """Give the file ``old`` the name ``new``, in one step that cannot be seen half done."""
        old.replace(new)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the folder's list of names is on the disk itself."""
        if os.name == "nt":
            return  # Windows does it by itself and cannot open folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # a disk without this ability
                raise
        finally:
            os.close(handle)


def write_atomically(
    path: Path | str,
    data: bytes,
    disk: Disk | None = None,
    *,
    within: Path | None = None,
    last_look: Callable[[Path], None] | None = None,
) -> tuple[str, ...]:
    """Put ``data`` into the file at ``path``, in the place of what was there.

    A link is followed, but not out of the folder ``within``, and who may read the file stays as it
    was. Where ``within`` is given, the name cannot be chosen, and so nobody is asked to choose one.
    ``last_look`` is given the file that is about to be replaced, when all is written; what it
    raises ends the saving. Raises NotSaved with a sentence; then the old file is untouched.

    What is uncertain although the file is saved is returned as a sentence.
    """
    path, disk, own = Path(path), disk or Disk(), within is not None
    try:
        target = target_of(path, within)
        mode = mode_of(target)
        sweep(target.parent)
        _replace(target, data, mode, disk, last_look)
    except (OSError, ValueError) as error:
        raise NotSaved(
            "“{name}” could not be saved: {reason}", name=path.name, reason=reason(error, own)
        ) from error
    try:
        disk.sync_folder(target.parent)
    except OSError as error:  # the new file has its name already
        return (
            phrase(
                "“{name}” was saved. Whether it would outlast a power cut is not certain: {reason}",
                name=path.name,
                reason=reason(error, own),
            ),
        )
    return ()


def write_together(files: Mapping[Path, bytes], disk: Disk | None = None) -> None:
    """Write files that belong together, in the place of those that were there: all, or none.

    Nothing has its name before all are written, so that a full disk changes nothing; a kill just
    while they get their names may leave some as they were. Raises NotSaved with a sentence; then
    every file is as it was.
    """
    disk = disk or Disk()
    parts: dict[Path, tuple[Path, Path, Path | None]] = {}
    done: list[tuple[Path, Path | None]] = []
    path = next(iter(files))
    try:
        for path, data in files.items():
            target = target_of(path)
            mode = mode_of(target)
            sweep(target.parent)
            part = temporary(target.parent)
            parts[path] = target, part, None if mode is None else temporary(target.parent)
            _fill(part, data, mode, disk)
        for path in files:
            target, part, before = parts[path]
            if before is not None:
                _keep(target, before)
            disk.replace(part, target)
            done.append((target, before))
    except BaseException as error:
        for target, before in done:
            with suppress(OSError):
                target.unlink() if before is None else before.replace(target)
        if not isinstance(error, OSError | ValueError):
            raise
        raise NotSaved(
            "“{name}” could not be saved: {reason}", name=path.name, reason=reason(error)
        ) from error
    finally:
        for name in (name for _, *names in parts.values() for name in names if name is not None):
            with suppress(OSError):
                name.unlink(missing_ok=True)
    for folder in {target.parent for target, _, _ in parts.values()}:
        with suppress(OSError):  # they have their names, whatever a power cut does
            disk.sync_folder(folder)


def _keep(target: Path, name: Path) -> None:
    """Keep a file under a second name; as a copy where the disk knows no second names."""
    try:
        os.link(target, name)
    except OSError:
        shutil.copy2(target, name)


def put(path: Path, data: bytes, disk: Disk | None = None) -> None:
    """Make a new small file, or none when it cannot be whole.

    Raises OSError; FileExistsError when one is there, which is left as it is.
    """
    disk = disk or Disk()
    file = disk.create(path)
    try:
        _through(file, data, disk)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def written_over(path: Path, data: bytes, disk: Disk | None = None) -> bool:
    """Write a few words into a small file where it lies, as a full disk has no room beside it.

    Spaces fill it up to its old length; so it takes no more room as long as it stays in one block.
    Says whether that went well; if not, all is as it was. Links are not followed.
    """
    disk = disk or Disk()
    try:
        file = os.open(path, os.O_RDWR | _IN_PLACE)
    except (OSError, ValueError):
        return False
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or max(len(data), found.st_size) > BLOCK:
            return False
        before = os.read(file, BLOCK)
        if _over(file, data.ljust(len(before)), disk):
            return True
        _over(file, before, disk)
        os.ftruncate(file, len(before))
    except OSError:
        return False
    finally:
        os.close(file)
    return False


def _over(file: int, data: bytes, disk: Disk) -> bool:
    try:
        os.lseek(file, 0, os.SEEK_SET)
        left = memoryview(data)
        while left:
            left = left[disk.write(file, left) :]
        disk.sync(file)
    except OSError:
        return False
    return True


def reason(error: OSError | ValueError, own: bool = False) -> str:
    """Why the system refused, and what to do, as the end of a sentence.

    ``own`` says that it is a file of the program's own, whose name and place cannot be chosen.
    """
    if not isinstance(error, OSError):  # a NUL in the path, or a letter the disk cannot write
        way = phrase("Rename its folder.") if own else phrase("Choose another name.")
        return phrase("its name holds characters that the disk does not take. {way}", way=way)
    told = f"{error.strerror or error}."
    usual = (
        told,
        phrase("Choose another place, or try again."),
        phrase("Mend that, then try again."),
    )
    why, way, own_way = _REASONS.get(error.errno or 0, usual)
    return f"{why} {own_way if own else way}"


def target_of(path: Path, within: Path | None = None) -> Path:
    """The file that a path leads to. Raises OSError and ValueError."""
    target = Path(os.path.realpath(path))
    if within is not None and not lies_in(target, within):
        raise OSError(None, "it is a link that leads out of its folder")
    return target


def lies_in(path: Path, folder: Path) -> bool:
    """Whether a path leads to somewhere in a folder, once all links are followed."""
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    except (OSError, ValueError):
        return False


def mode_of(target: Path) -> int | None:
    """Who may read and write a file; None when there is none. Raises OSError where it must stay."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):  # /dev/null would be gone for every program
        raise OSError(None, "it is a device, not a file")
    # Replacing a file needs no right to write it, so a read-only file must be asked for.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise OSError(None, "the file is read-only")
    return stat.S_IMODE(mode)


def _replace(
    target: Path,
    data: bytes,
    mode: int | None,
    disk: Disk,
    last_look: Callable[[Path], None] | None,
) -> None:
    part = temporary(target.parent)
    try:
        _fill(part, data, mode, disk)
        if last_look is not None:
            last_look(target)
        disk.replace(part, target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def temporary(folder: Path) -> Path:
    """A name for a file that is still being written; what a kill leaves of it is swept."""
    return folder / f"{_mine()}{secrets.token_hex(4)}{SUFFIX}"


def _fill(path: Path, data: bytes, mode: int | None, disk: Disk) -> None:
    file = disk.create(path)

    def before() -> None:
        if mode is not None:  # before there is anything in it to read
            disk.set_mode(path, mode)

    _through(file, data, disk, before, sync=True)


def _through(
    file: int,
    data: bytes,
    disk: Disk,
    before: Callable[[], None] = lambda: None,
    *,
    sync: bool = False,
) -> None:
    """Write all into a file that is open, and close it."""
    try:
        before()
        left = memoryview(data)
        while left:
            left = left[disk.write(file, left) :]
        if sync:
            disk.sync(file)
    except BaseException:
        with suppress(OSError):
            os.close(file)
        raise
    disk.close(file)


# ---- what a killed process left behind ----


def sweep(folder: Path) -> None:
    """Remove temporary files of processes that are no more; never those of another machine."""
    with suppress(OSError, ValueError):
        names = [e.name for e in os.scandir(folder) if e.name.startswith(_of_this_machine())]
        for name in names:
            process = name.removeprefix(_of_this_machine()).partition("-")[0]
            if (
                name.endswith(SUFFIX)
                and process.isdecimal()
                and not owners.is_running(int(process))
            ):
                (folder / name).unlink()


def _of_this_machine() -> str:
    # A network folder may hold files of processes elsewhere, of which nothing is known here.
    return f"{PREFIX}{zlib.crc32(socket.gethostname().encode()):08x}-"


def _mine() -> str:
    return f"{_of_this_machine()}{os.getpid()}-"
