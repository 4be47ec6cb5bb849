"""Choosing, moving, naming, deleting, copying: what a hand does to nodes on the canvas."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QNativeGestureEvent,
    QPointingDevice,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from graphs import operations
from graphs.document import Document
from gui import icons, theme
from gui.canvas import places
from gui.canvas.facts import facts
from gui.session import Session
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier, put
from tests.gui.hand import ALT, CTRL, MIDDLE, SHIFT, Hand, hand_on, settled
from tests.gui.widgets import press


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    return hand_on(qtbot, classifier())


def test_the_canvas_shows_every_node_and_link_of_the_document(hand: Hand) -> None:
    assert hand.names() == {"image", "flatten", "classify", "digit", "loss"}
    assert hand.links() == {
        "image.output > flatten.input",
        "flatten.output > classify.input",
        "classify.output > digit.input",
        "classify.output > loss.input",
    }


def test_a_card_says_name_layer_settings_shape_and_parameters(hand: Hand) -> None:
    shown = hand.canvas.sheet.nodes[hand.id("classify")].facts
    assert (shown.name, shown.subtitle) == ("classify", "Linear · 10")
    assert (shown.shape, shown.parameters) == ("10", "7,850")
    assert shown.share == 1.0
    assert hand.canvas.sheet.nodes[hand.id("image")].facts.shape == "1 × 28 × 28"
    assert hand.canvas.sheet.nodes[hand.id("loss")].facts.shape == "10 classes"


def test_a_click_chooses_a_node_and_a_click_beside_it_chooses_nothing(hand: Hand) -> None:
    hand.click(hand.node("flatten"))
    assert hand.chosen() == {"flatten"}
    hand.click(hand.node("classify"))
    assert hand.chosen() == {"classify"}
    hand.click(hand.empty())
    assert hand.chosen() == set()


@pytest.mark.parametrize("key", [SHIFT, CTRL])
def test_a_click_with_shift_or_ctrl_adds_and_takes_away(
    hand: Hand, key: Qt.KeyboardModifier
) -> None:
    hand.click(hand.node("flatten"))
    hand.click(hand.node("classify"), key)
    assert hand.chosen() == {"flatten", "classify"}
    hand.click(hand.node("flatten"), key)
    assert hand.chosen() == {"classify"}


def test_a_rubber_band_chooses_what_it_touches(hand: Hand) -> None:
    corner = hand.node("flatten") - QPoint(100, 80)
    hand.drag(corner, hand.node("classify"))
    assert hand.chosen() == {"flatten", "classify"}
    hand.drag(hand.empty(), hand.empty() + QPoint(4, 4))
    assert hand.chosen() == set()


def test_a_rubber_band_with_shift_adds_to_what_is_chosen(hand: Hand) -> None:
    hand.click(hand.node("digit"))
    hand.drag(hand.node("flatten") - QPoint(100, 80), hand.node("flatten"), SHIFT)
    assert hand.chosen() == {"digit", "flatten"}


def test_escape_during_a_rubber_band_brings_the_old_choice_back(hand: Hand) -> None:
    hand.click(hand.node("digit"))
    start = hand.node("flatten") - QPoint(100, 80)
    hand.press(start)
    hand.move(hand.node("flatten"))
    assert hand.chosen() == {"flatten"}
    hand.key(Qt.Key.Key_Escape, on=hand.canvas)
    assert hand.chosen() == {"digit"}
    hand.release(hand.node("flatten"))
    assert hand.chosen() == {"digit"}


def test_dragging_a_node_moves_it_on_the_grid_as_one_step(hand: Hand) -> None:
    node = hand.id("flatten")
    before = hand.session.document.main.positions[node]
    hand.drag(hand.node("flatten"), hand.node("flatten") + QPoint(43, 61))
    after = hand.session.document.main.positions[node]
    assert (after[0] - before[0], after[1] - before[1]) == (40, 64)
    assert hand.canvas.sheet.nodes[node].pos() == QPointF(*after)
    hand.undo()
    assert hand.session.document.main.positions[node] == before
    assert hand.canvas.sheet.nodes[node].pos() == QPointF(*before)


def test_links_follow_a_node_while_it_is_dragged(hand: Hand) -> None:
    hand.press(hand.node("flatten"))
    hand.move(hand.node("flatten") + QPoint(0, 80))
    end = hand.canvas.sheet.links[hand.link("image", "flatten")].curve[-1]
    port = hand.canvas.sheet.nodes[hand.id("flatten")].input_place("input")
    assert end == port - QPointF(places.PORT, 0)
    hand.release(hand.node("flatten"))


def test_dragging_one_of_several_chosen_nodes_moves_them_all_as_one_step(hand: Hand) -> None:
    before = dict(hand.session.document.main.positions)
    hand.click(hand.node("flatten"))
    hand.click(hand.node("classify"), SHIFT)
    hand.drag(hand.node("classify"), hand.node("classify") + QPoint(0, 96))
    moved = {
        name
        for name in hand.names()
        if hand.session.document.main.positions[hand.id(name)] != before[hand.id(name)]
    }
    assert moved == {"flatten", "classify"}
    hand.undo()
    assert hand.session.document.main.positions == before


def test_escape_puts_dragged_nodes_back_and_leaves_no_step(hand: Hand) -> None:
    undo = hand.session.history.undo_name
    place = hand.canvas.sheet.nodes[hand.id("flatten")].pos()
    hand.press(hand.node("flatten"))
    hand.move(hand.node("flatten") + QPoint(0, 120))
    hand.key(Qt.Key.Key_Escape, on=hand.canvas)
    assert hand.canvas.sheet.nodes[hand.id("flatten")].pos() == place
    hand.release(hand.node("flatten") + QPoint(0, 120))
    assert hand.session.history.undo_name == undo


def test_a_drag_that_ends_where_it_began_leaves_no_step(hand: Hand) -> None:
    undo = hand.session.history.undo_name
    start = hand.node("flatten")
    hand.press(start)
    hand.move(start + QPoint(60, 60))
    hand.move(start)
    hand.release(start)
    assert hand.session.history.undo_name == undo


def test_a_click_on_one_of_several_chosen_nodes_chooses_it_alone(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A, CTRL)
    assert hand.chosen() == hand.names()
    hand.click(hand.node("classify"))
    assert hand.chosen() == {"classify"}


def test_arrows_move_what_is_chosen_as_one_step(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    before = hand.session.document.main.positions[hand.id("classify")]
    for _ in range(3):
        hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Down, SHIFT)
    x, y = hand.session.document.main.positions[hand.id("classify")]
    assert (x - before[0], y - before[1]) == (24, 64)
    hand.undo()
    assert hand.session.document.main.positions[hand.id("classify")] == before


def test_alt_and_arrows_walk_from_node_to_node(hand: Hand) -> None:
    hand.click(hand.node("image"))
    hand.key(Qt.Key.Key_Right, ALT)
    assert hand.chosen() == {"flatten"}
    hand.key(Qt.Key.Key_Left, ALT)
    assert hand.chosen() == {"image"}


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_removes_what_is_chosen_and_undo_brings_it_back(hand: Hand, key: Qt.Key) -> None:
    before = snapshot(hand.session.document)
    hand.click(hand.node("flatten"))
    hand.key(key)
    assert "flatten" not in hand.names()
    assert hand.links() == {"classify.output > digit.input", "classify.output > loss.input"}
    hand.undo()
    assert snapshot(hand.session.document) == before
    assert len(hand.links()) == 4


def test_delete_does_nothing_while_another_widget_has_the_focus(hand: Hand) -> None:
    hand.click(hand.node("flatten"))
    hand.key(Qt.Key.Key_F2)
    hand.key(Qt.Key.Key_Delete)
    hand.key(Qt.Key.Key_Escape)
    assert "flatten" in hand.names()


def test_a_link_is_chosen_by_a_click_and_deleted_alone(hand: Hand) -> None:
    hand.click(hand.middle("image", "flatten"))
    assert hand.canvas.sheet.links[hand.link("image", "flatten")].selected
    hand.key(Qt.Key.Key_Delete)
    assert "image.output > flatten.input" not in hand.links()
    assert len(hand.names()) == 5


def test_f2_renames_the_chosen_node(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_F2)
    assert hand.canvas.name_editor.isVisible()
    hand.write("scores")
    hand.key(Qt.Key.Key_Return)
    assert not hand.canvas.name_editor.isVisible()
    assert "scores" in hand.names()
    hand.undo()
    assert "classify" in hand.names()


def test_a_double_click_on_a_name_renames(hand: Hand) -> None:
    hand.double_click(hand.title("classify"))
    hand.write("scores")
    hand.key(Qt.Key.Key_Return)
    assert "scores" in hand.names()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("forward", "torch needs for itself"),
        ("flatten", "called “flatten” already"),
        ("2nd", "letters, digits and _ only"),
        ("class", "word of Python"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_the_reason(
    hand: Hand, name: str, reason: str
) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_F2)
    hand.write(name)
    hand.key(Qt.Key.Key_Return)
    assert hand.canvas.name_editor.isVisible()
    assert hand.canvas.hint.isVisible()
    assert reason in hand.canvas.hint.text()
    hand.key(Qt.Key.Key_Escape)
    assert "classify" in hand.names()
    assert not hand.canvas.hint.isVisible()


def test_a_name_being_edited_is_kept_when_the_canvas_is_clicked(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_F2)
    hand.write("scores")
    hand.canvas.setFocus()
    assert "scores" in hand.names()


def test_copied_nodes_are_pasted_with_their_links_and_free_names(hand: Hand) -> None:
    hand.click(hand.node("flatten"))
    hand.click(hand.node("classify"), SHIFT)
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    assert hand.chosen() == {"flatten2", "classify2"}
    assert "flatten2.output > classify2.input" in hand.links()
    hand.undo()
    assert len(hand.names()) == 5


def test_nodes_can_be_pasted_into_another_window(hand: Hand, qtbot: QtBot) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_C, CTRL)
    other = hand_on(qtbot, Document())
    other.canvas.commands.paste.trigger()
    assert other.names() == {"classify"}


def test_cut_nodes_are_gone_and_can_be_pasted(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_X, CTRL)
    assert "classify" not in hand.names()
    hand.key(Qt.Key.Key_V, CTRL)
    assert "classify" in hand.names()


def test_duplicate_makes_a_copy_beside_the_original(hand: Hand) -> None:
    hand.click(hand.node("classify"))
    hand.key(Qt.Key.Key_D, CTRL)
    assert hand.chosen() == {"classify2"}
    x, y = hand.session.document.main.positions[hand.id("classify")]
    assert hand.session.document.main.positions[hand.id("classify2")] == (x + 24, y + 24)


@pytest.mark.parametrize(
    "text",
    [
        "just words",
        "{}",
        '{"layerloom": {"nodes": [], "positions": [], "links": []}}',
        '{"layerloom": {"nodes": [1], "positions": [], "links": []}}',
        "[" * 20_000,
    ],
)
def test_a_clipboard_without_nodes_is_refused_with_a_sentence(hand: Hand, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    hand.key(Qt.Key.Key_V, CTRL)
    assert len(hand.names()) == 5
    assert "no nodes" in hand.canvas.hint.text()


def test_the_wheel_zooms_at_the_pointer(hand: Hand) -> None:
    spot = hand.node("image")
    before = hand.canvas.scene_point(QPointF(spot))
    hand.wheel(spot, 3)
    assert hand.canvas.zoom == pytest.approx(1.2**3)
    after = hand.canvas.scene_point(QPointF(spot))
    assert abs(after.x() - before.x()) <= 1
    assert abs(after.y() - before.y()) <= 1
    hand.wheel(spot, -100)
    assert hand.canvas.zoom == pytest.approx(0.05)


@pytest.mark.parametrize("with_space", [False, True])
def test_the_middle_button_and_space_with_the_left_one_pan(hand: Hand, with_space: bool) -> None:
    before = hand.node("image")
    start = hand.empty()
    if with_space:
        hand.canvas.setFocus()
        QTest.keyPress(hand.canvas, Qt.Key.Key_Space)
        hand.drag(start, start + QPoint(50, -30))
        QTest.keyRelease(hand.canvas, Qt.Key.Key_Space)
    else:
        hand.drag(start, start + QPoint(50, -30), button=MIDDLE)
    assert hand.node("image") - before == QPoint(50, -30)
    assert hand.chosen() == set()


def test_f_frames_what_is_chosen_and_home_frames_everything(hand: Hand) -> None:
    hand.canvas.pan(QPoint(5000, 5000))
    hand.key(Qt.Key.Key_Home)
    view = hand.canvas.viewport().rect()
    assert all(view.contains(hand.node(name)) for name in hand.names())
    hand.click(hand.node("image"))
    hand.canvas.zoom_to(0.1)
    hand.key(Qt.Key.Key_F)
    assert hand.canvas.zoom == 1.0
    middle = view.center() - hand.node("image")
    assert middle.manhattanLength() <= 3


def test_ctrl_0_shows_actual_size(hand: Hand) -> None:
    hand.wheel(hand.empty(), -4)
    hand.key(Qt.Key.Key_0, CTRL)
    assert hand.canvas.zoom == 1.0


def test_arranging_is_one_step_that_keeps_the_other_nodes(hand: Hand) -> None:
    hand.drag(hand.node("classify"), hand.node("classify") + QPoint(-90, 240))
    scattered = dict(hand.session.document.main.positions)
    hand.canvas.commands.arrange.trigger()
    assert hand.session.document.main.positions != scattered
    hand.undo()
    assert hand.session.document.main.positions == scattered
    assert hand.canvas.sheet.nodes[hand.id("classify")].pos() == QPointF(
        *scattered[hand.id("classify")]
    )


def test_only_touched_cards_change_when_a_setting_does(hand: Hand) -> None:
    shown = {n: hand.canvas.sheet.nodes[hand.id(n)].facts for n in hand.names()}
    step = operations.set_setting(hand.session.document, hand.id("classify"), "bias", False)
    hand.session.history.do(step)
    changed = {n for n in hand.names() if hand.canvas.sheet.nodes[hand.id(n)].facts is not shown[n]}
    assert changed == {"classify"}
    assert hand.canvas.sheet.nodes[hand.id("classify")].facts.parameters == "7,840"


def test_an_empty_canvas_says_what_to_do_and_offers_it(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, Document())
    assert hand.canvas.empty.isVisible()
    with qtbot.waitSignal(hand.canvas.template_wanted):
        press(hand.canvas, "start_template")
    with qtbot.waitSignal(hand.canvas.open_wanted):
        press(hand.canvas, "start_open")
    press(hand.canvas, "start_add")
    assert hand.canvas.search.isVisible()
    put(hand.session.document, "relu", "relu")
    assert not hand.canvas.empty.isVisible()


def test_another_document_replaces_what_is_shown(hand: Hand, qtbot: QtBot) -> None:
    hand.click(hand.node("classify"))
    other = Document()
    put(other, "relu", "alone")
    hand.session.new(other)
    assert hand.names() == {"alone"}
    assert hand.links() == set()
    assert hand.chosen() == set()
    put(other, "tanh", "second")
    assert hand.names() == {"alone", "second"}


def test_a_file_with_unknown_layers_is_shown_with_its_links(qtbot: QtBot, tmp_path: Path) -> None:
    session = Session(classifier())
    path = tmp_path / "model.loom"
    session.save(path)
    path.write_text(path.read_text().replace('"flatten",\n', '"fold_in_time",\n', 1))
    text = path.read_text()
    assert "fold_in_time" in text
    hand = hand_on(qtbot, Document())
    hand.session.open(path)
    settled()
    strange = hand.canvas.sheet.nodes[hand.id("flatten")].facts
    assert "unknown" in strange.subtitle
    assert len(hand.links()) == 4
    assert strange.trouble is not None


def test_a_pinch_zooms_at_the_fingers(hand: Hand) -> None:
    viewport = hand.canvas.viewport()
    spot = QPointF(hand.node("image"))
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        spot,
        spot,
        QPointF(viewport.mapToGlobal(spot.toPoint())),
        0.5,
        QPointF(),
    )
    QApplication.sendEvent(viewport, pinch)
    assert hand.canvas.zoom == pytest.approx(1.5)
    assert (hand.node("image") - spot.toPoint()).manhattanLength() <= 2


def test_undo_while_a_node_is_dragged_gives_the_drag_up(hand: Hand) -> None:
    hand.canvas.editing.add("relu", (0, 400))
    hand.canvas.frame_all()
    hand.press(hand.node("relu"))
    hand.move(hand.node("relu") + QPoint(80, 0))
    hand.undo()
    assert "relu" not in hand.names()
    hand.move(QPoint(300, 300))
    hand.release(QPoint(300, 300))
    assert hand.session.history.redo_name == "Add ReLU"


def test_a_right_click_offers_what_can_be_done_with_the_node(hand: Hand) -> None:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, hand.node("flatten"), QPoint(5, 5))
    QApplication.sendEvent(hand.canvas.viewport(), event)
    assert hand.chosen() == {"flatten"}
    (menu,) = hand.canvas.findChildren(QMenu)
    assert menu.isVisible()
    delete = next(action for action in menu.actions() if action.text() == "Delete")
    assert delete.isEnabled()
    delete.trigger()
    menu.close()
    assert "flatten" not in hand.names()


def test_from_afar_names_and_then_colours_remain(hand: Hand, qapp: QApplication) -> None:
    theme.use(qapp, theme.Scheme.DARK)
    for zoom, inside in ((0.3, QPoint(-22, 0)), (0.12, QPoint(0, 0))):
        hand.canvas.zoom_to(zoom)
        spot = hand.node("classify") + inside
        color = hand.canvas.grab().toImage().pixelColor(spot)
        assert color == icons.family_color("linear"), zoom
    hand.canvas.zoom_to(1.0)
    raised = hand.canvas.grab().toImage().pixelColor(hand.node("classify") + QPoint(0, 12))
    assert raised == theme.color("raised")


def test_the_canvas_follows_a_switch_of_the_scheme(hand: Hand, qapp: QApplication) -> None:
    spot = hand.empty()
    card = hand.node("classify") + QPoint(0, 12)
    for scheme, look in ((theme.Scheme.LIGHT, theme.LIGHT), (theme.Scheme.DARK, theme.DARK)):
        theme.use(qapp, scheme)
        picture = hand.canvas.grab().toImage()
        assert picture.pixelColor(spot).name() in (look.background, look.dots)
        assert picture.pixelColor(card).name() == look.raised


def test_cards_out_of_view_are_not_asked_what_they_say(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(*arguments: Any) -> Any:
        asked.append(arguments[1].name)
        return facts(*arguments)

    monkeypatch.setattr("gui.canvas.scene.facts", counted)
    hand.canvas.pan(QPoint(0, 9000))
    step = operations.set_setting(hand.session.document, hand.id("flatten"), "start_dim", 2)
    hand.session.history.do(step)
    hand.canvas.grab()
    assert set(asked) == {"flatten"}
    hand.canvas.pan(QPoint(0, -9000))
    hand.canvas.grab()
    assert {"flatten", "classify", "digit"} <= set(asked)
    assert hand.canvas.sheet.nodes[hand.id("classify")].facts.shape == "1 × 10"
