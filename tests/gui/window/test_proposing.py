"""A network is proposed from the empty canvas and beside the data, in one step."""

from pathlib import Path

from PySide6.QtWidgets import QMessageBox, QPushButton
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
from tests.gui.found_widgets import part, press
from tests.gui.hand import settled
from tests.gui.windows import LONG, can_use, trigger


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


def test_where_no_network_fits_it_is_said(window: Window, qtbot: QtBot) -> None:
    tokens = Field(TokensKind.id, (8,), vocabulary=9)
    window.proposing.put(DataSection("arrays", {}, {"words": tokens}), 10)
    box = window.findChild(QMessageBox)
    assert box is not None
    assert "Nothing in this data is to be predicted" in box.text() + box.informativeText()
    box.close()
