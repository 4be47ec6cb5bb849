"""The window around the views: files, menus, layout, and what happens when it is closed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QScrollArea,
)
from pytestqt.qtbot import QtBot

from graphs import files
from graphs.document.edits import NodeId
from graphs.steps import operations
from graphs.templates import templates
from gui import settings
from gui.look import theme
from gui.look.theme import Scheme
from gui.settings import Settings
from gui.widgets.find_rows import KEYS
from gui.window.window import Window
from tests.graphs.blocks import blocks, changed
from tests.gui.found_widgets import click, part, press
from tests.gui.hand import settled
from tests.gui.windows import (
    answer,
    can_use,
    cancel_file,
    choose_file,
    drop,
    opened,
    question,
    trigger,
    words,
)
from tests.quickly import some_of

LONGER_THAN_QT = 200
"""Milliseconds after which Qt waits no more for a window to fill the screen."""


def names(window: Window) -> set[str]:
    return {node.name for node in window.workspace.document.main.nodes.values()}


def edit(window: Window) -> None:
    """Something to lose."""
    window.workspace.history.do(operations.add(window.workspace.document.main, "relu", (0, 0)))


# ---- new, open, save ----


@pytest.mark.parametrize("template", some_of([template.id for template in templates()], 6))
def test_every_template_can_be_started_from_the_menu(window: Window, template: str) -> None:
    trigger(window, f"template_{template}")
    assert names(window)
    assert window.windowTitle() == f"{template}[*] – Layerloom"
    assert window.workspace.is_saved


@pytest.mark.parametrize("panel", ["data", "plan", "training", "results", "runs", "problems"])
def test_no_panel_scrolls_sideways_in_a_small_window(window: Window, panel: str) -> None:
    window.resize(1024, 700)
    area = window.docks[panel].widget()
    assert isinstance(area, QScrollArea)
    view = area.widget()
    assert view is not None
    window.docks.show(panel)
    QApplication.processEvents()
    assert view.minimumSizeHint().width() <= area.viewport().width()


def test_the_title_and_a_dot_say_that_something_is_not_saved(window: Window) -> None:
    dot = part(window, QLabel, "unsaved_dot")
    assert not window.isWindowModified() and not dot.isVisible()
    edit(window)
    assert window.isWindowModified() and dot.isVisible()
    trigger(window, "undo")
    assert not window.isWindowModified() and not dot.isVisible()


def test_undo_and_redo_say_what_they_do(window: Window) -> None:
    assert not can_use(window, "undo")
    edit(window)
    assert window.commands["undo"].text() == "Undo Add ReLU"
    trigger(window, "undo")
    assert names(window) == set()
    assert window.commands["redo"].text() == "Redo Add ReLU"
    trigger(window, "redo")
    assert names(window) == {"relu"}


def test_the_first_save_asks_where_and_the_next_does_not(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    edit(window)
    trigger(window, "save")
    choose_file(qtbot, tmp_path / "net")
    path = tmp_path / "net.loom"
    assert path.exists() and window.workspace.path == path
    edit(window)
    trigger(window, "save")
    assert len(files.read(path).document.main.nodes) == 2
    assert window.workspace.is_saved


def test_a_save_that_fails_says_why_asks_again_and_loses_nothing(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    edit(window)
    (tmp_path / "taken.loom").mkdir()
    window.filing._save(tmp_path / "taken.loom", None)
    box = question(qtbot, "told")
    assert "folder" in box.informativeText()
    answer(box, "OK")
    choose_file(qtbot, tmp_path / "net.loom")
    assert (tmp_path / "net.loom").is_file()
    assert window.workspace.is_saved


def test_a_file_is_opened_and_stands_among_the_recent_ones(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    path = tmp_path / "xor.loom"
    files.write(templates()[0].document(), path)
    trigger(window, "open")
    choose_file(qtbot, path)
    assert names(window)
    assert settings.read().recent == (str(path),)
    trigger(window, "new")
    window.menus.recent.aboutToShow.emit()
    window.menus.recent.actions()[0].trigger()
    assert window.workspace.path == path


def test_a_file_that_cannot_be_opened_leaves_everything_as_it_was(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    trigger(window, "template_xor")
    before = files.encoded(window.workspace.document)
    broken = tmp_path / "broken.loom"
    broken.write_text("{")
    window.open(broken)
    box = question(qtbot, "told")
    assert "broken.loom" in box.informativeText()
    answer(box, "OK")
    assert files.encoded(window.workspace.document) == before


def test_what_had_to_be_mended_in_a_file_is_said(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    path = tmp_path / "mended.loom"
    trigger(window, "template_xor")
    written = files.encoded(window.workspace.document).decode()
    trigger(window, "new")
    path.write_text(written.replace('["point", "output"', '["gone", "output"'))
    window.open(path)
    box = question(qtbot, "told")
    assert "was opened with changes" in box.text()
    assert box.informativeText()
    answer(box, "OK")


def test_a_document_dropped_on_the_window_is_opened(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "dropped.loom"
    files.write(templates()[0].document(), path)
    assert drop(window, path)
    assert window.workspace.path == path


def test_the_wheel_changes_no_value_in_any_panel(window: Window) -> None:
    trigger(window, "template_char-transformer")
    lists, numbers = window.findChildren(QComboBox), window.findChildren(QAbstractSpinBox)
    fields = [one for one in (*lists, *numbers) if one.isEnabledTo(window)]
    assert lists and numbers
    for field in fields:
        spot = QPointF(field.rect().center())
        event = QWheelEvent(
            spot,
            QPointF(field.mapToGlobal(spot.toPoint())),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(field, event)
        assert not event.isAccepted(), field.objectName()


# ---- unsaved work ----


@pytest.mark.parametrize("way", ["new", "template_xor", "close"])
def test_unsaved_work_is_kept_when_the_user_cancels(qtbot: QtBot, window: Window, way: str) -> None:
    edit(window)
    if way == "close":
        window.close()
    else:
        trigger(window, way)
    answer(question(qtbot, "unsaved"), "Cancel")
    assert names(window) == {"relu"}
    assert window.isVisible()
    assert not window.workspace.is_saved


def test_unsaved_work_can_be_thrown_away(qtbot: QtBot, window: Window) -> None:
    edit(window)
    trigger(window, "new")
    answer(question(qtbot, "unsaved"), "D")  # “Discard” or “Don't Save”, as the system says it
    assert names(window) == set()


def test_unsaved_work_is_saved_before_the_window_closes(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    edit(window)
    window.close()
    answer(question(qtbot, "unsaved"), "Save")
    assert window.isVisible()
    choose_file(qtbot, tmp_path / "kept.loom")
    assert not window.isVisible()
    assert len(files.read(tmp_path / "kept.loom").document.main.nodes) == 1


def test_a_file_dialog_that_is_cancelled_closes_nothing(qtbot: QtBot, window: Window) -> None:
    edit(window)
    window.close()
    answer(question(qtbot, "unsaved"), "Save")
    cancel_file(qtbot)
    assert window.isVisible()
    assert not window.workspace.is_saved


def test_a_saved_document_closes_without_a_question(window: Window) -> None:
    trigger(window, "template_xor")
    trigger(window, "quit")
    assert not window.isVisible()


# ---- layout and theme ----


def test_the_layout_is_kept_from_one_start_to_the_next(qtbot: QtBot) -> None:
    with opened(qtbot) as first:
        first.resize(first.width(), 640)
        first.docks["palette"].hide()
        first.docks.show("runs")
        first.close()
    with opened(qtbot) as second:
        second.docks.restore(settings.read())
        assert second.height() == 640
        assert not second.docks["palette"].isVisible()
        assert second.docks["runs"].visibleRegion().boundingRect().isValid()


def test_panels_keep_their_sizes_in_a_window_that_fills_the_screen_late(qtbot: QtBot) -> None:
    with opened(qtbot) as first:
        first.resize(760, 600)
        settled()
        first.showMaximized()
        settled()
        below, full = first.docks["training"], first.size()
        first.resizeDocks([below], [first.height() // 2], Qt.Orientation.Vertical)
        settled()
        wanted, usual = below.height(), first.normalGeometry().size()
        first.close()
    with opened(qtbot, shown=False) as second:
        layout = second.layout()
        assert layout is not None
        layout.setGeometry(QRect(QPoint(0, 0), usual))  # as on a busy machine,
        qtbot.wait(LONGER_THAN_QT)
        second.show()
        qtbot.waitUntil(lambda: second.size() == full)
        qtbot.waitUntil(lambda: second.docks["training"].height() == wanted)


@pytest.mark.parametrize("garbage", ["", "AAAA", "not base 64", "x" * 5000])
def test_a_layout_that_cannot_be_used_gives_the_usual_one(qtbot: QtBot, garbage: str) -> None:
    settings.write(Settings(geometry=garbage, layout=garbage))
    with opened(qtbot) as window:
        assert all(window.docks[name].isVisible() for name in ("palette", "inspector", "training"))


def test_panels_that_were_closed_come_back_with_the_usual_layout(window: Window) -> None:
    for dock in window.docks.all():
        dock.close()
    trigger(window, "reset_layout")
    assert window.docks["palette"].isVisible()
    assert window.docks["training"].isVisible()


def test_the_theme_is_switched_and_remembered(qtbot: QtBot, window: Window) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    sheet, palette, before = app.styleSheet(), app.palette(), theme.scheme()
    try:
        trigger(window, "theme_light")
        assert theme.tokens().background == "#f4f5f7"
        trigger(window, "theme_dark")
        assert theme.tokens().background == "#14161a"
        window.close()
        assert settings.read().theme == "dark"
    finally:
        theme.use(app, Scheme(before))
        app.setPalette(palette)
        app.setStyleSheet(sheet)


# ---- search, help ----


def find(window: Window, text: str) -> QListWidget:
    press(window, "search")
    QTest.keyClicks(part(window, QLineEdit, "finder_field"), text)
    return part(window, QListWidget, "finder_rows")


def test_the_search_runs_a_command(window: Window) -> None:
    find(window, "xor")
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
    assert window.workspace.title == "xor"


def test_the_search_adds_a_layer_by_its_name_in_another_library(window: Window) -> None:
    find(window, "dense")
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
    assert names(window) == {"linear"}


def test_the_search_adds_a_layer_by_what_it_is_for(window: Window) -> None:
    rows = find(window, "stop overfitting")
    assert rows.item(0).text() == "Dropout"
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
    assert names(window) == {"dropout"}


def test_what_means_nothing_is_not_found(window: Window) -> None:
    assert find(window, "quux zyzzyva").count() == 0


def test_the_search_goes_to_a_node_by_name_and_by_shape(window: Window) -> None:
    trigger(window, "template_digits-cnn")
    for text, name in (("conv2", "conv2"), ("64 5x5".replace(" ", "x"), "pool2")):
        find(window, text)
        QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
        chosen = window.workspace.selection
        assert {window.workspace.document.main.nodes[node].name for node in chosen} == {name}


def test_what_the_search_found_can_be_clicked(window: Window) -> None:
    rows = find(window, "softmax")
    click(rows.viewport(), rows.visualItemRect(rows.item(0)).center())
    assert names(window) == {"softmax"}
    assert not rows.isVisible()


def test_a_command_that_cannot_be_used_is_shown_with_its_keys_but_not_done(window: Window) -> None:
    rows = find(window, "export onnx")
    assert rows.item(0).data(KEYS) == "Ctrl+E"
    assert not rows.item(0).flags() & Qt.ItemFlag.ItemIsEnabled
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Return)
    assert rows.isVisible()


def test_letters_that_only_follow_each_other_find_something_too(window: Window) -> None:
    rows = find(window, "cnvt2")
    assert rows.item(0).text() == "ConvTranspose2d"
    assert find(window, "go pln").item(0).text() == "Go to the plan"


def test_the_search_gives_the_focus_back(window: Window) -> None:
    window.canvas.setFocus()
    trigger(window, "search")
    QTest.keyClick(part(window, QLineEdit, "finder_field"), Qt.Key.Key_Escape)
    assert window.canvas.hasFocus()


def test_about_says_versions_device_and_where_the_logs_are(qtbot: QtBot, window: Window) -> None:
    trigger(window, "about")
    dialog = part(window, QDialog, "about_dialog")
    qtbot.waitUntil(dialog.isVisible)
    assert part(dialog, QLabel, "fact_torch").text().startswith("2.")
    assert part(dialog, QLabel, "fact_Logs").text()
    QGuiApplication.clipboard().clear()
    press(dialog, "copy")
    assert "PySide6" in QGuiApplication.clipboard().text()
    dialog.close()


def test_the_shortcuts_are_listed(qtbot: QtBot, window: Window) -> None:
    trigger(window, "shortcuts")
    dialog = part(window, QDialog, "shortcuts_dialog")
    qtbot.waitUntil(dialog.isVisible)
    listed = {label.text() for label in dialog.findChildren(QLabel)}
    assert {"Undo", "Search everything", "Ctrl+K", "Train"} <= listed
    assert any(text.startswith("Ctrl+Z") for text in listed)
    dialog.close()


def test_no_two_commands_share_a_key(window: Window) -> None:
    keys = [
        shortcut.toString()
        for action in window.menus.all_actions()
        for shortcut in action.shortcuts()
    ]
    assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)


# ---- what stands in the way of training ----


def test_train_on_a_document_with_problems_shows_them_instead(window: Window) -> None:
    edit(window)
    click(part(window, QPushButton, "train_button"))
    assert not window.training.is_live
    assert window.problem_list.isVisible()
    assert window.problem_list.cards


def test_train_says_why_it_does_not_and_goes_to_the_first_mistake(
    window: Window, qtbot: QtBot
) -> None:
    trigger(window, "template_digits-cnn")
    workspace = window.workspace
    classify = workspace.document.main.named("classify")
    assert classify is not None
    broken = operations.set_setting(workspace.document.main, classify.id, "out_features", 12)
    workspace.history.do(broken)
    for name in ("problems", "inspector"):
        window.docks.show(name)
    window.docks.show("data")
    trigger(window, "train")
    assert not window.training.is_live
    assert "did not begin" in words(window.problem_list, "why_not")
    assert "has 10 classes; this gives 12" in words(window.problem_list, "why_not")
    assert {workspace.document.main.nodes[node].name for node in workspace.selection} == {"loss"}
    workspace.history.undo()
    qtbot.waitUntil(lambda: words(window.problem_list, "why_not") == "")


def test_train_says_why_it_does_not_on_an_empty_canvas_with_the_panel_closed(
    window: Window,
) -> None:
    window.workspace.new()
    window.docks.all()[-1].close()
    trigger(window, "train")
    assert "The graph is empty" in words(window.problem_list, "why_not")


def test_a_node_that_a_run_names_is_shown(window: Window) -> None:
    trigger(window, "template_digits-cnn")
    window.show_node("conv2")
    named = window.workspace.document.main.named("conv2")
    assert named is not None and window.workspace.selection == {NodeId(named.id)}
    window.show_node("not there any more")
    assert window.workspace.selection == {NodeId(named.id)}


def test_a_node_in_a_copy_of_a_block_is_shown_in_that_copy(window: Window) -> None:
    """Also while the inside of another block is shown."""
    document = blocks()
    changed(document.main, "second", repeat=3)
    window.workspace.new(document)
    window.workspace.enter(NodeId("first"))
    window.show_node("second.2.dense")
    assert window.workspace.inside == ("second", 2)
    assert window.workspace.selection == {NodeId("dense")}


def test_the_problem_that_no_data_is_chosen_leads_to_the_data_panel(window: Window) -> None:
    edit(window)
    window.docks.show("problems")
    wanted = "No data is chosen"
    QApplication.processEvents()
    card = next(c for c in window.problem_list.cards if wanted in c.problem.message)
    assert not window.data_view.isVisible() or window.data_view.visibleRegion().isEmpty()
    press(card, "fix")
    QApplication.processEvents()
    assert not window.data_view.visibleRegion().isEmpty()


@pytest.mark.parametrize("panel", ["data", "plan", "training", "results", "runs", "problems"])
def test_the_window_fits_on_a_small_screen_whatever_is_shown(
    qtbot: QtBot, window: Window, panel: str
) -> None:
    trigger(window, "template_digits-cnn")
    window.docks.show(panel)
    qtbot.waitUntil(lambda: not window.jobs.busy)
    window.resize(900, 600)
    QApplication.processEvents()
    assert window.width() <= 1000
    menus = window.top_bar.menus
    last = menus.actionGeometry(menus.actions()[-1])
    assert menus.rect().contains(last)
    assert window.rect().contains(part(window, QPushButton, "export_button").geometry())


def test_what_lies_below_has_the_whole_width_of_a_narrow_window(window: Window) -> None:
    for width, whole in ((1000, True), (1500, False), (1100, True)):
        window.resize(width, 760)
        QApplication.processEvents()
        window.docks.show("data")
        QApplication.processEvents()
        view = window.docks["data"]
        assert (view.width() == width) == whole
