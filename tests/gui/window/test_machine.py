"""Whatever a user does in the whole window, in whatever order: nothing breaks, all views agree."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from engine.data.sources import reader_of
from graphs.data import DataSection
from graphs.data.sources import Source
from graphs.document.edits import NodeId
from graphs.layers import Layer
from graphs.mending.choosing import choose_data
from graphs.steps import operations
from graphs.steps.annotation_steps import Marks
from graphs.templates import find
from gui.inspector.node_page import NodePage
from gui.window.window import Window
from tests.graphs.random_graphs import random_document
from tests.gui.hand import Hand, settled
from tests.gui.windows import opened

PANELS = ("palette", "inspector", "data", "plan", "training", "results", "runs", "problems")
LAYERS = st.sampled_from([layer.id for layer in Layer.members()])
TEMPLATES = st.sampled_from(["xor", "digits-cnn", "two-inputs", "text-attention", "autoencoder"])
SOURCES = st.sampled_from(["digits", "wine", "xor", "hourly_load"])
EDITS = st.sampled_from(
    [
        *("cut", "copy", "paste", "duplicate", "delete", "rename", "put_frame"),
        *("group", "group", "ungroup", "enter", "leave", "block_input", "block_output"),
    ]
)
which = st.integers(0, 30)
"""Counted around: which of those that are there."""
some = st.lists(which, max_size=5)


def section(source: str) -> DataSection:
    """What a source that comes with the program proposes, read once."""
    if source not in _sections:
        _sections[source] = reader_of(Source.get(source)()).section()
    return _sections[source]


_sections: dict[str, DataSection] = {}


class WholeWindow(RuleBasedStateMachine):
    """The window with all panels open, used at random."""

    window: Window
    qtlog: Any

    def __init__(self) -> None:
        super().__init__()
        self.around = ExitStack()
        counted = (NodeId(f"id{number}") for number in count())
        self.around.enter_context(
            patch.object(
                operations, "new_id", lambda: next(counted)
            )  # so that a failure comes again
        )
        self.exceptions = self.around.enter_context(capture_exceptions())
        self.workspace = self.window.workspace
        self.canvas = self.window.canvas
        self.hand = Hand(self.canvas)

    def teardown(self) -> None:
        QApplication.clipboard().clear()
        self.canvas.name_editor.hide()
        self.canvas.search.close_search()
        self.window.workspace.new()
        settled()
        self.around.close()

    @initialize(template=TEMPLATES)
    def begin(self, template: str) -> None:
        self.open_template(template)
        for panel in PANELS:
            self.window.docks.show(panel)

    def nodes(self) -> list[NodeId]:
        return sorted(self.workspace.graph.nodes)

    def is_drawn(self) -> bool:
        return bool(self.nodes())

    def has_links(self) -> bool:
        return self.workspace.graph.link_count() > 0

    def _pick(self, numbers: list[int]) -> set[NodeId]:
        ids = self.nodes()
        return {ids[number % len(ids)] for number in numbers} if ids else set()

    # ---- opening ----

    @rule(template=TEMPLATES)
    def open_template(self, template: str) -> None:
        found = find(template)
        assert found is not None
        self.workspace.new(found.document(), template)

    @rule(seed=st.integers(0, 200))
    def open_any(self, seed: int) -> None:
        self.workspace.new(random_document(seed))

    @rule()
    def begin_anew(self) -> None:
        self.workspace.new()

    # ---- choosing ----

    @rule(numbers=some, links=some)
    def select(self, numbers: list[int], links: list[int]) -> None:
        there = sorted(self.workspace.graph.links(), key=str)
        chosen = [there[number % len(there)] for number in links] if there else []
        self.workspace.select(self._pick(numbers), chosen)

    @rule()
    def select_all(self) -> None:
        self._canvas_action("select_all")

    @rule(number=which)
    def select_an_annotation(self, number: int) -> None:
        graph = self.workspace.graph
        ids = sorted((*graph.notes, *graph.frames))
        if ids:
            id = ids[number % len(ids)]
            notes = frozenset({id} & graph.notes.keys())
            frames = frozenset({id} & graph.frames.keys())
            self.workspace.select((), (), Marks(frames=frames, notes=notes))

    @precondition(is_drawn)
    @rule(number=which, key=st.sampled_from([Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape]))
    def walk(self, number: int, key: Qt.Key) -> None:
        self.workspace.select(self._pick([number]))
        self._key(key)

    # ---- changing ----

    def _canvas_action(self, name: str) -> None:
        action = self.canvas.findChild(QAction, f"canvas_{name}")
        assert action is not None
        action.trigger()  # nothing happens while it is disabled

    def _key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.canvas, key)

    @rule(name=EDITS)
    def edit(self, name: str) -> None:
        self._canvas_action(name)

    @rule(numbers=st.lists(which, min_size=2, max_size=6))
    def delete_several(self, numbers: list[int]) -> None:
        self.workspace.select(self._pick(numbers))
        self._canvas_action("delete")

    @rule(times=st.integers(1, 4))
    def undo(self, times: int) -> None:
        for _ in range(times):
            self.window.commands["undo"].trigger()

    @rule(times=st.integers(1, 4))
    def redo(self, times: int) -> None:
        for _ in range(times):
            self.window.commands["redo"].trigger()

    @rule(layer=LAYERS)
    def add(self, layer: str) -> None:
        self.canvas.add_layer(layer)

    @rule(by=st.tuples(st.integers(-300, 300), st.integers(-200, 200)), number=which)
    @precondition(is_drawn)
    def drag(self, by: tuple[int, int], number: int) -> None:
        (id,) = self._pick([number])
        self.canvas.frame(frozenset({id}))
        start = self.canvas.node_area(id).center()
        self.hand.drag(start, start + QPoint(*by))

    @precondition(is_drawn)
    @rule(numbers=st.tuples(which, which))
    def wire(self, numbers: tuple[int, int]) -> None:
        a, b = (self.canvas.sheet.nodes[self._pick([n]).pop()] for n in numbers)
        if a.facts.outputs and b.facts.inputs:
            self.canvas.frame(frozenset({a.id, b.id}))
            socket = b.facts.inputs[0]
            start = a.output_place(a.facts.outputs[0].port)
            end = b.input_place(socket.port, socket.slot)
            self.hand.drag(self.hand.view(start), self.hand.view(end))
            self.canvas.search.close_search()

    @precondition(is_drawn)
    @rule(number=which, text=st.sampled_from(["a", "b2", "class", "", "x y", "type"]), ends=which)
    def rename_in_place(self, number: int, text: str, ends: int) -> None:
        self.workspace.select(self._pick([number]))
        self._canvas_action("rename")
        self.canvas.name_editor.setText(text)
        if ends % 3:  # else it stays open
            QTest.keyClick(
                self.canvas.name_editor, Qt.Key.Key_Return if ends % 3 == 1 else Qt.Key.Key_Escape
            )

    @rule(text=st.sampled_from(["a", "c3", "def", ""]))
    def rename_in_the_inspector(self, text: str) -> None:
        page = self.window.inspector.page
        if isinstance(page, NodePage):
            page.name.setFocus()
            page.name.setText(text)
            page.name.textEdited.emit(text)
            page.name.editingFinished.emit()

    @rule(number=which, way=st.sampled_from([Qt.Key.Key_Up, Qt.Key.Key_Down]))
    def change_a_setting(self, number: int, way: Qt.Key) -> None:
        page = self.window.inspector.page
        if isinstance(page, NodePage) and page.form is not None:
            lines = page.form.findChildren(QLineEdit)
            if lines:
                QTest.keyClick(lines[number % len(lines)], way)

    @rule(source=SOURCES)
    def choose_data(self, source: str) -> None:
        self.workspace.history.do(choose_data(self.workspace.document, section(source)))

    @rule(number=which)
    def press_a_button_of_a_problem(self, number: int) -> None:
        settled()  # a user sees a card before its button is pressed
        buttons = [
            one
            for card in self.window.problem_list.cards
            for one in card.findChildren(QAbstractButton)
            if one.isEnabled()
        ]
        if buttons:
            buttons[number % len(buttons)].click()

    @rule()
    def arrange(self) -> None:
        self._canvas_action("arrange")

    @rule(name=st.sampled_from(PANELS))
    def look_at(self, name: str) -> None:
        self.window.docks.show(name)

    @rule()
    def wait(self) -> None:
        settled()

    @rule()
    def paint(self) -> None:
        self.window.grab()

    # ---- what always holds ----

    @invariant()
    def nothing_is_raised_and_qt_says_nothing(self) -> None:
        assert not self.exceptions, self.exceptions[0]
        said = [record.message for record in self.qtlog.records if not record.ignored]
        assert not said, said[0]

    @invariant()
    def all_views_show_one_state(self) -> None:
        workspace, graph = self.workspace, self.workspace.graph
        assert workspace.selection <= graph.nodes.keys()
        assert self.canvas.sheet.nodes.keys() == graph.nodes.keys()
        assert set(self.canvas.sheet.links) == set(graph.links())
        assert workspace.evaluation.results.keys() == graph.nodes.keys()
        lit = {id for id, item in self.canvas.sheet.nodes.items() if item.selected}
        assert lit == workspace.selection
        page = self.window.inspector.page
        if len(workspace.selection) == 1:
            assert isinstance(page, NodePage) and {page.node} == workspace.selection
        else:
            assert not isinstance(page, NodePage)


@pytest.mark.parametrize("examples", [8, pytest.param(120, marks=pytest.mark.proof)])
def test_the_window_survives_whatever_is_done_in_whatever_order(
    examples: int, qtbot: QtBot, qtlog: Any
) -> None:
    with opened(qtbot) as window:

        class OfThisWindow(WholeWindow):
            pass

        OfThisWindow.window, OfThisWindow.qtlog = window, qtlog
        run_state_machine_as_test(
            OfThisWindow,
            settings=settings(
                max_examples=examples,
                stateful_step_count=40,
                deadline=None,
                phases=(Phase.explicit, Phase.generate, Phase.shrink),
            ),
        )
