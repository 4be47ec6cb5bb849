"""Keyboard navigation between nodes: along links where there are any, else to the nearest."""

from __future__ import annotations

from graphs.document.edits import NodeId, Position
from gui.canvas.surface import Surface


class Walking:
    """Knows at which of the chosen nodes the keys are, and marks it while the keys are at work."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._here: NodeId | None = None
        self._ringed: NodeId | None = None
        self._by_keys = False
        surface.workspace.selection_changed.connect(self.show)

    @property
    def here(self) -> NodeId | None:
        """The node that the keys are at; None when no node is chosen."""
        selection = self._surface.workspace.selection
        if self._here in selection:
            return self._here
        positions = self._surface.sheet.graph.positions
        return max(selection, key=lambda node: (positions[node], node), default=None)

    def by_keys(self, *, on: bool) -> None:
        """Whether it is by keys that the user works now: only then the ring says anything."""
        self._by_keys = on
        self.show()

    def show(self) -> None:
        """Put the ring where the keys are."""
        nodes = self._surface.sheet.nodes
        wanted = self.here if self._by_keys and self._surface.hasFocus() else None
        if wanted != self._ringed:
            for node, ringed in ((self._ringed, False), (wanted, True)):
                if node is not None and node in nodes:
                    nodes[node].light(ringed=ringed)
            self._ringed = wanted

    def go(self, way: Position, *, adding: bool) -> None:
        """To the next node in a direction; ``adding`` keeps the others chosen."""
        workspace = self._surface.workspace
        here = self.here
        goal = self._first() if here is None else self._beside(here, way)
        if goal is None:
            return
        self._here = goal
        workspace.select({*workspace.selection, goal} if adding else {goal})
        self._surface.bring_into_view(goal)
        self.show()

    def _first(self) -> NodeId | None:
        positions = self._surface.sheet.graph.positions
        return min(positions, key=lambda node: (positions[node], node), default=None)

    def _beside(self, here: NodeId, way: Position) -> NodeId | None:
        graph = self._surface.sheet.graph
        x, y = graph.positions[here]
        linked = {(1, 0): graph.targets, (-1, 0): graph.sources}.get(way, _nobody)(here) - {here}
        if linked:
            return min(linked, key=lambda n: (abs(graph.positions[n][1] - y), n))

        def cost(node: NodeId) -> float:
            right, down = graph.positions[node][0] - x, graph.positions[node][1] - y
            along = right * way[0] + down * way[1]
            aside = abs(right * way[1]) + abs(down * way[0])
            return along + 2 * aside if along > 0 else float("inf")

        best = min(graph.nodes.keys() - {here}, key=cost, default=None)
        return best if best is not None and cost(best) < float("inf") else None


def _nobody(node: NodeId) -> set[NodeId]:
    return set()
