"""Paths that users and files name: regular files only, never for ever, never too much."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from graphs.errors import Denied, Missing, NoFile, Outside, TooLarge, Unreadable
from graphs.files import opener

posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes and devices")

Opening = Callable[[Path], object]
OPENINGS: tuple[Opening, ...] = (
    opener.opened,
    opener.appended,
    opener.check,
    lambda path: opener.read_bytes(path, 100),
)


@posix
@pytest.mark.timeout(20)
@pytest.mark.parametrize("opening", OPENINGS)
def test_what_is_no_regular_file_is_refused_at_once(opening: Opening, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for name in ("pipe", "folder", "link", "socket", "/dev/zero", "/dev/tty"):
            if name != "/dev/tty" or os.path.exists(name):
                with pytest.raises(NoFile, match=r"is no file but|is a folder|is no file\."):
                    opening(tmp_path / name)


@posix
def test_a_pipe_with_a_writer_is_refused_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    both = os.open(tmp_path / "pipe", os.O_RDWR)
    for opening in OPENINGS:
        with pytest.raises(NoFile, match="a pipe"):
            opening(tmp_path / "pipe")
    os.close(both)


@posix
def test_a_pipe_that_comes_in_the_last_moment_does_not_hold_us_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    known = os.stat(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(os, "stat", lambda path: known)
    with pytest.raises(NoFile, match="a pipe"):
        opener.opened(tmp_path / "pipe")


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(TooLarge, match=r"“large\.bin” has 5\.0 GB, more than the 1\.0 kB allowed"):
        opener.read_bytes(large, 1000)
    large.write_bytes(b"x" * 1000)
    assert opener.read_bytes(large, 1000) == b"x" * 1000


def test_a_file_that_grows_while_it_is_read_is_held_to_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = tmp_path / "growing.log"
    growing.write_bytes(b"x" * 1001)
    monkeypatch.setattr(opener, "size", lambda file: 10)
    with pytest.raises(TooLarge, match="goes on, more than the 1\\.0 kB allowed"):
        opener.read_bytes(growing, 1000)


@pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="needs /proc")
def test_a_file_that_does_not_say_its_size_is_read_to_its_end() -> None:
    assert os.stat("/proc/self/status").st_size == 0
    assert opener.read_bytes("/proc/self/status", 100_000).startswith(b"Name:")
    with pytest.raises(TooLarge):
        opener.read_bytes("/proc/self/status", 10)


@posix
def test_links_are_followed_inside_the_folder_only(tmp_path: Path) -> None:
    folder, outside = tmp_path / "run", tmp_path / "secret"
    (folder / "below").mkdir(parents=True)
    outside.write_text("secret")
    (folder / "below" / "file").write_text("ours")
    (folder / "good").symlink_to("below/file")
    (folder / "bad").symlink_to(outside)
    (folder / "far").symlink_to(tmp_path)
    (tmp_path / "door").symlink_to(folder)
    assert opener.read_bytes(folder / "good", 10, within=folder) == b"ours"
    assert opener.read_bytes(tmp_path / "door" / "good", 10, within=folder) == b"ours"
    assert opener.read_bytes(folder / "bad", 10) == b"secret"
    for name in ("bad", "far/secret", "../secret"):
        for opening in (opener.opened, opener.appended):
            with pytest.raises(Outside, match="a link that leads out of its folder"):
                opening(folder / name, within=folder)
    assert outside.read_text() == "secret"


@posix
def test_what_is_added_does_not_go_through_a_link_that_leads_out(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "log").symlink_to(tmp_path / "new")
    with pytest.raises(Outside):
        opener.appended(tmp_path / "run" / "log", within=tmp_path / "run")
    assert not (tmp_path / "new").exists()


def test_what_is_added_comes_behind_what_is_there(tmp_path: Path) -> None:
    for part in (b"one", b"two"):
        with opener.appended(tmp_path / "log") as file:
            file.write(part)
    assert opener.read_bytes(tmp_path / "log", 100) == b"onetwo"


def test_each_fault_has_a_sentence_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"“gone” is not there\. It may have been moved"):
        opener.opened(tmp_path / "gone")
    (tmp_path / "file").touch()
    with pytest.raises(Missing, match="is not there"):
        opener.opened(tmp_path / "file" / "below")
    for odd in ("a\0b", "x" * 5000):
        with pytest.raises(Unreadable, match=r"cannot be read: .* Choose|is no path of a file"):
            opener.opened(odd)


@posix
def test_a_link_in_a_circle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "round").symlink_to(tmp_path / "round")
    with pytest.raises(Unreadable, match="leads back to itself"):
        opener.opened(tmp_path / "round")


@pytest.mark.skipif(
    sys.platform == "win32" or getattr(os, "geteuid", lambda: 0)() == 0, reason="all is allowed"
)
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "locked").touch(mode=0)
    with pytest.raises(Denied, match="may not be read"):
        opener.opened(tmp_path / "locked")


@posix
def test_a_name_that_would_write_on_the_terminal_is_shown_harmlessly(tmp_path: Path) -> None:
    with pytest.raises(Missing) as caught:
        opener.opened(tmp_path / "a\x1b[2Jb\u202ec\nd\udcff")
    assert "“a�[2Jb�c�d�” is not there" in str(caught.value)
