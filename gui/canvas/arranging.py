"""Laying nodes out anew, as one step that leaves the other nodes where they are."""

from collections.abc import Collection

from graphs.document.edits import Edit, MoveNodes, NodeId, Position, Step
from graphs.steps import annotation_steps
from graphs.steps.annotation_steps import Sizes
from graphs.steps.keeping_clear import kept_clear
from graphs.steps.layout import layout
from graphs.wording.phrases import phrase
from gui.workspace import Workspace


def arrange(
    workspace: Workspace,
    nodes: Collection[NodeId] = (),
    room: Position | None = None,
    sizes: Sizes | None = None,
) -> bool:
    """Lay out ``nodes``, or all when there are fewer than two, from where the leftmost stands.

    In rows that can be read in a view of the size ``room``. Frames and notes go with the nodes,
    whose ``sizes`` say what lies where. True when anything moved.
    """
    graph = workspace.graph
    chosen = set(nodes) if len(nodes) > 1 else set(graph.nodes)
    if not chosen:
        return False
    wanted = layout(graph, chosen, room)
    left = min(graph.positions[node][0] for node in chosen)
    top = min(graph.positions[node][1] for node in chosen)
    positions = {node: (left + x, top + y) for node, (x, y) in wanted.items()}
    if sizes:
        positions = kept_clear(graph, positions, sizes)
    moves: dict[Position, set[NodeId]] = {}
    for node, (x, y) in positions.items():
        was = graph.positions[node]
        moves.setdefault((x - was[0], y - was[1]), set()).add(node)
    edits: list[Edit] = [
        MoveNodes(graph.id, frozenset(group), by)
        for by, group in sorted(moves.items())
        if by != (0, 0)
    ]
    if edits:
        moved = {node: to for node, to in positions.items() if to != graph.positions[node]}
        edits += annotation_steps.following(graph, moved, sizes or {})
        workspace.history.do(Step(phrase("Arrange"), tuple(edits)))
    return bool(edits)
