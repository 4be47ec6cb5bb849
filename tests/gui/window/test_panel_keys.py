"""From panel to panel without a mouse, and back to the canvas."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.look import stylesheet, theme
from gui.widgets.building_blocks import in_tab_order, named
from gui.window.window import Window
from tests.gui.found_widgets import part, press
from tests.gui.windows import LONG, trigger
from tests.quickly import some_of

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NUMBERS = {
    "palette": Qt.Key.Key_2,
    "inspector": Qt.Key.Key_3,
    "data": Qt.Key.Key_4,
    "plan": Qt.Key.Key_5,
    "training": Qt.Key.Key_6,
    "results": Qt.Key.Key_7,
    "runs": Qt.Key.Key_8,
    "problems": Qt.Key.Key_9,
}


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def key(which: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focused(), which, keys)
    QApplication.processEvents()


@pytest.fixture
def ready(window: Window) -> Window:
    trigger(window, "template_digits-mlp")
    window.activateWindow()
    window.canvas.setFocus()
    QApplication.processEvents()
    return window


@pytest.mark.parametrize("panel", some_of(NUMBERS, 3))
def test_ctrl_and_a_number_lead_into_a_panel_and_escape_leads_back(
    ready: Window, panel: str
) -> None:
    key(NUMBERS[panel], CTRL)
    assert ready.docks.with_focus() == panel
    assert not ready.docks[panel].visibleRegion().isEmpty()
    key(Qt.Key.Key_Escape)
    assert ready.canvas.hasFocus()


def test_f6_goes_round_what_can_be_seen(ready: Window) -> None:
    ready.docks.show("plan")
    QApplication.processEvents()
    seen = []
    for _ in range(4):
        key(Qt.Key.Key_F6)
        seen.append(ready.docks.with_focus())
    assert seen == ["palette", "inspector", "plan", None]
    assert ready.canvas.hasFocus()
    key(Qt.Key.Key_F6, SHIFT)
    assert ready.docks.with_focus() == "plan"


def test_a_panel_that_was_closed_is_left_out(ready: Window) -> None:
    ready.docks["palette"].close()
    QApplication.processEvents()
    key(Qt.Key.Key_F6)
    assert ready.docks.with_focus() == "inspector"
    key(Qt.Key.Key_2, CTRL)
    assert ready.docks.with_focus() == "palette"


def test_enter_leads_to_the_settings_of_the_chosen_node(ready: Window) -> None:
    node = ready.workspace.document.main.named("classify")
    assert node is not None
    ready.workspace.select([node.id])
    key(Qt.Key.Key_Return)
    assert isinstance(focused(), QSpinBox) and focused().objectName() == "out_features"
    focused().selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(focused(), "12")
    key(Qt.Key.Key_Escape)
    assert ready.canvas.hasFocus()
    assert ready.workspace.document.main.nodes[node.id].settings["out_features"] == 12


def test_escape_gives_a_name_up_first_and_then_leads_back(ready: Window) -> None:
    node = ready.workspace.document.main.named("classify")
    assert node is not None
    ready.workspace.select([node.id])
    name = part(ready.inspector, QLineEdit, "node_name")
    name.setFocus()
    QTest.keyClicks(name, "x")
    key(Qt.Key.Key_Escape)
    assert name.hasFocus()
    assert name.text() == "classify"
    key(Qt.Key.Key_Escape)
    assert ready.canvas.hasFocus()


@pytest.mark.parametrize("panel", some_of(NUMBERS, 3))
def test_tab_reaches_everything_in_a_panel_that_takes_keys(
    qtbot: QtBot, ready: Window, panel: str
) -> None:
    key(NUMBERS[panel], CTRL)
    qtbot.waitUntil(lambda: not ready.jobs.busy, timeout=LONG)  # what is read shows more to reach
    QApplication.processEvents()
    if ready.docks.with_focus() != panel:
        key(NUMBERS[panel], CTRL)
    view = ready.docks[panel].widget()
    assert view is not None
    wanted = {
        widget
        for widget in view.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isEnabled()
        and widget.isVisible()
        and widget.focusProxy() is None
        and not isinstance(widget.parent(), QSpinBox)
    }
    reached = set()
    for _ in range(2 * len(wanted) + 2):
        if ready.docks.with_focus() != panel:
            break
        reached.add(focused())
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    names = {f"{type(one).__name__} {one.objectName()}" for one in wanted - reached}
    assert not names


def scroll_to_the_end(panel: QWidget) -> None:
    QApplication.processEvents()
    for area in panel.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


@pytest.mark.parametrize("panel", some_of(NUMBERS, 3))
def test_what_gets_the_keys_by_a_number_is_scrolled_into_view(
    qtbot: QtBot, ready: Window, panel: str
) -> None:
    ready.workspace.select(list(ready.workspace.graph.nodes)[:1])
    ready.resize(ready.minimumSizeHint())
    ready.docks.show(panel)
    scroll_to_the_end(ready.docks[panel])
    key(NUMBERS[panel], CTRL)
    qtbot.waitUntil(lambda: focused().visibleRegion().boundingRect().top() == 0)


def test_enter_scrolls_to_the_first_setting_of_a_node(qtbot: QtBot, ready: Window) -> None:
    ready.workspace.select([node.id for node in ready.workspace.graph.nodes.values()][-1:])
    ready.resize(ready.minimumSizeHint())
    scroll_to_the_end(ready.docks["inspector"])
    key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: focused().visibleRegion().boundingRect() == focused().rect())


@pytest.mark.parametrize("source", ["two_moons", "english_text"])
def test_tab_reaches_the_settings_of_a_source_before_what_is_done_with_them(
    qtbot: QtBot, ready: Window, source: str
) -> None:
    view = ready.data_view
    settings = part(view, QScrollArea, "data_settings")
    scrolled = settings.widget()
    assert scrolled is not None
    use, propose = (part(view, QPushButton, name) for name in ("use_data", "propose_network"))
    key(NUMBERS["data"], CTRL)
    view.choose(source, {})
    for button in (use, propose):  # once it is used, the boxes of the fields are settings, too
        qtbot.waitUntil(button.isVisible, timeout=LONG)
        order = in_tab_order(view)
        inside = [order.index(one) for one in order if scrolled.isAncestorOf(one)]
        assert all(order.index(settings) < at < order.index(button) for at in inside)
        if button is use:
            press(view, "use_data")


def looks_the_same_with_the_keys(widget: QWidget) -> bool:
    """Whether nobody sees that a widget takes the keys now."""
    if (other := QApplication.focusWidget()) is not None:
        other.clearFocus()
    without = widget.grab().toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    return widget.hasFocus() and widget.grab().toImage() == without


@pytest.mark.parametrize("panel", some_of(NUMBERS, 3))
def test_what_takes_the_keys_shows_it(ready: Window, panel: str) -> None:
    ready.setStyleSheet(stylesheet.text(theme.tokens(), theme.CORNER))
    ready.workspace.select(list(ready.workspace.graph.nodes)[:1])
    ready.docks.show(panel)
    QApplication.processEvents()
    reached = [one for one in in_tab_order(ready.docks[panel]) if one.isVisible()]
    silent = [
        f"{type(one).__name__} {one.objectName()}"
        for one in reached
        if not isinstance(one.parent(), QSpinBox) and looks_the_same_with_the_keys(one)
    ]
    assert not silent


@pytest.mark.parametrize("role", ["", "code"])
def test_a_field_of_several_lines_shows_that_it_has_the_keys(ready: Window, role: str) -> None:
    dialog = QDialog(ready)
    dialog.setStyleSheet(stylesheet.text(theme.tokens(), theme.CORNER))
    field, other = named(QPlainTextEdit(), "field", role), QLineEdit()
    rows = QVBoxLayout(dialog)
    rows.addWidget(field)
    rows.addWidget(other)
    dialog.show()
    dialog.activateWindow()
    field.setFocus()
    QApplication.processEvents()
    edge = field.grab().toImage().pixelColor(0, field.height() // 2)
    assert edge == theme.color("accent")
    other.setFocus()
    QApplication.processEvents()
    assert field.grab().toImage().pixelColor(0, field.height() // 2) != edge
    dialog.close()


def test_the_sheet_of_shortcuts_can_be_filtered_by_word_and_by_key(ready: Window) -> None:
    trigger(ready, "shortcuts")
    dialog = part(ready, QDialog, "shortcuts_dialog")
    for text, words in (("nearest", set()), ("along", {"Go to the next node, along links"})):
        line = part(dialog, QLineEdit, "shortcuts_filter")
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)
        shown = {label.text() for label in dialog.findChildren(QLabel) if label.isVisible()}
        assert {word for word in shown if "node" in word} == words
    dialog.close()
