"""The log file, and what happens where none can be written."""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gui import logs


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    logs.stop()
    root.setLevel(level)
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)


def test_what_is_logged_lies_in_the_users_log_folder(home: Path) -> None:
    file = logs.start()
    assert file is not None
    assert file.is_relative_to(home)
    logging.getLogger("gui.test").info("the window opened")
    assert "INFO gui.test: the window opened" in file.read_text(encoding="utf-8")


def test_a_long_log_begins_a_new_file_and_keeps_three(tmp_path: Path) -> None:
    logs.start(tmp_path)
    for _ in range(60):
        logging.getLogger("gui.test").info("x" * (logs.LONGEST // 10))
    names = sorted(path.name for path in tmp_path.glob("layerloom*"))
    assert names == ["layerloom.log", *(f"layerloom.log.{n}" for n in (1, 2, 3))]


def test_where_no_file_can_be_written_the_program_starts_all_the_same(
    tmp_path: Path, expect_log: Callable[[str, str], None]
) -> None:
    expect_log("gui.logs", "no log file can be written")
    (tmp_path / "taken").write_text("a file where the folder should be")
    assert logs.start(tmp_path / "taken") is None


@pytest.mark.timeout(20)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", [logs.NAME, logs.CRASHES])
def test_a_pipe_in_the_place_of_a_file_does_not_hold_up_the_start(
    name: str, tmp_path: Path, expect_log: Callable[[str, str], None]
) -> None:
    expect_log("gui.logs", "no log file can be written")
    os.mkfifo(tmp_path / name)
    assert logs.start(tmp_path) is None


def test_a_name_forges_no_line_and_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    file = logs.start(tmp_path)
    assert file is not None
    logging.getLogger("gui.test").info("opened %s", "a\n2026 ERROR gui: all is lost\x1b[2J\udcff")
    logging.getLogger("gui.test").info("raised", exc_info=ValueError("one\x1b[2J\ntwo"))
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith("opened a�2026 ERROR gui: all is lost�[2J�")
    assert "\x1b" not in "".join(lines) and lines[-2:] == ["ValueError: one�[2J", "two"]
