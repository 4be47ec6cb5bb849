"""Whatever a user does, in whatever order: nothing dangles, and every step can be taken back."""

from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from graphs import files
from graphs.checking.evaluation import Evaluation
from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    AddNode,
    ChangeData,
    ChangeFrame,
    ChangeNote,
    ChangePlan,
    ChangeWeights,
    Link,
    NodeId,
    Step,
)
from graphs.document.history import History
from graphs.layers import Layer
from graphs.mending import fixes
from graphs.setting_kinds import NodeRef
from graphs.steps import operations
from graphs.steps.annotation_steps import Marks
from tests.graphs.documents import (
    data_sections,
    frames,
    node_names,
    nodes,
    notes,
    places,
    plain,
    plans,
    settings_of,
    shas,
    snapshot,
    values,
)
from tests.graphs.random_graphs import random_document

some = st.lists(st.integers(0, 20), min_size=1, max_size=4)
"""Which nodes, counted around."""


class Editing(RuleBasedStateMachine):
    """A document being edited, beside a plain list of what it was after each step."""

    def __init__(self) -> None:
        super().__init__()
        # Ids are random; here they are counted, so that a failure comes again.
        counted = (NodeId(f"id{number}") for number in count())
        self.ids = patch.object(operations, "new_id", lambda: next(counted))
        self.ids.start()
        self._begin(Document())

    def teardown(self) -> None:
        self.ids.stop()

    def _begin(self, document: Document) -> None:
        self.document = document
        self.history = History(document)
        self.states = [files.encoded(document)]
        self.now = 0
        self.saved: int | None = 0
        self.announced = 0
        document.changed.connect(lambda change: self._hear())

    def _hear(self) -> None:
        self.announced += 1

    def _do(self, *steps: Step, gesture: str | None = None) -> None:
        if not any(step.edits for step in steps):
            return
        for step in steps:
            before = self.announced
            self.history.do(step, gesture=gesture)
            assert self.announced == before + 1
        self.history.end_gesture()
        if self.saved is not None and self.saved > self.now:
            self.saved = None  # what was saved cannot be reached any more
        self.states[self.now + 1 :] = [files.encoded(self.document)]
        self.now += 1

    def _pick(self, which: list[int]) -> set[NodeId]:
        ids = sorted(self.document.main.nodes)
        return {ids[number % len(ids)] for number in which}

    def _one(self, which: int) -> NodeId:
        return self._pick([which]).pop()

    def _link(self, which: int) -> Link:
        links = sorted(self.document.main.links(), key=lambda k: (k.target, k.input, k.slot))
        return links[which % len(links)]

    def has_nodes(self) -> bool:
        return bool(self.document.main.nodes)

    def has_links(self) -> bool:
        return self.document.main.link_count() > 0

    # ---- what a user does ----

    @rule(kind=st.sampled_from(Layer.members()), at=places, data=st.data())
    def add(self, kind: type[Layer], at: tuple[int, int], data: st.DataObject) -> None:
        told = data.draw(settings_of(kind))
        self._do(operations.add(self.document.main, kind.id, at, **told))

    @rule(name=node_names, at=places, data=st.data())
    def add_as_files_do(self, name: str, at: tuple[int, int], data: st.DataObject) -> None:
        if name not in self.document.main.names:
            node = data.draw(nodes(operations.new_id(), name))
            self._do(Step("Add", (AddNode(MAIN, node, at),)))

    @precondition(has_nodes)
    @rule(which=st.tuples(st.integers(0, 20), st.integers(0, 20)), data=st.data())
    def connect(self, which: tuple[int, int], data: st.DataObject) -> None:
        start, end = self._one(which[0]), self._one(which[1])
        outputs = operations.ports_of(self.document.main, start).outputs
        inputs = [port.name for port in operations.ports_of(self.document.main, end).inputs]
        if outputs and inputs:
            ports = (data.draw(st.sampled_from(outputs)), data.draw(st.sampled_from(inputs)))
            ends = (self.document.main, start, ports[0], end, ports[1])
            if operations.refusal(*ends) is None:
                self._do(operations.connect(*ends))

    @precondition(has_links)
    @rule(which=st.integers(0, 20))
    def disconnect(self, which: int) -> None:
        self._do(operations.delete(self.document.main, (), [self._link(which)]))

    @precondition(has_links)
    @rule(which=st.integers(0, 20), layer=st.sampled_from(["relu", "linear", "add"]))
    def insert(self, which: int, layer: str) -> None:
        self._do(operations.insert_on(self.document.main, self._link(which), layer))

    @precondition(has_nodes)
    @rule(which=some)
    def delete(self, which: list[int]) -> None:
        gone = self._pick(which)
        self._do(operations.delete(self.document.main, gone))
        assert not any(self.document.main.referring(node) for node in gone)

    @precondition(has_nodes)
    @rule(which=some, ways=st.lists(places, min_size=1, max_size=4))
    def drag(self, which: list[int], ways: list[tuple[int, int]]) -> None:
        picked = self._pick(which)
        self._do(
            *(operations.move(self.document.main, picked, way) for way in ways), gesture="drag"
        )

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), name=node_names)
    def rename(self, which: int, name: str) -> None:
        node = self._one(which)
        if operations.rename_fault(self.document.main, node, name) is None:
            self._do(operations.rename(self.document.main, node, name))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), data=st.data())
    def set(self, which: int, data: st.DataObject) -> None:
        node = self._one(which)
        kind = Layer.find(self.document.main.nodes[node].layer)
        if kind is not None and kind.parameters():
            parameter = data.draw(st.sampled_from(kind.parameters()))
            value = data.draw(values(parameter) | plain)
            self._do(operations.set_setting(self.document.main, node, parameter.name, value))

    @precondition(has_nodes)
    @rule(which=st.tuples(st.integers(0, 20), st.integers(0, 20)))
    def refer(self, which: tuple[int, int]) -> None:
        node, other = self._one(which[0]), self._one(which[1])
        step = operations.set_setting(self.document.main, node, "tied", NodeRef(other))
        self._do(step)

    @precondition(has_nodes)
    @rule(which=some)
    def copy_and_paste(self, which: list[int]) -> None:
        clip = operations.copied(self.document.main, self._pick(which))
        pasted = operations.Clip.of_text(clip.text())
        assert pasted is not None
        self._do(operations.pasted(self.document.main, pasted))

    @precondition(has_nodes)
    @rule(which=some, frame=frames, note=notes)
    def duplicate_with_marks(self, which: list[int], frame: Any, note: Any) -> None:
        graph = self.document.main
        edits = (
            ChangeFrame(MAIN, "a", graph.frames.get("a"), frame),
            ChangeNote(MAIN, "b", graph.notes.get("b"), note),
        )
        self._do(Step("Write", edits))
        marks = Marks(frozenset("a"), frozenset("b"))
        self._do(operations.duplicate(self.document.main, self._pick(which), marks))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), layer=st.sampled_from(["relu", "linear", "add", "gru"]))
    def replace(self, which: int, layer: str) -> None:
        self._do(operations.replaced(self.document.main, self._one(which), layer))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20))
    def dissolve(self, which: int) -> None:
        node = self._one(which)
        if len(self.document.main.entering(node)) == 1:
            self._do(operations.dissolve(self.document.main, node))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), frozen=st.booleans(), rate=st.sampled_from([0.1, 0.5, 1.0]))
    def train_otherwise(self, which: int, frozen: bool, rate: float) -> None:
        node = self._one(which)
        self._do(operations.set_training(self.document.main, [node], frozen, rate))

    @rule(which=st.integers(0, 20))
    def mend(self, which: int) -> None:
        found = Evaluation(self.document.copy().main).problems()
        if found:
            step = fixes.step(self.document, found[which % len(found)])
            self._do(*([step] if step is not None else []))

    @rule(seed=st.integers(0, 200), size=st.integers(1, 12))
    def open_another(self, seed: int, size: int) -> None:
        self._begin(random_document(seed, size))

    @rule(id=st.sampled_from("ab"), frame=st.none() | frames, note=st.none() | notes)
    def write_beside(self, id: str, frame: Any, note: Any) -> None:
        graph = self.document.main
        edits = (
            ChangeFrame(MAIN, id, graph.frames.get(id), frame),
            ChangeNote(MAIN, id, graph.notes.get(id), note),
        )
        self._do(Step("Write", edits))

    @rule(section=data_sections(), plan=plans(), sha=shas)
    def choose(self, section: Any, plan: Any, sha: str | None) -> None:
        edits = (
            ChangeData(self.document.data, section),
            ChangePlan(self.document.plan, plan),
            ChangeWeights(self.document.weights, sha),
        )
        self._do(Step("Choose", edits))

    # ---- what takes it back ----

    @rule(times=st.integers(1, 5))
    def undo(self, times: int) -> None:
        for _ in range(times):
            self.history.undo()
        self.now = max(0, self.now - times)

    @rule(times=st.integers(1, 5))
    def redo(self, times: int) -> None:
        for _ in range(times):
            self.history.redo()
        self.now = min(len(self.states) - 1, self.now + times)

    @rule()
    def undo_all_and_redo_all(self) -> None:
        for state in reversed(self.states[: self.now]):
            self.history.undo()
            assert files.encoded(self.document) == state
        assert self.history.undo_name is None
        for state in self.states[1:]:
            self.history.redo()
            assert files.encoded(self.document) == state
        assert self.history.redo_name is None
        self.now = len(self.states) - 1

    # ---- what goes to the disk ----

    @rule()
    def save(self) -> None:
        self.history.mark_saved()
        self.saved = self.now

    @rule()
    def load(self) -> None:
        opened = files.decoded(files.encoded(self.document))
        assert opened.notices == ()
        assert snapshot(opened.document) == snapshot(self.document)
        self._begin(opened.document)

    # ---- what always holds ----

    @invariant()
    def the_document_is_as_it_was_after_that_step(self) -> None:
        assert files.encoded(self.document) == self.states[self.now]
        assert self.history.is_saved == (self.now == self.saved)

    @invariant()
    def nothing_dangles(self) -> None:
        graph = self.document.main
        links = set(graph.links())
        assert len(links) == graph.link_count()
        for link in links:
            assert {link.source, link.target} <= graph.nodes.keys()
            assert graph.link_at((link.target, link.input, link.slot)) == link
        assert {k for node in graph.nodes for k in graph.entering(node)} == links
        assert {k for node in graph.nodes for k in graph.leaving(node)} == links
        refers = {(node, other) for node in graph.nodes for other in graph.referred(node)}
        assert refers == {(node, other) for other in graph.nodes for node in graph.referring(other)}
        assert graph.positions.keys() == graph.nodes.keys()
        assert dict(graph.names) == {node.name: node.id for node in graph.nodes.values()}


TestEditing = Editing.TestCase
TestEditing.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    phases=(Phase.generate,),  # making the steps of a failure fewer would take minutes
)


class LongEditing(Editing):
    """The same with hundreds of steps each."""


TestLongEditing = pytest.mark.proof(LongEditing.TestCase)
TestLongEditing.settings = settings(
    max_examples=60,
    stateful_step_count=300,
    phases=(Phase.generate,),
)
