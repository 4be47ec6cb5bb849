"""The window that most tests of it begin with."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gui.window.window import Window
from tests.gui.windows import opened


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    """The window, shown, with an empty document."""
    with opened(qtbot) as shown:
        yield shown
