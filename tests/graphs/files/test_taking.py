"""Of many that take over what a dead process left, one has it, whatever each is about to do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from graphs.files import taking
from graphs.files.taking import took


def is_held(data: bytes, _: float) -> bool:
    return data.startswith(b"live")


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_had_by_the_first_and_by_nobody_else(tmp_path: Path) -> None:
    assert took(tmp_path / "lock", b"live 1", is_held)
    assert not took(tmp_path / "lock", b"live 2", is_held)
    assert (tmp_path / "lock").read_bytes() == b"live 1"
    assert entries(tmp_path) == ["lock"]


@pytest.mark.parametrize("content", [b"dead", b"", b"x" * (taking.LARGEST + 1)])
def test_what_a_dead_one_left_is_taken_over_and_nothing_stays(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "lock").write_bytes(content)
    assert took(tmp_path / "lock", b"live 1", is_held)
    assert (tmp_path / "lock").read_bytes() == b"live 1"
    assert entries(tmp_path) == ["lock"]


def test_a_turn_whose_process_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_bytes(b"dead 1")
    found = taking._found(lock, None)
    assert found is not None
    turn = tmp_path / f"lock.{found.mark}"
    turn.write_bytes(b"live 7")
    assert not took(lock, b"live 1", is_held), "another takes it over at this moment"
    turn.write_bytes(b"dead 7")
    assert took(lock, b"live 1", is_held)
    assert entries(tmp_path) == ["lock"]


def test_what_a_third_put_there_meanwhile_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, made = tmp_path / "lock", taking._made
    lock.write_bytes(b"dead")

    def slow(file: Path, mine: bytes) -> bool:
        """Between finding a dead one's file and having the turn, another takes it over."""
        if file != lock and lock.read_bytes() == b"dead":
            monkeypatch.setattr(taking, "_made", made)
            assert took(lock, b"live 2", is_held)
        return made(file, mine)

    monkeypatch.setattr(taking, "_made", slow)
    assert not took(lock, b"live 1", is_held)
    assert lock.read_bytes() == b"live 2"
    assert entries(tmp_path) == ["lock"]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
def test_what_is_no_file_is_taken_over_too(tmp_path: Path) -> None:
    harms: list[Callable[[Path], object]] = [
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.mkdir(),
    ]
    for at, harm in enumerate(harms):
        (tmp_path / f"{at}").mkdir()
        lock = tmp_path / f"{at}" / "lock"
        harm(lock)
        assert took(lock, b"live 1", is_held, within=lock.parent)
        assert lock.read_bytes() == b"live 1" and not lock.is_symlink()


def test_without_second_names_for_files_it_is_had_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    assert took(tmp_path / "lock", b"live 1", is_held)
    assert not took(tmp_path / "lock", b"live 2", is_held)
    (tmp_path / "lock").write_bytes(b"dead")
    assert took(tmp_path / "lock", b"live 2", is_held)
    assert entries(tmp_path) == ["lock"]


RACE = """
import sys
from pathlib import Path
from graphs.files.taking import took
for line in sys.stdin:
    won = took(Path(line.strip()), f"live {sys.argv[1]}".encode(), lambda d, _: d[:4] == b"live")
    print("won" if won else "lost", flush=True)
"""
ROUNDS, RACERS = 150, 4


def test_of_processes_that_race_for_a_stale_lock_exactly_one_wins_each_time(
    tmp_path: Path,
) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )
        for n in range(RACERS)
    ]
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "lock").write_bytes(b"dead")
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write(f"{folder / 'lock'}\n")
            racer.stdin.flush()
        said = [racer.stdout.readline().strip() for racer in racers if racer.stdout is not None]
        assert sorted(said) == ["lost"] * (RACERS - 1) + ["won"], number
        assert (folder / "lock").read_bytes() == f"live {said.index('won')}".encode()
        assert entries(folder) == ["lock"]
    for racer in racers:
        racer.communicate(timeout=60)
