"""In another language everything that the program says is in that language."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QTabBar,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.layers import Layer
from graphs.steps import operations
from graphs.wording import phrases
from gui.gallery import Gallery
from gui.window.window import Window
from tests import texts
from tests.gui.finished_runs import template
from tests.gui.windows import LONG, opened, trigger

BEGIN, END = "⟦", "⟧"
THEIRS = {
    "Layerloom",
    "ONNX",
    "torch",
    "Linear",
    "Enter",
    "xor",
    "Ctrl",
    "Shift",
    "Space",
    "digits",
    "cnn",
}
"""Names, which are the same in every language."""


class Bracketing(QTranslator):
    """A language in which each text stands in brackets, so that one can see which was looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()
        """What was looked up through the one door."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        if context == texts.PHRASES and source.strip():
            self.asked.add(source)
        return f"{BEGIN}{source}{END}" if source.strip() else source


@pytest.fixture
def bracketed(qapp: QApplication) -> Iterator[None]:
    translator = Bracketing()
    assert qapp.installTranslator(translator)
    phrases.use(lambda key: QCoreApplication.translate("phrases", key))
    yield
    phrases.use(lambda key: key)
    assert qapp.removeTranslator(translator)
    assert sorted(translator.asked - written()) == []


@cache
def written() -> frozenset[str]:
    """What translators are given."""
    return frozenset(one.source for one in texts.catalogue() if one.context == texts.PHRASES)


def shown(window: QWidget) -> Iterator[tuple[str, str]]:
    """Every text in the window that a user may come to see, and where it is."""
    for widget in (window, *window.findChildren(QWidget)):
        where = f"{type(widget).__name__} {widget.objectName()}"
        for text in (widget.toolTip(), widget.accessibleName(), *own(widget)):
            yield where, text
    for action in window.findChildren(QAction):
        yield f"QAction {action.objectName()}", action.text()
        yield f"QAction {action.objectName()}", action.toolTip()


def own(widget: QWidget) -> list[str]:
    """The texts that a widget itself shows."""
    match widget:
        case QLabel() | QAbstractButton():
            return [widget.text()]
        case QLineEdit():
            return [widget.placeholderText()]
        case QComboBox():
            return [widget.itemText(at) for at in range(widget.count())]
        case QTabBar():
            return [widget.tabText(at) for at in range(widget.count())]
        case QListWidget():
            items = [widget.item(at) for at in range(widget.count())]
            return [text for item in items for text in (item.text(), item.toolTip())]
        case QTableWidget():
            heads = [widget.horizontalHeaderItem(at) for at in range(widget.columnCount())]
            return [head.text() for head in heads if head is not None]
        case _:
            return []


def untranslated(window: QWidget, document: Document) -> set[str]:
    """Words that stand in no brackets, and that are no names of the user's or of settings."""
    names = {*THEIRS, *_names(document)}
    found = set()
    for where, text in shown(window):
        outside = re.sub(r"<[^>]*>|&\w+;|(?<!\S)/\S+", " ", text)  # nor markup, nor paths
        while (less := re.sub(f"{BEGIN}[^{BEGIN}{END}]*{END}", " ", outside)) != outside:
            outside = less
        for word in re.findall(r"[^\W\d_]{3,}", outside):
            if word not in names and word.lower() not in names:
                found.add(f"{where}: {text}")
    return found


def _names(document: Document) -> set[str]:
    """The words in what the user has named, and in settings that are called as in torch."""
    texts = [node.name for node in document.main.nodes.values()]
    texts += [*document.data.fields, *(c for f in document.data.fields.values() for c in f.classes)]
    texts += [setting.name for kind in Layer.members() for setting in kind.parameters()]
    texts += [
        port.name
        for kind in Layer.members()
        for port in kind.made(kind.defaults()).ports().inputs
        if not kind.faults(kind.defaults())
    ]
    return {word for text in texts for word in re.findall(r"[^\W\d_]{3,}", text)}


def test_no_text_of_the_window_goes_past_the_door(qtbot: QtBot, bracketed: None) -> None:
    with opened(qtbot) as window:
        window.workspace.new(template("digits-cnn"), "digits")
        nodes = list(window.workspace.document.main.nodes)
        window.workspace.select(nodes[:1])
        everything_is_translated(window)


def test_no_problem_is_told_past_the_door(qtbot: QtBot, bracketed: None) -> None:
    with opened(qtbot) as window:
        window.workspace.new(template("digits-cnn"), "digits")
        graph = window.workspace.graph
        for node in [
            n.id for n in graph.nodes.values() if n.layer in {"conv2d", "output", "flatten"}
        ]:
            window.workspace.history.do(operations.delete(graph, [node]))
        window.docks.show("problems")
        QCoreApplication.processEvents()
        everything_is_translated(window)


def test_no_result_of_a_run_is_told_past_the_door(qtbot: QtBot, bracketed: None) -> None:
    with opened(qtbot) as window:
        window.workspace.new(template("xor", epochs=3), "digits")
        trigger(window, "train")
        qtbot.waitUntil(lambda: window.results.trial is not None, timeout=LONG)
        for panel in ("training", "results", "runs", "data"):
            window.docks.show(panel)
            QCoreApplication.processEvents()
        everything_is_translated(window)


def test_no_template_is_described_past_the_door(qtbot: QtBot, bracketed: None) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.show()
    assert not untranslated(gallery, Document())


def everything_is_translated(window: Window) -> None:
    QCoreApplication.processEvents()
    found = untranslated(window, window.workspace.document)
    assert not found, "\n".join(sorted(found))
