"""Panels below the canvas at any height: nothing is painted over anything else."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations, product
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from engine.data.sources import reader
from engine.runs.events.record import MoreEpochs
from graphs.document.document import Document
from graphs.mending.choosing import choose_data
from gui.plots.run_plot import Plot
from gui.training.training_view import PLOT
from gui.widgets.falling import FallingLoss
from gui.window.window import Window
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import part, write
from tests.gui.hand import settled
from tests.gui.windows import LONG, show_page, words
from tests.quickly import some_of

SETTINGS_HEIGHT = 130
"""Pixels in which three settings are seen below what the source is."""
ITEM_PADDING = 6


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of which there is something to be known."""
    folder = tmp_path_factory.mktemp("runs")
    more = [f"further {at}" for at in range(10)]  # more than a low panel has room for
    lines = [",".join(["x", *more, "kind"])]
    for n in range(120):
        rest = (str(n * at % 13) for at in range(len(more)))
        lines.append(",".join([str(n % 17) if n % 9 else "", *rest, "ab"[n % 17 > 8]]))
    for name in ("rows.csv", "others.csv"):
        (folder / name).write_text("\n".join(lines))
    document: Document = template("breast-cancer", epochs=4)
    settings = {"path": str(folder / "rows.csv"), "target": "kind"}
    document.apply(choose_data(document, reader("table", settings).propose().section))
    return trained(document, folder)


def at_heights(window: Window, panel: str) -> Iterator[int]:
    """Drag the upper edge of a panel from low to high."""
    window.docks.show(panel)
    for height in range(120, 420, 30):
        window.resizeDocks([window.docks[panel]], [height], Qt.Orientation.Vertical)
        settled()
        yield height


def on(panel: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(panel, QPoint()), widget.size())


def covered(panel: QWidget) -> list[str]:
    """Pairs of neighbours, at any depth, of which one lies over the other."""
    found = []
    for parent in [panel, *panel.findChildren(QWidget)]:
        if not parent.isVisible() or isinstance(parent, Plot):  # which draws over itself
            continue
        children = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        seen = [one for one in children if one.isVisible() and not one.isWindow()]
        found += [
            f"{a.objectName() or a} and {b.objectName() or b}"
            for a, b in combinations(seen, 2)
            if a.geometry().intersects(b.geometry())
        ]
    return found


def test_charts_shrink_and_then_the_panel_scrolls_and_no_words_are_covered(
    qtbot: QtBot, window: Window, run: Path
) -> None:
    window.workspace.new(template("xor"), "another")
    window.running.show_run(run)
    view, told = window.training_view, ("falling", "origin", "run_notices", "state")
    qtbot.waitUntil(lambda: bool(words(view, "origin")), timeout=LONG)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    part(view, FallingLoss).offer(MoreEpochs(4, 8))
    for _ in at_heights(window, "training"):
        assert all(words(view, name) for name in told)
        assert covered(view) == []
        for plot in view.findChildren(Plot):
            assert plot.height() >= PLOT
            assert on(view, plot).bottom() < view.height()
    usual = window.docks["training"].widget()
    assert isinstance(usual, QScrollArea)
    window.docks.reset()
    settled()
    assert usual.verticalScrollBar().maximum() == 0, "at the usual height all has room"


def test_what_is_told_of_a_wrong_value_is_seen_with_it(
    qtbot: QtBot, window: Window, run: Path
) -> None:
    window.running.show_run(run)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    window.docks.reset()
    window.docks.show("results")
    settled()
    show_page(window.results, "Try it")
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    value = part(window.results, QLineEdit, "x")
    value.setFocus()
    value.selectAll()
    QTest.keyClicks(value, "abc")
    qtbot.waitUntil(lambda: bool(words(window.results, "asking_told")), timeout=LONG)
    settled()
    told = part(window.results, QLabel, "asking_told")
    for widget in (value, told):
        assert widget.visibleRegion().boundingRect() == widget.rect()
    assert covered(window.results) == []


@pytest.mark.parametrize(
    ("size", "said_above", "written"),
    some_of(product([(1024, 700), (1300, 850)], [False, True], ["abc", "1e30", "3"]), 4),
)
def test_a_message_moves_nothing_that_is_under_the_pointer(
    qtbot: QtBot,
    window: Window,
    run: Path,
    size: tuple[int, int],
    said_above: bool,
    written: str,
) -> None:
    window.resize(*size)
    if said_above:
        window.workspace.new(template("xor"), "another")
    window.running.show_run(run)
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    window.docks.reset()
    window.docks.show("results")
    if said_above:
        part(window.results, FallingLoss).offer(MoreEpochs(4, 8))
    settled()
    show_page(window.results, "Try it")
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    value = part(window.results, QLineEdit, "x")
    value.setFocus()
    value.selectAll()
    settled()
    there = value.mapTo(window, QPoint())
    for letter in written:
        QTest.keyClicks(value, letter)
        qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
        settled()
        assert value.mapTo(window, QPoint()) == there
    assert value.visibleRegion().boundingRect() == value.rect()


def is_seen(view: QWidget, name: str) -> bool:
    return part(view, QWidget, name).isVisible()


@pytest.mark.parametrize("size", [(1024, 700), (1300, 850), (1600, 1000)])
def test_names_of_sources_are_whole_and_settings_have_room_at_the_usual_height(
    qtbot: QtBot, window: Window, run: Path, size: tuple[int, int]
) -> None:
    window.resize(*size)
    document = template("breast-cancer")
    settings = {"path": str(run.parent.parent / "rows.csv"), "target": "kind"}
    document.apply(choose_data(document, reader("table", settings).propose().section))
    window.workspace.new(document, "rows")
    window.docks.reset()
    window.docks.show("data")
    settled()
    view = window.data_view
    sources = part(view, QListWidget, "sources")
    form = part(view, QScrollArea, "data_settings")
    for used in (True, False):
        if not used:
            write(part(view, QLineEdit, "path"), str(run.parent.parent / "others.csv"))
        qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
        seen = "in_use" if used else "use_data"
        qtbot.waitUntil(partial(is_seen, view, seen), timeout=LONG)
        settled()
        assert form.viewport().height() >= SETTINGS_HEIGHT
        assert covered(view) == []
        for button in view.findChildren(QPushButton):
            if button.isVisible():
                assert button.visibleRegion().boundingRect() == button.rect()
    for row in range(sources.count()):
        item = sources.item(row)
        rows = QRect(0, 0, sources.visualItemRect(item).width() - 2 * ITEM_PADDING, 500)
        words = QFontMetrics(item.font()).boundingRect(
            rows, Qt.TextFlag.TextWordWrap.value, item.text()
        )
        assert words.height() + ITEM_PADDING <= sources.visualItemRect(item).height()
        assert words.width() <= rows.width()
