"""The palette: every layer in its group, found by many words, added by double-click and Enter."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from gui.layers import catalogue
from gui.layers.layer_list import GROUP, ID, dragged, layer_in
from gui.layers.palette import Palette


@pytest.fixture
def palette(qtbot: QtBot) -> Palette:
    made = Palette()
    qtbot.addWidget(made)
    made.resize(220, 700)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def headings(palette: Palette) -> list[str]:
    rows = (palette.list.item(place) for place in range(palette.list.count()))
    return [row.text() for row in rows if row.data(GROUP) is None]


def test_every_layer_is_there_once_under_its_group(palette: Palette) -> None:
    assert sorted(palette.list.ids) == sorted(kind.id for kind in catalogue.offered())
    assert set(headings(palette)) == {kind.group for kind in catalogue.offered()}
    assert headings(palette)[0] == "In and out"
    assert headings(palette)[-2:] == ["Loss", "Canvas"]


def test_every_layer_is_explained_under_the_pointer(palette: Palette) -> None:
    for place in range(palette.list.count()):
        row = palette.list.item(place)
        if row.data(GROUP) is not None:
            kind = next(k for k in catalogue.offered() if k.id == row.data(ID))
            assert kind.summary() in row.toolTip()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("conv", "conv2d"),
        ("Dense", "linear"),
        ("max pool", "max_pool2d"),
        ("lstm", "lstm"),
        ("skip", "add"),
        ("relu", "relu"),
        ("categorical", "cross_entropy_loss"),
        ("dense layer", "block:ready:dense_layer"),
    ],
)
def test_the_filter_finds_by_name_and_by_other_words(
    palette: Palette, text: str, first: str
) -> None:
    palette.filter.setText(text)
    assert catalogue.found(text, catalogue.offered())[0].id == first
    assert palette.list.choice == first


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("residual block", "residual_basic"),
        ("ResNet block", "residual_basic"),
        ("bottleneck block", "residual_bottleneck"),
        ("dense block", "dense_layer"),
        ("squeeze excitation", "squeeze_excitation"),
        ("SE block", "squeeze_excitation"),
        ("inception module", "inception"),
        ("transformer block", "transformer_pre_norm"),
        ("U-Net down", "unet_down"),
        ("unet up", "unet_up"),
        ("swin block", "swin"),
        ("bert block", "transformer_post_norm"),
    ],
)
def test_a_block_that_is_asked_for_is_among_the_first(text: str, block: str) -> None:
    found = [kind.id for kind in catalogue.found(text, catalogue.offered())]
    assert f"block:ready:{block}" in found[:3]


@pytest.mark.parametrize("text", ["skip connection", "feed forward block of llama", "dense"])
def test_no_block_comes_before_a_layer_that_is_asked_for(text: str) -> None:
    assert catalogue.found(text, catalogue.offered())[0].id in {"add", "swiglu", "linear"}


def test_the_filter_says_when_nothing_is_called_so(palette: Palette) -> None:
    palette.filter.setText("quux")
    assert palette.list.ids == []
    assert palette.empty.isVisible()
    QTest.keyClick(palette.filter, Qt.Key.Key_Escape)
    assert not palette.empty.isVisible()
    assert len(palette.list.ids) == len(catalogue.offered())


def test_enter_in_the_filter_adds_the_chosen_layer(palette: Palette, qtbot: QtBot) -> None:
    palette.filter.setFocus()
    QTest.keyClicks(palette.filter, "dropout")
    with qtbot.waitSignal(palette.layer_wanted) as wanted:
        QTest.keyClick(palette.filter, Qt.Key.Key_Return)
    assert wanted.args == ["dropout"]


def test_arrows_in_the_filter_go_past_headings(palette: Palette) -> None:
    seen = []
    for _ in palette.list.ids:
        QTest.keyClick(palette.filter, Qt.Key.Key_Down)
        seen.append(palette.list.choice)
    assert seen == palette.list.ids


def test_a_double_click_adds_a_layer(palette: Palette, qtbot: QtBot) -> None:
    palette.filter.setText("tanh")
    (row,) = (r for r in range(palette.list.count()) if palette.list.item(r).data(ID) == "tanh")
    spot = palette.list.visualItemRect(palette.list.item(row)).center()
    viewport = palette.list.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
    with qtbot.waitSignal(palette.layer_wanted) as wanted:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
    assert wanted.args == ["tanh"]


def test_a_heading_cannot_be_added(palette: Palette, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(palette.layer_wanted):
        spot = palette.list.visualItemRect(palette.list.item(0)).center()
        QTest.mouseDClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_what_is_dragged_names_a_known_layer_only(palette: Palette) -> None:
    assert palette.list.dragDropMode() == QListWidget.DragDropMode.DragOnly
    assert layer_in(dragged("conv2d")) == "conv2d"
    assert layer_in(dragged("os.system")) is None
    strange = dragged("relu")
    strange.setData(catalogue.MIME, b"\xff\xfe")
    assert layer_in(strange) is None


def test_what_answers_to_all_words_comes_before_what_answers_to_some() -> None:
    found = [kind.id for kind in catalogue.found("batch image", catalogue.entries())]
    assert found[0] == "batch_norm2d"


def test_groups_come_in_the_order_of_their_best_answers(palette: Palette) -> None:
    palette.filter.setText("stop overfitting")
    assert headings(palette)[0] == "Regularization"
    assert palette.list.ids[0] == palette.list.choice == "dropout"


def test_a_ready_made_block_is_found_by_other_words_and_wanted(
    palette: Palette, qtbot: QtBot
) -> None:
    palette.filter.setText("mlpconv")
    assert palette.list.choice == "block:ready:network_in_network"
    with qtbot.waitSignal(palette.layer_wanted) as wanted:
        QTest.keyClick(palette.filter, Qt.Key.Key_Return)
    assert wanted.args == ["block:ready:network_in_network"]
    assert layer_in(dragged(wanted.args[0])) == wanted.args[0]
