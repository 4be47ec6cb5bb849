"""A network is proposed from the empty canvas and beside the data, in one step."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QMessageBox, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from engine.data.sources import reader, reader_of
from graphs.data import DataSection, Field, TokensKind
from graphs.data.sources import Source
from graphs.document.document import Document
from graphs.layers.losses.losses import losses
from graphs.mending.choosing import choose_data
from graphs.problems import Severity
from gui.window.window import Window
from tests.graphs.documents import snapshot
from tests.gui.finished_runs import template
from tests.gui.found_widgets import part, press
from tests.gui.hand import settled
from tests.gui.windows import LONG, can_use, trigger, words


def chosen(window: Window, source: str) -> None:
    """Data for the document, and nothing drawn."""
    section = reader(source, Source.get(source).defaults()).section()
    document = Document()
    document.apply(choose_data(document, section))
    window.workspace.new(document)
    window.workspace.select(document.main.nodes)
    trigger(window, "canvas_delete")


def errors(window: Window) -> list[str]:
    return [p.message for p in window.workspace.problems if p.severity is Severity.ERROR]


def look_at_data(window: Window) -> None:
    """Bring the panel to the front."""
    settled()
    window.docks.show("data")
    settled()
    assert "data" in window.docks.shown()


def drawn(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(window.workspace.document.main.nodes), timeout=LONG)
    settled()


def test_the_empty_canvas_proposes_a_network_that_can_be_trained(
    window: Window, qtbot: QtBot
) -> None:
    chosen(window, "iris")
    before = snapshot(window.workspace.document)
    press(window.canvas, "start_propose")
    drawn(window, qtbot)
    assert errors(window) == []
    assert can_use(window, "train")
    assert window.workspace.document.plan.batch_size == 16  # the samples were counted: 150
    seen = window.canvas.viewport().rect()
    for node in window.workspace.document.main.nodes:
        assert seen.intersects(window.canvas.node_area(node))
    trigger(window, "undo")
    assert snapshot(window.workspace.document) == before


def test_without_data_the_empty_canvas_leads_to_it(window: Window, qtbot: QtBot) -> None:
    window.workspace.new()
    press(window.canvas, "start_propose")
    qtbot.waitUntil(window.data_view.isVisible)
    assert not window.workspace.document.main.nodes


def test_without_data_the_open_data_panel_says_what_comes_next(
    window: Window, qtbot: QtBot
) -> None:
    window.workspace.new()
    look_at_data(window)
    sources = part(window.data_view, QListWidget, "sources")
    settled()
    window.canvas.setFocus()
    before = window.data_view.grab().toImage()
    press(window.canvas, "start_propose")
    assert sources.hasFocus()
    assert "Choose in the list" in words(window.data_view, "preview_told")
    assert window.data_view.grab().toImage() != before
    assert sources.property("role") == "wanted"
    window.data_view.choose("iris", {})
    assert sources.property("role") != "wanted"


def test_without_a_file_the_keys_come_to_where_it_is_named(window: Window) -> None:
    window.workspace.new()
    look_at_data(window)
    window.data_view.choose("image_folder", {})
    press(window.canvas, "start_propose")
    assert part(window.data_view, QLineEdit, "path").hasFocus()
    assert not window.workspace.graph.nodes


@pytest.mark.parametrize("waits", [True, False], ids=["once it is seen", "while it is read"])
def test_the_empty_canvas_proposes_for_the_data_that_is_previewed(
    window: Window, qtbot: QtBot, tmp_path: Path, waits: bool
) -> None:
    for at in range(60):
        folder = tmp_path / "ab"[at % 2]
        folder.mkdir(exist_ok=True)
        Image.new("L", (16, 16), at * 4).save(folder / f"{at}.png")
    window.workspace.new()
    look_at_data(window)
    window.data_view.choose("image_folder", {})
    path = part(window.data_view, QLineEdit, "path")
    path.setFocus()
    QTest.keyClicks(path, str(tmp_path))
    QTest.keyClick(path, Qt.Key.Key_Return)
    if waits:
        qtbot.waitUntil(
            lambda: words(window.data_view, "preview_summary") == "60 samples", timeout=LONG
        )
    press(window.canvas, "start_propose")
    drawn(window, qtbot)
    assert window.workspace.document.data.source == "image_folder"
    assert errors(window) == []
    trigger(window, "undo")
    assert not window.workspace.graph.nodes
    assert window.workspace.history.undo_name is None


def test_a_network_that_was_wanted_for_other_data_does_not_come(
    window: Window, qtbot: QtBot
) -> None:
    window.workspace.new()
    look_at_data(window)
    window.data_view.choose("digits", {})
    press(window.canvas, "start_propose")
    window.data_view.choose("image_folder", {})
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    settled()
    assert not window.workspace.graph.nodes
    assert "Choose a file" in words(window.data_view, "preview_told")


def test_what_was_read_of_another_source_is_not_shown_as_of_this_one(
    window: Window, qtbot: QtBot
) -> None:
    chosen(window, "digits")
    look_at_data(window)
    window.data_view.choose("image_folder", {})
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    settled()
    assert "Choose a file" in words(window.data_view, "preview_told")
    assert not part(window.data_view, QPushButton, "propose_network").isVisible()


def test_as_long_as_inputs_alone_are_drawn_a_network_is_offered(
    window: Window, qtbot: QtBot
) -> None:
    window.workspace.new()
    look_at_data(window)
    window.data_view.choose("iris", {})
    use = part(window.data_view, QPushButton, "use_data")
    qtbot.waitUntil(use.isVisible, timeout=LONG)
    press(window.data_view, "use_data")
    assert len(window.workspace.graph.nodes) == 1
    offer = part(window.canvas, QPushButton, "propose_for_inputs")
    assert not part(window.canvas, QPushButton, "start_propose").isVisible()
    seen = offer.rect().translated(offer.mapTo(window.canvas, QPoint(0, 0)))
    assert window.canvas.rect().contains(seen)
    window.docks.show("training")  # no preview is in view: for the data of the document
    press(window.canvas, "propose_for_inputs")
    qtbot.waitUntil(lambda: len(window.workspace.graph.nodes) > 2, timeout=LONG)
    assert errors(window) == []
    assert not offer.isVisible()
    trigger(window, "undo")
    assert offer.isVisible()
    trigger(window, "undo")
    assert not offer.isVisible()
    assert part(window.canvas, QPushButton, "start_propose").isVisible()


def test_data_that_is_looked_at_is_chosen_with_a_network_in_one_step(
    window: Window, qtbot: QtBot
) -> None:
    window.workspace.new()
    before = snapshot(window.workspace.document)
    window.docks.show("data")
    window.data_view.choose("wine", {})
    propose = part(window.data_view, QPushButton, "propose_network")
    qtbot.waitUntil(propose.isVisible, timeout=LONG)
    press(window.data_view, "propose_network")
    drawn(window, qtbot)
    assert window.workspace.document.data.source == "wine"
    assert errors(window) == []
    trigger(window, "undo")
    assert snapshot(window.workspace.document) == before
    assert window.workspace.history.undo_name is None


def test_a_proposal_takes_the_place_of_what_is_drawn_until_it_is_undone(
    window: Window, qtbot: QtBot
) -> None:
    chosen(window, "wine")
    trigger(window, "propose")
    drawn(window, qtbot)
    history, nodes = window.workspace.history, window.workspace.document.main.nodes
    window.workspace.select(n.id for n in nodes.values() if n.layer in losses())
    trigger(window, "canvas_delete")
    assert errors(window)
    broken = snapshot(window.workspace.document)
    trigger(window, "propose")
    qtbot.waitUntil(lambda: errors(window) == [], timeout=LONG)
    history.undo()
    assert snapshot(window.workspace.document) == broken


def test_data_that_is_gone_still_has_a_network_proposed(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    table = tmp_path / "own.csv"
    table.write_text("a,b,kind\n" + "".join(f"{n},{n % 7},{'xy'[n % 2]}\n" for n in range(50)))
    kind = Source.get("table")
    section = reader_of(kind.made({**kind.defaults(), "path": str(table)})).section()
    table.unlink()
    document = Document()
    document.apply(choose_data(document, section))
    window.workspace.new(document)
    trigger(window, "propose")
    qtbot.waitUntil(lambda: errors(window) == [], timeout=LONG)


def test_what_the_user_has_set_in_the_plan_stays_and_what_was_proposed_does_not(
    window: Window, qtbot: QtBot
) -> None:
    chosen(window, "iris")
    trigger(window, "propose")
    drawn(window, qtbot)
    proposed = window.workspace.document.plan
    assert proposed.epochs > 12

    window.docks.show("plan")
    epochs = part(window.plan_form, QSpinBox, "epochs")
    epochs.selectAll()
    QTest.keyClicks(epochs, "12")
    assert window.workspace.document.plan.epochs == 12
    trigger(window, "propose")
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=LONG)
    assert window.workspace.document.plan == replace(proposed, epochs=12)

    window.workspace.history.undo()
    window.workspace.history.undo()
    digits = reader("digits", Source.get("digits").defaults()).section()
    window.proposing.put(digits, 1797)  # for other data the epochs of the first do not count
    assert window.workspace.document.plan.epochs not in {12, proposed.epochs}
    assert window.findChild(QMessageBox) is None


def test_what_came_with_the_document_is_replaced_and_that_is_said(
    window: Window, qtbot: QtBot
) -> None:
    document = template("digits-mlp", epochs=12)
    window.workspace.new(document)
    window.proposing.put(document.data, 1797)
    epochs = window.workspace.document.plan.epochs
    assert epochs != 12
    box = window.findChild(QMessageBox)
    assert box is not None and box.text() == "A network is proposed."
    assert f"Epochs: {epochs} in place of 12" in box.informativeText()


def test_where_no_network_fits_it_is_said(window: Window, qtbot: QtBot) -> None:
    tokens = Field(TokensKind.id, (8,), vocabulary=9)
    window.proposing.put(DataSection("arrays", {}, {"words": tokens}), 10)
    box = window.findChild(QMessageBox)
    assert box is not None
    assert "Nothing in this data is to be predicted" in box.text() + box.informativeText()
    box.close()
