"""Choosing data: one step that sets the data section and makes the graph fit it."""

from __future__ import annotations

from graphs.checking.evaluation import Evaluation
from graphs.data import DataSection, Field
from graphs.document.document import Document
from graphs.document.edits import ChangeData, Connect, Edit, Link, Node, NodeId, Step
from graphs.layers import Layer
from graphs.layers.ends import Input, input_layers, output_layers, target_inputs
from graphs.layers.losses.alignment import CTCLoss
from graphs.layers.losses.binary import BCEWithLogitsLoss
from graphs.layers.losses.cross_entropy import CrossEntropyLoss
from graphs.layers.losses.losses import TargetLoss, is_reading, losses, target_losses
from graphs.layers.losses.numbers import MSELoss
from graphs.mending import fixes
from graphs.problems import Set
from graphs.steps import operations
from graphs.wording.phrases import phrase


def choose_data(document: Document, section: DataSection) -> Step:
    """Set the data section; point Inputs and losses at its fields; set class count and loss.

    All as one step. What cannot be decided is left for the problems to say.
    """
    choice = _Choice(document)
    choice.make(ChangeData(document.data, section))
    choice.point("field", choice.nodes(input_layers()), section.inputs(), shared=False)
    if not choice.nodes(input_layers()) and section.inputs():
        choice.add_input(section.inputs()[0])
    compared = choice.nodes(target_losses())
    again = [node for node in compared if node.settings["target"] in document.data.inputs()]
    others = [node for node in compared if node not in again]
    choice.point("target", again, section.inputs())  # what goes in is to come out again
    choice.point("target", others, section.targets())
    choice.point("target", choice.nodes(target_inputs()), section.targets())
    if not choice.nodes(losses()) and section.targets():
        choice.add_loss(section)
    for loss in choice.nodes(target_losses()):
        choice.suit(loss, section)
    choice.set_counts()
    return Step(phrase("Choose data"), tuple(choice.edits))


class _Choice:
    """The edits so far, and a copy of the document on which they are made already."""

    def __init__(self, document: Document) -> None:
        self.trial = document.copy()
        self.graph = self.trial.main  # Inputs and losses lie there alone
        self.edits: list[Edit] = []

    def make(self, *edits: Edit) -> None:
        self.trial.apply(Step(phrase("Choose data"), edits))
        self.edits.extend(edits)

    def nodes(self, layers: set[str]) -> list[Node]:
        found = (node for node in self.graph.nodes.values() if node.layer in layers)
        return sorted(found, key=lambda node: (self.graph.positions[node.id], node.id))

    def point(
        self, setting: str, nodes: list[Node], offered: tuple[str, ...], shared: bool = True
    ) -> None:
        """Give each node whose field is not there the next one that no other node has.

        When all have one, the rest get the first, or stay as they are if it may not be shared: two
        Inputs of one field would be two ways to the same numbers, which nobody asked for.
        """
        used = {node.settings.get(setting) for node in nodes}
        unused = [name for name in offered if name not in used]
        for node in nodes:
            if node.settings.get(setting) not in offered and (unused or (shared and offered)):
                field = unused.pop(0) if unused else offered[0]
                step = operations.set_setting(self.graph, node.id, setting, field)
                self.make(*step.edits)

    def add_input(self, field: str) -> None:
        corner = min(self.graph.positions.values(), default=(0, 0))
        where = (corner[0] - 240, corner[1])
        self.make(*operations.add(self.graph, Input.id, where, field=field).edits)

    def add_loss(self, section: DataSection) -> None:
        """Wire a loss to what the first Output returns, before its softmax or sigmoid."""
        outputs = self.nodes(output_layers())
        links = self.graph.entering(outputs[0].id) if outputs else []
        if not links:
            return
        source, output = links[0].source, links[0].output
        before = self.graph.entering(source)
        if self.is_reading(source):
            source, output = before[0].source, before[0].output
        target = section.targets()[0]
        kind = _fitting(CrossEntropyLoss, section.fields[target], section)
        x, y = self.graph.positions[outputs[0].id]
        added = operations.add(self.graph, kind, (x, y + 112), target=target)
        self.make(*added.edits)
        (node,) = self.nodes({kind})
        self.make(Connect(self.graph.id, Link(source, output, node.id, "input")))

    def suit(self, loss: Node, section: DataSection) -> None:
        """Make a loss one that can learn its target, fed by scores instead of probabilities."""
        target = section.fields.get(loss.settings["target"])
        kind = Layer.get(loss.layer)
        if target is None or not issubclass(kind, TargetLoss):
            return
        layer = _fitting(kind, target, section)
        if layer == loss.layer:
            return
        self.make(*operations.replaced(self.graph, loss.id, layer).edits)
        for reading in self.readings(loss.id):
            self.make(*operations.dissolve(self.graph, reading).edits)

    def readings(self, loss: NodeId) -> list[NodeId]:
        """What turns scores into probabilities right before a loss, or beside it for an Output."""
        graph = self.graph
        for link in graph.entering(loss):
            beside = [k.target for k in graph.leaving(link.source) if k.output == link.output]
            near = [link.source, *beside]
            return [n for n in dict.fromkeys(near) if self.is_reading(n)]
        return []

    def is_reading(self, node: NodeId) -> bool:
        graph = self.graph
        return is_reading(graph.nodes[node].layer) and len(graph.entering(node)) == 1

    def set_counts(self) -> None:
        """Give the layers before losses as many outputs as the data has classes or values.

        One that shares the weight of an Embedding has as many as there are tokens.
        """
        evaluation = Evaluation(self.graph)
        tied = [node for node in evaluation.order if self.graph.nodes[node].references]
        for found in [one for node in tied for one in evaluation[node].problems]:
            if isinstance(found.fix, Set) and found.fix.setting == "out_features":
                step = fixes.step(self.trial, found)
                self.make(*(step.edits if step is not None else ()))
        for loss in self.nodes(losses()):
            for found in evaluation[loss.id].problems:
                if isinstance(found.fix, Set):
                    step = fixes.step(self.trial, found)
                    self.make(*(step.edits if step is not None else ()))


def _fitting(kind: type[TargetLoss], target: Field, section: DataSection) -> str:
    """The id of the loss that learns ``target``: ``kind`` itself when it can."""
    learned = target.kind.learned
    if learned == "labels":
        return kind.id if kind.task == "binary" else BCEWithLogitsLoss.id
    if learned == "number":
        return kind.id if kind.task == "number" else MSELoss.id
    if len(target.sizes) == 1 and (kind is CTCLoss or _is_unaligned(target, section)):
        return CTCLoss.id
    two = len(target.classes) == 2
    if kind.task == "classes" or (kind.task == "binary" and two):
        return kind.id
    return BCEWithLogitsLoss.id if two else CrossEntropyLoss.id


def _is_unaligned(target: Field, section: DataSection) -> bool:
    """Whether samples differ in their number of classes, and no input has the same steps."""
    inputs = (section.fields[name] for name in section.inputs())
    return target.ragged and all(one.sizes[:1] != target.sizes[:1] for one in inputs)
