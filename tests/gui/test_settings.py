"""What is remembered survives a broken settings file and a disk that refuses."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from graphs.files.saving import Disk
from gui import settings
from gui.settings import Settings


def test_settings_are_read_as_they_were_written() -> None:
    kept = Settings("dark", ("/a.loom",), settings.as_text(b"\0\1"), settings.as_text(b"\2"))
    settings.write(kept)
    assert settings.read() == kept
    assert settings.as_bytes(kept.geometry) == b"\0\1"


def test_without_a_file_there_are_the_defaults() -> None:
    assert settings.read() == Settings()


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\xff\xfe\0", b"[]", b'{"theme": "pink"}', b'{"recent": [1]}', b"[" * 100_000],
    ids=["empty", "bytes", "list", "theme", "recent", "deep"],
)
def test_a_broken_file_gives_the_defaults(garbage: bytes) -> None:
    settings.file().parent.mkdir(parents=True)
    settings.file().write_bytes(garbage)
    kept, told = settings.opened()
    assert kept == Settings() and "begin anew" in told and told.endswith(".broken-1.")
    aside = settings.file().with_name("settings.json.broken-1")
    assert aside.read_bytes() == garbage
    assert settings.opened() == (Settings(), "")


@pytest.mark.timeout(20)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_the_place_of_the_file_is_set_aside() -> None:
    settings.file().parent.mkdir(parents=True)
    os.mkfifo(settings.file())
    assert settings.read() == Settings()
    settings.write(Settings("dark"))
    assert settings.read() == Settings("dark")


def test_a_file_whose_name_is_no_text_is_not_remembered(tmp_path: Path) -> None:
    kept = Settings().remembering(tmp_path / "a").remembering(tmp_path / "caf\udce9.loom")
    settings.write(kept)
    assert [Path(recent).name for recent in settings.read().recent] == ["a"]


def test_an_enormous_file_is_not_read() -> None:
    settings.file().parent.mkdir(parents=True)
    settings.file().write_bytes(b'{"theme":"dark"' + b" " * settings.LARGEST + b"}")
    assert settings.read() == Settings()


def test_a_folder_that_cannot_be_written_costs_only_the_settings(
    expect_log: Callable[[str, str], None],
) -> None:
    expect_log("gui.settings", "the settings cannot be kept")
    settings.file().parent.parent.mkdir(parents=True, exist_ok=True)
    settings.file().parent.write_text("a file where the folder should be")
    settings.write(Settings("dark"))
    assert settings.file().parent.is_file()


@pytest.mark.parametrize("step", ["create", "write", "sync", "close", "replace", "sync_folder"])
def test_a_full_disk_costs_only_the_settings(
    step: str,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: Callable[[str, str], None],
) -> None:
    if step != "sync_folder":  # by then they are there
        expect_log(
            "gui.settings",
            "the settings cannot be kept: “settings.json” could not be saved: the disk is full",
        )

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Disk, step, refuse)
    settings.write(Settings("dark"))
    assert not list(settings.file().parent.glob("*.saving"))


def test_no_part_of_a_file_stays_behind() -> None:
    settings.write(Settings())
    assert [path.name for path in settings.file().parent.iterdir()] == ["settings.json"]


def test_a_file_opened_again_becomes_the_first_of_the_recent_ones(tmp_path: Path) -> None:
    kept = Settings()
    for name in "abcdefghijkl":
        kept = kept.remembering(tmp_path / name)
    kept = kept.remembering(tmp_path / "d")
    assert [Path(recent).name for recent in kept.recent] == list("dlkjihgfec")
    assert kept.forgetting(tmp_path / "d").recent == kept.recent[1:]


def test_text_that_is_no_base_64_is_no_layout() -> None:
    assert settings.as_bytes("not base 64 !") == b""
    assert settings.as_bytes("é") == b""
