"""Whatever a user does, in whatever order: nothing dangles, and every step can be taken back."""

from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from graphs import files
from graphs.checking.evaluation import Evaluation, evaluated
from graphs.checking.structure import problems
from graphs.document.document import Document, Graph
from graphs.document.edits import (
    MAIN,
    AddNode,
    BlockDefinition,
    ChangeData,
    ChangeDefinition,
    ChangeFrame,
    ChangeNote,
    ChangePlan,
    ChangeWeights,
    GraphId,
    Link,
    NodeId,
    Step,
)
from graphs.document.history import History
from graphs.layers import Layer
from graphs.mending import fixes
from graphs.setting_kinds import GraphRef, NodeRef, PerCopy, Promoted
from graphs.steps import block_ports, clips, graph_steps, operations
from graphs.steps.annotation_steps import Marks
from graphs.steps.blocks import definitions, grouping, promoting, ungrouping
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
        self.graph_ids = patch.object(
            operations, "new_graph_id", lambda: GraphId(f"graph{next(counted)}")
        )
        self.ids.start()
        self.graph_ids.start()
        self._begin(Document())

    def teardown(self) -> None:
        self.ids.stop()
        self.graph_ids.stop()

    def _begin(self, document: Document) -> None:
        self.document = document
        self.at = MAIN
        self.history = History(document)
        self.states = [files.encoded(document)]
        self.now = 0
        self.saved: int | None = 0
        self.announced = 0
        document.changed.connect(lambda change: self._hear())
        self.evaluation = Evaluation(document.main)

    @property
    def graph(self) -> Graph:
        """The graph at which the hand is; the main one where that is gone."""
        return self.document.graphs.get(self.at, self.document.main)

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
        ids = sorted(self.graph.nodes)
        return {ids[number % len(ids)] for number in which}

    def _one(self, which: int) -> NodeId:
        return self._pick([which]).pop()

    def _link(self, which: int) -> Link:
        links = sorted(self.graph.links(), key=lambda k: (k.target, k.input, k.slot))
        return links[which % len(links)]

    def has_nodes(self) -> bool:
        return bool(self.graph.nodes)

    def has_links(self) -> bool:
        return self.graph.link_count() > 0

    def _a_graph(self, which: int) -> GraphId:
        graphs = sorted(self.document.graphs)
        return graphs[which % len(graphs)]

    # ---- what a user does ----

    @rule(which=st.integers(0, 20))
    def go_to(self, which: int) -> None:
        self.at = self._a_graph(which)

    @rule()
    def add_graph(self) -> None:
        if len(self.document.graphs) < 4:
            step, self.at = graph_steps.add_graph(self.document)
            self._do(step)

    @rule(which=st.integers(0, 20))
    def delete_graph(self, which: int) -> None:
        graph = self._a_graph(which)
        if graph_steps.deletion_refusal(self.document, graph) is None:
            self._do(graph_steps.delete_graph(self.document, graph))

    @rule(which=st.integers(0, 20), at=places, end=st.sampled_from(["input", "output"]))
    def add_a_block_or_an_end(self, which: int, at: tuple[int, int], end: str) -> None:
        if self.graph is self.document.main:
            block = GraphRef(self._a_graph(which))
            self._do(operations.add(self.graph, "block", at, graph=block))
        else:
            self._do(operations.add(self.graph, f"block_{end}", at))

    @precondition(has_nodes)
    @rule(which=some, title=st.sampled_from(["", "Part"]))
    def group(self, which: list[int], title: str) -> None:
        nodes = self._pick(which)
        if grouping.grouping_refusal(self.graph, nodes) is None:
            self._do(grouping.group(self.graph, nodes, title)[0])

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20))
    def ungroup(self, which: int) -> None:
        node = self._one(which)
        if ungrouping.ungrouping_refusal(self.graph, node) is None:
            self._do(ungrouping.ungroup(self.graph, node)[0])

    @rule(which=st.integers(0, 20), width=st.integers(1, 9), order=some)
    def define(self, which: int, width: int, order: list[int]) -> None:
        graph = self.document.graphs[self._a_graph(which)]
        ends = [node for node in sorted(graph.nodes) if block_ports.is_end(graph.nodes[node])]
        ports = [ends[number % len(ends)] for number in order] if ends else []
        new = BlockDefinition("Part", {"width": width}, tuple(dict.fromkeys(ports)))
        if graph.id != MAIN and new != graph.definition:
            self._do(Step("Define", (ChangeDefinition(graph.id, graph.definition, new),)))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), repeat=st.integers(1, 3), shares=st.booleans())
    def repeat(self, which: int, repeat: int, shares: bool) -> None:
        node = self._one(which)
        if self.graph.nodes[node].blocks:
            told = {"repeat": repeat, "shares_weights": shares, "values": {"width": repeat}}
            self._do(operations.set_settings(self.graph, node, told, "Repeat"))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), value=st.sampled_from([Promoted("width"), PerCopy(2, 1)]))
    def bind(self, which: int, value: Promoted | PerCopy) -> None:
        node = self._one(which)
        settings = self.graph.nodes[node].settings
        for name in sorted(settings.keys() & {"out_features", "out_channels", "p"}):
            self._do(operations.set_setting(self.graph, node, name, value))

    @rule(kind=st.sampled_from(Layer.members()), at=places, data=st.data())
    def add(self, kind: type[Layer], at: tuple[int, int], data: st.DataObject) -> None:
        told = data.draw(settings_of(kind))
        self._do(operations.add(self.graph, kind.id, at, **told))

    @rule(name=node_names, at=places, data=st.data())
    def add_as_files_do(self, name: str, at: tuple[int, int], data: st.DataObject) -> None:
        if name not in self.graph.names:
            node = data.draw(nodes(operations.new_id(), name))
            self._do(Step("Add", (AddNode(self.graph.id, node, at),)))

    @precondition(has_nodes)
    @rule(which=st.tuples(st.integers(0, 20), st.integers(0, 20)), data=st.data())
    def connect(self, which: tuple[int, int], data: st.DataObject) -> None:
        start, end = self._one(which[0]), self._one(which[1])
        outputs = operations.ports_of(self.graph, start).outputs
        inputs = [port.name for port in operations.ports_of(self.graph, end).inputs]
        if outputs and inputs:
            ports = (data.draw(st.sampled_from(outputs)), data.draw(st.sampled_from(inputs)))
            ends = (self.graph, start, ports[0], end, ports[1])
            if operations.refusal(*ends) is None:
                self._do(operations.connect(*ends))

    @precondition(has_links)
    @rule(which=st.integers(0, 20))
    def disconnect(self, which: int) -> None:
        self._do(operations.delete(self.graph, (), [self._link(which)]))

    @precondition(has_links)
    @rule(which=st.integers(0, 20), layer=st.sampled_from(["relu", "linear", "add"]))
    def insert(self, which: int, layer: str) -> None:
        self._do(operations.insert_on(self.graph, self._link(which), layer))

    @precondition(has_nodes)
    @rule(which=some)
    def delete(self, which: list[int]) -> None:
        gone = self._pick(which)
        self._do(operations.delete(self.graph, gone))
        assert not any(self.graph.referring(node) for node in gone)

    @precondition(has_nodes)
    @rule(which=some, ways=st.lists(places, min_size=1, max_size=4))
    def drag(self, which: list[int], ways: list[tuple[int, int]]) -> None:
        picked = self._pick(which)
        self._do(*(operations.move(self.graph, picked, way) for way in ways), gesture="drag")

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), name=node_names)
    def rename(self, which: int, name: str) -> None:
        node = self._one(which)
        if operations.rename_fault(self.graph, node, name) is None:
            self._do(operations.rename(self.graph, node, name))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), data=st.data())
    def set(self, which: int, data: st.DataObject) -> None:
        node = self._one(which)
        kind = Layer.find(self.graph.nodes[node].layer)
        if kind is not None and kind.parameters():
            parameter = data.draw(st.sampled_from(kind.parameters()))
            value = data.draw(values(parameter) | plain)
            self._do(operations.set_setting(self.graph, node, parameter.name, value))

    @precondition(has_nodes)
    @rule(which=st.tuples(st.integers(0, 20), st.integers(0, 20)))
    def refer(self, which: tuple[int, int]) -> None:
        node, other = self._one(which[0]), self._one(which[1])
        step = operations.set_setting(self.graph, node, "tied", NodeRef(other))
        self._do(step)

    @precondition(has_nodes)
    @rule(which=some)
    def copy_and_paste(self, which: list[int]) -> None:
        clip = clips.copied(self.graph, self._pick(which))
        pasted = clips.Clip.of_text(clip.text())
        assert pasted is not None
        self._do(clips.pasted(self.graph, pasted))

    @precondition(has_nodes)
    @rule(which=some, frame=frames, note=notes)
    def duplicate_with_marks(self, which: list[int], frame: Any, note: Any) -> None:
        graph = self.graph
        edits = (
            ChangeFrame(graph.id, "a", graph.frames.get("a"), frame),
            ChangeNote(graph.id, "b", graph.notes.get("b"), note),
        )
        self._do(Step("Write", edits))
        marks = Marks(frozenset("a"), frozenset("b"))
        self._do(clips.duplicate(self.graph, self._pick(which), marks))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), setting=st.integers(0, 20), back=st.booleans())
    def promote(self, which: int, setting: int, back: bool) -> None:
        node, graph = self._one(which), self.graph
        names = sorted(graph.nodes[node].settings)
        if not names:
            return
        name = names[setting % len(names)]
        if not back and promoting.promotion_refusal(graph, node, name) is None:
            self._do(promoting.promote(graph, node, name)[0])
        elif back and promoting.taking_back_refusal(graph, node, name) is None:
            self._do(promoting.take_back(graph, node, name))

    @rule(which=st.integers(0, 20), new=node_names)
    def rename_parameter(self, which: int, new: str) -> None:
        known = sorted(self.graph.definition.parameters)
        if known:
            old = known[which % len(known)]
            if promoting.parameter_fault(self.graph, old, new) is None:
                self._do(promoting.rename_parameter(self.graph, old, new))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20))
    def make_own(self, which: int) -> None:
        node = self._one(which)
        if definitions.own_refusal(self.graph, node) is None:
            self._do(definitions.make_own(self.graph, node))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), layer=st.sampled_from(["relu", "linear", "add", "gru"]))
    def replace(self, which: int, layer: str) -> None:
        self._do(operations.replaced(self.graph, self._one(which), layer))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20))
    def dissolve(self, which: int) -> None:
        node = self._one(which)
        if len(self.graph.entering(node)) == 1:
            self._do(operations.dissolve(self.graph, node))

    @precondition(has_nodes)
    @rule(which=st.integers(0, 20), frozen=st.booleans(), rate=st.sampled_from([0.1, 0.5, 1.0]))
    def train_otherwise(self, which: int, frozen: bool, rate: float) -> None:
        node = self._one(which)
        self._do(operations.set_training(self.graph, [node], frozen, rate))

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
        graph = self.graph
        edits = (
            ChangeFrame(graph.id, id, graph.frames.get(id), frame),
            ChangeNote(graph.id, id, graph.notes.get(id), note),
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
        for graph in self.document.graphs.values():
            _check(graph)

    @invariant()
    def what_is_followed_is_what_is_found_anew(self) -> None:
        found = evaluated(self.document.main)
        assert self.evaluation.results.keys() == found.results.keys()
        for node, result in found.results.items():
            followed = self.evaluation[node]
            assert (followed.outputs, followed.problems) == (result.outputs, result.problems)
            assert followed.weights == result.weights
        assert self.evaluation.without_gradients == found.without_gradients
        anew = self.document.copy()
        assert problems(self.document, self.evaluation) == problems(anew, evaluated(anew.main))


def _check(graph: Graph) -> None:
    links = set(graph.links())
    assert len(links) == graph.link_count()
    for link in links:
        assert {link.source, link.target} <= graph.nodes.keys()
        assert graph.link_at((link.target, link.input, link.slot)) == link
    assert {k for node in graph.nodes for k in graph.entering(node)} == links
    assert {k for node in graph.nodes for k in graph.leaving(node)} == links
    pairs = {(link.source, link.target) for link in links}
    assert {(other, node) for node in graph.nodes for other in graph.sources(node)} == pairs
    assert {(node, other) for node in graph.nodes for other in graph.targets(node)} == pairs
    for layer in (node.layer for node in graph.nodes.values()):
        alike = sorted(id for id, node in graph.nodes.items() if node.layer == layer)
        assert graph.of_layers({layer}) == alike
    refers = {(node, other) for node in graph.nodes for other in graph.referred(node)}
    assert refers == {(node, other) for other in graph.nodes for node in graph.referring(other)}
    computes = {(id, node.id) for node in graph.nodes.values() for id in node.blocks.values()}
    assert computes == {(id, node) for id, nodes in graph.blocks.items() for node in nodes}
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
    suppress_health_check=[HealthCheck.too_slow],  # as other proofs may compute beside it
)
