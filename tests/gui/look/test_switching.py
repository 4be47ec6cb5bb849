"""A switch of the theme leaves nothing of the one before, whatever is on the window."""

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.look import theme
from gui.look.theme import Scheme
from gui.window.window import Window
from tests.gui.hand import settled
from tests.gui.windows import LONG, opened, trigger
from tests.quickly import some_of

PANELS = "data", "plan", "training", "results", "runs", "problems"


@pytest.fixture(autouse=True)
def dark_again(qapp: QApplication) -> Iterator[None]:
    theme.use(qapp, Scheme.DARK)
    yield
    theme.use(qapp, Scheme.DARK)


def laid_out(qtbot: QtBot, window: Window, panel: str) -> None:
    """A chosen node, whose page has a link, and a panel; of data, one with a path to choose."""
    trigger(window, "template_digits-cnn")
    node = window.workspace.graph.named("conv1")
    assert node is not None
    window.workspace.select([node.id])
    window.docks.show(panel)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    window.data_view.choose("image_folder", {})
    window.canvas.setFocus()
    settled()


def picture(window: Window) -> QImage:
    settled()
    return window.grab().toImage()


def parts_apart(one: QImage, other: QImage) -> list[tuple[int, int]]:
    """Where two pictures are not the same, in squares of 20 pixels."""
    assert one.size() == other.size()
    return [
        (x, y)
        for y in range(0, one.height(), 20)
        for x in range(0, one.width(), 20)
        if one.copy(x, y, 20, 20) != other.copy(x, y, 20, 20)
    ]


@pytest.mark.parametrize(("panel", "to"), some_of(product(PANELS, [Scheme.LIGHT, Scheme.DARK]), 9))
def test_after_a_switch_the_window_looks_as_one_that_was_opened_so(
    qtbot: QtBot, qapp: QApplication, panel: str, to: Scheme
) -> None:
    before = Scheme.DARK if to is Scheme.LIGHT else Scheme.LIGHT
    theme.use(qapp, to)
    with opened(qtbot) as window:
        laid_out(qtbot, window, panel)
        wanted = picture(window)
    theme.use(qapp, before)
    with opened(qtbot) as window:
        laid_out(qtbot, window, panel)
        theme.use(qapp, to)
        assert parts_apart(picture(window), wanted) == []
