"""Choosing data: one step that sets the data section and makes the graph fit it."""

from __future__ import annotations

from graphs import fixes, operations
from graphs.data import Content, DataSection
from graphs.document import Document
from graphs.edits import MAIN, ChangeData, Connect, Edit, Link, Node, NodeId, Step
from graphs.evaluation import Evaluation
from graphs.layers.losses import losses
from graphs.problems import Replace, Set

FOLLOWS_FROM_DATA = (Set, Replace)
"""Fixes that the data alone decides: another class count or loss, never other layers."""
PASSED_BY_LOSSES = ("softmax", "sigmoid")


def choose_data(document: Document, section: DataSection) -> Step:
    """Set the data section; point Inputs and losses at its fields; set class count and loss.

    All as one step. What cannot be decided is left for the problems to say.
    """
    choice = _Choice(document)
    choice.make(ChangeData(document.data, section))
    choice.point("field", choice.nodes({"input"}), section.inputs())
    if not choice.nodes({"input"}) and section.inputs():
        choice.add_input(section.inputs()[0])
    choice.point("target", choice.nodes(losses()), section.targets())
    if not choice.nodes(losses()) and section.targets():
        choice.add_loss(section)
    choice.mend()
    return Step("Choose data", tuple(choice.edits))


class _Choice:
    """The edits so far, and a copy of the document on which they are made already."""

    def __init__(self, document: Document) -> None:
        self.trial = document.copy()
        self.edits: list[Edit] = []

    def make(self, *edits: Edit) -> None:
        self.trial.apply(Step("Choose data", edits))
        self.edits.extend(edits)

    def nodes(self, layers: set[str]) -> list[Node]:
        found = (node for node in self.trial.main.nodes.values() if node.layer in layers)
        return sorted(found, key=lambda node: (self.trial.main.positions[node.id], node.id))

    def point(self, setting: str, nodes: list[Node], offered: tuple[str, ...]) -> None:
        """Give each node whose field is not there the next one that no other node has."""
        used = {node.settings.get(setting) for node in nodes}
        unused = [name for name in offered if name not in used]
        for node in nodes:
            if node.settings.get(setting) not in offered and offered:
                field = unused.pop(0) if unused else offered[0]
                step = operations.set_setting(self.trial, node.id, setting, field)
                self.make(*step.edits)

    def add_input(self, field: str) -> None:
        corner = min(self.trial.main.positions.values(), default=(0, 0))
        where = (corner[0] - 240, corner[1])
        self.make(*operations.add(self.trial, "input", where, field=field).edits)

    def add_loss(self, section: DataSection) -> None:
        """Wire a loss to what the first Output returns, before its softmax or sigmoid."""
        outputs = self.nodes({"output"})
        links = self.trial.main.entering(outputs[0].id) if outputs else []
        if not links:
            return
        source, output = links[0].source, links[0].output
        before = self.trial.main.entering(source)
        if self.trial.main.nodes[source].layer in PASSED_BY_LOSSES and len(before) == 1:
            source, output = before[0].source, before[0].output
        target = section.targets()[0]
        number = section.fields[target].content is not Content.CLASS
        x, y = self.trial.main.positions[outputs[0].id]
        kind = "mse_loss" if number else "cross_entropy_loss"
        added = operations.add(self.trial, kind, (x, y + 112), target=target)
        self.make(*added.edits)
        node = next(node for node in self.nodes({kind}))
        self.make(Connect(MAIN, Link(source, output, node.id, "input")))

    def mend(self) -> None:
        """Apply what the losses themselves propose, as long as it follows from the data."""
        for _ in range(2 * len(self.nodes(losses()))):
            evaluation = Evaluation(self.trial)
            for node in self.nodes(losses()):
                for found in evaluation[NodeId(node.id)].problems:
                    if isinstance(found.fix, FOLLOWS_FROM_DATA):
                        step = fixes.step(self.trial, found)
                        self.make(*(step.edits if step is not None else ()))
