"""The one order of nodes that has a meaning: topological, ties by id.

A node comes after those that feed it and after those that its settings refer to.
"""

import heapq

from graphs.document.document import Graph
from graphs.document.edits import NodeId


def topological(graph: Graph) -> tuple[list[NodeId], list[NodeId]]:
    """All nodes, sources first, ties by id; and apart, those on or behind a cycle."""
    waiting = {node: len(graph.before(node)) for node in graph.nodes}
    ready = [node for node, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    order: list[NodeId] = []
    while ready:
        node = heapq.heappop(ready)
        order.append(node)
        for target in graph.after(node):
            waiting[target] -= 1
            if waiting[target] == 0:
                heapq.heappush(ready, target)
    return order, sorted(node for node, count in waiting.items() if count > 0)
