"""The search at the top of the window finds what stands on it: panels, pages and commands."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QMenu, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from graphs.steps.blocks import definitions
from gui.widgets.find_rows import KIND
from gui.window.window import Window
from tests.graphs.blocks import STEM, blocks
from tests.gui.found_widgets import part, press
from tests.gui.windows import trigger

PANELS = {
    "palette": "Layers",
    "inspector": "Inspector",
    "data": "Data",
    "plan": "Plan",
    "training": "Training",
    "results": "Results",
    "runs": "Runs",
    "problems": "Problems",
}


def find(window: Window, text: str) -> QListWidget:
    press(window, "search")
    QTest.keyClicks(part(window, QLineEdit, "finder_field"), text)
    return part(window, QListWidget, "finder_rows")


@pytest.mark.parametrize(
    ("typed", "found", "panel"),
    [
        *((title.casefold(), title, name) for name, title in PANELS.items()),
        ("try", "Try it", "results"),
        ("try it", "Try it", "results"),
        ("attention", "Attention", "results"),
        ("augmentation", "Augmentation", "plan"),
    ],
)
def test_panels_and_their_pages_are_found_by_name_before_all_else(
    window: Window, typed: str, found: str, panel: str
) -> None:
    trigger(window, "template_digits-cnn")
    rows = find(window, typed)
    assert rows.item(0).text() == found
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
    assert panel in window.docks.shown()
    assert window.docks.with_focus() == panel
    if found == "Augmentation":
        tabs = part(window.plan_form, QTabBar, "plan_tabs")
        assert tabs.tabText(tabs.currentIndex()) == found


def test_pages_of_data_are_offered_while_there_is_data(window: Window, qtbot: QtBot) -> None:
    """Those of the data of before are named for what it held."""

    def pages() -> list[str]:
        rows = find(window, "digit")
        found = [rows.item(at) for at in range(rows.count())]
        QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Escape)
        return [row.text() for row in found if row.data(KIND) == "page of Data"]

    assert not pages()
    window.resize(900, 700)  # where the classes have a tab of their own
    trigger(window, "template_digits-cnn")
    window.docks.show("data")
    qtbot.waitUntil(lambda: pages() == ["digit"])
    window.workspace.new()
    qtbot.waitUntil(lambda: not pages())


@pytest.mark.parametrize("typed", ["Duplicate", "Cut", "Leave block", "dupl", "leave"])
def test_a_command_that_cannot_be_used_says_why_and_enter_does_nothing_else(
    window: Window, typed: str
) -> None:
    trigger(window, "template_digits-cnn")
    workspace = window.workspace
    before = set(workspace.graph.nodes)
    rows = find(window, typed)
    assert rows.item(0).text().casefold().startswith(typed.casefold())
    assert str(rows.item(0).data(KIND)).endswith(".")
    assert str(rows.item(0).data(KIND)) in rows.item(0).toolTip()
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
    assert set(workspace.graph.nodes) == before
    assert rows.isVisible()


def test_replacing_a_layer_is_found_by_its_name(window: Window) -> None:
    trigger(window, "template_digits-cnn")
    node = window.workspace.graph.named("conv1")
    assert node is not None
    window.workspace.select([node.id])
    assert find(window, "replace").item(0).text() == "Replace with"
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
    assert window.canvas.search.isVisible()
    assert part(window, QMenu, "menu_edit").actions().count(window.canvas.commands.replace) == 1


def test_a_block_is_found_by_its_title_where_it_is_used_and_to_be_used_again(
    window: Window,
) -> None:
    window.workspace.new(blocks(), "blocks")
    stem = window.workspace.document.graphs[STEM]
    window.workspace.history.do(definitions.retitle(stem, "Dense gate"))
    rows = find(window, "dense gate")
    found = [rows.item(at).text() for at in range(3)]
    assert found[0] == "Dense gate"
    assert rows.item(0).data(KIND) == "add block · this document"
    assert [text.split()[0] for text in found[1:]] == ["first", "second"]
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
    assert window.workspace.graph.named("Dense_gate") is not None


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("residual block", {"Basic block", "Inverted residual"}),
        ("attention block", {"GPT block", "Decoder layer", "Encoder layer, norms first"}),
        ("squeeze and excite", {"Squeeze and excitation"}),
        ("squeeze-and-excitation", {"Squeeze and excitation"}),
        ("inverted residual", {"Inverted residual"}),
        ("dense", {"Linear"}),
        ("lstm", {"LSTM"}),
    ],
)
def test_blocks_come_before_layers_only_where_one_is_asked_for(
    window: Window, typed: str, first: set[str]
) -> None:
    assert find(window, typed).item(0).text() in first


@pytest.mark.parametrize(
    ("typed", "name"),
    [("weight decay", "weight_decay"), ("batches per step", "accumulate"), ("learning rate", "lr")],
)
def test_a_setting_of_the_plan_is_found_and_takes_the_keys_wherever_it_is(
    window: Window, typed: str, name: str
) -> None:
    trigger(window, "template_digits-cnn")
    part(window.plan_form, QTabBar, "plan_tabs").setCurrentIndex(1)
    assert find(window, typed).item(0).data(KIND) == "setting of Plan"
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
    field = part(window.plan_form, QWidget, name)
    assert field.isVisible()
    assert window.docks.with_focus() == "plan"
    assert field.hasFocus()
