"""The log file, and what happens where none can be written."""

import logging
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
