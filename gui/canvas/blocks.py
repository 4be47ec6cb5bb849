"""Blocks on the canvas: group and ungroup, enter and leave, and the ports of the one entered."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from graphs.document.edits import NodeId
from graphs.layers.blocks import BlockInput, BlockOutput
from graphs.steps.blocks import definitions, grouping, ungrouping
from gui.canvas.surface import Surface


class BlockCommands:
    """Proposes steps about blocks, and says at the pointer why one cannot be made."""

    def __init__(self, surface: Surface) -> None:
        self._surface, self._workspace = surface, surface.workspace

    def group(self) -> NodeId | None:
        """Make a block of what is chosen; the block, or None where that cannot be."""
        workspace, graph = self._workspace, self._workspace.graph
        chosen = workspace.selection
        refused = grouping.grouping_refusal(graph, chosen)
        if refused is not None:
            self._say(refused.message)
            return None
        step, block = grouping.group(graph, chosen, "", workspace.selected_marks)
        workspace.history.do(step)
        workspace.select({block})
        self._surface.bring_into_view(block)
        return block

    def title(self, block: NodeId) -> str:
        """What the graph of a block is called; by the block's name while nobody has named it."""
        graph = self._workspace.graph
        (computed,) = graph.nodes[block].blocks.values()
        return graph.document.graphs[computed].definition.title or graph.nodes[block].name

    def call(self, block: NodeId, title: str) -> None:
        """Give a block a title, and a name that is made of it."""
        workspace = self._workspace
        workspace.history.do(definitions.call(workspace.graph, block, title))

    def ungroup(self) -> None:
        """Put the nodes of the chosen block in its place."""
        workspace = self._workspace
        node = self.chosen_block()
        if node is None:
            self._say(QCoreApplication.translate("blocks", "Choose one block."))
            return
        if (refused := ungrouping.ungrouping_refusal(workspace.graph, node)) is not None:
            self._say(refused.message)
            return
        step, nodes = ungrouping.ungroup(workspace.graph, node, self._surface.sheet.sizes)
        workspace.history.do(step)
        workspace.select(nodes)
        if nodes:  # they are more than the block was, and others made room
            self._surface.bring(self._surface.sheet.bounds(nodes))

    def make_own(self) -> None:
        """Give the chosen block a graph of its own, so that it can be edited alone."""
        workspace, node = self._workspace, self.chosen_block()
        if node is None:
            self._say(QCoreApplication.translate("blocks", "Choose one block."))
        elif (refused := definitions.own_refusal(workspace.graph, node)) is not None:
            self._say(refused.message)
        else:
            workspace.history.do(definitions.make_own(workspace.graph, node))

    def chosen_block(self) -> NodeId | None:
        """The one chosen node, if it is a block whose graph is there."""
        chosen = self._workspace.selection
        if len(chosen) != 1:
            return None
        (node,) = chosen
        return node if self.is_block(node) else None

    def is_block(self, node: NodeId) -> bool:
        """Whether a node computes a graph that is there."""
        graph = self._workspace.graph
        graphs = graph.document.graphs
        return any(computed in graphs for computed in graph.nodes[node].blocks.values())

    def enter(self) -> None:
        """Show the inside of the chosen block."""
        if (node := self.chosen_block()) is not None:
            self._workspace.enter(node)

    def leave(self) -> None:
        """Show what is around the block that is shown."""
        self._workspace.leave()

    def add_input(self) -> None:
        """Give the block that is shown one more input."""
        self._add_end(BlockInput.id)

    def add_output(self) -> None:
        """Give the block that is shown one more output."""
        self._add_end(BlockOutput.id)

    def _add_end(self, layer: str) -> None:
        surface = self._surface
        at = surface.scene_point(surface.pointer_place().toPointF())
        node = surface.editing.add_free(layer, (round(at.x()), round(at.y())))
        surface.bring_into_view(node)

    def _say(self, words: str) -> None:
        self._surface.hint.say(words, self._surface.pointer_place(), "warn")
