"""A view of data, and a small table to choose there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.shown_data import Shown

CSV = "id,age,colour,bought\n" + "".join(
    f"{n},{20 + n % 40},{'red' if n % 3 else 'blue'},{'yes' if n % 2 else 'no'}\n"
    for n in range(80)
)


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    made = Shown(qtbot)
    yield made
    made.jobs.wait(5000)
    qtbot.waitUntil(lambda: not made.jobs.busy)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text(CSV)
    return path
